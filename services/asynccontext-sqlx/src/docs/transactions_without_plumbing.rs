//! From a transaction in every signature to none.
//!
//! # The problem
//!
//! A repository that takes the pool can't be part of a transaction, so it takes a connection, and so
//! does each function that calls it, up to the one that begins:
//!
//! ```
//! use sqlx::{Connection, SqliteConnection, SqlitePool};
//!
//! async fn take(connection: &mut SqliteConnection, item: &str) -> sqlx::Result<()> {
//!     sqlx::query("UPDATE stock SET count = count - 1 WHERE item = ?").bind(item).execute(connection).await?;
//!     Ok(())
//! }
//!
//! async fn add(connection: &mut SqliteConnection, item: &str) -> sqlx::Result<()> {
//!     take(connection, item).await?;
//!     sqlx::query("INSERT INTO orders VALUES (?)").bind(item).execute(connection).await?;
//!     Ok(())
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> sqlx::Result<()> {
//! # let pool = SqlitePool::connect("sqlite::memory:").await?;
//! # sqlx::raw_sql("CREATE TABLE stock (item TEXT, count INTEGER); CREATE TABLE orders (item TEXT)").execute(&pool).await?;
//! let mut transaction = pool.begin().await?;
//! add(&mut transaction, "tea").await?;
//! transaction.commit().await?;
//! # Ok(())
//! # }
//! ```
//!
//! Where nothing else is written, the caller must acquire a connection by hand. A trait for
//! repositories needs the database in its signatures. And a mail that is sent in `add` is sent even
//! if the commit fails.
//!
//! # Repositories
//!
//! A repository holds an [`Ambient`], and passes it wherever sqlx takes an executor:
//!
//! ```
//! # use std::sync::atomic::{AtomicU32, Ordering};
//! use asynccontext_sqlx::{Ambient, Error, transaction};
//! use sqlx::{Sqlite, SqlitePool};
//!
//! struct Stock(Ambient<Sqlite>);
//!
//! impl Stock {
//!     async fn take(&self, item: &str) -> sqlx::Result<()> {
//!         let query = sqlx::query("UPDATE stock SET count = count - 1 WHERE item = ?");
//!         query.bind(item).execute(&self.0).await?;
//!         Ok(())
//!     }
//! }
//!
//! struct Orders {
//!     db: Ambient<Sqlite>,
//!     stock: Stock,
//! }
//!
//! impl Orders {
//!     /// Adds an order, in a transaction of its own or as part of the caller's.
//!     async fn add(&self, item: &str) -> Result<(), Error> {
//!         let work = self.db.transaction(async || {
//!             self.stock.take(item).await?;
//!             sqlx::query("INSERT INTO orders VALUES (?)").bind(item).execute(&self.db).await?;
//!             transaction::after_commit(mail).await?;
//!             Ok(())
//!         });
//!         work.await
//!     }
//! }
//!
//! static MAILS: AtomicU32 = AtomicU32::new(0);
//! async fn mail() {
//!     MAILS.fetch_add(1, Ordering::Relaxed); // stands for sending one
//! }
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Error> {
//!
//! let pool = SqlitePool::connect("sqlite::memory:").await?;
//! # let tables = "CREATE TABLE stock (item TEXT UNIQUE, count INTEGER CHECK (count >= 0)); \
//! #     CREATE TABLE orders (item TEXT); INSERT INTO stock VALUES ('tea', 2), ('salt', 0)";
//! # sqlx::raw_sql(tables).execute(&pool).await?;
//! let db = Ambient::new(&pool);
//! let orders = Orders { stock: Stock(db.clone()), db: db.clone() };
//!
//! orders.add("tea").await?; // alone
//! assert_eq!(MAILS.load(Ordering::Relaxed), 1);
//!
//! // Several at once: each `add` is a savepoint, and the mails wait for the commit.
//! db.transaction(async || {
//!     orders.add("tea").await?;
//!     let _ = orders.add("salt").await; // sold out: only this one is undone
//!     assert_eq!(MAILS.load(Ordering::Relaxed), 1);
//!     Ok::<_, Error>(())
//! })
//! .await?;
//! assert_eq!(MAILS.load(Ordering::Relaxed), 2);
//!
//! let added: Vec<String> = sqlx::query_scalar("SELECT item FROM orders").fetch_all(&pool).await?;
//! assert_eq!(added, ["tea", "tea"]);
//! # Ok(())
//! # }
//! ```
//!
//! To migrate, replace `&mut SqliteConnection` by `&Ambient<Sqlite>`, `&mut *connection` by `db`, and
//! `pool.begin()` with its `commit()` by `transaction(&pool, async || …)`. Repositories may be
//! migrated one by one: [`Ambient::acquire`] returns a connection for those that still take one.
//!
//! # Errors
//!
//! Work returns any error that [`Error`] converts into, for example
//!
//! - [`sqlx::Error`], if nothing else can fail,
//! - [`Error`] itself, which tells a statement that failed from a commit that failed,
//! - one of your own: `#[error(transparent)] Transaction(#[from] asynccontext_sqlx::Error)` with
//!   `thiserror`, and the same for `sqlx::Error`,
//! - `anyhow::Error` or `Box<dyn Error + Send + Sync>`.
//!
//! To go on after a statement that may fail, run it in a nested transaction. On PostgreSQL the error
//! would otherwise end the whole transaction, and on SQLite half of the work could remain.
//!
//! ```
//! # use asynccontext_sqlx::{Ambient, Error};
//! # use sqlx::{Sqlite, SqlitePool};
//! async fn register(db: &Ambient<Sqlite>, name: &str) -> Result<bool, Error> {
//!     let insert = db.transaction(async || {
//!         sqlx::query("INSERT INTO users VALUES (?)").bind(name).execute(db).await?;
//!         Ok(())
//!     });
//!     match insert.await {
//!         Ok(()) => Ok(true),
//!         Err(Error::Statement(sqlx::Error::Database(error))) if error.is_unique_violation() => Ok(false),
//!         Err(error) => Err(error),
//!     }
//! }
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Error> {
//! # let db = Ambient::new(&SqlitePool::connect("sqlite::memory:").await?);
//! # sqlx::query("CREATE TABLE users (name TEXT UNIQUE)").execute(&db).await?;
//!
//! let registered = db.transaction(async || Ok([register(&db, "ann").await?, register(&db, "ann").await?]));
//! let registered: Result<_, Error> = registered.await;
//! assert_eq!(registered?, [true, false]);
//! # Ok(())
//! # }
//! ```
//!
//! A serializable transaction of PostgreSQL may fail because of others, at a statement or at the
//! commit, and is tried again as a whole:
//!
//! ```no_run
//! # #[cfg(feature = "postgres")] {
//! use asynccontext_sqlx::Error;
//! use asynccontext_sqlx::transaction::{Isolation, TransactionOptions};
//! use sqlx::PgPool;
//!
//! async fn again_if_needed<T>(pool: &PgPool, work: impl AsyncFn() -> Result<T, Error>) -> Result<T, Error> {
//!     for _ in 0..3 {
//!         match TransactionOptions::new().isolation(Isolation::Serializable).run(pool, &work).await {
//!             Err(Error::Statement(sqlx::Error::Database(error)) | Error::Commit(sqlx::Error::Database(error)))
//!                 if error.code().as_deref() == Some("40001") => {}
//!             outcome => return outcome,
//!         }
//!     }
//!     TransactionOptions::new().isolation(Isolation::Serializable).run(pool, &work).await
//! }
//! # }
//! ```
//!
//! # After the commit
//!
//! [`after_commit`](crate::transaction::after_commit) is for what can't be taken back: a mail, a
//! message, an entry of a cache that is removed. It runs only if all of it was committed. It doesn't
//! survive a crash of the process between the commit and the hook: what must happen is written into a
//! table in the same transaction, and sent by another task (an outbox). The hook then only wakes that
//! task.
//!
//! # Tasks
//!
//! A spawned task may run after the commit, so it doesn't inherit the transaction, and its statements
//! use the pool. They don't see what is not committed. If they must, spawn the task in a hook:
//!
//! ```
//! use asynccontext::tokio;
//! use asynccontext_sqlx::{Ambient, Error, transaction};
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Error> {
//! # let pool = sqlx::SqlitePool::connect("sqlite::memory:").await?;
//!
//! let db = Ambient::new(&pool);
//! # sqlx::query("CREATE TABLE orders (item TEXT)").execute(&db).await?;
//! let orders = db.transaction(async || {
//!     sqlx::query("INSERT INTO orders VALUES ('tea')").execute(&db).await?;
//!     let (send, receive) = tokio::sync::oneshot::channel();
//!     let later = db.clone();
//!     let count = async move {
//!         assert!(!transaction::is_open(later.pool()));
//!         let count = sqlx::query_scalar::<_, i64>("SELECT COUNT(*) FROM orders").fetch_one(&later).await;
//!         send.send(count).unwrap();
//!     };
//!     transaction::after_commit(async || drop(tokio::spawn(count))).await?;
//!     Ok::<_, Error>(receive)
//! });
//! assert_eq!(orders.await?.await.unwrap()?, 1);
//! # Ok(())
//! # }
//! ```
//!
//! # One statement at a time
//!
//! A transaction has one connection. Two branches of a `join!` can't use it at the same time; await
//! one after the other. Read all rows before the next statement, or close the stream:
//!
//! ```
//! use asynccontext_sqlx::{Ambient, Error, Refused};
//! use futures::TryStreamExt;
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Error> {
//! # let pool = sqlx::SqlitePool::connect("sqlite::memory:").await?;
//! # let db = Ambient::new(&pool);
//! # sqlx::raw_sql("CREATE TABLE items (name TEXT); INSERT INTO items VALUES ('tea'), ('salt')").execute(&db).await?;
//!
//! db.transaction(async || {
//!     let mut items = sqlx::query_scalar::<_, String>("SELECT name FROM items").fetch(&db);
//!     while let Some(item) = items.try_next().await? {
//!         let update = sqlx::query("UPDATE items SET name = upper(name) WHERE name = ?").bind(item);
//!         let error = update.execute(&db).await.unwrap_err();
//!         assert_eq!(Refused::of(&error), Some(Refused::Busy));
//!     }
//!     drop(items);
//!
//!     for item in sqlx::query_scalar::<_, String>("SELECT name FROM items").fetch_all(&db).await? {
//!         sqlx::query("UPDATE items SET name = upper(name) WHERE name = ?").bind(item).execute(&db).await?;
//!     }
//!     Ok::<_, Error>(())
//! })
//! .await?;
//! # Ok(())
//! # }
//! ```
//!
//! None of these is queued instead. A statement that waited for the stream of its own task would
//! wait forever, and which of two nested transactions comes first would be left to chance.
//!
//! # Pitfalls
//!
//! - **A transaction holds a connection.** Call other services before or after it: a pool of ten
//!   connections serves ten transactions that wait for a payment, and no eleventh.
//! - **A second connection inside.** Statements by the pool itself inside a transaction need one more
//!   connection each. If every connection of the pool is held by a transaction that needs another one,
//!   all wait until the pool's time is out. On SQLite the second one also waits for the lock of the
//!   first one's writes.
//! - **Recursion.** A future that contains itself needs a box: `Box::pin(transaction(…))`.
//! - **A snapshot captured by hand** holds the transaction. For work that may run later, use
//!   [`Snapshot::inherit`](asynccontext::Snapshot::inherit).
//!
//! [`Ambient`]: crate::Ambient
//! [`Ambient::acquire`]: crate::Ambient::acquire
//! [`Error`]: crate::Error
