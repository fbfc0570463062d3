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
//! Attaching clones the context, which counts references; see OpenTelemetry's own docs.

#![forbid(unsafe_code)]

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
        Some(Context::current())
    }

    fn enter<'a>(&'a self, context: Option<&'a Context>) -> Option<ContextGuard> {
        Some(context?.clone().attach())
    }
}

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}
