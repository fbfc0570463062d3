//! Exported variables, which are written to a carrier and read from one in another process.
//!
//! A *carrier* is sent with a request, a message or a job and holds texts under keys: the headers
//! of an HTTP request or of a queue's message, or a map in a job's record. No variable is written
//! to a carrier automatically. The definition of a variable names its key and its text format, an
//! [`Exports`] lists the variables that cross one boundary, and the code at the boundary calls
//! [`inject`](Exports::inject) and [`extract`](Exports::extract).
//!
//! ```
//! use asynccontext::Variable;
//! use asynccontext::carrier::{Exported, Exports};
//! use std::collections::HashMap;
//! use std::time::Duration;
//!
//! // Shared by both services.
//! static TENANT: Exported<String> = Variable::named("tenant").exported("x-tenant");
//! static BUDGET: Exported<Duration> = Variable::named("budget").exported_as(
//!     "x-budget-ms",
//!     |budget| Ok(budget.as_millis().to_string()),
//!     |text| Ok(Duration::from_millis(text.parse()?)),
//! );
//! static TO_OUR_SERVICES: Exports = Exports::new(&[TENANT.export(), BUDGET.export()]);
//!
//! // The calling service.
//! let mut carrier = HashMap::new();
//! TENANT.run("Köln & Co".into(), || TO_OUR_SERVICES.inject(&mut carrier))?;
//! assert_eq!(carrier["x-tenant"], "K%C3%B6ln%20&%20Co");
//!
//! // The called service. For a future, use `snapshot.scope(…)`.
//! let snapshot = TO_OUR_SERVICES.extract(&carrier)?;
//! snapshot.run(|| {
//!     assert_eq!(TENANT.get().as_deref(), Some("Köln & Co"));
//!     assert_eq!(BUDGET.get(), None);
//! });
//! # Ok::<_, Box<dyn std::error::Error>>(())
//! ```
//!
//! # One list for each boundary
//!
//! There is no registry of all exported variables. A program's own services may learn who the user
//! is while a partner's may not, so each boundary lists the variables that cross it, and no linked
//! library can add to the list. A list also needs no start-up code: a process that never bound a
//! variable reads it as well as one that did.
//!
//! # Incoming values
//!
//! The content of a carrier comes from its sender. A public service ignores its clients' claims
//! about tenants and users, and binds values that it has verified itself. An [`Imports`] lists what
//! a boundary reads, each variable with a size limit and a policy; it drops and counts everything
//! else and never fails, so it is the one to use in servers and in consumers of queues. Adapters for
//! them take an `impl` [`Incoming`], and those for clients and producers an `impl` [`Outgoing`].
//!
//! [`Exports::extract`] reads all variables of a list from a sender that is trusted entirely, and
//! reports errors to its caller. A text that can't be read does not affect the other variables. [`ExtractError`] names each
//! variable and the [`Reason`], and has the snapshot of the others, to continue with:
//!
//! ```
//! # use asynccontext::Variable;
//! # use asynccontext::carrier::{Exported, Exports};
//! # use std::collections::HashMap;
//! # static TENANT: Exported<String> = Variable::named("tenant").exported("x-tenant");
//! # static RETRIES: Exported<u8> = Variable::named("retries").exported("x-retries");
//! # static TO_OUR_SERVICES: Exports = Exports::new(&[TENANT.export(), RETRIES.export()]);
//! let carrier = [("x-tenant", "blue"), ("x-retries", "many")];
//! let carrier: HashMap<String, String> = carrier.map(|(k, v)| (k.into(), v.into())).into();
//!
//! let snapshot = TO_OUR_SERVICES.extract(&carrier).unwrap_or_else(|error| {
//!     eprintln!("{error}"); // says "retries" and "x-retries", never the text
//!     error.into_rest()
//! });
//! assert_eq!(snapshot.run(|| (TENANT.get(), RETRIES.get())), (Some("blue".into()), None));
//! ```
//!
//! # Wire format
//!
//! Texts are percent-encoded UTF-8, like the values of W3C baggage: visible ASCII without `"`, `,`,
//! `;`, `\` and `%`, everything else as `%` and two hexadecimal digits. Every carrier can therefore
//! hold every text, no value can end a header and start another, and values are read back exactly
//! as written. The output of JavaScript's `encodeURIComponent` can be read. An encoded text has at
//! most [`LIMIT`] bytes.
//!
//! This crate does not write the trace context: OpenTelemetry's propagators write and read the W3C
//! headers.

