//! Carries OpenTelemetry's current context wherever the snapshots of [`asynccontext`] go.
//!
//! OpenTelemetry keeps its current [`Context`], with the active span and the baggage, in a
//! thread-local, so it is lost at every spawn that does not take it along by hand.
//! [`register`] once, and it goes with whatever carries the variables of `asynccontext`:
//! it is captured when the snapshot is taken, attached on every poll, call and drop, and
//! detached again.
//!
//! ```
//! use asynccontext::thread;
//! use opentelemetry::Context;
//!
//! asynccontext_opentelemetry::register();
//!
//! struct Shard(u8);
//! let shard = || Context::map_current(|context| context.get::<Shard>().map(|shard| shard.0));
//!
//! let attached = Context::current_with_value(Shard(7)).attach();
//! let thread = thread::spawn(shard);
//! let bare = std::thread::spawn(shard);
//! drop(attached);
//! assert_eq!(thread.join().unwrap(), Some(7));
//! assert_eq!(bare.join().unwrap(), None);
//! ```
//!
//! # Outside any context
//!
//! A snapshot that holds none, such as [`Snapshot::empty`], attaches the empty context: see
//! [`asynccontext::companion`]. So work that is started in the empty snapshot keeps no span of its
//! request open, and does not run in the context of whoever runs it. Telemetry that is suppressed
//! there stays suppressed, so what an exporter starts for itself makes no telemetry of its own. A
//! context that was captured is attached as it was, suppressed or not.
//!
//! A snapshot keeps the context that it holds alive, and with it a span that is not ended by
//! hand. Work that outlives its request, and is to keep its variables, is started where the
//! empty context is attached:
//!
//! ```
//! use asynccontext::thread;
//! use opentelemetry::Context;
//!
//! # asynccontext_opentelemetry::register();
//! let audit = {
//!     let _outside = Context::new().attach();
//!     thread::spawn(|| ())
//! };
//! audit.join().unwrap();
//! ```
//!
//! Where `asynccontext-tracing` is used too, register that one first: its spans may attach and
//! detach contexts, and then all of it nests.
//!
//! # Limits
//!
//! - A callback that was captured at start-up and is called in a request doesn't see the
//!   request's context. The empty context can't be told from others, so
//!   [`only_captured`](asynccontext::companion::Companion::only_captured) changes that for
//!   [`Snapshot::empty`] and snapshots from before the registration alone.
//! - A [`ContextGuard`] from outside must not be dropped inside.
//!
//! # Cost
//!
//! About 45 ns for each entry and each capture: a context is attached at each entry, since the
//! empty one can't be told from others. Attaching clones it, which counts references.
//!
//! [`Snapshot::empty`]: asynccontext::Snapshot::empty

#![forbid(unsafe_code)]

use std::panic::catch_unwind;

use asynccontext::companion::{self, Companion, Registered};
use opentelemetry::{Context, ContextGuard};

/// From now on every snapshot carries the context that is current when it is taken.
///
/// Call it once, at the start of the program. See the [crate](self) for an example.
pub fn register() -> Registered {
    companion::register(CurrentContext)
}

/// OpenTelemetry's current context, as a companion of snapshots.
///
/// [`register`] is the usual way to it.
///
/// ```
/// use asynccontext::companion::Companion;
/// use asynccontext_opentelemetry::CurrentContext;
///
/// let captured = CurrentContext.capture().unwrap();
/// let attached = CurrentContext.enter(Some(&captured));
/// drop(attached);
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct CurrentContext;

impl Companion for CurrentContext {
    type Captured = Context;
    type Entered<'a> = ContextGuard;

    fn capture(&self) -> Option<Context> {
        is_available().then(Context::current)
    }

    fn enter<'a>(&'a self, context: Option<&'a Context>) -> Option<ContextGuard> {
        if !is_available() {
            return None;
        }
        let context = context.cloned().unwrap_or_else(|| {
            let nothing = Context::new();
            if Context::is_current_telemetry_suppressed() { nothing.with_telemetry_suppressed() } else { nothing }
        });
        Some(context.attach())
    }
}

/// When a thread ends, OpenTelemetry's thread-local is destroyed as any other, and destructors that
/// run later may enter snapshots.
fn is_available() -> bool {
    AVAILABLE.try_with(|available| available.0).unwrap_or(false)
}

/// With a destructor, so that it is gone before what was made earlier.
struct Available(bool);

impl Drop for Available {
    fn drop(&mut self) {}
}

thread_local! {
    static AVAILABLE: Available = Available(catch_unwind(|| Context::map_current(|_| ())).is_ok());
}

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}
