//! A transaction around code that doesn't pass one along, with savepoints for those nested
//! in it and hooks that run after the commit.
//!
//! *Use it* where several repositories must write together, and each also works alone. A
//! query asks whether a transaction is open; `transaction` inside a transaction becomes a
//! savepoint. Hooks run after the outermost commit; those of a savepoint that was rolled back
//! are dropped.
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
//! // `execute` sends a statement to the database, and `sent` says which ones it got.
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
//!         Some(outer) => outer.hooks.lock().unwrap().extend(hooks), // the outer one may fail yet
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
//! /// Runs `hook` when what is written now is there for all to see.
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
//!     let _ = order("lead").await; // the rest may go through without it
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
//! *Without it:* `&mut Transaction` through every function, two versions of each repository,
//! and a mail about an order that was rolled back.
//!
//! # Work that is detached
//!
//! A task that is spawned inside may run when the commit is over. [`uninherited`] in the
//! declaration keeps the variable out of it, and out of messages: such a task writes on its
//! own. A snapshot that you capture by hand holds every variable; for a pool or a queue of
//! your own take [`Snapshot::inherit`](crate::Snapshot::inherit).
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
//!     let job = Snapshot::inherit().wrap(read); // for a pool of your own
//!     assert_eq!(job.call(()), (Some("ann"), None));
//! }));
//! ```
//!
//! [`uninherited`]: crate::Variable::uninherited
//!
//! # Pitfalls
//!
//! - **Hooks run in the caller's context, outside.** One that was tied to the context of
//!   `on_commit` would see a transaction that is over, and keep it alive. What a hook needs
//!   it takes along by value.
//! - **One connection, one statement at a time.** Two branches of a `join!` inside a
//!   transaction share it, and their savepoints overlap. Await one after the other.
//! - **A rollback in a `drop` can't await.** Let the connection note it and roll back before
//!   its next use, as sqlx does.
//! - **The variable doesn't own the transaction.** What ends at a certain point is ended by
//!   the stack, here `Open`; a [snapshot may keep a value
//!   longer](super::what_to_leave_out#what-must-end-exactly).
