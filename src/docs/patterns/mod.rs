//! Patterns for using the crate, each with its purpose, runnable code, the problem without it, and
//! its pitfalls.
//!
//! | goal | pattern |
//! |---|---|
//! | log lines with the id of their request | [`request`](request#request-id) |
//! | access to the current request everywhere | [`request`](request#the-current-request) |
//! | work after the response | [`after_the_response`] |
//! | every query for the right customer's data | [`tenant`] |
//! | a transaction around code that doesn't pass one on | [`transaction`] |
//! | subtasks with the priority of their task | [`priority`] |
//! | a custom queue, pool or batcher | [`queue`] |
//! | a cache that never returns another user's data | [`cache`] |
//! | calls that stop at a deadline | [`deadline`] |
//! | the tenant and the remaining time in the next service | [`another_process`] |
//! | one log line for each request; spans | [`log`] |
//! | a new feature enabled for some users | [`feature_flag`] |
//! | tests that don't affect each other | [`testing`] |
//! | a decision whether a value belongs in a context | [`what_to_leave_out`] |
//!
//! All of them use the three steps below. If a value is missing, see
//! [`where_did_my_context_go`](super::where_did_my_context_go).
//!
//! # Bind, read, pass on
//!
//! Bind a value where the work enters the program: with `scope` for a future, with `run` for a
//! closure. All code that is called or awaited inside can read it.
//!
//! ```
//! use asynccontext::Variable;
//! use futures::executor::block_on;
//!
//! static REQUEST_ID: Variable<u64> = Variable::named("request-id");
//!
//! async fn load() -> String {
//!     format!("loaded for request {:?}", REQUEST_ID.get())
//! }
//! assert_eq!(block_on(REQUEST_ID.scope(7, load())), "loaded for request Some(7)");
//! ```
//!
//! Work that is passed to another thread or executor starts empty, unless its context is captured
//! there.
//!
//! ```
//! use asynccontext::{Propagate, Snapshot, Variable, thread};
//!
//! static REQUEST_ID: Variable<u64> = Variable::named("request-id");
//!
//! REQUEST_ID.run(7, || {
//!     // A future: `spawn(task.in_current_snapshot())`.
//!     let task = async { REQUEST_ID.get() }.in_current_snapshot();
//!     # drop(task);
//!
//!     // A thread: `use asynccontext::thread` instead of `use std::thread`.
//!     let thread = thread::spawn(|| REQUEST_ID.get());
//!     assert_eq!(thread.join().unwrap(), Some(7));
//!
//!     // A closure that runs once, for instance on another crate's pool of threads.
//!     let snapshot = Snapshot::capture();
//!     let job = move || snapshot.run(|| REQUEST_ID.get());
//!     assert_eq!(std::thread::spawn(job).join().unwrap(), Some(7));
//!
//!     // An iterator that other code steps.
//!     let rows = (0..3).map(|row| (row, REQUEST_ID.get())).in_current_snapshot();
//!     Snapshot::empty().run(|| assert!(rows.last() == Some((2, Some(7)))));
//!
//!     // A callback that is kept and called later.
//!     let callback = Snapshot::capture().wrap(|event: &str| format!("{event} {:?}", REQUEST_ID.get()));
//!     Snapshot::empty().run(|| assert_eq!(callback.call(("saved",)), "saved Some(7)"));
//! });
//! ```
//!
//! Work that outlives the request should not keep its values alive. The spawn functions of this
//! crate capture at the call, so make the call in the empty snapshot. That holds nothing of the
//! caller, so if snapshots carry tracing's span (feature `companions`), the request's span closes
//! too.
//!
//! ```
//! use asynccontext::{Snapshot, Variable, thread};
//!
//! static REQUEST_ID: Variable<u64> = Variable::named("request-id");
//!
//! REQUEST_ID.run(7, || {
//!     let background = Snapshot::empty().run(|| thread::spawn(|| REQUEST_ID.get()));
//!     assert_eq!(background.join().unwrap(), None);
//! });
//! ```

pub mod after_the_response;
pub mod another_process;
pub mod cache;
pub mod deadline;
pub mod feature_flag;
pub mod log;
pub mod priority;
pub mod queue;
pub mod request;
pub mod tenant;
pub mod testing;
pub mod transaction;
pub mod what_to_leave_out;
