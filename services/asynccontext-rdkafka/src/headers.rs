//! The headers of a message as a carrier.

use std::fmt;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};

use asynccontext::carrier::{Extractor, Injector, Reason};
use rdkafka::message::{Header, Headers, OwnedHeaders};

/// Writes texts to the headers of a message.
///
/// Most programs use [`RecordExt::exporting`](crate::RecordExt::exporting).
///
/// # Examples
///
/// ```
/// use asynccontext::Variable;
/// use asynccontext::carrier::{Exported, Exports};
/// use asynccontext_rdkafka::HeaderInjector;
/// use rdkafka::message::{Headers, OwnedHeaders};
///
/// static TENANT: Exported<String> = Variable::named("tenant").exported("tenant");
/// static TO_WORKERS: Exports = Exports::new(&[TENANT.export()]);
///
/// let mut headers = OwnedHeaders::new();
/// TENANT.run("blue".into(), || TO_WORKERS.inject(&mut HeaderInjector(&mut headers)))?;
/// assert_eq!(headers.get(0).value, Some(&b"blue"[..]));
/// # Ok::<_, asynccontext::carrier::InjectError>(())
/// ```
#[derive(Debug)]
pub struct HeaderInjector<'a>(pub &'a mut OwnedHeaders);

impl Injector for HeaderInjector<'_> {
    fn set(&mut self, key: &str, text: String) -> Result<(), Reason> {
        // librdkafka returns keys as C strings: a shorter key would be read back.
        if key.is_empty() || key.contains('\0') {
            return Err(Reason::Carrier(BadKey.into()));
        }
        self.remove(key);
        *self.0 = mem::take(self.0).insert(Header { key, value: Some(&text) });
        Ok(())
    }

    fn remove(&mut self, key: &str) {
        let mut kept = OwnedHeaders::new_with_capacity(self.0.count());
        let mut removed = false;
        for at in 0..self.0.count() {
            match header(self.0, at) {
                Some(header) if header.key != key => kept = kept.insert(header),
                _ => removed = true,
            }
        }
        if removed {
            *self.0 = kept;
        }
    }
}

/// Reads texts from the headers of a message.
///
/// It is made from the headers of a message, or from `None` for a message without headers.
///
/// # Examples
///
/// ```
/// use asynccontext::carrier::Extractor;
/// use asynccontext_rdkafka::HeaderExtractor;
/// use rdkafka::message::{Header, OwnedHeaders};
///
/// let headers = OwnedHeaders::new().insert(Header { key: "tenant", value: Some("blue") });
/// let carrier = HeaderExtractor::new(Some(&headers));
/// assert_eq!(carrier.get("tenant")?, Some("blue"));
/// assert_eq!(carrier.get("user")?, None);
/// # Ok::<_, asynccontext::carrier::Reason>(())
/// ```
#[derive(Debug)]
pub struct HeaderExtractor<'a> {
    headers: Vec<Header<'a, &'a [u8]>>,
}

impl<'a> HeaderExtractor<'a> {
    /// Creates a carrier from the headers of a message.
    ///
    /// # Examples
    ///
    /// ```
    /// use asynccontext_rdkafka::HeaderExtractor;
    /// use rdkafka::Message;
    /// use rdkafka::message::BorrowedMessage;
    ///
    /// fn carrier<'a>(message: &'a BorrowedMessage<'_>) -> HeaderExtractor<'a> {
    ///     HeaderExtractor::new(message.headers())
    /// }
    /// ```
    pub fn new(headers: Option<&'a impl Headers>) -> HeaderExtractor<'a> {
        let headers = headers.map(|headers| (0..headers.count()).filter_map(|at| header(headers, at)).collect());
        HeaderExtractor { headers: headers.unwrap_or_default() }
    }
}

impl Extractor for HeaderExtractor<'_> {
    fn get(&self, key: &str) -> Result<Option<&str>, Reason> {
        let mut all = self.headers.iter().filter(|header| header.key == key);
        match (all.next(), all.next()) {
            (None, _) => Ok(None),
            (Some(header), None) => {
                let bytes = header.value.ok_or(Reason::Malformed)?;
                std::str::from_utf8(bytes).map(Some).map_err(|_| Reason::Malformed)
            }
            (Some(_), Some(_)) => Err(Reason::Repeated),
        }
    }
}

/// Returns a header, or `None` if its key is not UTF-8, on which rdkafka panics.
fn header(headers: &impl Headers, at: usize) -> Option<Header<'_, &[u8]>> {
    catch_unwind(AssertUnwindSafe(|| headers.try_get(at))).unwrap_or_default()
}

#[derive(Debug)]
struct BadKey;

impl fmt::Display for BadKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the key of a Kafka header is empty or contains NUL")
    }
}

impl std::error::Error for BadKey {}
