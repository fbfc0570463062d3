//! The errors of writing to a carrier and reading from one.

use std::error::Error;
use std::fmt;

use super::exported::Export;
use crate::snapshot::Snapshot;

/// The reason why a value could not be written to a carrier, or read from one.
///
/// The text of the carrier is never printed, as it may be a secret, or crafted to forge a log
/// entry.
///
/// # Examples
///
/// ```
/// # use asynccontext::Variable;
/// # use asynccontext::carrier::{Exported, Exports, Reason};
/// static USER: Exported<u64> = Variable::named("user").exported("x-user");
/// static TO_OUR_SERVICES: Exports = Exports::new(&[USER.export()]);
///
/// let two = ["7", "8"].map(|user| ("x-user".to_owned(), user.to_owned())).to_vec();
/// let error = TO_OUR_SERVICES.extract(&two).unwrap_err();
/// assert!(matches!(error.refusals()[0].reason(), Reason::Repeated));
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum Reason {
    /// The text has more bytes than [`LIMIT`](super::LIMIT), or than the limit of its
    /// [`Import`](super::Import::limit).
    TooLong {
        /// The length of the text in bytes.
        length: usize,
    },
    /// There are several texts under the key.
    Repeated,
    /// The text is not percent-encoded UTF-8.
    Malformed,
    /// The texts before this one used up what the texts of a carrier may have together, 8192 bytes
    /// with their keys.
    TooMuch,
    /// The decoded text has characters that an [`Imports`](super::Imports) does not accept, such as
    /// a line feed.
    ControlCharacter,
    /// The policy is that the variable is not read.
    Ignored,
    /// The function of [`Import::verified_by`](super::Import::verified_by) refused the text.
    Unverified(Box<dyn Error + Send + Sync>),
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
                return write!(f, "the text has {length} bytes, more than allowed: send less, such as an id");
            }
            Reason::Repeated => {
                "there are several texts under the key: the sender must send one, and no proxy may add another"
            }
            Reason::Malformed => "the text is not percent-encoded: the sender must encode it",
            Reason::TooMuch => "the texts have more than 8192 bytes together: send less",
            Reason::ControlCharacter => "the text has control characters, which could forge lines of a log",
            Reason::Ignored => "the policy is not to read it",
            Reason::Unverified(_) => "the text could not be verified: see the source of this error",
            Reason::Unreadable(_) => "the text could not be parsed: see the source of this error",
            Reason::Unwritable(_) => "the value could not be written as text: see the source of this error",
            Reason::Carrier(_) => "the carrier failed: see the source of this error",
        })
    }
}

impl Error for Reason {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Reason::Unverified(error)
            | Reason::Unreadable(error)
            | Reason::Unwritable(error)
            | Reason::Carrier(error) => Some(&**error),
            Reason::TooLong { .. }
            | Reason::Repeated
            | Reason::Malformed
            | Reason::TooMuch
            | Reason::ControlCharacter
            | Reason::Ignored => None,
        }
    }
}

/// A variable that could not be written or read, and why.
///
/// # Examples
///
/// ```
/// # use asynccontext::Variable;
/// # use asynccontext::carrier::{Exported, Exports};
/// static USER: Exported<u64> = Variable::named("user").exported("x-user");
/// static TO_OUR_SERVICES: Exports = Exports::new(&[USER.export()]);
///
/// let error = TO_OUR_SERVICES.extract(&vec![("x-user".to_owned(), "ann".to_owned())]).unwrap_err();
/// let text = "variable \"user\" under \"x-user\": the text could not be parsed: see the source of this error";
/// assert_eq!(error.refusals()[0].to_string(), text);
/// ```
#[derive(Debug)]
pub struct Refusal {
    export: Export,
    reason: Reason,
}

impl Refusal {
    pub(super) fn new(export: &Export, reason: Reason) -> Refusal {
        Refusal { export: *export, reason }
    }

    /// Returns the variable's name.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::Variable;
    /// # use asynccontext::carrier::{Exported, Exports};
    /// # static USER: Exported<u64> = Variable::named("user").exported("x-user");
    /// # static TO_OUR_SERVICES: Exports = Exports::new(&[USER.export()]);
    /// let error = TO_OUR_SERVICES.extract(&vec![("x-user".to_owned(), "ann".to_owned())]).unwrap_err();
    /// assert_eq!(error.refusals()[0].name(), "user");
    /// ```
    pub fn name(&self) -> &'static str {
        self.export.name()
    }

    /// Returns the variable's key in the carrier.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::Variable;
    /// # use asynccontext::carrier::{Exported, Exports};
    /// # static USER: Exported<u64> = Variable::named("user").exported("x-user");
    /// # static TO_OUR_SERVICES: Exports = Exports::new(&[USER.export()]);
    /// let error = TO_OUR_SERVICES.extract(&vec![("x-user".to_owned(), "ann".to_owned())]).unwrap_err();
    /// assert_eq!(error.refusals()[0].key(), "x-user");
    /// ```
    pub fn key(&self) -> &'static str {
        self.export.key()
    }

    /// Returns the reason.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::Variable;
    /// # use asynccontext::carrier::{Exported, Exports, Reason};
    /// # static USER: Exported<u64> = Variable::named("user").exported("x-user");
    /// # static TO_OUR_SERVICES: Exports = Exports::new(&[USER.export()]);
    /// let error = TO_OUR_SERVICES.extract(&vec![("x-user".to_owned(), "%".to_owned())]).unwrap_err();
    /// assert!(matches!(error.refusals()[0].reason(), Reason::Malformed));
    /// ```
    pub fn reason(&self) -> &Reason {
        &self.reason
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "variable {:?} under {:?}: {}", self.name(), self.key(), self.reason)
    }
}

