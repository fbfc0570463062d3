//! `Tied`, an error with the values that were current where it was created.

use std::error::Error;
use std::fmt;

use crate::mapping::inherit;
use crate::snapshot::Snapshot;

/// An error tied to the snapshot that was current where it was created.
///
/// An error is often logged far from the code that failed, where the request's variables are no
/// longer bound. A tied error carries them: the code that logs it reads them in its
/// [`snapshot`](Self::snapshot).
///
/// `Display` and `source` are those of the error itself. The operator `?` converts an error into a
/// tied one.
///
/// As an error may outlive the work that failed, the snapshot holds no values of
/// [uninherited](crate::Variable::uninherited) variables; [`from_parts`](Self::from_parts) takes
/// any snapshot.
///
/// # Examples
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
#[derive(Clone)]
pub struct Tied<E> {
    snapshot: Snapshot,
    error: E,
}

impl<E> Tied<E> {
    /// Ties `error` to the current values, except those of uninherited variables.
    ///
    /// # Examples
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

    /// Ties `error` to `snapshot`.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::{Snapshot, Tied, Variable};
    /// static TENANT: Variable<&str> = Variable::named("tenant");
    /// let request = Snapshot::empty().with(&TENANT, "blue");
    /// let error = Tied::from_parts(request, "no rows");
    /// assert_eq!(error.snapshot().get(&TENANT), Some(&"blue"));
    /// ```
    pub fn from_parts(snapshot: Snapshot, error: E) -> Tied<E> {
        Tied { snapshot, error }
    }

    /// Returns the snapshot and the error.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::{Tied, Variable};
    /// static TENANT: Variable<&str> = Variable::named("tenant");
    /// let error = TENANT.run("blue", || Tied::new("no rows"));
    /// let (snapshot, error) = error.into_parts();
    /// assert_eq!((snapshot.get(&TENANT), error), (Some(&"blue"), "no rows"));
    /// ```
    pub fn into_parts(self) -> (Snapshot, E) {
        (self.snapshot, self.error)
    }

    /// Returns a reference to the snapshot.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::{Tied, Variable};
    /// static TENANT: Variable<&str> = Variable::named("tenant");
    /// let error = TENANT.run("blue", || Tied::new("no rows"));
    /// assert_eq!(error.snapshot().run(|| TENANT.get()), Some("blue"));
    /// ```
    pub fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    /// Returns a reference to the error.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::Tied;
    /// # use std::io::{Error, ErrorKind};
    /// let error = Tied::new(Error::from(ErrorKind::NotFound));
    /// assert_eq!(error.inner().kind(), ErrorKind::NotFound);
    /// ```
    pub fn inner(&self) -> &E {
        &self.error
    }

    /// Returns the error without its snapshot.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::Tied;
    /// assert_eq!(Tied::new("no rows").into_inner(), "no rows");
    /// ```
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

/// Prints the error and the names of the bound variables, never their values.
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
