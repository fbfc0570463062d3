//! The id of a request.

use std::error::Error;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use asynccontext::Variable;
use asynccontext::carrier::Exported;
use http::HeaderValue;
use uuid::Uuid;

/// The id of the current request.
///
/// Bound by [`RequestContextLayer`](crate::RequestContextLayer), which accepts the id that a client
/// sends only if its list of imports has it, and makes one otherwise. Under the key `x-request-id`
/// it is sent to other services, if their list has it.
///
/// # Examples
///
/// ```
/// use asynccontext::carrier::{Exports, Imports};
/// use asynccontext_tower::REQUEST_ID;
///
/// static FROM_THE_GATEWAY: Imports = Imports::new(&[REQUEST_ID.import().limit(64)]);
/// static TO_OUR_SERVICES: Exports = Exports::new(&[REQUEST_ID.export()]);
/// ```
pub static REQUEST_ID: Exported<RequestId> = Variable::named("request-id").exported("x-request-id");

/// The id of a request: 1 to 128 characters, each a letter or digit of ASCII or one of
/// `-_.:/+=@~`.
///
/// It can therefore be written to headers and logs as it is.
///
/// # Examples
///
/// ```
/// use asynccontext_tower::RequestId;
///
/// let given: RequestId = "web-17".parse()?;
/// assert_eq!(given.to_string(), "web-17");
/// assert!("web 17".parse::<RequestId>().is_err());
/// assert_eq!(RequestId::generate().as_str().len(), 36); // a UUID of version 7
/// # Ok::<_, asynccontext_tower::InvalidRequestId>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct RequestId(Arc<str>);

impl RequestId {
    /// Makes an id that no other request has: a UUID of version 7, which sorts by time.
    ///
    /// # Examples
    ///
    /// ```
    /// use asynccontext_tower::RequestId;
    /// assert_ne!(RequestId::generate(), RequestId::generate());
    /// ```
    pub fn generate() -> RequestId {
        let mut text = [0; 36];
        let text = Uuid::now_v7().hyphenated().encode_lower(&mut text);
        RequestId((*text).into())
    }

    /// Returns the text.
    ///
    /// # Examples
    ///
    /// ```
    /// use asynccontext_tower::RequestId;
    /// assert_eq!("web-17".parse::<RequestId>()?.as_str(), "web-17");
    /// # Ok::<_, asynccontext_tower::InvalidRequestId>(())
    /// ```
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(crate) fn header(&self) -> HeaderValue {
        HeaderValue::from_str(&self.0).unwrap_or(HeaderValue::from_static("-")) // always visible ASCII
    }
}

/// Whether a byte may be in an id.
const PLAIN: [bool; 256] = {
    let mut plain = [false; 256];
    let mut byte = b'+';
    while byte <= b'~' {
        plain[byte as usize] = byte.is_ascii_alphanumeric()
            || matches!(byte, b'-' | b'_' | b'.' | b':' | b'/' | b'+' | b'=' | b'@' | b'~');
        byte += 1;
    }
    plain
};

impl FromStr for RequestId {
    type Err = InvalidRequestId;

    fn from_str(text: &str) -> Result<RequestId, InvalidRequestId> {
        if !(1..=128).contains(&text.len()) || !text.bytes().all(|byte| PLAIN[usize::from(byte)]) {
            return Err(InvalidRequestId(()));
        }
        Ok(RequestId(text.into()))
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RequestId({})", self.as_str())
    }
}

/// An error for a text that is no [`RequestId`].
///
/// # Examples
///
/// ```
/// use asynccontext_tower::RequestId;
/// let error = "two\nlines".parse::<RequestId>().unwrap_err();
/// assert!(!error.to_string().contains("lines"), "the text is not repeated");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct InvalidRequestId(());

impl fmt::Display for InvalidRequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an id of a request has 1 to 128 letters, digits and characters of `-_.:/+=@~`")
    }
}

impl Error for InvalidRequestId {}
