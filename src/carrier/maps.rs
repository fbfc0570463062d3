//! Maps and lists of strings as carriers. Keys are compared exactly: a carrier that is filled from
//! HTTP by hand must have them in lower case, as in HTTP/2.

use std::collections::{BTreeMap, HashMap};
use std::hash::BuildHasher;

use super::{Extractor, Injector, Reason};

impl<S: BuildHasher> Injector for HashMap<String, String, S> {
    fn set(&mut self, key: &str, text: String) -> Result<(), Reason> {
        self.insert(key.to_owned(), text);
        Ok(())
    }

    fn remove(&mut self, key: &str) {
        self.remove(key);
    }
}

impl<S: BuildHasher> Extractor for HashMap<String, String, S> {
    fn get(&self, key: &str) -> Result<Option<&str>, Reason> {
        Ok(self.get(key).map(String::as_str))
    }
}

impl Injector for BTreeMap<String, String> {
    fn set(&mut self, key: &str, text: String) -> Result<(), Reason> {
        self.insert(key.to_owned(), text);
        Ok(())
    }

    fn remove(&mut self, key: &str) {
        self.remove(key);
    }
}

impl Extractor for BTreeMap<String, String> {
    fn get(&self, key: &str) -> Result<Option<&str>, Reason> {
        Ok(self.get(key).map(String::as_str))
    }
}

impl Injector for Vec<(String, String)> {
    fn set(&mut self, key: &str, text: String) -> Result<(), Reason> {
        Injector::remove(self, key);
        self.push((key.to_owned(), text));
        Ok(())
    }

    fn remove(&mut self, key: &str) {
        self.retain(|pair| pair.0 != key);
    }
}

impl Extractor for Vec<(String, String)> {
    fn get(&self, key: &str) -> Result<Option<&str>, Reason> {
        let mut all = self.iter().filter(|pair| pair.0 == key);
        match (all.next(), all.next()) {
            (Some(_), Some(_)) => Err(Reason::Repeated),
            (first, _) => Ok(first.map(|pair| pair.1.as_str())),
        }
    }

    fn get_all(&self, key: &str) -> Result<Vec<&str>, Reason> {
        Ok(self.iter().filter(|pair| pair.0 == key).map(|pair| pair.1.as_str()).collect())
    }
}
