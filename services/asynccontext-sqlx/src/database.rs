//! What differs between databases, and all that is used of sqlx's internal trait of transactions.

use std::future::Future;

use sqlx::pool::PoolConnection;
use sqlx::{Database, SqlStr};
use sqlx_core::transaction::TransactionManager;

/// A database whose transactions can be ambient: `Sqlite` and `Postgres`, each with the feature of
/// its name.
///
/// It can't be implemented outside this crate.
///
/// # Examples
///
/// ```
/// use asynccontext_sqlx::{Ambient, AmbientDatabase};
///
/// struct Orders<DB: AmbientDatabase>(Ambient<DB>);
/// # let _: fn(Orders<sqlx::Sqlite>) = drop;
/// ```
pub trait AmbientDatabase: Driver {}

/// The state of a transaction, as far as the database has reported it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Health {
    /// Open and in order.
    Sound,
    /// A statement was cancelled, and its outcome was not read.
    Unsure,
    /// A statement failed, and the database refuses others until it is rolled back.
    Failed,
    /// The database has rolled it back, or the connection is lost.
    Gone,
}

/// The parts of [`AmbientDatabase`] that aren't public.
pub trait Driver: Database {
    /// Whether a `BEGIN` that was cut off may have left a transaction open on the connection.
    const CLOSE_AFTER_BEGIN_CUT_OFF: bool;

    /// Whether a check that was cut off makes the next one answer that the transaction is in order.
    const CHECKS_ONCE: bool;

    /// Runs a statement without arguments.
    fn run(connection: &mut Self::Connection, sql: SqlStr) -> impl Future<Output = sqlx::Result<()>> + Send + '_;

    /// Asks the database what became of the transaction. Never returns [`Health::Unsure`].
    fn check(connection: &mut Self::Connection) -> impl Future<Output = Health> + Send + '_;
}

/// Begins a transaction on `connection`, by `statement` if there is one.
pub(crate) async fn begin<DB: AmbientDatabase>(
    connection: &mut PoolConnection<DB>,
    statement: Option<SqlStr>,
) -> sqlx::Result<()> {
    let mut beginning = Beginning { connection, begun: false };
    DB::TransactionManager::begin(beginning.connection, statement).await?;
    beginning.begun = true;
    Ok(())
}

/// A connection on which a transaction begins. In sqlx 0.9.0, a `BEGIN` of PostgreSQL that is cut
/// off stays open, and the next user of the connection writes in it (sqlx issue 4393).
struct Beginning<'c, DB: AmbientDatabase> {
    connection: &'c mut PoolConnection<DB>,
    begun: bool,
}

impl<DB: AmbientDatabase> Drop for Beginning<'_, DB> {
    fn drop(&mut self) {
        if !self.begun && DB::CLOSE_AFTER_BEGIN_CUT_OFF {
            self.connection.close_on_drop();
        }
    }
}

pub(crate) async fn commit<DB: AmbientDatabase>(connection: &mut DB::Connection) -> sqlx::Result<()> {
    DB::TransactionManager::commit(connection).await
}

pub(crate) async fn rollback<DB: AmbientDatabase>(connection: &mut DB::Connection) -> sqlx::Result<()> {
    DB::TransactionManager::rollback(connection).await
}

/// Queues a rollback, which runs before the connection's next use, and when it returns to its pool.
pub(crate) fn start_rollback<DB: AmbientDatabase>(connection: &mut DB::Connection) {
    DB::TransactionManager::start_rollback(connection);
}

#[cfg(feature = "sqlite")]
mod sqlite {
    use sqlx::{Executor, SqlSafeStr, SqlStr, Sqlite, SqliteConnection};

    use super::{AmbientDatabase, Driver, Health};

    impl AmbientDatabase for Sqlite {}

    impl Driver for Sqlite {
        /// The thread of the connection rolls it back. Closing would end a database in memory.
        const CLOSE_AFTER_BEGIN_CUT_OFF: bool = false;

        /// It begins a transaction, which is then the one that is found.
        const CHECKS_ONCE: bool = true;

        async fn run(connection: &mut SqliteConnection, sql: SqlStr) -> sqlx::Result<()> {
            connection.execute(sql).await.map(drop)
        }

        /// Some errors roll the whole transaction back, and later statements would commit one by
        /// one. SQL can ask by `BEGIN` only, which fails inside a transaction. Where it succeeds,
        /// the empty transaction stays open, since sqlx counts one.
        async fn check(connection: &mut SqliteConnection) -> Health {
            match Sqlite::run(connection, "BEGIN".into_sql_str()).await {
                Err(sqlx::Error::Database(error)) if error.code().as_deref() == Some("1") => Health::Sound,
                Ok(()) | Err(_) => Health::Gone,
            }
        }
    }
}

#[cfg(feature = "postgres")]
mod postgres {
    use sqlx::{Executor, PgConnection, Postgres, SqlSafeStr, SqlStr};

    use super::{AmbientDatabase, Driver, Health};

    impl AmbientDatabase for Postgres {}

    impl Driver for Postgres {
        const CLOSE_AFTER_BEGIN_CUT_OFF: bool = true;
        const CHECKS_ONCE: bool = false;

        async fn run(connection: &mut PgConnection, sql: SqlStr) -> sqlx::Result<()> {
            connection.execute(sql).await.map(drop)
        }

        /// After an error, `COMMIT` rolls back and reports success.
        async fn check(connection: &mut PgConnection) -> Health {
            match Postgres::run(connection, "SELECT 1".into_sql_str()).await {
                Ok(()) => Health::Sound,
                Err(sqlx::Error::Database(error)) if error.code().as_deref() == Some("25P02") => Health::Failed,
                Err(_) => Health::Gone,
            }
        }
    }
}
