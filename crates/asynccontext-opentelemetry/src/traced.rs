//! The trace context and the baggage across a boundary.

use std::sync::atomic::{AtomicU64, Ordering};

use asynccontext::carrier::{Extractor, Incoming, InjectError, Injector, Outgoing};
use asynccontext::{Snapshot, companion};
use opentelemetry::baggage::{Baggage, BaggageExt};
use opentelemetry::{Context, StringValue, global, propagation};

use crate::{nothing, w3c};

/// A boundary at which OpenTelemetry's trace context crosses together with variables, and such baggage as is listed.
///
/// It wraps an [`Exports`](asynccontext::carrier::Exports), an [`Imports`](asynccontext::carrier::Imports), or another
/// [`Outgoing`] or [`Incoming`], and is one itself, so it is what the adapters of clients, servers and queues take. The
/// headers are written and read by the program's propagator
/// ([`set_text_map_propagator`](global::set_text_map_propagator)); without one, only the variables cross.
///
/// **Outgoing**, the headers name the current span as the parent, and those of an earlier request are removed.
///
/// **Incoming**, the snapshot has the remote span as its current context, and no span of the code that reads: a span
/// that is made in it, by OpenTelemetry or by tracing, is a child of the remote one. If nothing valid arrives, it is the
/// first of a new trace, wherever the server reads. This needs [`register`](crate::register). `traceparent`,
/// `tracestate` and `baggage` are checked by the rules of W3C first, and [counted](Self::dropped) if they are dropped:
/// a malformed header never fails a request.
///
/// No baggage crosses, in either direction, unless its keys are listed: see [`baggage`](Self::baggage). At a public
/// edge, don't wrap what comes in: strangers would choose trace ids, and what is sampled.
///
/// # Examples
///
/// ```
/// use asynccontext::Variable;
/// use asynccontext::carrier::{Exported, Exports, Imports, Incoming, Outgoing};
/// use asynccontext_opentelemetry::Traced;
/// use opentelemetry::{Context, global, trace::{SpanContext, TraceContextExt}};
/// use opentelemetry_sdk::propagation::TraceContextPropagator;
///
/// static TENANT: Exported<String> = Variable::named("tenant").exported("x-tenant");
/// static TO_OUR_SERVICES: Traced<Exports> = Traced::new(Exports::new(&[TENANT.export()]));
/// static FROM_OUR_SERVICES: Traced<Imports> = Traced::new(Imports::new(&[TENANT.import()]));
///
/// global::set_text_map_propagator(TraceContextPropagator::new());
/// asynccontext_opentelemetry::register();
/// # let span = SpanContext::new(7.into(), 8.into(), Default::default(), false, Default::default());
/// # let attached = Context::new().with_remote_span_context(span).attach();
///
/// // The calling service, in a span.
/// let mut headers = Vec::new();
/// TENANT.run("blue".into(), || TO_OUR_SERVICES.inject(&mut headers))?;
/// # drop(attached);
/// assert_eq!(headers[0].0, "traceparent");
///
/// // The called service.
/// let request = FROM_OUR_SERVICES.extract(&headers);
/// request.run(|| {
///     assert_eq!(TENANT.get().as_deref(), Some("blue"));
///     assert!(Context::current().span().span_context().is_remote());
/// });
/// # Ok::<_, asynccontext::carrier::InjectError>(())
/// ```
#[derive(Debug)]
pub struct Traced<B> {
    boundary: B,
    baggage: &'static [&'static str],
    counters: Counters,
}

#[derive(Debug)]
struct Counters {
    traceparent: AtomicU64,
    tracestate: AtomicU64,
    baggage: AtomicU64,
    unwritten: AtomicU64,
}

