//! Why a transaction, or a statement in it, is refused or fails.

use std::error;
use std::fmt;

use sqlx::error::{DatabaseError, ErrorKind};

/// Why a transaction was not begun, or not committed.
///
/// Work may return it, with errors of sqlx converted by `?`, or `sqlx::Error`, into which it
/// converts, or any error into which it converts.
///
/// # Examples
///
/// ```
/// use asynccontext_sqlx::{Error, Refused};
///
/// let error = Error::from(Refused::Ended);
/// assert_eq!(error.to_string(), "the transaction is refused");
/// let source = std::error::Error::source(&error).unwrap();
/// assert_eq!(source.to_string(), "the transaction of this context has ended");
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// No connection could be had, or the database didn't begin the transaction or its savepoint.
    /// The work has not run.
    Begin(sqlx::Error),
    /// The database didn't commit. The work has run, and its changes are rolled back.
    ///
    /// The only exception is a connection that breaks while the commit is under way
    /// ([`sqlx::Error::Io`] and the like): the database may have committed. Hooks are dropped in any
    /// case.
    Commit(sqlx::Error),
    /// The transaction can't be used here. Its changes are rolled back, unless it belongs to
    /// someone else.
    Refused(Refused),
    /// A statement of the work failed, by `?`. Everything is rolled back.
    Statement(sqlx::Error),
    /// Options were given to a transaction inside another one, which is a savepoint and has none.
    /// The work has not run.
    Nested,
}

impl Error {
    /// Returns why the transaction was refused, if that is the reason, also if a statement of the
    /// work was refused.
    ///
    /// # Examples
    ///
    /// ```
    /// use asynccontext_sqlx::{Error, Refused};
    ///
    /// let statement = sqlx::Error::from(Refused::Busy);
    /// assert_eq!(Error::from(statement).refused(), Some(Refused::Busy));
    /// ```
    pub fn refused(&self) -> Option<Refused> {
        match self {
            Error::Refused(refused) => Some(*refused),
            Error::Begin(source) | Error::Commit(source) | Error::Statement(source) => Refused::of(source),
            Error::Nested => None,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Error::Begin(_) => "the transaction could not be begun",
            Error::Commit(_) => "the transaction could not be committed",
            Error::Refused(_) => "the transaction is refused",
            Error::Statement(_) => "a statement of the transaction failed",
            Error::Nested => {
                "a transaction inside another one is a savepoint and has no options; give them to the outermost one"
            }
        })
    }
}

impl error::Error for Error {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match self {
            Error::Begin(source) | Error::Commit(source) | Error::Statement(source) => Some(source),
            Error::Refused(source) => Some(source),
            Error::Nested => None,
        }
    }
}

impl From<sqlx::Error> for Error {
    fn from(source: sqlx::Error) -> Error {
        Error::Statement(source)
    }
}

impl From<Refused> for Error {
    fn from(refused: Refused) -> Error {
        Error::Refused(refused)
    }
}

/// Returns the error of sqlx, or a [`sqlx::Error::Configuration`] that holds this one.
impl From<Error> for sqlx::Error {
    fn from(error: Error) -> sqlx::Error {
        match error {
            Error::Begin(source) | Error::Commit(source) | Error::Statement(source) => source,
            Error::Refused(refused) => refused.into(),
            Error::Nested => sqlx::Error::Configuration(Box::new(error)),
        }
    }
}

/// Why the open transaction can't be used.
///
/// Statements report it inside [`sqlx::Error::Database`]; [`Refused::of`] finds it there.
///
/// # Examples
///
/// ```
/// use asynccontext_sqlx::Refused;
///
/// let error = sqlx::Error::from(Refused::Busy);
/// assert_eq!(Refused::of(&error), Some(Refused::Busy));
/// assert_eq!(Refused::of(&sqlx::Error::RowNotFound), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Refused {
    /// The transaction of this context was committed or rolled back. The context was kept longer
    /// than the transaction, by a snapshot or a stream.
    Ended,
    /// Another statement of the same transaction is running, or its stream of rows is still open. A
    /// transaction has one connection, which runs one statement at a time.
    Busy,
    /// A nested transaction is open. The statement would become part of it, and be rolled back with
    /// it.
    Inside,
    /// A statement failed, and the database refuses all others until the transaction is rolled back
    /// (PostgreSQL). To go on after a failure, run the statement in a nested transaction.
    Failed,
    /// The database has rolled the transaction back (SQLite, by `ON CONFLICT ROLLBACK` or where its
    /// disk is full), or its connection is lost.
    RolledBack,
}

impl Refused {
    /// Returns the refusal that an error of sqlx holds.
    ///
    /// # Examples
    ///
    /// ```
    /// use asynccontext::Snapshot;
    /// use asynccontext_sqlx::{Ambient, Refused, transaction};
    /// # use asynccontext_sqlx::Error;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Error> {
    /// # let pool = sqlx::SqlitePool::connect("sqlite::memory:").await?;
    ///
    /// let leaked = transaction(&pool, async || Ok::<_, Error>(Snapshot::capture())).await?;
    ///
    /// let late = async { sqlx::query("SELECT 1").execute(&Ambient::new(&pool)).await };
    /// let error = leaked.scope(late).await.unwrap_err();
    /// assert_eq!(Refused::of(&error), Some(Refused::Ended));
    /// # Ok(())
    /// # }
    /// ```
    pub fn of(error: &sqlx::Error) -> Option<Refused> {
        error.as_database_error()?.try_downcast_ref::<Refused>().copied()
    }

    fn text(self) -> &'static str {
        match self {
            Refused::Ended => "the transaction of this context has ended",
            Refused::Busy => "another statement of the transaction is running, or its stream of rows is open",
            Refused::Inside => "a nested transaction is open, and the statement would become part of it",
            Refused::Failed => "a statement of the transaction has failed, so all of it must be rolled back",
            Refused::RolledBack => "the database has rolled the transaction back, or its connection is lost",
        }
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

impl error::Error for Refused {}

/// What sqlx takes as an error of the database, with a conversion into [`sqlx::Error`].
impl DatabaseError for Refused {
    fn message(&self) -> &str {
        self.text()
    }

    fn as_error(&self) -> &(dyn error::Error + Send + Sync + 'static) {
        self
    }

    fn as_error_mut(&mut self) -> &mut (dyn error::Error + Send + Sync + 'static) {
        self
    }

    fn into_error(self: Box<Self>) -> Box<dyn error::Error + Send + Sync + 'static> {
        self
    }

    fn kind(&self) -> ErrorKind {
        ErrorKind::Other
    }
}
