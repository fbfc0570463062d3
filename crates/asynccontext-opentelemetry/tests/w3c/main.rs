//! Cases of W3C trace context and baggage, a table for each published case, on `Traced` over `http::HeaderMap`.
//!
//! The names are those of the published lists: `test/test.py` of w3c/trace-context at acab820 (2026-06-30), and
//! `test/test_baggage.py` of w3c/baggage at 9af80f4 (2025-06-18). The headers and outcomes are this project's own.

mod baggage;
mod trace_context;
mod traceparent;
mod tracestate;

use std::sync::Once;

use asynccontext::carrier::{Exports, Imports, Incoming, Outgoing};
use asynccontext_opentelemetry::Traced;
use http::header::{HeaderMap, HeaderName, HeaderValue};
use opentelemetry::propagation::TextMapCompositePropagator;
use opentelemetry::trace::{SpanContext, TraceContextExt, Tracer, TracerProvider};
use opentelemetry::{Context, global};
use opentelemetry_sdk::propagation::{BaggagePropagator, TraceContextPropagator};
use opentelemetry_sdk::trace::SdkTracerProvider;

/// Headers of a request, in order. A name may be there twice.
type Headers<'a> = &'a [(&'a str, &'a str)];

fn set_up() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        asynccontext_opentelemetry::register();
        global::set_text_map_propagator(TextMapCompositePropagator::new(vec![
            Box::new(TraceContextPropagator::new()),
            Box::new(BaggagePropagator::new()),
        ]));
    });
}

fn header_map(headers: Headers<'_>) -> HeaderMap {
    let pair = |(name, value): &(&str, &str)| {
        (HeaderName::from_bytes(name.as_bytes()).unwrap(), HeaderValue::from_str(value).unwrap())
    };
    headers.iter().map(pair).collect()
}

fn boundary() -> Traced<Imports> {
    set_up();
    Traced::new(Imports::new(&[]))
}

/// The remote span that a service sees, if there is one.
fn remote(boundary: &Traced<Imports>, headers: Headers<'_>) -> Option<SpanContext> {
    let request = boundary.extract(&header_map(headers));
    let current = request.run(|| Context::current().span().span_context().clone());
    Some(current).filter(SpanContext::is_valid)
}

/// What a service sends to another one, in a span of its own for each of `calls` calls.
fn calls_of_a_service(boundary: &Traced<Imports>, headers: Headers<'_>, calls: usize) -> Vec<HeaderMap> {
    static OUTGOING: Traced<Exports> = Traced::new(Exports::new(&[])).baggage(&["key"]);
    let provider = SdkTracerProvider::builder().build();
    let tracer = provider.tracer("service");
    boundary.extract(&header_map(headers)).run(|| {
        let server = Context::current_with_span(tracer.start("server"));
        let _attached = server.attach();
        let call = |_| {
            let client = Context::current_with_span(tracer.start("client"));
            assert!(client.span().span_context().is_valid());
            let _attached = client.attach();
            // A header of the request that is forwarded does not reach the next service.
            let mut forwarded = header_map(headers);
            OUTGOING.inject(&mut forwarded).unwrap();
            forwarded
        };
        (0..calls).map(call).collect()
    })
}