mod boundary;
mod environment;
mod error;
mod exported;
#[cfg(feature = "http")]
mod http;
mod import;
mod imports;
mod maps;
mod text;

pub use boundary::{Incoming, Outgoing};
pub use environment::Environment;
pub use error::{ExtractError, InjectError, Reason, Refusal};
pub use exported::{Export, Exported};
pub use import::Import;
pub use imports::{Dropped, Imported, Imports};
pub use text::LIMIT;

use crate::mapping;
use crate::snapshot::Snapshot;

/// A carrier to which texts can be written, each under a key.
///
/// Implemented for maps and lists of strings, for `std::process::Command`, which holds the
/// environment of a child process, and with the feature `http` for `http::HeaderMap`.
///
/// # Examples
///
/// An implementation for another carrier:
///
/// ```
/// use asynccontext::Variable;
/// use asynccontext::carrier::{Exported, Exports, Injector, Reason};
///
/// /// Of a library for a message queue.
/// struct Headers(Vec<(String, Vec<u8>)>);
///
/// struct ToHeaders<'a>(&'a mut Headers);
///
/// impl Injector for ToHeaders<'_> {
///     fn set(&mut self, key: &str, text: String) -> Result<(), Reason> {
///         self.remove(key);
///         self.0.0.push((key.to_owned(), text.into_bytes()));
///         Ok(())
///     }
///
///     fn remove(&mut self, key: &str) {
///         self.0.0.retain(|header| header.0 != key);
///     }
/// }
///
/// static TENANT: Exported<String> = Variable::named("tenant").exported("x-tenant");
/// static TO_WORKERS: Exports = Exports::new(&[TENANT.export()]);
///
/// let mut headers = Headers(Vec::new());
/// TENANT.run("blue".into(), || TO_WORKERS.inject(&mut ToHeaders(&mut headers)))?;
/// assert_eq!(headers.0, [("x-tenant".into(), b"blue".into())]);
/// # Ok::<_, asynccontext::carrier::InjectError>(())
/// ```
pub trait Injector {
    /// Stores `text` under `key`, replacing all texts under that key.
    ///
    /// The key consists of lower-case ASCII letters, digits, `-`, `_` and `.`, and the text of
    /// visible ASCII.
    ///
    /// # Errors
    ///
    /// Returns [`Reason::Carrier`] if the carrier does not accept the text.
    ///
    /// # Examples
    ///
    /// ```
    /// # use std::collections::HashMap;
    /// use asynccontext::carrier::{Injector, Reason};
    ///
    /// let mut carrier = HashMap::<String, String>::new();
    /// carrier.set("x-tenant", "blue".to_owned())?;
    /// assert_eq!(carrier["x-tenant"], "blue");
    /// # Ok::<_, Reason>(())
    /// ```
    fn set(&mut self, key: &str, text: String) -> Result<(), Reason>;

    /// Removes all texts under `key`.
    ///
    /// # Examples
    ///
    /// ```
    /// use asynccontext::carrier::Injector;
    ///
    /// let mut carrier = vec![("x-tenant".to_owned(), "blue".to_owned())];
    /// Injector::remove(&mut carrier, "x-tenant");
    /// assert!(carrier.is_empty());
    /// ```
    fn remove(&mut self, key: &str);
}

