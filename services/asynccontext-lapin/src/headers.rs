//! lapin's `FieldTable` as a carrier.

use asynccontext::carrier::{Extractor, Injector, Reason};
use lapin::types::{AMQPValue, FieldTable, ShortString};

/// A table of headers to which texts are written, as long strings.
///
/// For a message that this crate does not publish.
///
/// # Examples
///
/// ```
/// use asynccontext::Variable;
/// use asynccontext::carrier::{Exported, Exports};
/// use asynccontext_lapin::HeaderInjector;
/// use lapin::types::{AMQPValue, FieldTable};
///
/// static TENANT: Exported<String> = Variable::named("tenant").exported("x-tenant");
/// static TO_WORKERS: Exports = Exports::new(&[TENANT.export()]);
///
/// let mut headers = FieldTable::default();
/// TENANT.run("blue".into(), || TO_WORKERS.inject(&mut HeaderInjector(&mut headers)))?;
/// assert_eq!(headers.inner()["x-tenant"], AMQPValue::LongString("blue".into()));
/// # Ok::<_, asynccontext::carrier::InjectError>(())
/// ```
#[derive(Debug)]
pub struct HeaderInjector<'a>(pub &'a mut FieldTable);

impl Injector for HeaderInjector<'_> {
    fn set(&mut self, key: &str, text: String) -> Result<(), Reason> {
        let key = ShortString::try_new(key).map_err(|error| Reason::Carrier(Box::new(error)))?;
        self.0.insert(key, AMQPValue::LongString(text.into()));
        Ok(())
    }

    fn remove(&mut self, key: &str) {
        if !self.0.contains_key(key) {
            return;
        }
        // The table has no method to remove a field.
        let mut fields = self.0.inner().clone();
        fields.remove(key);
        *self.0 = fields.into();
    }
}

/// A table of headers from which texts are read.
///
/// Long and short strings are text. Fields of other types are refused as malformed: numbers,
/// timestamps, byte arrays, arrays and tables have no single form as text. Names are compared
/// exactly.
///
/// # Examples
///
/// ```
/// use asynccontext::Variable;
/// use asynccontext::carrier::{Exported, Imports};
/// use asynccontext_lapin::HeaderExtractor;
/// use lapin::types::{AMQPValue, FieldTable};
///
/// static TENANT: Exported<String> = Variable::named("tenant").exported("x-tenant");
/// static USER: Exported<u64> = Variable::named("user").exported("x-user");
/// static FROM_SERVICES: Imports = Imports::new(&[TENANT.import(), USER.import()]);
///
/// let mut headers = FieldTable::default();
/// headers.insert("x-tenant".into(), AMQPValue::LongString("blue".into()));
/// headers.insert("x-user".into(), AMQPValue::LongInt(7));
/// let imported = FROM_SERVICES.extract(&HeaderExtractor(&headers));
/// assert_eq!(imported.snapshot.run(|| (TENANT.get(), USER.get())), (Some("blue".into()), None));
/// assert_eq!(FROM_SERVICES.dropped().malformed, 1);
/// ```
#[derive(Debug)]
pub struct HeaderExtractor<'a>(pub &'a FieldTable);

impl Extractor for HeaderExtractor<'_> {
    fn get(&self, key: &str) -> Result<Option<&str>, Reason> {
        match self.0.inner().get(key) {
            None => Ok(None),
            Some(AMQPValue::LongString(text)) => {
                std::str::from_utf8(text.as_bytes()).map(Some).map_err(|_| Reason::Malformed)
            }
            Some(AMQPValue::ShortString(text)) => Ok(Some(text.as_str())),
            Some(_) => Err(Reason::Malformed),
        }
    }
}
