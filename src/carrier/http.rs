//! HTTP headers as a carrier.

use http::header::{HeaderMap, HeaderName, HeaderValue};

use super::{Extractor, Injector, Reason};

impl Injector for HeaderMap {
    fn set(&mut self, key: &str, text: String) -> Result<(), Reason> {
        let refused = |error: http::Error| Reason::Carrier(error.into());
        let name = HeaderName::from_lowercase(key.as_bytes()).map_err(|e| refused(e.into()))?;
        let value = HeaderValue::try_from(text).map_err(|e| refused(e.into()))?;
        self.try_insert(name, value).map_err(|e| refused(e.into()))?;
        Ok(())
    }

    fn remove(&mut self, key: &str) {
        self.remove(key);
    }
}

impl Extractor for HeaderMap {
    fn get(&self, key: &str) -> Result<Option<&str>, Reason> {
        let mut all = self.get_all(key).iter();
        match (all.next(), all.next()) {
            (None, _) => Ok(None),
            (Some(value), None) => value.to_str().map(Some).map_err(|_| Reason::Malformed),
            (Some(_), Some(_)) => Err(Reason::Repeated),
        }
    }

    fn get_all(&self, key: &str) -> Result<Vec<&str>, Reason> {
        self.get_all(key).iter().map(|value| value.to_str().map_err(|_| Reason::Malformed)).collect()
    }
}