/// A carrier from which texts can be read, each under a key.
///
/// Implemented for maps and lists of strings, for [`Environment`], and with the feature `http` for
/// `http::HeaderMap`.
///
/// # Examples
///
/// An implementation for another carrier:
///
/// ```
/// use asynccontext::Variable;
/// use asynccontext::carrier::{Exported, Exports, Extractor, Reason};
///
/// /// Of a library for a message queue.
/// struct Headers(Vec<(String, Vec<u8>)>);
///
/// struct FromHeaders<'a>(&'a Headers);
///
/// impl Extractor for FromHeaders<'_> {
///     fn get(&self, key: &str) -> Result<Option<&str>, Reason> {
///         let mut all = self.0.0.iter().filter(|header| header.0 == key);
///         match (all.next(), all.next()) {
///             (None, _) => Ok(None),
///             (Some((_, bytes)), None) => Ok(Some(std::str::from_utf8(bytes).map_err(|_| Reason::Malformed)?)),
///             (Some(_), Some(_)) => Err(Reason::Repeated),
///         }
///     }
/// }
///
/// static TENANT: Exported<String> = Variable::named("tenant").exported("x-tenant");
/// static TO_WORKERS: Exports = Exports::new(&[TENANT.export()]);
///
/// let headers = Headers(vec![("x-tenant".into(), b"blue".into())]);
/// let snapshot = TO_WORKERS.extract(&FromHeaders(&headers))?;
/// assert_eq!(snapshot.run(|| TENANT.get()).as_deref(), Some("blue"));
/// # Ok::<_, asynccontext::carrier::ExtractError>(())
/// ```
pub trait Extractor {
    /// Returns the text under `key`, if there is one.
    ///
    /// # Errors
    ///
    /// Returns an error if there are several texts ([`Reason::Repeated`]), if the content is not text
    /// ([`Reason::Malformed`]), or if the carrier fails ([`Reason::Carrier`]).
    ///
    /// # Examples
    ///
    /// ```
    /// use asynccontext::carrier::{Extractor, Reason};
    ///
    /// let carrier = vec![("x-tenant".to_owned(), "blue".to_owned())];
    /// assert_eq!(Extractor::get(&carrier, "x-tenant")?, Some("blue"));
    /// assert_eq!(Extractor::get(&carrier, "x-user")?, None);
    /// # Ok::<_, Reason>(())
    /// ```
    fn get(&self, key: &str) -> Result<Option<&str>, Reason>;

    /// Returns all texts under `key`, for protocols in which a key may be repeated, such as the
    /// headers `tracestate` and `baggage`.
    ///
    /// Without an implementation, it returns what [`get`](Self::get) does.
    ///
    /// # Errors
    ///
    /// Returns an error as [`get`](Self::get) does.
    ///
    /// # Examples
    ///
    /// ```
    /// use asynccontext::carrier::{Extractor, Reason};
    ///
    /// let carrier = ["a=1", "b=2"].map(|text| ("baggage".to_owned(), text.to_owned())).to_vec();
    /// assert_eq!(carrier.get_all("baggage")?, ["a=1", "b=2"]);
    /// assert!(carrier.get_all("tracestate")?.is_empty());
    /// # Ok::<_, Reason>(())
    /// ```
    fn get_all(&self, key: &str) -> Result<Vec<&str>, Reason> {
        Ok(self.get(key)?.into_iter().collect())
    }
}

/// The variables that cross one boundary of the process.
///
/// # Examples
///
/// ```
/// use asynccontext::Variable;
/// use asynccontext::carrier::{Exported, Exports};
///
/// static TENANT: Exported<String> = Variable::named("tenant").exported("x-tenant");
/// static USER: Exported<u64> = Variable::named("user").exported("x-user");
///
/// static TO_OUR_SERVICES: Exports = Exports::new(&[TENANT.export(), USER.export()]);
/// static TO_PARTNERS: Exports = Exports::new(&[TENANT.export()]);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Exports(&'static [Export]);