/// How many headers a [`Traced`] has dropped.
///
/// # Examples
///
/// ```
/// use asynccontext::carrier::{Imports, Incoming};
/// use asynccontext_opentelemetry::{Dropped, Traced};
///
/// static FROM_OUR_SERVICES: Traced<Imports> = Traced::new(Imports::new(&[]));
/// FROM_OUR_SERVICES.extract(&vec![("traceparent".to_owned(), "00-?".to_owned())]);
/// let dropped: Dropped = FROM_OUR_SERVICES.dropped();
/// assert_eq!(dropped.traceparent, 1);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
#[non_exhaustive]
pub struct Dropped {
    /// Requests whose `traceparent` was malformed or there twice.
    pub traceparent: u64,
    /// Requests whose `tracestate` was malformed.
    pub tracestate: u64,
    /// Incoming members of `baggage` that were malformed, not listed, or beyond the limits.
    pub baggage: u64,
    /// Outgoing headers that the carrier did not accept.
    pub unwritten: u64,
}

impl<B> Traced<B> {
    /// Adds the trace context to `boundary`, and no baggage.
    ///
    /// # Examples
    ///
    /// ```
    /// use asynccontext::carrier::Exports;
    /// use asynccontext_opentelemetry::Traced;
    ///
    /// static TO_OUR_SERVICES: Traced<Exports> = Traced::new(Exports::new(&[]));
    /// ```
    pub const fn new(boundary: B) -> Traced<B> {
        let counters = Counters {
            traceparent: AtomicU64::new(0),
            tracestate: AtomicU64::new(0),
            baggage: AtomicU64::new(0),
            unwritten: AtomicU64::new(0),
        };
        Traced { boundary, baggage: &[], counters }
    }

    /// Lets the baggage under `keys` cross too, within the limits of W3C: 64 members, 8192 bytes. All other baggage is
    /// dropped.
    ///
    /// # Examples
    ///
    /// ```
    /// use asynccontext::carrier::{Imports, Incoming};
    /// use asynccontext_opentelemetry::Traced;
    /// use opentelemetry::{Context, baggage::BaggageExt, global};
    /// use opentelemetry_sdk::propagation::BaggagePropagator;
    ///
    /// static FROM_OUR_SERVICES: Traced<Imports> = Traced::new(Imports::new(&[])).baggage(&["session"]);
    ///
    /// global::set_text_map_propagator(BaggagePropagator::new());
    /// asynccontext_opentelemetry::register();
    /// let headers = vec![("baggage".to_owned(), "session=7,admin=true".to_owned())];
    /// FROM_OUR_SERVICES.extract(&headers).run(|| {
    ///     assert_eq!(Context::current().baggage().to_string(), "session=7");
    /// });
    /// assert_eq!(FROM_OUR_SERVICES.dropped().baggage, 1);
    /// ```
    pub const fn baggage(mut self, keys: &'static [&'static str]) -> Traced<B> {
        self.baggage = keys;
        self
    }

    /// Returns the wrapped boundary, for instance to read its own counters.
    ///
    /// # Examples
    ///
    /// ```
    /// use asynccontext::carrier::Imports;
    /// use asynccontext_opentelemetry::Traced;
    ///
    /// static FROM_OUR_SERVICES: Traced<Imports> = Traced::new(Imports::new(&[]));
    /// assert_eq!(FROM_OUR_SERVICES.get_ref().dropped().total(), 0);
    /// ```
    pub const fn get_ref(&self) -> &B {
        &self.boundary
    }

    /// Returns how many headers were dropped so far.
    ///
    /// # Examples
    ///
    /// ```
    /// use asynccontext::carrier::Imports;
    /// use asynccontext_opentelemetry::Traced;
    ///
    /// static FROM_OUR_SERVICES: Traced<Imports> = Traced::new(Imports::new(&[]));
    /// assert_eq!(FROM_OUR_SERVICES.dropped().traceparent, 0);
    /// ```
    pub fn dropped(&self) -> Dropped {
        let Counters { traceparent, tracestate, baggage, unwritten } = &self.counters;
        let [traceparent, tracestate, baggage, unwritten] =
            [traceparent, tracestate, baggage, unwritten].map(|counter| counter.load(Ordering::Relaxed));
        Dropped { traceparent, tracestate, baggage, unwritten }
    }

    /// Reads the headers of W3C, and counts what is dropped.
    fn read<'a>(&self, carrier: &'a dyn Extractor) -> Reading<'a> {
        let count = |counter: &AtomicU64, number| {
            counter.fetch_add(number, Ordering::Relaxed);
        };
        let traceparent = match carrier.get_all("traceparent").as_deref() {
            Ok([]) => None,
            Ok([text]) => w3c::traceparent(text).map(str::to_owned).or_else(|| {
                count(&self.counters.traceparent, 1);
                None
            }),
            Ok(_) | Err(_) => {
                count(&self.counters.traceparent, 1);
                None
            }
        };
        let tracestate = match carrier.get_all("tracestate") {
            Ok(texts) if texts.is_empty() => None,
            Ok(texts) => w3c::tracestate(&texts).or_else(|| {
                count(&self.counters.tracestate, 1);
                None
            }),
            Err(_) => {
                count(&self.counters.tracestate, 1);
                None
            }
        };
        let (baggage, dropped) = match carrier.get_all("baggage") {
            Ok(texts) => w3c::baggage(&texts, self.baggage),
            Err(_) => (String::new(), 1),
        };
        count(&self.counters.baggage, dropped);
        Reading { carrier, traceparent, tracestate, baggage: Some(baggage).filter(|baggage| !baggage.is_empty()) }
    }
}

