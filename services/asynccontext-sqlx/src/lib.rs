//! The ambient transaction for sqlx 0.9, on SQLite and PostgreSQL.
//!
//! Repositories take an executor, [`Ambient`], that uses the transaction that is open, or the pool if
//! there is none. [`transaction`](transaction()) opens one around a piece of work, and no function
//! between them passes it on.
//!
//! ```
//! use asynccontext_sqlx::{Ambient, Error, transaction};
//! use sqlx::{Sqlite, SqlitePool};
//!
//! async fn pay(db: &Ambient<Sqlite>, account: &str, amount: i64) -> sqlx::Result<()> {
//!     let query = sqlx::query("UPDATE accounts SET balance = balance + ? WHERE name = ?");
//!     query.bind(amount).bind(account).execute(db).await?;
//!     Ok(())
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Error> {
//! let pool = SqlitePool::connect("sqlite::memory:").await?;
//! let db = Ambient::new(&pool);
//! # let table = "CREATE TABLE accounts (name TEXT, balance INTEGER); INSERT INTO accounts VALUES ('ann', 9), ('bob', 0)";
//! # sqlx::raw_sql(table).execute(&db).await?;
//!
//! transaction(&pool, async || {
//!     pay(&db, "ann", -7).await?;
//!     pay(&db, "bob", 7).await?; // both, or none
//!     Ok::<_, Error>(())
//! })
//! .await?;
//! # let sum: i64 = sqlx::query_scalar("SELECT balance FROM accounts WHERE name = 'bob'").fetch_one(&pool).await?;
//! # assert_eq!(sum, 7);
//! # Ok(())
//! # }
//! ```
//!
//! The guide is [`docs::transactions_without_plumbing`].
//!
//! # Guarantees
//!
//! - **By result.** `Ok` commits. `Err`, a panic, and a future that is dropped roll back, at each
//!   `await`. What a nested transaction did is rolled back alone.
//! - **Only what is committed is reported.** If the database has rolled back, `transaction` returns
//!   an error and no hook runs, even if the work has ignored the error. PostgreSQL itself answers
//!   `COMMIT` with success then.
//! - **One statement at a time, and no waiting.** A second use of the transaction at the same time
//!   is a [`Refused`]. Nothing is queued: a queue would wait forever for a stream that the same task
//!   holds open.
//! - **By its pool.** Two pools have transactions of their own, also if they are of the same
//!   database. Clones of a pool are the same pool.
//! - **Not inherited.** The transaction is [uninherited](asynccontext::Variable::uninherited): a spawned
//!   task or a message starts without it, and its statements use the pool.
//! - **Not kept.** A snapshot or a stream that is kept longer than its transaction gets
//!   [`Refused::Ended`], never another transaction, and doesn't keep the connection.
//!
//! # Cost
//!
//! `SELECT 1` on SQLite in memory, in nanoseconds, from one run on Linux on x86-64 while the machine
//! was busy with other work, so only the ratios say much:
//!
//! | | by hand | ambient |
//! |---|---|---|
//! | a statement inside a transaction | 29,214 | 31,743 |
//! | the same inside three nested ones | not measured | 30,279 |
//! | a statement outside a transaction | not measured | 44,649 |
//! | a transaction with one statement | 104,701 | 103,720 |
//!
//! `cargo bench --features sqlite` measures it.
//!
//! # Limits
//!
//! - **A commit that is cancelled** has happened or not, as with any client of a database: the future
//!   is dropped while the answer is on its way. Hooks don't run then. A nested transaction that is
//!   cancelled in that moment makes the outer one fail with [`Refused::RolledBack`], if its
//!   savepoint was released.
//! - **A failed statement on SQLite** makes the whole transaction fail with
//!   [`Refused::RolledBack`] if its future is dropped while this crate asks whether SQLite has rolled
//!   back.
//! - **Statements that end a transaction**, such as `COMMIT` and `ROLLBACK` sent by hand, or
//!   PostgreSQL's `COMMIT` in a procedure, are not noticed.
//! - **`sqlx::Acquire` is not implemented**, since its `begin` returns a transaction that borrows
//!   its connection. [`Ambient::acquire`] returns the connection.
//! - **SQLite in memory**: sqlx closes a connection, and with it the database, if a future is dropped
//!   while it waits for one that is being tested. `PoolOptions::test_before_acquire(false)` avoids
//!   it, with or without this crate.
//! - **MySQL is left out.** It commits implicitly before many statements, which needs checks and
//!   tests of its own.
//! - sqlx's trait of transactions is not exported by sqlx, so `sqlx-core` is used directly, which
//!   promises nothing between its versions. A minor version of sqlx needs one of this crate.

#![cfg_attr(docsrs, feature(doc_cfg))]

mod bound;
mod connection;
mod database;
pub mod docs;
mod error;
mod executor;
mod hooks;
#[cfg(all(doctest, feature = "sqlite"))]
#[doc = include_str!("../README.md")]
mod readme {}
pub mod transaction;

pub use database::AmbientDatabase;
pub use error::{Error, Refused};
pub use executor::{Ambient, AmbientConnection};
pub use transaction::transaction;
