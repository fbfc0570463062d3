//! Carries OpenTelemetry's current context with the snapshots of [`asynccontext`].
//!
//! OpenTelemetry stores its current [`Context`], with the active span and the baggage, in a
//! thread-local, so the context is lost at every spawn that does not carry it by hand. After one
//! call of [`register`], every snapshot of `asynccontext` carries the context: it is captured with
//! the snapshot, and attached and detached in every poll, call and drop.
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
//! A snapshot without a context, such as [`Snapshot::empty`], attaches the empty context: see
//! [`asynccontext::companion`]. Work that is started in the empty snapshot therefore keeps no span
//! of its request open, and does not run in the context of the code that runs it. If telemetry is
//! suppressed there, it stays suppressed, so an exporter's own work produces no telemetry. A
//! captured context is attached unchanged, suppressed or not.
//!
//! A snapshot keeps its context alive, and with it a span that is not ended by hand. Start work
//! that outlives its request, and keeps its variables, where the empty context is attached:
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
//! Programs that also use `asynccontext-tracing` should register that companion first: its spans
//! may attach and detach contexts, and then all of them nest.
//!
//! # Limits
//!
//! - A callback that captured its snapshot at start-up and is called in a request doesn't see the
//!   request's context. The empty context can't be distinguished from others, so
//!   [`only_captured`](asynccontext::companion::Companion::only_captured) changes this only for
//!   [`Snapshot::empty`] and snapshots from before the registration.
//! - A [`ContextGuard`] from outside must not be dropped inside.
//!
//! # Cost
//!
//! Each entry and each capture takes about 45 ns: a context is attached at each entry, since the
//! empty one can't be distinguished from others. Attaching clones it, which counts references.
//!
//! [`Snapshot::empty`]: asynccontext::Snapshot::empty

#![forbid(unsafe_code)]

use std::panic::catch_unwind;

use asynccontext::companion::{self, Companion, Registered};
use opentelemetry::{Context, ContextGuard};

/// Makes every snapshot carry the context that is current at its capture.
///
/// Call it once, at the start of the program.
///
/// # Examples
///
/// ```
/// use asynccontext::Snapshot;
/// use opentelemetry::Context;
///
/// struct Shard(u8);
/// let shard = || Context::map_current(|context| context.get::<Shard>().map(|shard| shard.0));
///
/// asynccontext_opentelemetry::register();
/// let attached = Context::current_with_value(Shard(7)).attach();
/// let snapshot = Snapshot::capture();
/// drop(attached);
/// assert_eq!(snapshot.run(shard), Some(7));
/// ```
pub fn register() -> Registered {
    companion::register(CurrentContext)
}

/// The current context of OpenTelemetry, as a companion of snapshots.
///
/// Most programs only call [`register`].
///
/// # Examples
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

/// Whether OpenTelemetry's thread-local exists. It is destroyed at the thread's end, and
/// destructors that run later may enter snapshots.
fn is_available() -> bool {
    AVAILABLE.try_with(|available| available.0).unwrap_or(false)
}

/// Has a destructor, so that it is destroyed before thread-locals that were created earlier.
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
