//! Carries tracing's current span wherever the snapshots of [`asynccontext`] go.
//!
//! tracing keeps its current span in a thread-local, so it is lost at every spawn that is
//! not instrumented by hand. [`register`] once, and the span goes with whatever carries
//! the variables of `asynccontext`: it is captured when the snapshot is taken, entered
//! on every poll, call and drop, and left again.
//!
//! ```
//! use asynccontext::{Propagate, thread};
//! use tracing::{Span, info_span};
//! use tracing_subscriber::prelude::*;
//!
//! tracing_subscriber::registry().init();
//! asynccontext_tracing::register();
//!
//! let name = || Span::current().metadata().map(|span| span.name());
//! let thread = info_span!("request").in_scope(|| thread::spawn(name));
//! assert_eq!(thread.join().unwrap(), Some("request"));
//!
//! let bare = info_span!("request").in_scope(|| std::thread::spawn(name));
//! assert_eq!(bare.join().unwrap(), None);
//! ```
//!
//! A snapshot keeps the span that it holds open, as every clone of a span does. Where that
//! is too long, for a task that outlives its request, enter a span of its own in it.

#![forbid(unsafe_code)]

use asynccontext::companion::{self, Companion, Registered};
use tracing::Span;
use tracing::span::Entered;

/// From now on every snapshot carries the span that is current when it is taken.
///
/// Call it once, at the start of the program. See the [crate](self) for an example.
pub fn register() -> Registered {
    companion::register(CurrentSpan)
}

/// tracing's current span, as a companion of snapshots.
///
/// [`register`] is the usual way to it.
///
/// ```
/// use asynccontext::companion::Companion;
/// use asynccontext_tracing::CurrentSpan;
///
/// assert!(CurrentSpan.capture().is_none(), "no span is current here");
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct CurrentSpan;

impl Companion for CurrentSpan {
    type Captured = Span;
    type Entered<'a> = Entered<'a>;

    fn capture(&self) -> Option<Span> {
        Some(Span::current()).filter(|span| !span.is_none())
    }

    fn enter<'a>(&'a self, span: Option<&'a Span>) -> Option<Entered<'a>> {
        span.map(Span::enter)
    }
}

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}
