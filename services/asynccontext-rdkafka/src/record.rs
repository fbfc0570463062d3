//! Records that carry the current values.

use asynccontext::carrier::{InjectError, Outgoing};
use rdkafka::message::{OwnedHeaders, ToBytes};
use rdkafka::producer::{BaseRecord, FutureRecord};
use rdkafka::util::IntoOpaque;

use crate::HeaderInjector;

/// Adds the current context to records: `FutureRecord` and `BaseRecord`.
///
/// # Examples
///
/// ```
/// use asynccontext::Variable;
/// use asynccontext::carrier::{Exported, Exports};
/// use asynccontext_rdkafka::RecordExt;
/// use rdkafka::producer::FutureRecord;
///
/// static TENANT: Exported<String> = Variable::named("tenant").exported("tenant");
/// static TO_WORKERS: Exports = Exports::new(&[TENANT.export()]);
///
/// let record = FutureRecord::to("invoices").key("order 7").payload("…").exporting(TO_WORKERS)?;
/// # Ok::<_, asynccontext::carrier::InjectError>(())
/// ```
pub trait RecordExt: Sized + sealed::Record {
    /// Writes the current values of `outgoing` to the headers of the record.
    ///
    /// Headers that the record already has under the same keys are replaced, or removed if the variable
    /// is not bound.
    ///
    /// # Errors
    ///
    /// Returns [`InjectError`] if a value could not be written, for example because it is too long. To
    /// send the record without that value, write the headers with [`HeaderInjector`].
    ///
    /// # Examples
    ///
    /// ```
    /// use asynccontext::Variable;
    /// use asynccontext::carrier::{Exported, Exports};
    /// use asynccontext_rdkafka::RecordExt;
    /// use rdkafka::message::Headers;
    /// use rdkafka::producer::BaseRecord;
    ///
    /// static TENANT: Exported<String> = Variable::named("tenant").exported("tenant");
    /// static TO_WORKERS: Exports = Exports::new(&[TENANT.export()]);
    ///
    /// let record = || BaseRecord::<str, str>::to("invoices").payload("…").exporting(TO_WORKERS);
    /// let record = TENANT.run("blue".into(), record)?;
    /// assert_eq!(record.headers.unwrap().get(0).key, "tenant");
    /// # Ok::<_, asynccontext::carrier::InjectError>(())
    /// ```
    fn exporting(mut self, outgoing: impl Outgoing) -> Result<Self, InjectError> {
        let headers = self.headers_mut();
        let mut written = headers.take().unwrap_or_default();
        let result = outgoing.inject(&mut HeaderInjector(&mut written));
        *headers = Some(written);
        result.map(|()| self)
    }
}

impl<K: ToBytes + ?Sized, P: ToBytes + ?Sized> RecordExt for FutureRecord<'_, K, P> {}
impl<K: ToBytes + ?Sized, P: ToBytes + ?Sized, D: IntoOpaque> RecordExt for BaseRecord<'_, K, P, D> {}

mod sealed {
    use super::{BaseRecord, FutureRecord, IntoOpaque, OwnedHeaders, ToBytes};

    pub trait Record {
        fn headers_mut(&mut self) -> &mut Option<OwnedHeaders>;
    }

    impl<K: ToBytes + ?Sized, P: ToBytes + ?Sized> Record for FutureRecord<'_, K, P> {
        fn headers_mut(&mut self) -> &mut Option<OwnedHeaders> {
            &mut self.headers
        }
    }

    impl<K: ToBytes + ?Sized, P: ToBytes + ?Sized, D: IntoOpaque> Record for BaseRecord<'_, K, P, D> {
        fn headers_mut(&mut self) -> &mut Option<OwnedHeaders> {
            &mut self.headers
        }
    }
}
