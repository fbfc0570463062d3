//! How to use the crate: patterns, each with when to use it, code that runs, what goes
//! wrong without it, and its pitfalls.
//!
//! | you want | read |
//! |---|---|
//! | a log line to say whose request it belongs to | [`request`](request#request-id) |
//! | the current request at hand everywhere | [`request`](request#the-current-request) |
//! | work done once the response is out | [`after_the_response`] |
//! | every query to go to the right customer's data | [`tenant`] |
//! | a transaction around code that doesn't pass one along | [`transaction`] |
//! | sub-tasks as urgent as their task | [`priority`] |
//! | a queue, a pool or a batcher of your own | [`queue`] |
//! | a cache that never answers for someone else | [`cache`] |
//! | calls that give up when nobody waits any more | [`deadline`] |
//! | the tenant and the time that is left, in the next service too | [`another_process`] |
//! | one log line for a request; spans | [`log`] |
//! | a new feature switched on for some | [`feature_flag`] |
//! | tests that don't disturb each other | [`testing`] |
//! | to know whether a value belongs into a context at all | [`what_to_leave_out`] |
//!
//! All of them are made of the three steps below. Where a value is missing, see
//! [`where_did_my_context_go`](super::where_did_my_context_go).
//!
//! # Bind, read, hand over
//!
//! Bind a value where the work comes in: `scope` for a future, `run` for a closure.
//! Everything that is called and awaited inside can read it.
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
//! What is handed to another thread or executor starts empty, unless it is captured where
//! it is handed over.
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
//!     // A closure that runs once, for instance on someone's pool of threads.
//!     let snapshot = Snapshot::capture();
//!     let job = move || snapshot.run(|| REQUEST_ID.get());
//!     assert_eq!(std::thread::spawn(job).join().unwrap(), Some(7));
//!
//!     // An iterator that someone else steps.
//!     let rows = (0..3).map(|row| (row, REQUEST_ID.get())).in_current_snapshot();
//!     Snapshot::empty().run(|| assert!(rows.last() == Some((2, Some(7)))));
//!
//!     // A callback that is kept and called later.
//!     let callback = Snapshot::capture().wrap(|event: &str| format!("{event} {:?}", REQUEST_ID.get()));
//!     Snapshot::empty().run(|| assert_eq!(callback.call(("saved",)), "saved Some(7)"));
//! });
//! ```
//!
//! What outlives the request should not keep its values alive. What spawns by inheriting
//! captures at the call, so the call goes into the empty snapshot. That holds nothing of the
//! caller, so where tracing's span is carried along (feature `companions`), the
//! request's span closes as well.
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