impl<O: Outgoing> Outgoing for Traced<O> {
    fn inject(&self, carrier: &mut dyn Injector) -> Result<(), InjectError> {
        let context = Context::current();
        let listed = context.baggage().iter().filter(|(key, _)| self.baggage.contains(&key.as_str()));
        let encoded = |value: &StringValue| StringValue::from(w3c::encoded(value.as_str()));
        let listed: Baggage =
            listed.map(|(key, (value, properties))| (key.clone(), (encoded(value), properties.clone()))).collect();
        let context = context.with_baggage(listed);
        global::get_text_map_propagator(|propagator| {
            for key in propagator.fields() {
                carrier.remove(&key.to_ascii_lowercase());
            }
            propagator.inject_context(&context, &mut Writing { carrier, unwritten: &self.counters.unwritten });
        });
        self.boundary.inject(carrier)
    }
}

impl<I: Incoming> Incoming for Traced<I> {
    fn extract_onto(&self, carrier: &dyn Extractor, onto: Snapshot) -> Snapshot {
        let snapshot = self.boundary.extract_onto(carrier, onto);
        let reading = self.read(carrier);
        let context =
            global::get_text_map_propagator(|propagator| propagator.extract_with_context(&nothing(), &reading));
        with_context(snapshot, context)
    }
}

/// Returns the snapshot with `context` as its OpenTelemetry context, and outside any span of tracing.
pub(crate) fn with_context(snapshot: Snapshot, context: Context) -> Snapshot {
    Snapshot::empty().run(|| {
        let _attached = context.attach();
        companion::capture_onto(snapshot)
    })
}

/// The carrier with its W3C headers as they were checked. Propagators of other formats read theirs from the carrier.
struct Reading<'a> {
    carrier: &'a dyn Extractor,
    traceparent: Option<String>,
    tracestate: Option<String>,
    baggage: Option<String>,
}

impl propagation::Extractor for Reading<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        match key {
            "traceparent" => self.traceparent.as_deref(),
            "tracestate" => self.tracestate.as_deref(),
            "baggage" => self.baggage.as_deref(),
            _ => self.carrier.get(&key.to_ascii_lowercase()).ok().flatten(),
        }
    }

    /// A carrier does not list its keys.
    fn keys(&self) -> Vec<&str> {
        ["traceparent", "tracestate", "baggage"].into_iter().filter(|key| self.get(key).is_some()).collect()
    }
}

struct Writing<'a> {
    carrier: &'a mut dyn Injector,
    unwritten: &'a AtomicU64,
}

impl propagation::Injector for Writing<'_> {
    fn set(&mut self, key: &str, value: String) {
        let value = if key == "baggage" { w3c::within_limits(value) } else { value };
        // The propagator writes an empty `tracestate` where there is none.
        if !value.is_empty() && self.carrier.set(&key.to_ascii_lowercase(), value).is_err() {
            self.unwritten.fetch_add(1, Ordering::Relaxed);
        }
    }
}
