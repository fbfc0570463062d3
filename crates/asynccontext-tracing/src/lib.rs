//! Carries tracing's current span with the snapshots of [`asynccontext`], and adds variables to every event and
//! span.
//!
//! - [`register`], called once, lets every snapshot carry the current span: [the span](#the-span).
//! - [`Fields`] adds the current values of chosen variables to what a layer writes, in every format:
//!   [the variables](#the-variables).
//!
//! Neither needs the other. The guide *From tracing spans and OpenTelemetry guards*, in the documentation of
//! asynccontext-opentelemetry, migrates a program that has its context in spans.
//!
//! # The span
//!
//! tracing stores its current span in a thread-local, so the span is lost at every spawn that is
//! not instrumented by hand. After one call of [`register`], every snapshot of `asynccontext`
//! carries the span: it is captured with the snapshot, and entered and left in every poll, call and
//! drop.
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
//! # The variables
//!
//! [`Fields::layer`] wraps a layer of tracing-subscriber. Call sites stay as they are, and so do records of the
//! crate `log` that arrive through tracing-log: each event and each new span has the values that are current on its
//! thread, wherever the work was spawned.
//!
//! ```
//! use asynccontext::Variable;
//! use asynccontext_tracing::{Field, Fields};
//! use tracing::info;
//! use tracing_subscriber::{fmt, prelude::*};
//!
//! static REQUEST_ID: Variable<u64> = Variable::named("request_id");
//! static TENANT: Variable<String> = Variable::named("tenant");
//!
//! let fields = Fields::new([Field::value(&REQUEST_ID), Field::display(&TENANT)]);
//! tracing_subscriber::registry().with(fields.layer(fmt::layer())).init();
//!
//! REQUEST_ID.run(7, || TENANT.run("blue".into(), || info!(items = 3, "paid")));
//! // prints: 2026-11-30T12:00:00.000000Z  INFO orders: paid items=3 request_id=7 tenant="blue"
//! ```
//!
//! The layer sees them as if the call site had them: the formats `full`, `compact`, `pretty` and `json` show them
//! among the fields of the event, with the colors and the types of other fields, and so do layers of other
//! libraries. A variable that is not bound is left out, and a field that the call site has itself is never added or
//! replaced, so JSON has each name once.
//!
//! A value can't end its field or its line. A text is quoted and escaped by formats for people, and by JSON; control
//! characters in the output of a value's own `Debug` are escaped by this crate.
//!
//! # Outside any span
//!
//! A snapshot also captures that no span is current. Work that is captured outside any span runs
//! outside any span, wherever it runs, and the empty snapshot holds no span: see
//! [`asynccontext::companion`]. Entering a snapshot leaves the current spans, which are entered
//! again afterwards. A layer that prints when spans are entered and left prints these events.
//!
//! A snapshot keeps its span open, as every clone of a span does. Start a task that outlives its
//! request in [`Snapshot::empty`], or, to keep the values of its variables, with [`outside`].
//! Entering another span in the task is not enough: the task still holds the first one.
//!
//! # Cost
//!
//! An entry without any span reads the subscriber's current span: about 10 ns. Leaving a span and
//! entering it again takes about 80 ns with tracing-subscriber's registry, for each entered span.
//! See [`asynccontext::companion`] for all figures.
//!
//! An event takes this many nanoseconds, written to nowhere, with three fields at the call site and three variables
//! listed (`cargo bench -p asynccontext-tracing`, Linux on x86-64). The last column reads the three variables at the
//! call site and names them there.
//!
//! | format | without the layer | none bound | one | three | three by hand |
//! |---|---|---|---|---|---|
//! | full | 243 | 273 | 391 | 548 | 455 |
//! | compact | 257 | 290 | 405 | 564 | 466 |
//! | pretty | 292 | 321 | 432 | 571 | 472 |
//! | json | 471 | 503 | 645 | 857 | 730 |
//!
//! The layer copies the values of the call site, into memory that the thread keeps, since an event takes all its
//! values at once. Only errors and bytes allocate. A span costs likewise, once.
//!
//! # Limits
//!
//! - `future.in_current_snapshot().instrument(span)` is polled outside `span`, since the snapshot
//!   is entered last. Use the other order: `future.instrument(span).in_current_snapshot()`.
//! - A callback that captured its snapshot at start-up and is called in a request doesn't see the
//!   request's span, unless `CurrentSpan.only_captured()` is registered
//!   ([`only_captured`](asynccontext::companion::Companion::only_captured)).
//! - An [`EnteredSpan`](tracing::span::EnteredSpan) from outside must not be dropped inside.
//! - Only the subscriber that is the default where a snapshot is entered is covered. Spans that are
//!   entered in another subscriber stay entered, and a subscriber that doesn't report its current
//!   span has none to carry or to leave.
//!
//! # Limits of `Fields`
//!
//! - Filters belong outside: `fields.layer(fmt::layer()).with_filter(…)`. tracing-subscriber finds a layer's filter by
//!   its type, which is not visible through the wrapper; a filter inside may affect other layers too. For the same
//!   reason a layer that other code looks up by its type, such as tracing-opentelemetry's, must not be wrapped:
//!   asynccontext-opentelemetry has a span processor for its attributes.
//! - Each wrapped layer copies the values again. Join two with `and_then` and wrap the result.
//! - A layer sees the values that the call site computes as `Debug` wrote them, without line breaks of `{:#?}`, and
//!   errors as their texts.
//! - Lines that `fmt::layer().with_span_events(…)` writes are made inside that layer. They show the fields of the
//!   span, and none of their own.
//! - An event or a span with more than 128 fields, ours included, gets none.
//! - Values are read where the event is emitted. A snapshot that is not entered there has no part in it.
//!
//! [`Snapshot::empty`]: asynccontext::Snapshot::empty

