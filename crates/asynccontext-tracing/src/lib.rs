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
//! # Outside any span
//!
//! That no span is current is captured and entered too. What is captured outside any span runs
//! outside any, whoever runs it, and the empty snapshot holds none: see
//! [`asynccontext::companion`]. To enter a snapshot is to leave the spans of whoever enters it,
//! and they are entered again afterwards. A layer that prints when spans are entered and left
//! prints that.
//!
//! A snapshot keeps the span that it holds open, as every clone of a span does. Where that is
//! too long, for a task that outlives its request, start it in [`Snapshot::empty`], or, to keep
//! the values of its variables, with [`outside`]. To enter another span in the task is not
//! enough: the first one is held on.
//!
//! # Cost
//!
//! Where nothing is entered and nothing is to be entered, an entry asks the subscriber for its
//! current span: about 10 ns. To leave a span and to enter it again takes about 80 ns with
//! tracing-subscriber's registry, for each span that is entered. See
//! [`asynccontext::companion`] for all figures.
//!
//! # Limits
//!
//! - `future.in_current_snapshot().instrument(span)` is polled outside `span`, since the snapshot
//!   is entered last. The other order works:
//!   `future.instrument(span).in_current_snapshot()`.
//! - A callback that was captured at start-up and is called in a request doesn't see the
//!   request's span. For that register `CurrentSpan.only_captured()`
//!   ([`only_captured`](asynccontext::companion::Companion::only_captured)).
//! - An [`EnteredSpan`](tracing::span::EnteredSpan) from outside must not be dropped inside.
//! - It is about the subscriber that is the default where a snapshot is entered. Spans that are
//!   entered in another one stay entered, and one that doesn't tell its current span has none to
//!   carry or to leave.
//!
//! [`Snapshot::empty`]: asynccontext::Snapshot::empty

#![forbid(unsafe_code)]

use std::cell::Cell;
use std::marker::PhantomData;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::thread;

use asynccontext::companion::{self, Companion, Registered};
use tracing::{Span, dispatcher, span};

/// From now on every snapshot carries the span that is current when it is taken.
///
/// Call it once, at the start of the program. See the [crate](self) for an example.
pub fn register() -> Registered {
    companion::register(CurrentSpan)
}

/// Calls `f` outside any span. Afterwards those that were entered are entered again, also if
/// `f` panics.
///
/// For work that keeps its variables but not its span, since it outlives the request:
///
/// ```
/// use asynccontext::{Variable, thread};
/// use tracing::{Span, info_span};
/// # use tracing_subscriber::prelude::*;
/// # tracing_subscriber::registry().init();
/// # asynccontext_tracing::register();
///
/// static TENANT: Variable<&str> = Variable::named("tenant");
///
/// let audit = || (TENANT.get(), Span::current().is_none());
/// let request = || asynccontext_tracing::outside(|| thread::spawn(audit));
/// let audit = TENANT.run("blue", || info_span!("request").in_scope(request));
/// assert_eq!(audit.join().unwrap(), (Some("blue"), true));
/// ```
///
/// It takes a closure, not a future: the spans are back when `f` returns. A future is spawned in
/// it, or tied by [`in_current_snapshot`](asynccontext::Propagate::in_current_snapshot).
pub fn outside<R>(f: impl FnOnce() -> R) -> R {
    let _left = CurrentSpan.enter(None);
    f()
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
/// assert!(CurrentSpan.enter(None).is_none(), "so there is none to leave");
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct CurrentSpan;

impl Companion for CurrentSpan {
    type Captured = Span;
    type Entered<'a> = Entered<'a>;

    fn capture(&self) -> Option<Span> {
        if GONE.get() {
            return None;
        }
        let span = Some(Span::current()).filter(|span| !span.is_none());
        if span.is_some() {
            notice_the_end();
        }
        span
    }

    fn enter<'a>(&'a self, span: Option<&'a Span>) -> Option<Entered<'a>> {
        if GONE.get() || is_current(span) {
            return None;
        }
        let mut entered = Entered { span: None, left: Vec::new(), _not_send: PhantomData };
        leave_all(&mut entered.left);
        entered.span = span.map(enter);
        notice_the_end();
        Some(entered)
    }
}

thread_local! {
    /// The thread ends, and what subscribers keep in thread-locals may be gone. A destructor that runs
    /// yet may enter snapshots.
    static GONE: Cell<bool> = const { Cell::new(false) };
    static END: End = const { End };
}

struct End;

impl Drop for End {
    fn drop(&mut self) {
        GONE.set(true);
    }
}

/// Called when a span is current or was entered, so after the subscriber made what it keeps for that.
/// Destructors run in the opposite order of making.
fn notice_the_end() {
    let _ = END.try_with(|_| ());
}

/// Ids are those of one subscriber, so the place of the span in the code is compared as well.
fn is_current(span: Option<&Span>) -> bool {
    dispatcher::get_default(|dispatch| {
        let current = dispatch.current_span();
        let Some(id) = current.id() else { return span.is_none_or(Span::is_none) };
        let callsite = |metadata: &tracing::Metadata<'_>| metadata.callsite();
        span.is_some_and(|span| {
            span.id().as_ref() == Some(id) && span.metadata().map(callsite) == current.metadata().map(callsite)
        })
    })
}

/// A span is entered before the layers of its subscriber hear of that. If one of them panics, it is
/// left again.
fn enter(span: &Span) -> span::Entered<'_> {
    catch_unwind(AssertUnwindSafe(|| span.enter())).unwrap_or_else(|panic| {
        let exit = || span.with_subscriber(|(id, dispatch)| dispatch.exit(id));
        let _ = catch_unwind(AssertUnwindSafe(exit));
        resume_unwind(panic)
    })
}

/// How often the same span may be current again when it was left: as often as it was entered
/// within itself, or for ever with a subscriber that takes no notice.
const SAME: usize = 64;

/// Leaves all spans of this thread, innermost first, and notes them in `left`. If that panics, the
/// last one in it was left too: before the layers of its subscriber hear of that.
fn leave_all(left: &mut Vec<Span>) {
    let mut same = 0;
    loop {
        let current = Span::current();
        if current.is_none() {
            return;
        }
        same = if left.last() == Some(&current) { same + 1 } else { 0 };
        if same == SAME {
            return;
        }
        left.push(current);
        if let Some(span) = left.last() {
            span.with_subscriber(|(id, dispatch)| dispatch.exit(id));
        }
    }
}

/// The captured span is current, and no other one. Those that were before are again when this is
/// dropped.
#[derive(Debug)]
#[must_use = "the spans that were left are entered again when it is dropped"]
pub struct Entered<'a> {
    span: Option<span::Entered<'a>>,
    /// Those that were left, the innermost first.
    left: Vec<Span>,
    /// What is current is a matter of the thread.
    _not_send: PhantomData<*const ()>,
}

/// All are entered again, also if a layer panics at one of them: then the first panic goes on
/// afterwards, unless the thread panics already.
impl Drop for Entered<'_> {
    fn drop(&mut self) {
        let is_panicking = thread::panicking();
        let span = self.span.take();
        let mut panic = catch_unwind(AssertUnwindSafe(|| drop(span))).err();
        for span in mem::take(&mut self.left).into_iter().rev() {
            let enter = || {
                span.with_subscriber(|(id, dispatch)| dispatch.enter(id));
                drop(span);
            };
            panic = panic.or(catch_unwind(AssertUnwindSafe(enter)).err());
        }
        if let Some(panic) = panic.filter(|_| !is_panicking) {
            resume_unwind(panic)
        }
    }
}

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}
