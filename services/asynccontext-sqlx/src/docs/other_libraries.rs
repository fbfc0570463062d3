//! The ambient transaction with sea-orm and diesel-async, as sketches.
//!
//! There is no crate for them. What follows shows where each part goes. The rules are those of
//! [`transactions_without_plumbing`](super::transactions_without_plumbing): the variable is
//! uninherited, it doesn't own the transaction, and the transaction ends at a certain place.
//!
//! # sea-orm
//!
//! sea-orm's queries take `&impl ConnectionTrait`, which its connection and its transaction
//! implement, both by shared reference. So a type that delegates to one of them is enough. `begin` on
//! a transaction is a savepoint, and a transaction that is dropped is rolled back.
//!
//! ```ignore
//! use asynccontext::Variable;
//! use sea_orm::{ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbErr, TransactionTrait};
//!
//! static OPEN: Variable<Weak<DatabaseTransaction>> = Variable::named("transaction").uninherited();
//!
//! #[derive(Clone)]
//! struct Ambient(DatabaseConnection);
//!
//! #[async_trait]
//! impl ConnectionTrait for Ambient {
//!     async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
//!         match OPEN.get() {
//!             None => self.0.execute_raw(statement).await,
//!             Some(open) => open.upgrade().ok_or_else(ended)?.execute_raw(statement).await,
//!         }
//!     }
//!     // and the same for `query_one_raw`, `query_all_raw`, `execute_unprepared`
//! }
//!
//! async fn transaction<T, E: From<DbErr>>(
//!     db: &Ambient,
//!     work: impl AsyncFnOnce() -> Result<T, E>,
//! ) -> Result<T, E> {
//!     let begun = match OPEN.get() {
//!         None => db.0.begin().await?,
//!         Some(outer) => outer.upgrade().ok_or_else(ended)?.begin().await?,
//!     };
//!     let begun = Arc::new(begun); // dropped, and so rolled back, on an error, a panic or a drop
//!     let value = OPEN.scope(Arc::downgrade(&begun), async { work().await }).await?;
//!     // A statement in another task may still hold it.
//!     Arc::into_inner(begun).ok_or_else(busy)?.commit().await?;
//!     Ok(value)
//! }
//! ```
//!
//! The variable holds a [`Weak`](std::sync::Weak), so a snapshot that is kept longer finds nothing.
//! sea-orm guards the connection by a lock: statements that are joined run one after the other, and a
//! statement beside an open stream of the same task waits forever. Nested transactions that are
//! joined are mixed up. With several databases, the variable holds a list by connection.
//!
//! # diesel-async
//!
//! diesel-async's queries take `&mut` of a connection, so a repository asks for a guard, which is the
//! connection of the open transaction or one of the pool:
//!
//! ```ignore
//! use asynccontext::Variable;
//! use diesel_async::{AnsiTransactionManager, AsyncPgConnection, TransactionManager};
//! use diesel_async::pooled_connection::deadpool::{Object, Pool};
//! use tokio::sync::{Mutex, OwnedMutexGuard};
//!
//! /// `None` after the end.
//! type Shared = Arc<Mutex<Option<Object<AsyncPgConnection>>>>;
//! static OPEN: Variable<Shared> = Variable::named("transaction").uninherited();
//!
//! enum Connection { // implements `Deref` and `DerefMut` to `AsyncPgConnection`
//!     Own(Object<AsyncPgConnection>),
//!     Shared(OwnedMutexGuard<Option<Object<AsyncPgConnection>>>),
//! }
//!
//! async fn connection(pool: &Pool<AsyncPgConnection>) -> Result<Connection, Error> {
//!     match OPEN.get() {
//!         None => Ok(Connection::Own(pool.get().await?)),
//!         Some(shared) => {
//!             let guard = shared.try_lock_owned().map_err(|_| Error::Busy)?; // never waits
//!             if guard.is_some() { Ok(Connection::Shared(guard)) } else { Err(Error::Ended) }
//!         }
//!     }
//! }
//!
//! // In a repository:
//! diesel::insert_into(orders::table).values(&order).execute(&mut *connection(&pool).await?).await?;
//! ```
//!
//! `transaction` takes an object from the pool, calls `AnsiTransactionManager::begin_transaction`,
//! binds the `Shared` around the work, takes the object out again, and calls `commit_transaction` or
//! `rollback_transaction`. Inside a transaction it calls the same functions on the connection of the
//! open one, where they are savepoints. If the future is dropped, nothing can be awaited: take the
//! object out in a `Drop`, and drop it. diesel-async's pools close a connection that is returned with
//! an open transaction, and the server rolls back. A nested transaction that is dropped alone leaves
//! its savepoint, so mark the `Shared` and roll back before the next statement.
