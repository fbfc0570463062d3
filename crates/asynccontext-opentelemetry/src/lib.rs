//! Connects [`asynccontext`] with OpenTelemetry: its context goes where snapshots go, and variables go where its trace
//! goes.
//!
//! - [`register`], called once, lets every snapshot carry the current [`Context`]: [the context](#the-context).
//! - [`Traced`] sends and reads the trace context and baggage of W3C together with variables, at every boundary that an
//!   adapter of this project has: [across services](#across-services).
//! - [`VariablesPropagator`] does it the other way round, for programs that use OpenTelemetry's own instrumentation.
//! - `Attributes`, with the feature `sdk`, adds variables to spans and log records: [attributes](#attributes).
//! - [`docs::from_spans_and_guards`] is the guide *From tracing spans and OpenTelemetry guards*.
//!
//! # The context
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
//! # Across services
//!
//! A service wraps the list of what leaves, and of what arrives, in [`Traced`], and gives that to its client, server or
//! queue. The trace is then continued: spans in the called service are children of the span that made the call, whether
//! they are OpenTelemetry's or tracing's. Set the program's propagator once:
//!
//! ```
//! use asynccontext::Variable;
//! use asynccontext::carrier::{Exported, Exports, Imports};
//! use asynccontext_opentelemetry::Traced;
//! use opentelemetry::global;
//! use opentelemetry::propagation::TextMapCompositePropagator;
//! use opentelemetry_sdk::propagation::{BaggagePropagator, TraceContextPropagator};
//!
//! static TENANT: Exported<String> = Variable::named("tenant").exported("x-tenant");
//! static TO_OUR_SERVICES: Traced<Exports> = Traced::new(Exports::new(&[TENANT.export()])).baggage(&["session"]);
//! static FROM_OUR_SERVICES: Traced<Imports> = Traced::new(Imports::new(&[TENANT.import()])).baggage(&["session"]);
//! // Give `&TO_OUR_SERVICES` to the client's layer, and `&FROM_OUR_SERVICES` to the server's.
//!
//! asynccontext_opentelemetry::register();
//! global::set_text_map_propagator(TextMapCompositePropagator::new(vec![
//!     Box::new(TraceContextPropagator::new()),
//!     Box::new(BaggagePropagator::new()),
//! ]));
//! ```
//!
//! The headers of W3C are checked here before OpenTelemetry reads them, since its propagators accept more than the
//! specifications do: ids of a wrong length, signs, two `traceparent` headers. Each case of the published list of
//! w3c/trace-context, and of w3c/baggage, has cases in `tests/w3c`. These deviate, by opentelemetry_sdk 0.33:
//!
//! - The flag for a random trace id is not sent on.
//! - A `tracestate` member whose key has `@` in a form that the first edition did not allow is left out.
//! - A baggage value that begins or ends with encoded white space is read without it.
//! - A baggage property with percent-encoding is left out, since OpenTelemetry would decode it and write it again without
//!   encoding, by which a sender could add members.
//!
//! # Attributes
//!
//! A span processor stamps the current values of chosen variables on each span when it starts, and a log processor on
//! each record. The SDK itself gives records the ids of the current span, which [`register`] makes right everywhere, so
//! spans and records of a request have its trace and its variables in common. tracing-opentelemetry starts a span where
//! it is first entered.
//!
//! Exemplars, which would lead from a metric to a trace, do not exist in opentelemetry_sdk 0.33: its data has a place
//! for them that nothing fills.
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
//! - tracing's span is left where a snapshot of [`Traced`] is entered, as always:
//!   `snapshot.scope(future).instrument(span)` hides `span`. Instrument the future inside.
//! - [`Traced`] can't list the keys of a carrier, so propagators that search it, such as Jaeger's for baggage, find the
//!   headers of W3C alone.
//!
//! # Cost
//!
//! Nanoseconds for one request, on Linux on x86-64, with an `http::HeaderMap` (`cargo bench -p asynccontext-opentelemetry
//! --features sdk`):
//!
//! | | OpenTelemetry's propagator alone | three variables alone | both, by `Traced` |
//! |---|---|---|---|
//! | inject | 275 | 341 | 702 |
//! | extract | 216 | 223 | 780 |
//!
//! A span takes 124 without `Attributes`, 151 with three variables listed and none bound, and 330 with all bound.
//!
//! Each entry and each capture takes about 45 ns: a context is attached at each entry, since the
//! empty one can't be distinguished from others. Attaching clones it, which counts references.
//!
//! [`Snapshot::empty`]: asynccontext::Snapshot::empty

#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "sdk")]
mod attributes;
pub mod docs;
mod propagator;
mod traced;
mod w3c;

#[cfg(feature = "sdk")]
pub use attributes::{Attribute, Attributes};
pub use propagator::{VariablesPropagator, extracted};
pub use traced::{Dropped, Traced};

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
        Some(context.cloned().unwrap_or_else(nothing).attach())
    }
}

/// The empty context. If telemetry is suppressed, it stays suppressed.
fn nothing() -> Context {
    let nothing = Context::new();
    if Context::is_current_telemetry_suppressed() { nothing.with_telemetry_suppressed() } else { nothing }
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
