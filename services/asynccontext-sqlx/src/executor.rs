//! The executor that uses the open transaction.

use std::fmt;
use std::future::Future;
use std::ops::{Deref, DerefMut};

use futures_util::future::BoxFuture;
use futures_util::stream::BoxStream;
use sqlx::pool::PoolConnection;
use sqlx::{Database, Describe, Either, Execute, Executor, Pool, SqlStr};
use sqlx_core::ext::async_stream::TryAsyncStream;

use crate::bound;
use crate::connection::{Lease, Transaction};
use crate::database::AmbientDatabase;
use crate::error::{Error, Refused};
use crate::hooks;
use crate::transaction::transaction;

/// A pool that uses the open transaction of its context, if there is one.
///
/// Where sqlx takes an executor, pass `&db`: all of `query`, `query_as`, `query_scalar`, `raw_sql`,
/// `QueryBuilder` and the macros work. Inside a [`transaction`](crate::transaction()) of the same
/// pool, or of a clone of it, they run in that; elsewhere, each on a connection of the pool. Which
/// one is decided where sqlx calls the executor: for a stream of [`fetch`](Executor::fetch) at the
/// call, for a future of a query when it starts.
///
/// A transaction runs one statement at a time. A second one at the same time is not queued, but
/// fails with a [`Refused`] at once.
///
/// A clone refers to the same pool. Use the [`pool`](Ambient::pool) itself for a statement that must
/// not be part of the transaction.
///
/// # Examples
///
/// ```
/// use asynccontext_sqlx::Ambient;
/// use sqlx::{Sqlite, SqlitePool};
///
/// struct Users {
///     db: Ambient<Sqlite>,
/// }
///
/// impl Users {
///     async fn rename(&self, id: i64, name: &str) -> sqlx::Result<bool> {
///         let query = sqlx::query("UPDATE users SET name = ? WHERE id = ?").bind(name).bind(id);
///         Ok(query.execute(&self.db).await?.rows_affected() == 1)
///     }
/// }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> sqlx::Result<()> {
///
/// let pool = SqlitePool::connect("sqlite::memory:").await?;
/// let users = Users { db: Ambient::new(&pool) };
/// # sqlx::query("CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT)").execute(&users.db).await?;
/// assert!(!users.rename(1, "ann").await?);
/// # Ok(())
/// # }
/// ```
pub struct Ambient<DB: Database> {
    pool: Pool<DB>,
}

