//! `async_nats::HeaderMap` as a carrier.

use std::mem;

use async_nats::{HeaderMap, HeaderName, HeaderValue};
use asynccontext::carrier::{Extractor, Injector, Reason};

/// Headers to which texts are written.
///
/// For a message that this crate does not publish, such as one for the client's `Sink`.
///
/// # Examples
///
/// ```
/// use async_nats::HeaderMap;
/// use asynccontext::Variable;
/// use asynccontext::carrier::{Exported, Exports};
/// use asynccontext_async_nats::HeaderInjector;
///
/// static TENANT: Exported<String> = Variable::named("tenant").exported("x-tenant");
/// static TO_WORKERS: Exports = Exports::new(&[TENANT.export()]);
///
/// let mut headers = HeaderMap::new();
/// TENANT.run("blue".into(), || TO_WORKERS.inject(&mut HeaderInjector(&mut headers)))?;
/// assert_eq!(headers.get("x-tenant").unwrap().as_str(), "blue");
/// # Ok::<_, asynccontext::carrier::InjectError>(())
/// ```
#[derive(Debug)]
pub struct HeaderInjector<'a>(pub &'a mut HeaderMap);

impl Injector for HeaderInjector<'_> {
    fn set(&mut self, key: &str, text: String) -> Result<(), Reason> {
        let name = HeaderName::try_from(key).map_err(|error| Reason::Carrier(Box::new(error)))?;
        // The conversion from a `String` panics if the text has line breaks.
        let value: HeaderValue = text.parse().map_err(|error| Reason::Carrier(Box::new(error)))?;
        self.0.insert(name, value);
        Ok(())
    }

    fn remove(&mut self, key: &str) {
        let Ok(name) = HeaderName::try_from(key) else { return };
        if self.0.get_last(name.clone()).is_none() {
            return;
        }
        // The map has no method to remove a header.
        for (other, values) in mem::take(self.0).iter().filter(|(other, _)| **other != name) {
            for value in values {
                self.0.append(other.clone(), value.clone());
            }
        }
    }
}

/// Headers from which texts are read.
///
/// A header with several values is refused as repeated. Names are compared exactly, as NATS does:
/// `X-Tenant` is not `x-tenant`.
///
/// # Examples
///
/// ```
/// use async_nats::HeaderMap;
/// use asynccontext::Variable;
/// use asynccontext::carrier::{Exported, Imports};
/// use asynccontext_async_nats::HeaderExtractor;
///
/// static TENANT: Exported<String> = Variable::named("tenant").exported("x-tenant");
/// static FROM_SERVICES: Imports = Imports::new(&[TENANT.import()]);
///
/// let mut headers = HeaderMap::new();
/// headers.insert("x-tenant", "blue");
/// let imported = FROM_SERVICES.extract(&HeaderExtractor(&headers));
/// assert_eq!(imported.snapshot.run(|| TENANT.get()).as_deref(), Some("blue"));
/// ```
#[derive(Debug)]
pub struct HeaderExtractor<'a>(pub &'a HeaderMap);

impl Extractor for HeaderExtractor<'_> {
    fn get(&self, key: &str) -> Result<Option<&str>, Reason> {
        // A map has no header with an invalid name.
        let Ok(name) = HeaderName::try_from(key) else { return Ok(None) };
        let mut values = self.0.get_all(name);
        match (values.next(), values.next()) {
            (None, _) => Ok(None),
            (Some(value), None) => Ok(Some(value.as_str())),
            (Some(_), Some(_)) => Err(Reason::Repeated),
        }
    }

    fn get_all(&self, key: &str) -> Result<Vec<&str>, Reason> {
        let Ok(name) = HeaderName::try_from(key) else { return Ok(Vec::new()) };
        Ok(self.0.get_all(name).map(HeaderValue::as_str).collect())
    }
}
