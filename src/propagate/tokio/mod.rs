//! tokio, with tasks that run in the mapping in which they were spawned.
//!
//! All items have the names, paths and signatures of tokio's. Everything that carries no context is
//! re-exported from tokio: `time`, `sync`, `select!`, `#[tokio::main]` and the rest, with the
//! features that tokio is built with. A file is therefore migrated by one line, `use
//! asynccontext::tokio;`, or by its `use` lines:
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
//! In a file without that line, `tokio` is still the crate itself. To make such a file fail to
//! compile, give the crate another name in Cargo.toml (`tokio-itself = { package = "tokio", … }`).
//!
//! # Guarantees
//!
//! * A spawned future or closure runs in the mapping that is current at the spawn. The mapping is
//!   captured once, at the call; polls count no references.
//! * [Uninherited](crate::Variable::uninherited) variables are left out, as a task may outlive the
//!   call. This applies to every spawn in this module, including those of a [`JoinSet`].
//! * It is dropped in that mapping too: on completion, after a panic, on abort, when it loses a
//!   `select!`, when its set is dropped, and when its runtime shuts down.
//! * After each poll, the worker's own mapping is current again, also after a panic.
//! * The result of a task belongs to the caller. A result that is never taken is dropped wherever
//!   tokio drops it.
//!
//! A future passed to `block_on` or `run_until` is polled on the thread of the call, so it has the
//! caller's context even with tokio's own functions. With [`Runtime::block_on`],
//! [`LocalSet::block_on`] and [`LocalSet::run_until`], a task that was spawned *bare* and runs on
//! that thread meanwhile does not see the caller's values: it starts empty, as on a worker.
//!
//! [`timeout`](https://docs.rs/tokio/latest/tokio/time/fn.timeout.html), `select!` and `join!` poll
//! their futures where they are awaited, so they need no adapter.
//!
//! # Wrappers, not extension traits
//!
//! An inherent method takes precedence over a method of an extension trait, so a trait with a
//! `spawn` for tokio's `Handle` would compile and never be called. [`Handle`], [`Runtime`],
//! [`LocalRuntime`](runtime::LocalRuntime), [`LocalSet`] and [`JoinSet`] are therefore wrappers of
//! tokio's types. All but the last dereference to tokio's, so all methods that do not spawn are
//! available (`enter`, `metrics`, …), and `&Handle` coerces to tokio's. `From` converts in both
//! directions. The attribute `#[tokio::main]` and `tokio::runtime::Builder` create tokio's runtime:
//! with the former, use [`Handle::current`] or the functions of this module, with the latter
//! `Runtime::from`.
//!
//! # Bare spawns
//!
//! With `--cfg tokio_unstable`, `runtime::Inherit` builds a runtime on which *every* task inherits
//! values, including tasks that third-party crates spawn through tokio. It uses tokio's task hooks.
//! A task that outlives its spawner, such as that of a pooled connection, can be left out. It costs
//! more than the functions of this module, and it guarantees less when a runtime ends; its
//! documentation has the details and the limits.
//!
//! # Limits
//!
//! The crate `asynccontext-tokio-util` has the spawning types of tokio-util (`TaskTracker`,
//! `JoinMap`, …), and `asynccontext-hyper-util` has executors for hyper and hyper-util.
//!
//! Without `runtime::Inherit`, a task that a third-party crate spawns through tokio starts empty,
//! and so does one that is spawned through `*handle`, which is tokio's type. A bare
//! `spawn_blocking` starts empty on every runtime. A bare task in a `LocalSet` of tokio sees the
//! values of the code that polls the set; in a [`LocalSet`] of this crate it starts empty.

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

// Items named here or below shadow tokio's items of the same names.
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
    pub use super::spawn::{spawn, spawn_blocking, spawn_local};
    #[doc(no_inline)]
    pub use super::{JoinSet, LocalSet};
    #[doc(no_inline)]
    pub use ::tokio::task::*;

    /// Hides tokio's builder, which does not carry the values. The wrapper needs the feature
    /// `tokio-tracing`.
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