/// The source is the error of the variable's functions or of the carrier.
impl Error for Refusal {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.reason.source()
    }
}

/// The refused variables. As an error, it prints all of their causes in one line.
#[derive(Debug)]
struct Refused(Vec<Refusal>);

impl Refused {
    fn causes(&self) -> impl Iterator<Item = (&Refusal, &(dyn Error + 'static))> {
        self.0.iter().filter_map(|refusal| Some((refusal, refusal.source()?)))
    }

    /// Returns the cause if only one variable has one, or `self` if several do.
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

/// An error for values that could not be written to a carrier.
///
/// Returned by [`Exports::inject`](super::Exports::inject), which has written all others.
///
/// Its source is the error of the variable's `write` or of the carrier, or, if there are several,
/// one error that names them all.
///
/// # Examples
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
#[derive(Debug)]
pub struct InjectError(Refused);

impl InjectError {
    pub(super) fn new(refused: Vec<Refusal>) -> InjectError {
        InjectError(Refused(refused))
    }

    /// Returns the refused variables with their reasons, at least one.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::Variable;
    /// # use asynccontext::carrier::{Exported, Exports, LIMIT};
    /// # static TENANT: Exported<String> = Variable::named("tenant").exported("x-tenant");
    /// # static TO_OUR_SERVICES: Exports = Exports::new(&[TENANT.export()]);
    /// let mut headers = Vec::new();
    /// let error = TENANT.run("x".repeat(LIMIT + 1), || TO_OUR_SERVICES.inject(&mut headers)).unwrap_err();
    /// assert_eq!(error.refusals().len(), 1);
    /// ```
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

/// An error for values that could not be read from a carrier.
///
/// Returned by [`Exports::extract`](super::Exports::extract). It has the snapshot of the others.
///
/// Its source is the error of the variable's `read`, or, if there are several, one error that names
/// them all. Logs print the source, so the error of a `read` should not repeat the text.
///
/// # Examples
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
#[derive(Debug)]
pub struct ExtractError {
    refused: Refused,
    rest: Snapshot,
}

impl ExtractError {
    pub(super) fn new(refused: Vec<Refusal>, rest: Snapshot) -> ExtractError {
        ExtractError { refused: Refused(refused), rest }
    }

    /// Returns the refused variables with their reasons, at least one.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::Variable;
    /// # use asynccontext::carrier::{Exported, Exports};
    /// # static USER: Exported<u64> = Variable::named("user").exported("x-user");
    /// # static TO_OUR_SERVICES: Exports = Exports::new(&[USER.export()]);
    /// let error = TO_OUR_SERVICES.extract(&vec![("x-user".to_owned(), "ann".to_owned())]).unwrap_err();
    /// assert_eq!(error.refusals().len(), 1);
    /// ```
    pub fn refusals(&self) -> &[Refusal] {
        &self.refused.0
    }

    /// Returns the snapshot of all variables that could be read.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::Variable;
    /// # use asynccontext::carrier::{Exported, Exports};
    /// # static USER: Exported<u64> = Variable::named("user").exported("x-user");
    /// # static TO_OUR_SERVICES: Exports = Exports::new(&[USER.export()]);
    /// let error = TO_OUR_SERVICES.extract(&vec![("x-user".to_owned(), "ann".to_owned())]).unwrap_err();
    /// assert!(error.rest().is_empty());
    /// ```
    pub fn rest(&self) -> &Snapshot {
        &self.rest
    }

    /// Converts the error into the snapshot of all variables that could be read.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::{Snapshot, Variable};
    /// # use asynccontext::carrier::{Exported, Exports};
    /// # static USER: Exported<u64> = Variable::named("user").exported("x-user");
    /// # static TO_OUR_SERVICES: Exports = Exports::new(&[USER.export()]);
    /// let headers = vec![("x-user".to_owned(), "ann".to_owned())];
    /// let snapshot: Snapshot = TO_OUR_SERVICES.extract(&headers).unwrap_or_else(|error| error.into_rest());
    /// assert_eq!(snapshot.run(|| USER.get()), None);
    /// ```
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
