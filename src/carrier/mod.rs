//! Beyond the process: exported variables, written to a carrier and read from one.
//!
//! A *carrier* goes along with a request, a message or a job and holds texts under keys:
//! the headers of HTTP, of a queue's message, a map in a job's record. Nothing is written
//! to one by itself. A variable says at its definition under which key it travels and how
//! it is written as text; an [`Exports`] says which variables cross one boundary; and the
//! code at the boundary calls [`inject`](Exports::inject) and
//! [`extract`](Exports::extract).
//!
//! ```
//! use asynccontext::Variable;
//! use asynccontext::carrier::{Exported, Exports};
//! use std::collections::HashMap;
//! use std::time::Duration;
//!
//! // What the two services share.
//! static TENANT: Exported<String> = Variable::named("tenant").exported("x-tenant");
//! static BUDGET: Exported<Duration> = Variable::named("budget").exported_as(
//!     "x-budget-ms",
//!     |budget| Ok(budget.as_millis().to_string()),
//!     |text| Ok(Duration::from_millis(text.parse()?)),
//! );
//! static TO_OUR_SERVICES: Exports = Exports::new(&[TENANT.export(), BUDGET.export()]);
//!
//! // The one that calls.
//! let mut carrier = HashMap::new();
//! TENANT.run("Köln & Co".into(), || TO_OUR_SERVICES.inject(&mut carrier))?;
//! assert_eq!(carrier["x-tenant"], "K%C3%B6ln%20&%20Co");
//!
//! // The one that is called. For a future: `snapshot.scope(…)`.
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
//! There is no registry that every exported variable is in. Your own services may learn
//! who the user is while a partner's may not, so what crosses is named where it crosses,
//! and no library that you link can add to it. It also needs no start-up code: a process
//! that never bound a variable reads it as well as one that did.
//!
//! # What comes in
//!
//! What a carrier holds is what someone sent. Extract only from those whose word you take:
//! a service that faces the world ignores what its clients say about tenants and users,
//! and binds what it has checked itself.
//!
//! A text that can't be read spoils nothing else. [`ExtractError`] names each variable and
//! the [`Reason`], and has the snapshot of the others, for those who go on without:
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
//! # What is on the wire
//!
//! Texts are percent-encoded UTF-8, as the values of W3C baggage are: visible ASCII without
//! `"`, `,`, `;`, `\` and `%`, everything else as `%` and two hexadecimal digits. So every
//! carrier can hold every text, no value can end a header and start another, and what goes
//! in comes out. JavaScript's `encodeURIComponent` writes what is read here. A text has at
//! most [`LIMIT`] bytes, so written.
//!
//! The trace context is not written by this crate: W3C's headers are OpenTelemetry's to
//! write and to read, by its propagators.

mod error;
mod exported;
#[cfg(feature = "http")]
mod http;
mod maps;
mod text;

pub use error::{ExtractError, InjectError, Reason, Refusal};
pub use exported::{Export, Exported};
pub use text::LIMIT;

use crate::mapping;
use crate::snapshot::Snapshot;

/// What texts can be written to, each under a key.
///
/// Implemented for maps and lists of strings, and with the feature `http` for
/// `http::HeaderMap`. For another carrier:
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
    /// Puts `text` under `key`, in place of all that is there.
    ///
    /// The key is of lower-case ASCII letters, digits, `-`, `_` and `.`; the text of visible
    /// ASCII.
    ///
    /// # Errors
    ///
    /// If the carrier does not take it: [`Reason::Carrier`].
    fn set(&mut self, key: &str, text: String) -> Result<(), Reason>;

    /// Takes away all that is under `key`.
    fn remove(&mut self, key: &str);
}

/// What texts can be read from, each under a key.
///
/// Implemented for maps and lists of strings, and with the feature `http` for
/// `http::HeaderMap`. For another carrier:
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
    /// The text under `key`, if there is one.
    ///
    /// # Errors
    ///
    /// If there are several ([`Reason::Repeated`]), if it is no text
    /// ([`Reason::Malformed`]), or if the carrier fails ([`Reason::Carrier`]).
    fn get(&self, key: &str) -> Result<Option<&str>, Reason>;
}

/// The variables that cross one boundary of the process.
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
    /// A list of exported variables.
    ///
    /// # Panics
    ///
    /// If two of them have the same key. In a `static` that is a compile error.
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

    /// Makes `carrier` say what is bound here, of the variables on this list.
    ///
    /// Afterwards there is nothing under the key of a variable that is not bound, whatever
    /// was there before: a request that is sent once more, or forwarded, says nothing
    /// stale. A default is not written. The values of a snapshot: `snapshot.run(…)`.
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
    ///
    /// # Errors
    ///
    /// [`InjectError`], with every variable whose value could not be written and why. All
    /// others have been written, and nothing is under the keys of those.
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

    /// The snapshot that `carrier` describes, of the variables on this list.
    ///
    /// It holds those and nothing of what is current here. A variable of which the carrier says
    /// nothing is not bound in it. Foreign context is left as it is where the snapshot is entered:
    /// the carrier says nothing about that, and a server's own span stays current.
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
    ///
    /// # Errors
    ///
    /// [`ExtractError`], with every variable whose text could not be read and why, and with
    /// the snapshot of all others.
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