impl<DB: AmbientDatabase> Ambient<DB> {
    /// Returns an executor for `pool`.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> sqlx::Result<()> {
    /// use asynccontext_sqlx::Ambient;
    ///
    /// let pool = sqlx::SqlitePool::connect("sqlite::memory:").await?;
    /// let db = Ambient::new(&pool);
    /// # sqlx::query("SELECT 1").execute(&db).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn new(pool: &Pool<DB>) -> Ambient<DB> {
        Ambient { pool: pool.clone() }
    }

    /// Returns the pool, which as an executor never uses the open transaction.
    ///
    /// Inside a transaction this needs a second connection, and waits for it if the pool has no
    /// more. On a pool of one connection it waits until the pool's time is out.
    ///
    /// # Examples
    ///
    /// ```
    /// use asynccontext_sqlx::Ambient;
    /// # use asynccontext_sqlx::Error;
    /// use sqlx::Sqlite;
    ///
    /// /// Writes the attempt down, even if the transaction around it is rolled back.
    /// async fn audit(db: &Ambient<Sqlite>, attempt: &str) -> sqlx::Result<()> {
    ///     sqlx::query("INSERT INTO audit VALUES (?)").bind(attempt).execute(db.pool()).await?;
    ///     Ok(())
    /// }
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> sqlx::Result<()> {
    /// # let db = Ambient::new(&sqlx::SqlitePool::connect("sqlite::memory:").await?);
    /// # sqlx::query("CREATE TABLE audit (attempt TEXT)").execute(&db).await?;
    /// # audit(&db, "login").await
    /// # }
    /// ```
    pub fn pool(&self) -> &Pool<DB> {
        &self.pool
    }

    /// Runs `work` in a transaction: [`transaction`](crate::transaction()) with this pool.
    ///
    /// # Errors
    ///
    /// As [`transaction`](crate::transaction()).
    ///
    /// # Examples
    ///
    /// ```
    /// use asynccontext_sqlx::{Ambient, Error};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Error> {
    /// # let pool = sqlx::SqlitePool::connect("sqlite::memory:").await?;
    ///
    /// let db = Ambient::new(&pool);
    /// let three = db.transaction(async || Ok::<_, Error>(3)).await?;
    /// assert_eq!(three, 3);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn transaction<T, E>(&self, work: impl AsyncFnOnce() -> Result<T, E>) -> Result<T, E>
    where
        E: From<Error>,
    {
        transaction(&self.pool, work).await
    }

    /// Runs `hook` after the commit of this pool's transaction, as
    /// [`after_commit`](crate::transaction::after_commit) does for the innermost one of any pool.
    ///
    /// # Errors
    ///
    /// As [`after_commit`](crate::transaction::after_commit).
    ///
    /// # Examples
    ///
    /// ```
    /// use asynccontext_sqlx::{Ambient, Error};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Error> {
    /// # let pool = sqlx::SqlitePool::connect("sqlite::memory:").await?;
    ///
    /// let db = Ambient::new(&pool);
    /// db.after_commit(async || println!("no transaction is open, so this runs at once")).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn after_commit<F>(&self, hook: impl FnOnce() -> F + Send + 'static) -> Result<(), Refused>
    where
        F: Future<Output = ()> + Send + 'static,
    {
        match self.open() {
            Some(transaction) => transaction.add(hooks::boxed(hook)),
            None => {
                hook().await;
                Ok(())
            }
        }
    }

    /// Returns the connection of the open transaction, or one of the pool if none is open.
    ///
    /// For what needs a connection and not an executor, such as PostgreSQL's `COPY`. Until it is
    /// dropped, other statements of the transaction fail with [`Refused::Busy`]. Don't begin, commit
    /// or roll back with it.
    ///
    /// # Errors
    ///
    /// Returns a [`Refused`] if the transaction can't be used here, or an error of the pool.
    ///
    /// # Examples
    ///
    /// ```
    /// use asynccontext_sqlx::Ambient;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> sqlx::Result<()> {
    /// # let pool = sqlx::SqlitePool::connect("sqlite::memory:").await?;
    ///
    /// let db = Ambient::new(&pool);
    /// let mut connection = db.acquire().await?;
    /// sqlx::query("SELECT 1").execute(&mut *connection).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn acquire(&self) -> sqlx::Result<AmbientConnection<DB>> {
        Ok(AmbientConnection(match self.open() {
            Some(transaction) => {
                let mut lease = transaction.lease().await?;
                lease.connection(); // what happens to it is not seen
                Source::Transaction(lease)
            }
            None => Source::Pool(self.pool.acquire().await?),
        }))
    }

    fn open(&self) -> Option<Transaction<DB>> {
        bound::find(&self.pool)
    }
}

impl<DB: Database> Clone for Ambient<DB> {
    fn clone(&self) -> Ambient<DB> {
        Ambient { pool: self.pool.clone() }
    }
}

impl<DB: Database> fmt::Debug for Ambient<DB> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ambient").field("pool", &self.pool).finish()
    }
}

impl<DB: AmbientDatabase> From<Pool<DB>> for Ambient<DB> {
    fn from(pool: Pool<DB>) -> Ambient<DB> {
        Ambient { pool }
    }
}

