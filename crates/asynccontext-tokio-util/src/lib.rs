//! tokio-util's task trackers, join maps and local pools, whose tasks take the values of
//! [`asynccontext`] along.
//!
//! Everything in [`task`] has the name and the signature that it has in `tokio_util::task`,
//! so a program moves over by its `use` lines. tokio-util's own would start its tasks empty.
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
//! # What holds
//!
//! * A spawned future or closure runs in the mapping that is current where it is spawned.
//! * [Uninherited](asynccontext::Variable::uninherited) variables stay behind, as a task may
//!   outlive the call.
//! * It is dropped in that mapping too: when it is done, after a panic, when it is aborted,
//!   when its key is taken by another task, and when its map or queue is dropped.
//! * A worker's own mapping is back after each poll, also after a panic.
//! * What a task returns is the caller's. So are the keys of a map.

#![forbid(unsafe_code)]

pub mod task;

use asynccontext::Snapshot;

/// The closure, called and dropped with the values that it inherits now.
#[cfg_attr(debug_assertions, track_caller)]
fn carried<F: FnOnce() -> R, R>(f: F) -> impl FnOnce() -> R {
    Snapshot::inherit().wrap(f).into_fn_once()
}

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}
