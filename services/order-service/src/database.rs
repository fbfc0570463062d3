//! The database: SQLite or PostgreSQL, as its URL says.

use std::time::Duration;

use asynccontext_sqlx::{Ambient, Error};
use futures::TryFutureExt;
use sqlx::postgres::PgPoolOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Postgres, Sqlite};

/// What repositories get. A query runs in the transaction that is open, or alone.
#[derive(Clone, Debug)]
pub enum Database {
    Sqlite(Ambient<Sqlite>),
    Postgres(Ambient<Postgres>),
}

/// Runs a query on either database: `on!(self.database, |db| query.execute(db))`.
macro_rules! on {
    ($database:expr, |$db:ident| $query:expr) => {
        match &$database {
            $crate::database::Database::Sqlite($db) => $query.await,
            $crate::database::Database::Postgres($db) => $query.await,
        }
    };
}
pub(crate) use on;

const TABLES: [&str; 3] = [
    "CREATE TABLE IF NOT EXISTS inventory (item TEXT PRIMARY KEY, stock BIGINT NOT NULL, price BIGINT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS orders (id TEXT PRIMARY KEY, request_id TEXT NOT NULL, tenant TEXT NOT NULL, \
     item TEXT NOT NULL, quantity BIGINT NOT NULL, total BIGINT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS outbox (id TEXT PRIMARY KEY, headers TEXT NOT NULL, body TEXT NOT NULL)",
];

/// What the shop has. Prices are in cents.
const STOCK: [(&str, i64); 3] = [("book", 1250), ("lamp", 3900), ("piano", 450_000)];

impl Database {
    /// Opens the database and creates what is missing in it.
    pub async fn open(url: &str) -> Result<Database, sqlx::Error> {
        let limit = Duration::from_secs(30);
        let database = if url.starts_with("sqlite:") {
            let options: SqliteConnectOptions = url.parse()?;
            let options = options.create_if_missing(true).journal_mode(SqliteJournalMode::Wal);
            let options = options.synchronous(SqliteSynchronous::Normal);
            // SQLite has one writer at a time: its transactions wait for a connection, not for a lock.
            let pool = SqlitePoolOptions::new().max_connections(1).acquire_timeout(limit).test_before_acquire(false);
            Database::Sqlite(Ambient::new(&pool.connect_with(options).await?))
        } else {
            let pool = PgPoolOptions::new().max_connections(16).acquire_timeout(limit);
            Database::Postgres(Ambient::new(&pool.connect(url).await?))
        };
        for table in TABLES {
            on!(database, |db| sqlx::query(table).execute(db).map_ok(drop))?;
        }
        for (item, price) in STOCK {
            let insert = "INSERT INTO inventory (item, stock, price) VALUES ($1, $2, $3) ON CONFLICT (item) DO NOTHING";
            on!(database, |db| sqlx::query(insert)
                .bind(item)
                .bind(1_000_000_i64)
                .bind(price)
                .execute(db)
                .map_ok(drop))?;
        }
        Ok(database)
    }

    /// Runs `work` in a transaction.
    pub async fn transaction<T, E: From<Error>>(&self, work: impl AsyncFnOnce() -> Result<T, E>) -> Result<T, E> {
        on!(*self, |db| db.transaction(work))
    }
}
