//! The ambient transaction: its options, its state, and what runs after its commit.
//!
//! The function [`transaction`](crate::transaction()) has the name of this module, so one `use`
//! imports both:
//!
//! ```
//! use asynccontext_sqlx::{Error, transaction};
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Error> {
//! # let pool = sqlx::SqlitePool::connect("sqlite::memory:").await?;
//!
//! assert!(!transaction::is_open(&pool));
//! transaction(&pool, async || {
//!     assert!(transaction::is_open(&pool));
//!     transaction::after_commit(async || println!("committed")).await?;
//!     Ok::<_, Error>(())
//! })
//! .await?;
//! # Ok(())
//! # }
//! ```

use std::fmt;
use std::future::Future;
use std::marker::PhantomData;

use sqlx::{AssertSqlSafe, Pool, SqlSafeStr, SqlStr};

use crate::bound;
use crate::connection::{self, Transaction};
use crate::database::{self, AmbientDatabase};
use crate::error::{Error, Refused};
use crate::hooks::{self, Hook};

/// Runs `work` in a transaction, and commits if it returns `Ok`.
///
/// An [`Ambient`](crate::Ambient) of the same pool uses the transaction, wherever it is called from
/// inside `work`. If `work` returns an error or panics, or if the future is dropped before its end,
/// everything is rolled back.
///
/// Inside a transaction of the same pool it sets a savepoint instead: `Err` rolls back to that, and
/// what is committed is part of the outer transaction. A transaction of another pool is independent.
///
/// After the outermost commit the [hooks](after_commit) run, before this returns.
///
/// # Errors
///
/// Returns the error of `work`, or an [`Error`] if the transaction was not begun or not committed,
/// or if the one of this context can't be used.
///
/// # Examples
///
/// ```
/// use asynccontext_sqlx::{Ambient, transaction};
/// use sqlx::{Sqlite, SqlitePool};
///
/// async fn add(db: &Ambient<Sqlite>, name: &str) -> sqlx::Result<()> {
///     sqlx::query("INSERT INTO users VALUES (?)").bind(name).execute(db).await?;
///     Ok(())
/// }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> sqlx::Result<()> {
///
/// let pool = SqlitePool::connect("sqlite::memory:").await?;
/// let db = Ambient::new(&pool);
/// sqlx::query("CREATE TABLE users (name TEXT UNIQUE)").execute(&db).await?;
///
/// let both = transaction(&pool, async || {
///     add(&db, "ann").await?;
///     add(&db, "ann").await // fails
/// });
/// assert!(both.await.is_err());
///
/// let users: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM users").fetch_one(&db).await?;
/// assert_eq!(users, 0);
/// # Ok(())
/// # }
/// ```
pub async fn transaction<DB, T, E>(pool: &Pool<DB>, work: impl AsyncFnOnce() -> Result<T, E>) -> Result<T, E>
where
    DB: AmbientDatabase,
    E: From<Error>,
{
    TransactionOptions::new().run(pool, work).await
}

/// Whether this context is inside an open transaction of `pool`.
///
/// # Examples
///
/// ```
/// use asynccontext_sqlx::{Error, transaction};
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Error> {
/// # let pool = sqlx::SqlitePool::connect("sqlite::memory:").await?;
///
/// assert!(!transaction::is_open(&pool));
/// let inside = transaction(&pool, async || Ok::<_, Error>(transaction::is_open(&pool))).await?;
/// assert!(inside);
/// # Ok(())
/// # }
/// ```
pub fn is_open<DB: AmbientDatabase>(pool: &Pool<DB>) -> bool {
    bound::find(pool).is_some_and(|transaction| transaction.is_open())
}

/// Runs `hook` after the commit of the innermost transaction, of whichever pool.
///
/// The hook runs after the *outermost* commit. It is dropped if the transaction is rolled back, or a
/// nested one in which it was added. Hooks run one after the other, in the order in which they were
/// added, in the context of the outermost [`transaction`](crate::transaction()) call: outside the
/// transaction, without the values that were bound inside. So a hook captures what it needs.
///
/// Outside a transaction, each statement commits by itself, so the hook runs at once.
///
/// If a hook panics, the others still run, and then the panic continues. If the future of the
/// transaction is dropped while hooks run, the rest of them is dropped: what must happen belongs
/// into a table, in the transaction (an outbox). With transactions of several pools,
/// [`Ambient::after_commit`](crate::Ambient::after_commit) chooses one.
///
/// # Errors
///
/// Returns [`Refused::Ended`] and drops the hook if the transaction of this context has ended.
///
/// # Examples
///
/// ```
/// use std::sync::atomic::{AtomicU32, Ordering};
/// use asynccontext_sqlx::{Error, transaction};
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Error> {
/// # let pool = sqlx::SqlitePool::connect("sqlite::memory:").await?;
///
/// static MAILS: AtomicU32 = AtomicU32::new(0);
/// async fn mail() {
///     MAILS.fetch_add(1, Ordering::Relaxed);
/// }
///
/// transaction(&pool, async || {
///     transaction::after_commit(mail).await?;
///     assert_eq!(MAILS.load(Ordering::Relaxed), 0);
///     Ok::<_, Error>(())
/// })
/// .await?;
/// assert_eq!(MAILS.load(Ordering::Relaxed), 1);
/// # Ok(())
/// # }
/// ```
pub async fn after_commit<F>(hook: impl FnOnce() -> F + Send + 'static) -> Result<(), Refused>
where
    F: Future<Output = ()> + Send + 'static,
{
    if let Some(hook) = bound::add(hooks::boxed(hook))? {
        hook().await;
    }
    Ok(())
}

/// How strictly PostgreSQL separates a transaction from others.
///
/// # Examples
///
/// ```
/// use asynccontext_sqlx::transaction::{Isolation, TransactionOptions};
/// # #[cfg(feature = "postgres")] {
///
/// let strict: TransactionOptions<sqlx::Postgres> = TransactionOptions::new().isolation(Isolation::Serializable);
/// # }
/// ```
#[cfg(feature = "postgres")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Isolation {
    /// Each statement sees what was committed before it. PostgreSQL's default.
    ReadCommitted,
    /// All statements see what was committed before the first one.
    RepeatableRead,
    /// As if transactions ran one after the other. One that doesn't fit fails with the code `40001`,
    /// at a statement or at the commit, and may be tried again.
    Serializable,
}

/// How a transaction begins.
///
/// A savepoint has no options: inside another transaction of the pool, [`run`](Self::run) refuses
/// any that were set.
///
/// # Examples
///
/// ```
/// use asynccontext_sqlx::Error;
/// use asynccontext_sqlx::transaction::TransactionOptions;
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Error> {
/// # let pool = sqlx::SqlitePool::connect("sqlite::memory:").await?;
///
/// // Takes SQLite's lock for writers at once, so that no later statement fails to get it.
/// TransactionOptions::new().immediate().run(&pool, async || Ok::<_, Error>(())).await?;
/// # Ok(())
/// # }
/// ```
pub struct TransactionOptions<DB> {
    statement: Option<SqlStr>,
    words: Vec<&'static str>,
    database: PhantomData<fn() -> DB>,
}

impl<DB: AmbientDatabase> TransactionOptions<DB> {
    /// Returns the database's defaults.
    ///
    /// # Examples
    ///
    /// ```
    /// use asynccontext_sqlx::transaction::TransactionOptions;
    ///
    /// let options: TransactionOptions<sqlx::Sqlite> = TransactionOptions::new();
    /// ```
    pub fn new() -> TransactionOptions<DB> {
        TransactionOptions { statement: None, words: Vec::new(), database: PhantomData }
    }

    /// Begins by a statement of choice, as sqlx's [`Pool::begin_with`] does. It replaces all other
    /// options.
    ///
    /// # Examples
    ///
    /// ```
    /// use asynccontext_sqlx::transaction::TransactionOptions;
    ///
    /// let options: TransactionOptions<sqlx::Sqlite> = TransactionOptions::new().begin_with("BEGIN IMMEDIATE");
    /// ```
    #[must_use]
    pub fn begin_with(mut self, statement: impl SqlSafeStr) -> TransactionOptions<DB> {
        self.statement = Some(statement.into_sql_str());
        self
    }

    #[cfg(any(feature = "postgres", feature = "sqlite"))]
    fn with(mut self, words: &'static str) -> TransactionOptions<DB> {
        self.words.push(words);
        self
    }

    /// Runs `work` in a transaction with these options, as [`transaction`](crate::transaction())
    /// does with the defaults.
    ///
    /// # Errors
    ///
    /// Returns [`Error::Nested`] if options were set and a transaction of the pool is open.
    /// Otherwise as [`transaction`](crate::transaction()).
    ///
    /// # Examples
    ///
    /// ```
    /// use asynccontext_sqlx::Error;
    /// use asynccontext_sqlx::transaction::{self, TransactionOptions};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Error> {
    /// # let pool = sqlx::SqlitePool::connect("sqlite::memory:").await?;
    ///
    /// let open = async || Ok::<_, Error>(transaction::is_open(&pool));
    /// assert!(TransactionOptions::new().exclusive().run(&pool, open).await?);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn run<T, E>(self, pool: &Pool<DB>, work: impl AsyncFnOnce() -> Result<T, E>) -> Result<T, E>
    where
        E: From<Error>,
    {
        let open = match (bound::find(pool), self.begin()) {
            (Some(outer), None) => Open::savepoint(outer).await?,
            (Some(_), Some(_)) => return Err(Error::Nested.into()),
            (None, begin) => Open::begin(pool, begin).await?,
        };
        match bound::scope(pool, open.transaction.clone(), async { work().await }).await {
            Ok(value) => {
                let hooks = open.commit().await?;
                hooks::run(hooks).await;
                Ok(value)
            }
            Err(error) => {
                open.rollback().await;
                Err(error)
            }
        }
    }

    /// Returns the statement that begins, or `None` for the default one.
    fn begin(self) -> Option<SqlStr> {
        if self.statement.is_some() || self.words.is_empty() {
            return self.statement;
        }
        Some(AssertSqlSafe(format!("BEGIN {}", self.words.join(" "))).into_sql_str())
    }
}

impl<DB: AmbientDatabase> Default for TransactionOptions<DB> {
    fn default() -> TransactionOptions<DB> {
        TransactionOptions::new()
    }
}

impl<DB> fmt::Debug for TransactionOptions<DB> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TransactionOptions").field("statement", &self.statement).field("words", &self.words).finish()
    }
}

#[cfg(feature = "postgres")]
#[cfg_attr(docsrs, doc(cfg(feature = "postgres")))]
impl TransactionOptions<sqlx::Postgres> {
    /// Sets the isolation level.
    ///
    /// # Examples
    ///
    /// ```
    /// use asynccontext_sqlx::transaction::{Isolation, TransactionOptions};
    ///
    /// let options = TransactionOptions::new().isolation(Isolation::RepeatableRead);
    /// ```
    #[must_use]
    pub fn isolation(self, level: Isolation) -> TransactionOptions<sqlx::Postgres> {
        self.with(match level {
            Isolation::ReadCommitted => "ISOLATION LEVEL READ COMMITTED",
            Isolation::RepeatableRead => "ISOLATION LEVEL REPEATABLE READ",
            Isolation::Serializable => "ISOLATION LEVEL SERIALIZABLE",
        })
    }

    /// Makes the database refuse statements that write.
    ///
    /// # Examples
    ///
    /// ```
    /// use asynccontext_sqlx::transaction::TransactionOptions;
    ///
    /// let options = TransactionOptions::<sqlx::Postgres>::new().read_only();
    /// ```
    #[must_use]
    pub fn read_only(self) -> TransactionOptions<sqlx::Postgres> {
        self.with("READ ONLY")
    }

    /// Makes a serializable transaction that only reads wait for a moment from which it can't fail.
    ///
    /// # Examples
    ///
    /// ```
    /// use asynccontext_sqlx::transaction::{Isolation, TransactionOptions};
    ///
    /// let report = TransactionOptions::new().isolation(Isolation::Serializable).read_only().deferrable();
    /// ```
    #[must_use]
    pub fn deferrable(self) -> TransactionOptions<sqlx::Postgres> {
        self.with("DEFERRABLE")
    }
}

#[cfg(feature = "sqlite")]
#[cfg_attr(docsrs, doc(cfg(feature = "sqlite")))]
impl TransactionOptions<sqlx::Sqlite> {
    /// Takes the lock for writers at the begin. Without it, a transaction that reads first may fail
    /// at its first write, if another one has written meanwhile.
    ///
    /// # Examples
    ///
    /// ```
    /// use asynccontext_sqlx::transaction::TransactionOptions;
    ///
    /// let options = TransactionOptions::<sqlx::Sqlite>::new().immediate();
    /// ```
    #[must_use]
    pub fn immediate(mut self) -> TransactionOptions<sqlx::Sqlite> {
        self.words.clear(); // SQLite takes one
        self.with("IMMEDIATE")
    }

    /// Takes the lock against readers too, unless the database is in WAL mode.
    ///
    /// # Examples
    ///
    /// ```
    /// use asynccontext_sqlx::transaction::TransactionOptions;
    ///
    /// let options = TransactionOptions::<sqlx::Sqlite>::new().exclusive();
    /// ```
    #[must_use]
    pub fn exclusive(mut self) -> TransactionOptions<sqlx::Sqlite> {
        self.words.clear();
        self.with("EXCLUSIVE")
    }
}

/// A transaction that has not ended. Unless it is committed or rolled back, the drop ends it.
struct Open<DB: AmbientDatabase> {
    transaction: Transaction<DB>,
    /// The one around it, if it is a savepoint.
    outer: Option<Transaction<DB>>,
}

impl<DB: AmbientDatabase> Open<DB> {
    async fn begin(pool: &Pool<DB>, statement: Option<SqlStr>) -> Result<Open<DB>, Error> {
        let mut connection = pool.acquire().await.map_err(Error::Begin)?;
        database::begin(&mut connection, statement).await.map_err(Error::Begin)?;
        Ok(Open { transaction: Transaction::new(pool, connection), outer: None })
    }

    async fn savepoint(outer: Transaction<DB>) -> Result<Open<DB>, Error> {
        let mut lease = outer.lease().await?;
        // The outer one has the connection, so it is the innermost one.
        let depth = outer.depth().ok_or(Refused::Ended)? + 1;
        lease.run(connection::savepoint("SAVEPOINT", depth)).await.map_err(Error::Begin)?;
        let transaction = outer.nested()?;
        Ok(Open { transaction, outer: Some(outer) })
    }

    async fn commit(self) -> Result<Vec<Hook>, Error> {
        match self.try_commit().await {
            Ok(hooks) => Ok(hooks),
            Err(error) => {
                self.rollback().await;
                Err(error)
            }
        }
    }

    async fn try_commit(&self) -> Result<Vec<Hook>, Error> {
        let mut lease = self.transaction.lease().await?;
        let depth = self.transaction.depth().ok_or(Refused::Ended)?;
        if depth == 0 {
            lease.commit().await.map_err(Error::Commit)?;
            Ok(lease.end(&self.transaction))
        } else {
            lease.run(connection::savepoint("RELEASE SAVEPOINT", depth)).await.map_err(Error::Commit)?;
            Ok(self.transaction.end())
        }
    }

    /// Rolls back. An error of that has no consequence: the pool closes a connection that is broken,
    /// and a savepoint that stays makes the outer transaction fail.
    async fn rollback(self) {
        match &self.outer {
            None => {
                if let Ok(mut lease) = self.transaction.take()
                    && lease.rollback().await.is_ok()
                {
                    drop(lease.end(&self.transaction));
                }
            }
            Some(outer) => {
                self.transaction.abandon();
                let _ = outer.lease().await;
            }
        }
    }
}

impl<DB: AmbientDatabase> Drop for Open<DB> {
    fn drop(&mut self) {
        self.transaction.abandon();
    }
}
