//! An error with the values that were current where it was made.

use std::error::Error;
use std::fmt;

use crate::mapping::inherit;
use crate::snapshot::Snapshot;

/// An error, tied to the snapshot that it was made in.
///
/// An error is often logged far outside of the code that met it, where the request's variables
/// are gone. Tied, it brings them along: whoever logs it reads them in its
/// [`snapshot`](Self::snapshot).
///
/// It prints as the error does, and has that one's source. `?` makes one of the error itself.
///
/// ```
/// use asynccontext::{Tied, Variable};
/// use std::num::ParseIntError;
///
/// static REQUEST_ID: Variable<u64> = Variable::named("request-id");
///
/// fn handle(body: &str) -> Result<u32, Tied<ParseIntError>> {
///     Ok(body.parse()?)
/// }
///
/// // in the server's loop, around all requests
/// let error = REQUEST_ID.run(7, || handle("seven")).unwrap_err();
/// let line = format!("request {}: {error}", error.snapshot().get(&REQUEST_ID).unwrap());
/// assert_eq!(line, "request 7: invalid digit found in string");
/// ```
///
/// As an error may outlive the work that failed, values of
/// [uninherited](crate::Variable::uninherited) variables are not in the snapshot;
/// [`from_parts`](Self::from_parts) takes any.
#[derive(Clone)]
pub struct Tied<E> {
    snapshot: Snapshot,
    error: E,
}

impl<E> Tied<E> {
    /// `error` with what is current now, but for uninherited variables.
    ///
    /// ```
    /// # use asynccontext::{Tied, Variable};
    /// static TENANT: Variable<&str> = Variable::named("tenant");
    /// let result: Result<(), _> = TENANT.run("blue", || Err("no rows").map_err(Tied::new));
    /// assert_eq!(result.unwrap_err().snapshot().get(&TENANT), Some(&"blue"));
    /// ```
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn new(error: E) -> Tied<E> {
        Tied { snapshot: Snapshot(inherit("Tied")), error }
    }

    /// `error` with the values of `snapshot`.
    pub fn from_parts(snapshot: Snapshot, error: E) -> Tied<E> {
        Tied { snapshot, error }
    }

    /// The snapshot and the error.
    pub fn into_parts(self) -> (Snapshot, E) {
        (self.snapshot, self.error)
    }

    /// The snapshot.
    pub fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    /// The error.
    pub fn inner(&self) -> &E {
        &self.error
    }

    /// The error, without its snapshot.
    pub fn into_inner(self) -> E {
        self.error
    }
}

impl<E> From<E> for Tied<E> {
    #[cfg_attr(debug_assertions, track_caller)]
    fn from(error: E) -> Tied<E> {
        Tied::new(error)
    }
}

impl<E: fmt::Display> fmt::Display for Tied<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)
    }
}

/// The error, and the names of what is bound, never the values.
impl<E: fmt::Debug> fmt::Debug for Tied<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tied").field("error", &self.error).field("snapshot", &self.snapshot).finish()
    }
}

impl<E: Error> Error for Tied<E> {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.error.source()
    }
}
