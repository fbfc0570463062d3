//! AsyncContext for Rust: values that follow the flow of a program through closures,
//! futures, tasks and threads.
//!
//! This is [TC39's proposal](https://github.com/tc39/proposal-async-context) with Rust's
//! means. A [`Variable`] has a value for each flow of control, a [`Snapshot`] is the values
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
//! // … on whatever thread or executor, also after `run` has ended:
//! let seen = std::thread::spawn(|| block_on(task)).join().unwrap();
//! assert_eq!(seen, Some(7));
//! ```
//!
//! # What is promised
//!
//! 1. **Restored, always.** After `run`, a snapshot's `run`, a poll: what was current
//!    before is back, also after a panic, also when a value's `Drop` panics.
//! 2. **Dropped inside.** A scoped future and a wrapped closure are dropped with their
//!    values current.
//! 3. **Re-entered freely.** Everything works inside [`Variable::with`], inside a value's
//!    `Drop`, `Clone` or `Debug`, and inside the destructor of a thread-local.
//! 4. **A snapshot keeps alive exactly what it shows.** A shadowed value is dropped when
//!    its own scope ends. Memory is in proportion to what is bound, not to how deep scopes
//!    nest or how long tasks are chained.
//! 5. **Guards follow their task** over `await` and between threads.
//! 6. **No cross-talk.** A task sees its own values only, however tasks interleave.
//! 7. **Values need no traits** beyond `Send + Sync + 'static`, and `Debug` of a snapshot
//!    prints names, never values.
//! 8. **Deep chains are dropped in a loop**, on a small stack.
//!
//! [`docs::limitations`] says where each is weaker than it may sound.
//!
//! # Where things are
//!
//! - [`Variable`] and [`Snapshot`]: the proposal's two types. [`Hidden`]: a variable without its
//!   value.
//! - [`Propagate`] and [`Scoped`]: futures, iterators, streams, sinks, HTTP bodies. [`wrapped`]:
//!   closures. [`thread`]: threads that inherit. [`Carried`]: messages. [`Guard`] and
//!   [`TaskGuard`]: bindings that last until a value is dropped.
//! - `tokio` and `rayon`, each with the feature of its name: tasks, pools and parallel
//!   iterators that carry the values along.
//! - [`Variable::uninherited`]: variables that stay out of work that may outlive the call.
//!   [`carrier`]: variables that leave the process, with a request or a message.
//! - [`agent`]: the draft's abstract operations on the thread. [`spec`]: the same for the
//!   agents of an engine, over any mapping type.
//! - [`als`]: AsyncLocalStorage, AsyncResource and hooks, for people who come from Node;
//!   [`docs::from_async_local_storage`] puts each call beside Node's.
//! - [`lost`]: in debug builds, reports of reads in vain, with the places of the binding and
//!   of the snapshot. [`panics`]: chosen variables beside the message of a panic. [`Tied`]: an
//!   error with the values of where it was made.
//! - [`docs`]: patterns, limitations, how it works, what it costs.
//!
//! # Features
//!
//! None is on by default, and without one nothing is linked but a persistent map.
//!
//! | feature | what it adds |
//! |---|---|
//! | `futures` | for a [`Scoped`] value, `Stream`, `FusedStream`, `FusedFuture` and `Sink` of `futures` 0.3 |
//! | `futures-io` | for a [`Scoped`] value, `AsyncRead`, `AsyncBufRead`, `AsyncWrite` and `AsyncSeek` of `futures` 0.3 |
//! | `http-body` | for a [`Scoped`] value, `Body` of `http-body` 1 |
//! | `tokio` | `tokio`: all of tokio, with spawns, sets, handles and runtimes that carry the values along |
//! | `tokio-rt-multi-thread` | the same, with what tokio has for runtimes with several workers |
//! | `tokio-tracing` | the builders of named tasks, which tokio has with `--cfg tokio_unstable` only |
//! | `http` | `http::HeaderMap` of `http` 1 as a [`carrier`] |
//! | `rayon` | `rayon`: joins, scopes, spawns, pools and parallel iterators that carry them along |
//! | `companions` | `companion`: foreign ambient context, as OpenTelemetry's, that goes wherever a snapshot goes |
//!
//! Doc comments name the clauses of the draft by their anchors (`sec-…`).

#![deny(unsafe_code)]

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
#[cfg(doctest)]
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
