//! Every adapter carries the current context with its span, or its absence, with the real
//! SDK.

#[path = "support/adapters.rs"]
mod adapters;

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use adapters::{ADAPTERS, Adapter, Gate, Rest, job, on_workers, seen_by};
use asynccontext::Snapshot;
use opentelemetry::trace::{Span as _, TraceContextExt, Tracer, TracerProvider};
use opentelemetry::{Context, SpanId};
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{SdkTracerProvider, Span, SpanData, SpanProcessor};

/// The names of the spans that are open.
static OPEN: Mutex<Option<HashMap<SpanId, String>>> = Mutex::new(None);

#[derive(Debug)]
struct Notes;

impl SpanProcessor for Notes {
    fn on_start(&self, span: &mut Span, _: &Context) {
        let name = span.exported_data().unwrap().name.into_owned();
        OPEN.lock().unwrap().get_or_insert_default().insert(span.span_context().span_id(), name);
    }

    fn on_end(&self, span: SpanData) {
        OPEN.lock().unwrap().get_or_insert_default().remove(&span.span_context.span_id());
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _: Duration) -> OTelSdkResult {
        Ok(())
    }
}

/// Whether a span of this name is still open after a while.
fn is_open(name: &str) -> bool {
    let is_open = || OPEN.lock().unwrap().iter().flatten().any(|(_, other)| other == name);
    (0..2000).all(|_| {
        thread::sleep(Duration::from_micros(if is_open() { 1000 } else { 0 }));
        is_open()
    })
}

#[derive(Clone, Copy)]
struct Name(&'static str);

/// Returns the current name, if the span is current too.
fn name() -> Option<&'static str> {
    Context::map_current(|context| {
        let name = context.get::<Name>().map(|name| name.0);
        assert_eq!(name.is_some(), context.has_active_span());
        name
    })
}

/// Calls `f` in a span of this name.
fn within<R>(provider: &SdkTracerProvider, span: &'static str, f: impl FnOnce() -> R) -> R {
    let before = name();
    let context = Context::current_with_span(provider.tracer("test").start(span)).with_value(Name(span));
    let attached = context.attach();
    let result = f();
    drop(attached);
    assert_eq!(name(), before);
    result
}

fn check(provider: &SdkTracerProvider, adapter: &Adapter) {
    let what = adapter.name;
    // The rest of the work is driven in a span of its own, inside another one.
    let drive = |rest: Rest| {
        within(provider, "outer", || {
            within(provider, "driver", || {
                drop(catch_unwind(AssertUnwindSafe(rest)));
                assert_eq!(name(), Some("driver"), "{what}");
            });
        });
    };
    // The span is carried,
    let (seen, work) = job(name);
    let rest = within(provider, "maker", || (adapter.make)(work));
    drive(rest);
    assert_eq!(seen_by(&seen), [Some("maker")], "{what}");

    // and so is its absence,
    let (seen, work) = job(name);
    let rest = (adapter.make)(work);
    drive(rest);
    assert_eq!(seen_by(&seen), [None], "{what}, outside");

    // also from the empty snapshot, and from the empty context, which keep no span open.
    let empty = |f: &mut dyn FnMut() -> Rest| Snapshot::empty().run(f);
    let outside = |f: &mut dyn FnMut() -> Rest| {
        let _attached = Context::new().attach();
        f()
    };
    for from in [&empty as &dyn Fn(&mut dyn FnMut() -> Rest) -> Rest, &outside] {
        let (gate, (seen, work)) = (Arc::new(Gate::default()), job(name));
        let mut work = Some(if adapter.at_once { work } else { work.behind(&gate) });
        let rest = within(provider, "maker", || from(&mut || (adapter.make)(work.take().unwrap())));
        assert!(!is_open("maker"), "{what}, from nothing");
        gate.open();
        drive(rest);
        assert_eq!(seen_by(&seen), [None], "{what}, from nothing");
    }

    // A panic detaches the context.
    let (seen, work) = job(name);
    let make = || catch_unwind(AssertUnwindSafe(|| (adapter.make)(work.that_panics())));
    if let Ok(rest) = within(provider, "maker", make) {
        drive(rest);
    }
    assert_eq!(seen_by(&seen), [Some("maker")], "{what}, which panics");

    for name in ["maker", "driver", "outer"] {
        assert!(!is_open(name), "{what}: {name}");
    }
    assert_eq!((name(), on_workers(name).into_iter().flatten().next()), (None, None), "{what}");
}

#[test]
fn the_matrix() {
    asynccontext_opentelemetry::register();
    let provider = SdkTracerProvider::builder().with_span_processor(Notes).build();
    ADAPTERS.iter().for_each(|adapter| check(&provider, adapter));
}