impl Exports {
    /// Creates a list of exported variables.
    ///
    /// # Panics
    ///
    /// Panics if two of them have the same key. In a `static` this is a compile-time error.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::Variable;
    /// # use asynccontext::carrier::{Exported, Exports};
    /// static TENANT: Exported<String> = Variable::named("tenant").exported("x-tenant");
    /// static TO_OUR_SERVICES: Exports = Exports::new(&[TENANT.export()]);
    /// ```
    pub const fn new(list: &'static [Export]) -> Exports {
        let mut at = 0;
        while at < list.len() {
            let mut before = 0;
            while before < at {
                let same = text::same(list[at].key(), list[before].key());
                assert!(!same, "two exported variables of a list have the same key");
                before += 1;
            }
            at += 1;
        }
        Exports(list)
    }

    /// Writes the current values of the listed variables to `carrier`.
    ///
    /// If a variable is not bound, any text under its key is removed, so that a request that is
    /// sent again, or forwarded, carries no stale value. Defaults are not written. To write the
    /// values of a snapshot, call this in `snapshot.run(…)`.
    ///
    /// # Errors
    ///
    /// Returns [`InjectError`], with every variable whose value could not be written and the
    /// reason. The carrier has no text under the keys of those variables, and all others have been
    /// written.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::Variable;
    /// # use asynccontext::carrier::{Exported, Exports};
    /// # use std::collections::HashMap;
    /// static USER: Exported<u64> = Variable::named("user").exported("x-user");
    /// static TO_OUR_SERVICES: Exports = Exports::new(&[USER.export()]);
    ///
    /// let mut headers = HashMap::new();
    /// USER.run(7, || TO_OUR_SERVICES.inject(&mut headers))?;
    /// assert_eq!(headers["x-user"], "7");
    /// TO_OUR_SERVICES.inject(&mut headers)?;
    /// assert!(headers.is_empty());
    /// # Ok::<_, asynccontext::carrier::InjectError>(())
    /// ```
    pub fn inject(&self, carrier: &mut (impl Injector + ?Sized)) -> Result<(), InjectError> {
        let mut refused = Vec::new();
        for export in self.0 {
            let written = match export.write() {
                Ok(Some(text)) => carrier.set(export.key(), text),
                Ok(None) => {
                    carrier.remove(export.key());
                    Ok(())
                }
                Err(reason) => Err(reason),
            };
            if let Err(reason) = written {
                carrier.remove(export.key());
                refused.push(Refusal::new(export, reason));
            }
        }
        if refused.is_empty() { Ok(()) } else { Err(InjectError::new(refused)) }
    }

    /// Reads the values of the listed variables from `carrier` and returns them as a snapshot.
    ///
    /// The snapshot holds no other values, and in particular none of the current ones. A variable
    /// without a text in the carrier is not bound. Entering the snapshot leaves foreign context
    /// unchanged, since the carrier has none: a server's own span stays current.
    ///
    /// # Errors
    ///
    /// Returns [`ExtractError`], with every variable whose text could not be read and the reason,
    /// and with the snapshot of all others.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::Variable;
    /// # use asynccontext::carrier::{Exported, Exports};
    /// static USER: Exported<u64> = Variable::named("user").exported("x-user");
    /// static TO_OUR_SERVICES: Exports = Exports::new(&[USER.export()]);
    ///
    /// let headers = vec![("x-user".to_owned(), "7".to_owned())];
    /// let snapshot = TO_OUR_SERVICES.extract(&headers)?;
    /// assert_eq!(snapshot.run(|| USER.get()), Some(7));
    /// # Ok::<_, asynccontext::carrier::ExtractError>(())
    /// ```
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn extract(&self, carrier: &(impl Extractor + ?Sized)) -> Result<Snapshot, ExtractError> {
        let mut snapshot = Snapshot(mapping::nothing_of_ours());
        let mut refused = Vec::new();
        for export in self.0 {
            let read = match carrier.get(export.key()) {
                Ok(Some(text)) => export.read(text, &snapshot),
                Ok(None) => continue,
                Err(reason) => Err(reason),
            };
            match read {
                Ok(more) => snapshot = more,
                Err(reason) => refused.push(Refusal::new(export, reason)),
            }
        }
        if refused.is_empty() { Ok(snapshot) } else { Err(ExtractError::new(refused, snapshot)) }
    }
}
