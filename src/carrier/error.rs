//! What could not be written to a carrier, or read from one, and why.

use std::error::Error;
use std::fmt;

use super::exported::Export;
use super::text::LIMIT;
use crate::snapshot::Snapshot;

/// Why a value could not be written to a carrier, or read from one.
///
/// What the carrier holds is never printed, as it may be anyone's secret or crafted to look
/// well in a log.
#[derive(Debug)]
#[non_exhaustive]
pub enum Reason {
    /// The text has more bytes than [`LIMIT`].
    TooLong {
        /// The bytes that it has.
        length: usize,
    },
    /// There are several texts under the key, and no telling which is meant.
    Repeated,
    /// It is not what is written to a carrier: percent-encoded UTF-8.
    Malformed,
    /// The variable's `read` refused the text.
    Unreadable(Box<dyn Error + Send + Sync>),
    /// The variable's `write` failed.
    Unwritable(Box<dyn Error + Send + Sync>),
    /// The carrier failed.
    Carrier(Box<dyn Error + Send + Sync>),
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Reason::TooLong { length } => {
                return write!(f, "the text has {length} bytes, more than {LIMIT}: send less, such as an id");
            }
            Reason::Repeated => "there are several texts under the key: one must be sent, and none added on the way",
            Reason::Malformed => "the text is not percent-encoded: whoever sends it must encode it",
            Reason::Unreadable(_) => "the text is not that of a value: see the source of this error",
            Reason::Unwritable(_) => "the value could not be written as text: see the source of this error",
            Reason::Carrier(_) => "the carrier failed: see the source of this error",
        })
    }
}

impl Error for Reason {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Reason::Unreadable(error) | Reason::Unwritable(error) | Reason::Carrier(error) => Some(&**error),
            Reason::TooLong { .. } | Reason::Repeated | Reason::Malformed => None,
        }
    }
}

/// A variable that could not be written or read, and why.
#[derive(Debug)]
pub struct Refusal {
    export: Export,
    reason: Reason,
}

impl Refusal {
    pub(super) fn new(export: &Export, reason: Reason) -> Refusal {
        Refusal { export: *export, reason }
    }

    /// The variable's name.
    pub fn name(&self) -> &'static str {
        self.export.name()
    }

    /// The variable's key in the carrier.
    pub fn key(&self) -> &'static str {
        self.export.key()
    }

    /// Why.
    pub fn reason(&self) -> &Reason {
        &self.reason
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "variable {:?} under {:?}: {}", self.name(), self.key(), self.reason)
    }
}

/// Its source is what the variable or the carrier failed with.
impl Error for Refusal {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.reason.source()
    }
}

/// The variables that were refused, and as an error what all of them failed with, in one
/// line of a log.
#[derive(Debug)]
struct Refused(Vec<Refusal>);

impl Refused {
    fn causes(&self) -> impl Iterator<Item = (&Refusal, &(dyn Error + 'static))> {
        self.0.iter().filter_map(|refusal| Some((refusal, refusal.source()?)))
    }

    /// What the only one with a cause failed with; if several have one, all of them.
    fn cause(&self) -> Option<&(dyn Error + 'static)> {
        let mut causes = self.causes();
        let (_, only) = causes.next()?;
        Some(if causes.next().is_none() { only } else { self })
    }

    fn print(&self, f: &mut fmt::Formatter<'_>, before: &str) -> fmt::Result {
        let mut before = before;
        for refusal in &self.0 {
            write!(f, "{before}{refusal}")?;
            before = "; ";
        }
        Ok(())
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut before = "";
        for (refusal, cause) in self.causes() {
            write!(f, "{before}variable {:?}", refusal.name())?;
            let mut next = Some(cause);
            while let Some(cause) = next {
                write!(f, ": {cause}")?;
                next = cause.source();
            }
            before = "; ";
        }
        Ok(())
    }
}

impl Error for Refused {}

/// Values that were not written to a carrier.
///
/// Made by [`Exports::inject`](super::Exports::inject), which has written all others.
///
/// ```
/// # use asynccontext::Variable;
/// use asynccontext::carrier::{Exported, Exports, LIMIT, Reason};
///
/// static TENANT: Exported<String> = Variable::named("tenant").exported("x-tenant");
/// static TO_OUR_SERVICES: Exports = Exports::new(&[TENANT.export()]);
///
/// let mut headers = Vec::new();
/// let error = TENANT.run("x".repeat(LIMIT + 1), || TO_OUR_SERVICES.inject(&mut headers)).unwrap_err();
/// let [refusal] = error.refusals() else { panic!("one") };
/// assert!(matches!(refusal.reason(), Reason::TooLong { length: 4097 }));
/// assert!(error.to_string().starts_with("not written: variable \"tenant\" under \"x-tenant\": "));
/// ```
///
/// Its source is what the variable or the carrier failed with; if several did, one error
/// that names them all.
#[derive(Debug)]
pub struct InjectError(Refused);

impl InjectError {
    pub(super) fn new(refused: Vec<Refusal>) -> InjectError {
        InjectError(Refused(refused))
    }

    /// Each variable, and why; at least one.
    pub fn refusals(&self) -> &[Refusal] {
        &self.0.0
    }
}

impl fmt::Display for InjectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.print(f, "not written: ")
    }
}

impl Error for InjectError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.cause()
    }
}

/// Values that could not be read from a carrier.
///
/// Made by [`Exports::extract`](super::Exports::extract). It has the snapshot of the others.
///
/// ```
/// # use asynccontext::Variable;
/// use asynccontext::carrier::{Exported, Exports, Reason};
///
/// static USER: Exported<u64> = Variable::named("user").exported("x-user");
/// static TO_OUR_SERVICES: Exports = Exports::new(&[USER.export()]);
///
/// let headers = vec![("x-user".to_owned(), "-7".to_owned())];
/// let error = TO_OUR_SERVICES.extract(&headers).unwrap_err();
/// assert!(matches!(error.refusals()[0].reason(), Reason::Unreadable(_)));
/// assert!(error.to_string().starts_with("not read: variable \"user\" under \"x-user\": "));
/// let cause = std::error::Error::source(&error).unwrap();
/// assert_eq!(cause.to_string(), "invalid digit found in string");
/// ```
///
/// Its source is what the variable's `read` failed with; if several did, one error that
/// names them all. Logs print it, so the error of a `read` should not repeat the text.
#[derive(Debug)]
pub struct ExtractError {
    refused: Refused,
    rest: Snapshot,
}

impl ExtractError {
    pub(super) fn new(refused: Vec<Refusal>, rest: Snapshot) -> ExtractError {
        ExtractError { refused: Refused(refused), rest }
    }

    /// Each variable, and why; at least one.
    pub fn refusals(&self) -> &[Refusal] {
        &self.refused.0
    }

    /// The snapshot of all variables that could be read.
    pub fn rest(&self) -> &Snapshot {
        &self.rest
    }

    /// The same, to go on with.
    pub fn into_rest(self) -> Snapshot {
        self.rest
    }
}

impl fmt::Display for ExtractError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.refused.print(f, "not read: ")
    }
}

impl Error for ExtractError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.refused.cause()
    }
}