#![forbid(unsafe_code)]

mod copies;
mod fields;
mod layer;

pub use fields::{Field, Fields};
pub use layer::WithFields;

use std::cell::Cell;
use std::marker::PhantomData;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::thread;

use asynccontext::companion::{self, Companion, Registered};
use tracing::{Span, dispatcher, span};

/// Makes every snapshot carry the span that is current at its capture.
///
/// Call it once, at the start of the program.
///
/// # Examples
///
/// ```
/// use asynccontext::thread;
/// use tracing::{Span, info_span};
/// # use tracing_subscriber::prelude::*;
/// # tracing_subscriber::registry().init();
///
/// asynccontext_tracing::register();
/// let thread = info_span!("request").in_scope(|| thread::spawn(|| Span::current().is_none()));
/// assert!(!thread.join().unwrap());
/// ```
pub fn register() -> Registered {
    companion::register(CurrentSpan)
}

/// Calls `f` outside any span. When `f` returns or panics, the spans are entered again.
///
/// `f` should not return a bare future, since the spans are current again after it returns. Spawn a
/// future in `f`, or tie it with
/// [`in_current_snapshot`](asynccontext::Propagate::in_current_snapshot).
///
/// # Examples
///
/// Work that outlives its request, and keeps the request's variables but not its span:
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
pub fn outside<R>(f: impl FnOnce() -> R) -> R {
    let _left = CurrentSpan.enter(None);
    f()
}

/// The current span of tracing, as a companion of snapshots.
///
/// Most programs only call [`register`].
///
/// # Examples
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
    /// Set when the thread ends and subscribers' thread-locals may be destroyed. Destructors that
    /// run later may enter snapshots.
    static GONE: Cell<bool> = const { Cell::new(false) };
    static END: End = const { End };
}

struct End;

impl Drop for End {
    fn drop(&mut self) {
        GONE.set(true);
    }
}

/// Registers the destructor of `END`. Called when a span is current or was entered, so after the
/// subscriber created its thread-locals, whose destructors run after this one.
fn notice_the_end() {
    let _ = END.try_with(|_| ());
}

/// Whether `span` is current. Ids are unique only within a subscriber, so the callsites are
/// compared too.
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

/// Enters `span`. A span is entered before the layers of its subscriber are called. If one of them
/// panics, the span is left again.
fn enter(span: &Span) -> span::Entered<'_> {
    catch_unwind(AssertUnwindSafe(|| span.enter())).unwrap_or_else(|panic| {
        let exit = || span.with_subscriber(|(id, dispatch)| dispatch.exit(id));
        let _ = catch_unwind(AssertUnwindSafe(exit));
        resume_unwind(panic)
    })
}

/// The limit for a span that is still current after it was left: because it was entered several
/// times, or because the subscriber ignores exits.
const SAME: usize = 64;

/// Leaves all spans of this thread, innermost first, and adds them to `left`. After a panic, the
/// last one in `left` was left too, since a span is left before the layers of its subscriber are
/// called.
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

/// A guard that keeps only the captured span current. The previous spans are entered again when it
/// is dropped.
///
/// # Examples
///
/// ```
/// use asynccontext::companion::Companion;
/// use asynccontext_tracing::{CurrentSpan, Entered};
/// use tracing::{Span, info_span};
/// # use tracing_subscriber::prelude::*;
/// # tracing_subscriber::registry().init();
///
/// let span = info_span!("request");
/// let entered: Option<Entered<'_>> = CurrentSpan.enter(Some(&span));
/// assert_eq!(Span::current(), span);
/// drop(entered);
/// assert!(Span::current().is_none());
/// ```
#[derive(Debug)]
#[must_use = "the spans that were left are entered again when it is dropped"]
pub struct Entered<'a> {
    span: Option<span::Entered<'a>>,
    /// The spans that were left, the innermost first.
    left: Vec<Span>,
    /// The current span belongs to the thread.
    _not_send: PhantomData<*const ()>,
}

/// Enters all spans again, even if a layer panics at one of them. The first panic is resumed
/// afterwards, unless the thread is already panicking.
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
