//! The metadata of a task as a carrier.

use apalis_core::task::metadata::MetadataStore;
use asynccontext::carrier::{Extractor, Injector, Reason};

/// Begins each key, since a storage may have fields of its own in the same place.
const PREFIX: &str = "context.";

/// Writes texts to the metadata of a task.
///
/// Most programs use [`TaskExt::exporting`](crate::TaskExt::exporting).
///
/// # Examples
///
/// ```
/// use apalis_core::task::metadata::MetadataStore;
/// use asynccontext::carrier::Injector;
/// use asynccontext_apalis::MetadataInjector;
///
/// let mut metadata = MetadataStore::new();
/// MetadataInjector(&mut metadata).set("tenant", "blue".into())?;
/// assert_eq!(metadata.get("context.tenant"), Some("blue"));
/// # Ok::<_, asynccontext::carrier::Reason>(())
/// ```
#[derive(Debug)]
pub struct MetadataInjector<'a>(pub &'a mut MetadataStore);

impl Injector for MetadataInjector<'_> {
    fn set(&mut self, key: &str, text: String) -> Result<(), Reason> {
        self.0.replace(format!("{PREFIX}{key}"), text);
        Ok(())
    }

    fn remove(&mut self, key: &str) {
        self.0.remove(&format!("{PREFIX}{key}"));
    }
}

/// Reads texts from the metadata of a task.
///
/// # Examples
///
/// ```
/// use apalis_core::task::metadata::MetadataStore;
/// use asynccontext::carrier::Extractor;
/// use asynccontext_apalis::MetadataExtractor;
///
/// let metadata = MetadataStore::from_iter([("context.tenant", "blue"), ("status", "Pending")]);
/// assert_eq!(MetadataExtractor(&metadata).get("tenant")?, Some("blue"));
/// assert_eq!(MetadataExtractor(&metadata).get("status")?, None);
/// # Ok::<_, asynccontext::carrier::Reason>(())
/// ```
#[derive(Debug)]
pub struct MetadataExtractor<'a>(pub &'a MetadataStore);

impl Extractor for MetadataExtractor<'_> {
    fn get(&self, key: &str) -> Result<Option<&str>, Reason> {
        Ok(self.0.get(&format!("{PREFIX}{key}")))
    }
}
