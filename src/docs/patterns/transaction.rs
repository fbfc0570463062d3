//! A transaction around code that doesn't pass one on, with savepoints for nested transactions and
//! hooks that run after the commit.
//!
//! *Use it* where several repositories must write together, and each also works alone. A query
//! checks whether a transaction is open; `transaction` inside a transaction becomes a savepoint.
//! Hooks run after the outermost commit; those of a savepoint that was rolled back are dropped.
//!
//! ```
//! use std::mem;
//! use std::sync::{Arc, Mutex};
//! use asynccontext::Variable;
//! # use futures::executor::block_on;
//! # static SENT: Mutex<Vec<String>> = Mutex::new(Vec::new());
//! # fn sent() -> String { mem::take(&mut *SENT.lock().unwrap()).join(", ") }
//! # fn execute(statement: impl Into<String>) { SENT.lock().unwrap().push(statement.into()) }
//!
//! // `execute` sends a statement to the database, and `sent` returns the statements sent so far.
//! type Hook = Box<dyn FnOnce() + Send>;
//!
//! struct Level { depth: usize, hooks: Mutex<Vec<Hook>> } // and the connection
//! static TRANSACTION: Variable<Arc<Level>> = Variable::named("transaction").uninherited();
//!
//! async fn transaction<T, E>(work: impl AsyncFnOnce() -> Result<T, E>) -> Result<T, E> {
//!     let outer = TRANSACTION.get();
//!     let depth = outer.as_ref().map_or(0, |outer| outer.depth + 1);
//!     execute(if depth == 0 { "begin".into() } else { format!("savepoint s{depth}") });
//!
//!     let mut open = Open { depth, done: false };
//!     let level = Arc::new(Level { depth, hooks: Mutex::default() });
//!     let value = TRANSACTION.scope(level.clone(), async { work().await }).await?;
//!
//!     execute(if depth == 0 { "commit".into() } else { format!("release s{depth}") });
//!     open.done = true;
//!     let hooks = mem::take(&mut *level.hooks.lock().unwrap());
//!     match outer {
//!         Some(outer) => outer.hooks.lock().unwrap().extend(hooks), // the outer one may still fail
//!         None => hooks.into_iter().for_each(|hook| hook()), // no transaction is bound here
//!     }
//!     Ok(value)
//! }
//!
//! /// Rolls back when dropped: after an error, a panic, or a request that was cancelled.
//! struct Open { depth: usize, done: bool }
//! impl Drop for Open {
//!     fn drop(&mut self) {
//!         match (self.done, self.depth) {
//!             (true, _) => {}
//!             (false, 0) => execute("rollback"),
//!             (false, depth) => execute(format!("rollback to s{depth}")),
//!         }
//!     }
//! }
//!
//! /// Runs `hook` when the current writes are committed.
//! fn on_commit(hook: impl FnOnce() + Send + 'static) {
//!     match TRANSACTION.get() {
//!         Some(level) => level.hooks.lock().unwrap().push(Box::new(hook)),
//!         None => hook(), // each statement commits by itself
//!     }
//! }
//!
//! async fn order(item: &'static str) -> Result<(), &'static str> {
//!     transaction(async || {
//!         execute(format!("order {item}"));
//!         on_commit(move || execute(format!("mail {item}"))); // stands for sending one
//!         if item == "lead" { Err("too heavy") } else { Ok(()) }
//!     }).await
//! }
//!
//! block_on(order("tea")).unwrap(); // alone
//! assert_eq!(sent(), "begin, order tea, commit, mail tea");
//!
//! let basket = transaction(async || {
//!     order("tea").await?;
//!     let _ = order("lead").await; // the rest can be ordered without it
//!     order("salt").await
//! });
//! block_on(basket).unwrap();
//! assert_eq!(sent(), "begin, \
//!     savepoint s1, order tea, release s1, \
//!     savepoint s1, order lead, rollback to s1, \
//!     savepoint s1, order salt, release s1, \
//!     commit, mail tea, mail salt");
//! #
//! # let cancelled = transaction(async || { order("tea").await?; futures::future::pending::<Result<(), &str>>().await });
//! # assert!(futures::FutureExt::now_or_never(cancelled).is_none());
//! # assert_eq!(sent(), "begin, savepoint s1, order tea, release s1, rollback");
//! ```
//!
//! *Without it:* a parameter `&mut Transaction` in every function, two versions of each repository,
//! and a mail about an order that was rolled back.
//!
//! # Detached work
//!
//! A task that is spawned inside may run after the commit. Declaring the variable as
//! [`uninherited`] leaves it out of tasks and messages: such a task writes on its own. A snapshot
//! that is captured by hand holds every variable; a custom pool or queue should use
//! [`Snapshot::inherit`](crate::Snapshot::inherit).
//!
//! ```
//! use asynccontext::{Carried, Snapshot, Variable, thread};
//!
//! static USER: Variable<&str> = Variable::named("user");
//! static TRANSACTION: Variable<u32> = Variable::named("transaction").uninherited();
//! let read = || (USER.get(), TRANSACTION.get());
//!
//! USER.run("ann", || TRANSACTION.run(1, || {
//!     let waited_for = thread::scope(|scope| scope.spawn(read).join().unwrap());
//!     assert_eq!(waited_for, (Some("ann"), Some(1)));
//!     let detached = thread::spawn(read).join().unwrap();
//!     assert_eq!(detached, (Some("ann"), None));
//!
//!     let message = Carried::new("a mail");
//!     assert_eq!(message.handle(|_| read()), (Some("ann"), None));
//!     let job = Snapshot::inherit().wrap(read); // for a custom pool
//!     assert_eq!(job.call(()), (Some("ann"), None));
//! }));
//! ```
//!
//! [`uninherited`]: crate::Variable::uninherited
//!
//! # Pitfalls
//!
//! - **Hooks run in the caller's context, outside the transaction.** A hook that is tied to the
//!   context of `on_commit` would see a transaction that has ended, and keep it alive. A hook
//!   captures its inputs by value.
//! - **One connection, one statement at a time.** Two branches of a `join!` inside a
//!   transaction share it, and their savepoints overlap. Await one after the other.
//! - **A rollback in a `drop` can't await.** Let the connection record it and roll back before its
//!   next use, as sqlx does.
//! - **The variable doesn't own the transaction.** A value on the stack, here `Open`, ends it at a
//!   certain point; a [snapshot may keep a value
//!   longer](super::what_to_leave_out#values-with-an-exact-end).