impl<'p, DB: AmbientDatabase> Executor<'p> for &Ambient<DB>
where
    for<'c> &'c mut DB::Connection: Executor<'c, Database = DB>,
{
    type Database = DB;

    fn execute<'e, 'q: 'e, E>(self, query: E) -> BoxFuture<'e, sqlx::Result<DB::QueryResult>>
    where
        'p: 'e,
        E: 'q + Execute<'q, DB>,
    {
        let Some(transaction) = self.open() else { return self.pool.execute(query) };
        Box::pin(async move {
            let mut lease = transaction.lease().await?;
            let outcome = lease.connection().execute(query).await;
            lease.read(outcome).await
        })
    }

    fn fetch_many<'e, 'q: 'e, E>(self, query: E) -> BoxStream<'e, sqlx::Result<Either<DB::QueryResult, DB::Row>>>
    where
        'p: 'e,
        E: 'q + Execute<'q, DB>,
    {
        let Some(transaction) = self.open() else { return self.pool.fetch_many(query) };
        Box::pin(TryAsyncStream::new(move |rows| async move {
            let mut lease = transaction.lease().await?;
            let outcome = async {
                let mut fetched = lease.connection().fetch_many(query);
                while let Some(row) = next(&mut fetched).await {
                    rows.r#yield(row?).await;
                }
                Ok(())
            };
            let outcome = outcome.await;
            lease.read(outcome).await
        }))
    }

    fn fetch_all<'e, 'q: 'e, E>(self, query: E) -> BoxFuture<'e, sqlx::Result<Vec<DB::Row>>>
    where
        'p: 'e,
        E: 'q + Execute<'q, DB>,
    {
        let Some(transaction) = self.open() else { return self.pool.fetch_all(query) };
        Box::pin(async move {
            let mut lease = transaction.lease().await?;
            let outcome = lease.connection().fetch_all(query).await;
            lease.read(outcome).await
        })
    }

    fn fetch_optional<'e, 'q: 'e, E>(self, query: E) -> BoxFuture<'e, sqlx::Result<Option<DB::Row>>>
    where
        'p: 'e,
        E: 'q + Execute<'q, DB>,
    {
        let Some(transaction) = self.open() else { return self.pool.fetch_optional(query) };
        Box::pin(async move {
            let mut lease = transaction.lease().await?;
            let outcome = lease.connection().fetch_optional(query).await;
            lease.read(outcome).await
        })
    }

    fn prepare_with<'e>(self, sql: SqlStr, parameters: &'e [DB::TypeInfo]) -> BoxFuture<'e, sqlx::Result<DB::Statement>>
    where
        'p: 'e,
    {
        let Some(transaction) = self.open() else { return self.pool.prepare_with(sql, parameters) };
        Box::pin(async move {
            let mut lease = transaction.lease().await?;
            let outcome = lease.connection().prepare_with(sql, parameters).await;
            lease.read(outcome).await
        })
    }

    fn describe<'e>(self, sql: SqlStr) -> BoxFuture<'e, sqlx::Result<Describe<DB>>>
    where
        'p: 'e,
    {
        let Some(transaction) = self.open() else { return self.pool.describe(sql) };
        Box::pin(async move {
            let mut lease = transaction.lease().await?;
            let outcome = lease.connection().describe(sql).await;
            lease.read(outcome).await
        })
    }
}

async fn next<T>(stream: &mut BoxStream<'_, T>) -> Option<T> {
    std::future::poll_fn(|context| stream.as_mut().poll_next(context)).await
}

/// The connection of the open transaction, or one of the pool. Returned by [`Ambient::acquire`].
///
/// # Examples
///
/// ```
/// use asynccontext_sqlx::{Ambient, AmbientConnection};
/// use sqlx::Sqlite;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> sqlx::Result<()> {
/// # let pool = sqlx::SqlitePool::connect("sqlite::memory:").await?;
/// let connection: AmbientConnection<Sqlite> = Ambient::new(&pool).acquire().await?;
/// drop(connection); // it goes back to where it came from
/// # Ok(())
/// # }
/// ```
pub struct AmbientConnection<DB: AmbientDatabase>(Source<DB>);

enum Source<DB: AmbientDatabase> {
    Transaction(Lease<DB>),
    Pool(PoolConnection<DB>),
}

impl<DB: AmbientDatabase> Deref for AmbientConnection<DB> {
    type Target = DB::Connection;

    fn deref(&self) -> &DB::Connection {
        match &self.0 {
            Source::Transaction(lease) => lease.raw_ref(),
            Source::Pool(connection) => connection,
        }
    }
}

impl<DB: AmbientDatabase> DerefMut for AmbientConnection<DB> {
    fn deref_mut(&mut self) -> &mut DB::Connection {
        match &mut self.0 {
            Source::Transaction(lease) => lease.raw(),
            Source::Pool(connection) => connection,
        }
    }
}

impl<DB: AmbientDatabase> fmt::Debug for AmbientConnection<DB> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AmbientConnection").finish_non_exhaustive()
    }
}
