//! tokio: tasks that run in the mapping they were spawned in.
//!
//! Everything here has the name, the path and the signature that it has in tokio, and what
//! carries no context is tokio's own: `time`, `sync`, `select!`, `#[tokio::main]` and the
//! rest, with the features that tokio is built with. So a file moves over by one line,
//! `use asynccontext::tokio;`, or by its `use` lines:
//!
//! | before | after |
//! |---|---|
//! | `tokio::spawn(…)` | `asynccontext::tokio::spawn(…)` |
//! | `use tokio::task::{self, JoinSet};` | `use asynccontext::tokio::task::{self, JoinSet};` |
//! | `use tokio::runtime::{Handle, Runtime};` | `use asynccontext::tokio::runtime::{Handle, Runtime};` |
//!
//! ```
//! use std::time::Duration;
//!
//! use asynccontext::{Variable, tokio};
//!
//! static REQUEST_ID: Variable<u64> = Variable::named("request-id");
//!
//! #[tokio::main(flavor = "current_thread")]
//! async fn main() {
//!     let (send, mut receive) = tokio::sync::mpsc::channel(1);
//!     let task = async move { send.send(REQUEST_ID.get()).await };
//!     REQUEST_ID.run(7, || tokio::spawn(task));
//!     tokio::select! {
//!         seen = receive.recv() => assert_eq!(seen, Some(Some(7))),
//!         () = tokio::time::sleep(Duration::from_secs(10)) => panic!("it takes too long"),
//!     }
//! }
//! ```
//!
//! In a file without that line `tokio` is still the crate itself. If Cargo.toml gives the
//! crate another name (`tokio-itself = { package = "tokio", … }`), such a file does not
//! compile.
//!
//! # What holds
//!
//! * A spawned future or closure runs in the mapping that is current where it is
//!   spawned. It is captured once, at the call; no reference is counted per poll.
//! * [Uninherited](crate::Variable::uninherited) variables stay behind, as a task may outlive the
//!   call; so it is with every spawn here, also on a [`JoinSet`].
//! * It is dropped in that mapping too: when it is done, after a panic, when it is
//!   aborted, when it loses a `select!`, when its set is dropped, and when its
//!   runtime shuts down.
//! * A worker's own mapping is back after each poll, also after a panic.
//! * What a task returns is the caller's. A result that nobody takes is dropped
//!   wherever tokio drops it.
//!
//! A future given to `block_on` or `run_until` is polled on the thread of the call,
//! so the caller's context is there anyway, even with tokio's own. What
//! [`Runtime::block_on`], [`LocalSet::block_on`] and [`LocalSet::run_until`] add: a
//! task that was spawned *bare* and happens to run on that thread meanwhile does not
//! see the caller's values. It starts empty, as it does on a worker.
//!
//! [`timeout`](https://docs.rs/tokio/latest/tokio/time/fn.timeout.html), `select!`
//! and `join!` poll where they are awaited: nothing to do.
//!
//! # Wrappers, not extension traits
//!
//! A method of an extension trait loses against a method of the type itself, so a
//! trait with a `spawn` for tokio's `Handle` would compile and never be called.
//! [`Handle`], [`Runtime`], [`LocalRuntime`](runtime::LocalRuntime), [`LocalSet`] and
//! [`JoinSet`] are therefore types of their own around tokio's. All but the last
//! dereference to tokio's, so everything that does not spawn is there (`enter`,
//! `metrics`, …), and `&Handle` passes where tokio's is asked for. `From` leads there and back. The attribute
//! `#[tokio::main]` and `tokio::runtime::Builder` make tokio's runtime: with the
//! first use [`Handle::current`] or the functions here, with the second
//! `Runtime::from`.
//!
//! # Bare spawns
//!
//! Built with `--cfg tokio_unstable`, `runtime::Inherit` makes a runtime on which *every*
//! task inherits, by tokio's task hooks: also one that a third-party crate spawns through
//! tokio. A task that outlives its spawner, such as a pooled connection's, is left out where
//! it is told so. It costs more than the functions here, and it is weaker where a runtime ends;
//! its documentation says how, and what it can't reach either.
//!
//! # What it can't reach
//!
//! The types of tokio-util that spawn (`TaskTracker`, `JoinMap`, …) are in the crate
//! `asynccontext-tokio-util`, and executors for hyper and hyper-util in
//! `asynccontext-hyper-util`.
//!
//! On any other runtime a task that a third-party crate spawns through tokio starts empty,
//! and so does one that goes through `*handle`, which is tokio's own. A bare `spawn_blocking`
//! starts empty on all, and a task that is bare in a `LocalSet` sees the values of whatever
//! polls the set, unless that is [`LocalSet`] of this crate.

#[cfg(all(tokio_unstable, feature = "tokio-tracing"))]
mod builder;
#[cfg(tokio_unstable)]
mod inherit;
mod join_set;
#[cfg(all(tokio_unstable, feature = "tokio-tracing"))]
mod join_set_builder;
mod local_runtime;
mod local_set;
pub mod runtime;
mod spawn;
#[cfg(tokio_unstable)]
mod tasks;

// What is named here or below shadows what tokio has by the same name.
#[doc(no_inline)]
pub use ::tokio::*;

#[doc(no_inline)]
pub use ::tokio::task::{AbortHandle, JoinError, JoinHandle};
pub use join_set::JoinSet;
pub use local_set::LocalSet;
#[doc(no_inline)]
pub use runtime::{Handle, Runtime};
#[cfg(feature = "tokio-rt-multi-thread")]
pub use spawn::block_in_place;
pub use spawn::{spawn, spawn_blocking, spawn_local};

/// The paths of `tokio::task`.
pub mod task {
    #[cfg(feature = "tokio-rt-multi-thread")]
    #[doc(no_inline)]
    pub use super::block_in_place;
    #[cfg(all(tokio_unstable, feature = "tokio-tracing"))]
    pub use super::builder::Builder;
    #[doc(no_inline)]
    pub use super::{JoinSet, LocalSet, spawn, spawn_blocking, spawn_local};
    #[doc(no_inline)]
    pub use ::tokio::task::*;

    /// Hides tokio's, which leaves the values behind: ours needs the feature `tokio-tracing`.
    #[cfg(all(tokio_unstable, not(feature = "tokio-tracing")))]
    #[allow(dead_code, hidden_glob_reexports)]
    struct Builder;

    /// The paths of `tokio::task::join_set`.
    #[cfg(tokio_unstable)]
    pub mod join_set {
        #[doc(no_inline)]
        pub use super::JoinSet;
        #[cfg(feature = "tokio-tracing")]
        pub use crate::propagate::tokio::join_set_builder::Builder;
    }
}
