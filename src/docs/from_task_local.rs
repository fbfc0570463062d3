//! From `tokio::task_local!`: each call with its counterpart, the differences, and how to migrate one key at a time.
//!
//! # Call by call
//!
//! | `task_local!` | here | differences |
//! |---|---|---|
//! | `task_local! { static USER: u64; }` | `static USER: Variable<u64> = Variable::named("user");` | a plain `static`; the name is printed in errors |
//! | `USER.scope(7, future)` | [`USER.scope(7, future)`](Variable::scope) | bound when the future starts, and dropped with the value current; tasks that it spawns have the value |
//! | `USER.sync_scope(7, f)` | [`USER.run(7, f)`](Variable::run) | |
//! | `USER.get()` | [`USER.get()`](Variable::get) | an `Option`, where `task_local!` panics without a value |
//! | `USER.with(f)` | [`USER.with(f)`](Variable::with) | `f` receives an `Option`; scopes of the same variable may begin inside |
//! | `USER.try_with(f)` | [`USER.try_with(f)`](Variable::try_with) | the error names the variable, the place and the likely cause |
//! | `USER.try_get()` | [`USER.try_get()`](Variable::try_get) | the same |
//! | `future.as_mut().take_value()` | | a value may be shared with tasks, so it can't be taken: bind a cell, or return the value |
//! | `tokio::spawn(USER.scope(USER.get(), future))`, for each key | `asynccontext::tokio::spawn(future)` | all variables at once, also those of other crates |
//! | `RefCell<T>`, `Rc<T>` | a `Mutex<T>`, an `Arc<T>` | values are shared between threads: `Send + Sync` |
//!
//! # What is gained
//!
//! A task-local ends at the task. Each spawn, `JoinSet`, `spawn_blocking`, thread, stream and channel needs code of its
//! own, for each key, and a library that spawns can't know the keys. A snapshot has them all.
//!
//! ```
//! # #[cfg(not(feature = "tokio"))]
//! # fn main() {}
//! # #[cfg(feature = "tokio")]
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! use asynccontext::Variable;
//!
//! tokio::task_local! {
//!     static BEFORE: u64;
//! }
//! static USER: Variable<u64> = Variable::named("user");
//!
//! let before = BEFORE.scope(7, async {
//!     let inherited = tokio::spawn(async { BEFORE.try_get().ok() }).await.unwrap();
//!     let by_hand = tokio::spawn(BEFORE.scope(BEFORE.get(), async { BEFORE.try_get().ok() })).await.unwrap();
//!     (inherited, by_hand)
//! });
//! assert_eq!(before.await, (None, Some(7)));
//!
//! let after = USER.scope(7, async {
//!     let task = asynccontext::tokio::spawn(async { USER.get() }).await.unwrap();
//!     let blocking = asynccontext::tokio::spawn_blocking(|| USER.get()).await.unwrap();
//!     let thread = asynccontext::thread::spawn(|| USER.get()).join().unwrap();
//!     (task, blocking, thread)
//! });
//! assert_eq!(after.await, (Some(7), Some(7), Some(7)));
//! # }
//! ```
//!
//! # Step by step
//!
//! 1. Declare the variable beside the key, and bind both where the key is bound today. `scope` nests in either order:
//!    `KEY.scope(value.clone(), VARIABLE.scope(value, future))`.
//! 2. Change the reads. Where a missing value was a panic, decide: `get()` for an optional value, `try_get()?` for a
//!    required one, whose error says where the value was lost.
//! 3. Replace `use tokio;` by `use asynccontext::tokio;` in files that spawn, and remove the scopes at the spawns.
//!    [A clippy recipe](super::where_did_my_context_go) finds the bare spawns that are left.
//! 4. Remove the key.
//!
//! A key with a `RefCell` is usually one of two things. A value that is set once, such as the user after
//! authentication, is a variable that is bound there:
//!
//! ```
//! # use futures::executor::block_on;
//! use asynccontext::Variable;
//!
//! static USER: Variable<&str> = Variable::named("user");
//!
//! async fn serve(token: &str) -> Option<&'static str> {
//!     let user = if token == "ada's" { "ada" } else { return None };
//!     USER.scope(user, handle()).await // before: USER.with(|cell| *cell.borrow_mut() = Some(user))
//! }
//! async fn handle() -> Option<&'static str> {
//!     USER.get()
//! }
//! assert_eq!((block_on(serve("ada's")), block_on(serve("none"))), (Some("ada"), None));
//! ```
//!
//! A total, such as the number of queries, is a value with interior mutability, which all work of the request shares:
//!
//! ```
//! # use futures::executor::block_on;
//! use std::sync::atomic::{AtomicU32, Ordering};
//! use asynccontext::Variable;
//!
//! static QUERIES: Variable<AtomicU32> = Variable::named("queries");
//!
//! async fn query() {
//!     QUERIES.with(|queries| queries.map(|queries| queries.fetch_add(1, Ordering::Relaxed)));
//! }
//! let request = QUERIES.scope(0.into(), async {
//!     query().await;
//!     query().await;
//!     QUERIES.with(|queries| queries.map(|queries| queries.load(Ordering::Relaxed)))
//! });
//! assert_eq!(block_on(request), Some(2));
//! ```
//!
//! # Where `task_local!` is better
//!
//! - Values that are not `Send`, in one task.
//! - A value that no spawned work may have. (A variable can be [uninherited](Variable::uninherited): then detached work
//!   does not have it.)
//! - A single key in a hot loop: each key has a slot, while a read of one of many variables walks to its binding. See
//!   [`performance`](super::performance).
//!
//! # Pitfalls
//!
//! - **A scope that is stored and polled elsewhere** binds over the values that are current where it *starts*. A
//!   task-local binds again at each poll.
//! - **A value lives as long as the longest work that has it.** A task-local's value ends with its task; what is in a
//!   snapshot may live longer: [what not to put in](super::patterns::what_to_leave_out).

#[cfg(doc)]
use crate::Variable;
