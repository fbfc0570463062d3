//! A priority that subtasks inherit.
//!
//! *Use it* where urgent and other work share a pool, and work that a job starts should have the
//! job's priority. The pool reads the variable when work is submitted.
//!
//! ```
//! use std::cmp::Reverse;
//! use std::collections::BTreeMap;
//! use std::sync::Mutex;
//! use asynccontext::{Snapshot, Variable};
//!
//! /// Higher is more urgent.
//! static PRIORITY: Variable<u8> = Variable::named("priority");
//!
//! struct Waiting { jobs: BTreeMap<(Reverse<u8>, u64), Box<dyn FnOnce() + Send>>, count: u64 }
//! static WAITING: Mutex<Waiting> = Mutex::new(Waiting { jobs: BTreeMap::new(), count: 0 });
//!
//! fn submit(job: impl FnOnce() + Send + 'static) {
//!     let priority = PRIORITY.get().unwrap_or(5);
//!     let job = Snapshot::capture().wrap(job).into_fn_once(); // so that what it submits inherits
//!     let mut waiting = WAITING.lock().unwrap();
//!     waiting.count += 1; // first in, first out within a priority
//!     let place = (Reverse(priority), waiting.count);
//!     waiting.jobs.insert(place, Box::new(job));
//! }
//! /// The loop of each thread of the pool.
//! fn work() {
//!     let next = || WAITING.lock().unwrap().jobs.pop_first();
//!     while let Some((_, job)) = next() {
//!         job();
//!     }
//! }
//!
//! # static DONE: Mutex<Vec<&str>> = Mutex::new(Vec::new());
//! # let done = |name| DONE.lock().unwrap().push(name);
//! let report = move || { // does not deal with priorities
//!     done("report");
//!     submit(move || done("its charts"));
//! };
//! PRIORITY.run(1, || submit(report));
//! submit(move || done("page"));
//! PRIORITY.run(9, || submit(move || {
//!     done("payment");
//!     submit(move || done("its receipt"));
//! }));
//! std::thread::spawn(work).join().unwrap();
//! assert_eq!(*DONE.lock().unwrap(), ["payment", "its receipt", "page", "report", "its charts"]);
//! ```
//!
//! *Without it:* the charts of a nightly report run as ordinary work, before the pages that people
//! wait for, since the priority was not passed on.
//!
//! *Pitfalls:*
//!
//! - A binding never changes. A job that becomes urgent while it waits needs a shared cell,
//!   `Variable<Arc<AtomicU8>>`, and a pool that checks it again.
//! - Priority inversion: a lock that is held by a low-priority job, or a cache that it fills for
//!   others, makes urgent jobs wait.
//! - A snapshot that is captured by hand also holds [uninherited](crate::Variable::uninherited)
//!   values, such as an open transaction: see
//!   [transactions](super::transaction#detached-work).
//! - A pool that starts its threads for the first job should do so in
//!   [`Snapshot::empty()`](crate::Snapshot::empty): see
//!   [queues](super::queue#lazily-started-workers).
