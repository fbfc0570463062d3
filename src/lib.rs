//! AsyncContext for Rust: values that follow the control flow of a program through closures,
//! futures, tasks and threads.
//!
//! This crate implements [TC39's proposal](https://github.com/tc39/proposal-async-context) in Rust.
//! A [`Variable`] has a value of its own in each flow of control, a [`Snapshot`] holds the values
//! of all variables at one moment, and [`Propagate`] ties a future to a snapshot.
//!
//! ```
//! use asynccontext::{Propagate, Variable};
//! # fn block_on<F: Future>(f: F) -> F::Output {
//! #     let mut f = std::pin::pin!(f);
//! #     let mut context = std::task::Context::from_waker(std::task::Waker::noop());
//! #     loop { if let std::task::Poll::Ready(r) = f.as_mut().poll(&mut context) { return r } }
//! # }
//!
//! static REQUEST_ID: Variable<u64> = Variable::named("request-id");
//!
//! let task = REQUEST_ID.run(7, || async { REQUEST_ID.get() }.in_current_snapshot());
//! // … on any thread or executor, even after `run` has ended:
//! let seen = std::thread::spawn(|| block_on(task)).join().unwrap();
//! assert_eq!(seen, Some(7));
//! ```
//!
//! # Guarantees
//!
//! 1. **Values are always restored.** After `run`, a snapshot's `run` and a poll, the previous
//!    values are current again, even after a panic, and even if a value's `Drop` panics.
//! 2. **Drops run inside.** A scoped future and a wrapped closure are dropped with their values
//!    current.
//! 3. **The API is re-entrant.** Everything works inside [`Variable::with`], inside a value's
//!    `Drop`, `Clone` or `Debug`, and inside the destructor of a thread-local.
//! 4. **A snapshot keeps alive exactly the values that can be read in it.** A shadowed value is
//!    dropped when its own scope ends. Memory is proportional to the number of bindings, not to the
//!    depth of scopes or the length of chains of tasks.
//! 5. **Guards follow their task** across `await` and between threads.
//! 6. **Tasks are isolated.** A task sees only its own values, however tasks interleave.
//! 7. **Values need no traits** beyond `Send + Sync + 'static`, and `Debug` of a snapshot
//!    prints names, never values.
//! 8. **Deep chains are dropped in a loop**, on a small stack.
//!
//! [`docs::limitations`] states the exact limits of each.
//!
//! # Overview
//!
//! - [`Variable`] and [`Snapshot`]: the two types of the proposal. [`Hidden`]: a variable without
//!   its value.
//! - [`Propagate`] and [`Scoped`]: futures, iterators, streams, sinks, HTTP bodies. [`wrapped`]:
//!   closures. [`thread`]: threads that inherit. [`Carried`]: messages. [`Guard`] and
//!   [`TaskGuard`]: bindings that last until a value is dropped.
//! - `tokio` and `rayon`, each with the feature of its name: tasks, pools and parallel iterators
//!   that carry the values.
//! - [`Variable::uninherited`]: variables that are left out of work that may outlive the call.
//!   [`carrier`]: variables that leave the process, with a request or a message.
//! - [`agent`]: the draft's abstract operations on the current thread. [`spec`]: the same
//!   operations for the agents of an engine, over any mapping type.
//! - [`als`]: AsyncLocalStorage, AsyncResource and hooks, as in Node;
//!   [`docs::from_async_local_storage`] compares each call with Node's.
//! - [`lost`]: in debug builds, reports of failed reads, with the locations of the binding and of
//!   the snapshot. [`panics`]: values of chosen variables in the output of a panic. [`Tied`]: an
//!   error with the values that were current where it was created.
//! - [`docs`]: patterns, limitations, implementation and cost.
//!
//! # Features
//!
//! No feature is on by default. Without features the crate depends only on a persistent map.
//!
//! | feature | what it adds |
//! |---|---|
//! | `futures` | for a [`Scoped`] value, `Stream`, `FusedStream`, `FusedFuture` and `Sink` of `futures` 0.3 |
//! | `futures-io` | for a [`Scoped`] value, `AsyncRead`, `AsyncBufRead`, `AsyncWrite` and `AsyncSeek` of `futures` 0.3 |
//! | `http-body` | for a [`Scoped`] value, `Body` of `http-body` 1 |
//! | `tokio` | `tokio`: all of tokio, with spawn functions, sets, handles and runtimes that carry the values |
//! | `tokio-rt-multi-thread` | the same, with tokio's runtimes with several workers |
//! | `tokio-tracing` | the builders of named tasks, which tokio has only with `--cfg tokio_unstable` |
//! | `http` | `http::HeaderMap` of `http` 1 as a [`carrier`] |
//! | `rayon` | `rayon`: joins, scopes, spawns, pools and parallel iterators that carry the values |
//! | `companions` | `companion`: foreign ambient context, such as OpenTelemetry's, that every snapshot carries |
//!
//! The documentation cites clauses of the draft by their anchors (`sec-…`).

#![deny(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod agent;
mod alone;
pub mod als;
pub mod carrier;
#[cfg(feature = "companions")]
pub mod companion;
mod contained;
pub mod docs;
mod error;
mod guard;
mod hidden;
mod hint;
pub mod lost;
mod mapping;
#[cfg(doctest)]
mod must_not_compile;
pub mod panics;
mod propagate;
#[cfg(all(doctest, feature = "tokio"))]
#[doc = include_str!("../README.md")]
mod readme {}
mod snapshot;
pub mod spec;
mod sync;
mod tied;
mod variable;
pub mod wrapped;

pub use error::{Cause, NotInTask, Unbound};
pub use guard::{Guard, TaskGuard};
pub use hidden::Hidden;
pub use mapping::Scoped;
#[cfg(feature = "rayon")]
pub use propagate::rayon;
#[cfg(feature = "tokio")]
pub use propagate::tokio;
pub use propagate::{Carried, Propagate, thread};
pub use snapshot::Snapshot;
pub use tied::Tied;
pub use variable::Variable;
pub use wrapped::Wrapped;
