//! tokio-util's task trackers, join maps, join queues and local pools, with tasks that carry the
//! values of [`asynccontext`].
//!
//! The items of [`task`] have the names and signatures of those in `tokio_util::task`, so a program
//! is migrated by its `use` lines. tokio-util's own types start their tasks empty.
//!
//! ```
//! use asynccontext::Variable;
//! use asynccontext_tokio_util::task::TaskTracker;
//!
//! static TENANT: Variable<&str> = Variable::named("tenant");
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! let tracker = TaskTracker::new();
//! let task = TENANT.run("blue", || tracker.spawn(async { TENANT.get() }));
//! assert_eq!(task.await.unwrap(), Some("blue"));
//!
//! let bare = tokio_util::task::TaskTracker::new();
//! let task = TENANT.run("blue", || bare.spawn(async { TENANT.get() }));
//! assert_eq!(task.await.unwrap(), None);
//! # }
//! ```
//!
//! # Guarantees
//!
//! * A spawned future or closure runs in the mapping that is current where it is spawned.
//! * [Uninherited](asynccontext::Variable::uninherited) variables are left out, as a task may
//!   outlive the call.
//! * It is dropped in that mapping too: on completion, after a panic, on abort, when another task
//!   takes its key, and when its map or queue is dropped.
//! * After each poll, the worker's own mapping is current again, also after a panic.
//! * The result of a task belongs to the caller, and so do the keys of a map.

#![forbid(unsafe_code)]

pub mod task;

use asynccontext::Snapshot;

/// Returns the closure, called and dropped with the values that it inherits now.
#[cfg_attr(debug_assertions, track_caller)]
fn carried<F: FnOnce() -> R, R>(f: F) -> impl FnOnce() -> R {
    Snapshot::inherit().wrap(f).into_fn_once()
}

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}
