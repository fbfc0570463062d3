//! A span that is made in spawned work, on a blocking thread, on a thread, in a message's handler or in another service
//! is a child of the span in which that work was started: with OpenTelemetry's own spans, and with tracing's.

use std::collections::HashMap;
use std::sync::Mutex;

use asynccontext::carrier::{Exported, Exports, Imports, Incoming, Outgoing};
use asynccontext::{Carried, Propagate, Snapshot, Variable, thread};
use asynccontext_opentelemetry::{Traced, VariablesPropagator, extracted};
use opentelemetry::propagation::{TextMapCompositePropagator, TextMapPropagator};
use opentelemetry::trace::{FutureExt, SpanId, TraceContextExt, TraceId, Tracer, TracerProvider};
use opentelemetry::{Context, global};
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::{InMemorySpanExporter, SdkTracer, SdkTracerProvider, SpanData};
use tracing::{Instrument, info_span};
use tracing_subscriber::prelude::*;

static TENANT: Exported<String> = Variable::named("tenant").exported("x-tenant");
static EXPORTS: Exports = Exports::new(&[TENANT.export()]);
static IMPORTS: Imports = Imports::new(&[TENANT.import()]);
static OUTGOING: Traced<&Exports> = Traced::new(&EXPORTS);
static INCOMING: Traced<&Imports> = Traced::new(&IMPORTS);

/// The tests share the global subscriber and its exporter.
static ALONE: Mutex<()> = Mutex::new(());

struct Spans {
    exporter: InMemorySpanExporter,
    tracer: SdkTracer,
}

fn spans() -> &'static Spans {
    static SPANS: std::sync::OnceLock<Spans> = std::sync::OnceLock::new();
    SPANS.get_or_init(|| {
        let exporter = InMemorySpanExporter::default();
        let provider = SdkTracerProvider::builder().with_simple_exporter(exporter.clone()).build();
        let tracer = provider.tracer("test");
        tracing_subscriber::registry().with(tracing_opentelemetry::layer().with_tracer(tracer.clone())).init();
        global::set_text_map_propagator(TraceContextPropagator::new());
        asynccontext_tracing::register();
        asynccontext_opentelemetry::register();
        Spans { exporter, tracer }
    })
}

impl Spans {
    /// Ends the snapshots' spans, and returns the parent of each span by name.
    fn parents(&self) -> HashMap<String, Option<String>> {
        let all = self.exporter.get_finished_spans().unwrap();
        self.exporter.reset();
        let names: HashMap<(TraceId, SpanId), String> =
            all.iter().map(|span| ((trace(span), span.span_context.span_id()), span.name.to_string())).collect();
        let parent = |span: &SpanData| match span.parent_span_id {
            SpanId::INVALID => None,
            id => Some(names.get(&(trace(span), id)).cloned().unwrap_or_else(|| "of another trace".into())),
        };
        all.iter().map(|span| (span.name.to_string(), parent(span))).collect()
    }
}

fn trace(span: &SpanData) -> TraceId {
    span.span_context.trace_id()
}

/// A span of OpenTelemetry.
fn own<R>(name: &'static str, f: impl FnOnce() -> R) -> R {
    let _attached = Context::current_with_span(spans().tracer.start(name)).attach();
    f()
}

/// A span of tracing.
fn theirs<R>(name: &'static str, f: impl FnOnce() -> R) -> R {
    match name {
        "request" => info_span!("request").in_scope(f),
        "task" => info_span!("task").in_scope(f),
        "blocking" => info_span!("blocking").in_scope(f),
        "thread" => info_span!("thread").in_scope(f),
        "message" => info_span!("message").in_scope(f),
        "callback" => info_span!("callback").in_scope(f),
        "server" => info_span!("server").in_scope(f),
        "job" => info_span!("job").in_scope(f),
        "other" => info_span!("other").in_scope(f),
        other => panic!("{other}"),
    }
}

type Within = fn(&'static str, &mut dyn FnMut());

const BOTH: [Within; 2] = [|name, f| own(name, f), |name, f| theirs(name, f)];

#[test]
fn within_a_process_and_across_two() {
    let _alone = ALONE.lock().unwrap();
    let spans = spans();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap();
    let _entered = runtime.enter();
    for within in BOTH {
        let mut message = None;
        let mut callback = None;
        let mut headers = http::HeaderMap::new();
        within("request", &mut || {
            let task = async move {
                tokio::task::yield_now().await;
                within("task", &mut || ());
            };
            let task = asynccontext::tokio::spawn(task);
            let blocking = asynccontext::tokio::spawn_blocking(move || within("blocking", &mut || ()));
            let on_thread = thread::spawn(move || within("thread", &mut || ()));
            message = Some(Carried::new(()));
            callback = Some(Snapshot::capture().wrap(move || within("callback", &mut || ())));
            TENANT.run("blue".into(), || OUTGOING.inject(&mut headers).unwrap());
            runtime.block_on(async {
                task.await.unwrap();
                blocking.await.unwrap();
            });
            on_thread.join().unwrap();
        });
        // Where the consumer or the server works, another span is current.
        within("other", &mut || {
            message.take().unwrap().handle(|()| within("message", &mut || ()));
            callback.take().unwrap().call_once(());
            let request = INCOMING.extract(&headers);
            let handler = async move {
                within("server", &mut || assert_eq!(TENANT.get().as_deref(), Some("blue")));
                asynccontext::tokio::spawn(async move { within("job", &mut || ()) }).await.unwrap();
            };
            runtime.block_on(request.scope(handler));
        });
        let of = |parent: Option<&str>| parent.map(str::to_owned);
        let expected = ["task", "blocking", "thread", "message", "callback", "server", "job"];
        let mut expected: HashMap<_, _> =
            expected.into_iter().map(|name| (name.to_owned(), of(Some("request")))).collect();
        expected.extend([("request".to_owned(), None), ("other".to_owned(), None)]);
        assert_eq!(spans.parents(), expected);
    }
}

#[test]
fn a_request_without_a_trace_starts_one() {
    let _alone = ALONE.lock().unwrap();
    let spans = spans();
    for within in BOTH {
        within("other", &mut || {
            let request = INCOMING.extract(&http::HeaderMap::new());
            request.run(|| within("server", &mut || ()));
            assert_eq!(request.run(|| TENANT.get()), None);
        });
        let expected = [("server".to_owned(), None), ("other".to_owned(), None)];
        assert_eq!(spans.parents(), HashMap::from(expected));
    }
}

/// An adapter passes the values of the connection, which stay. Its span does not become the parent.
#[test]
fn values_of_the_connection_stay() {
    static LISTENER: Variable<&str> = Variable::named("listener");
    let _alone = ALONE.lock().unwrap();
    let spans = spans();
    let headers =
        vec![("traceparent".to_owned(), "00-000000000000000000000000000000aa-00000000000000bb-01".to_owned())];
    let connection = LISTENER.run("internal", || theirs("other", Snapshot::capture));
    let request = INCOMING.extract_onto(&headers, connection.clone());
    request.run(|| {
        assert_eq!(LISTENER.get(), Some("internal"));
        assert_eq!(Context::current().span().span_context().trace_id(), TraceId::from(0xaa));
        theirs("server", || assert!(!Context::current().span().span_context().is_remote()));
    });
    drop((request, connection));
    let parents = spans.parents();
    assert_eq!(parents["server"].as_deref(), Some("of another trace"));
}

/// A message that is delivered twice, and out of order: each handler has the parent and the values of its own message.
#[test]
fn messages_again_and_out_of_order() {
    let _alone = ALONE.lock().unwrap();
    let spans = spans();
    let send = |tenant: &str| {
        let mut headers = Vec::new();
        let context = Context::current_with_span(spans.tracer.start(tenant.to_owned()));
        let _attached = context.attach();
        TENANT.run(tenant.into(), || OUTGOING.inject(&mut headers).unwrap());
        headers
    };
    let sent: Vec<_> = (0..20).map(|n| send(&format!("tenant {n}"))).collect();
    let handle = |headers: &Vec<(String, String)>| {
        INCOMING.extract(headers).run(|| {
            let name = format!("of {}", TENANT.get().unwrap());
            drop(spans.tracer.start(name));
        });
    };
    std::thread::scope(|scope| {
        scope.spawn(|| sent.iter().for_each(handle));
        scope.spawn(|| sent.iter().rev().for_each(handle));
    });
    assert_eq!(spans.exporter.get_finished_spans().unwrap().len(), 60);
    let parents = spans.parents();
    assert!((0..20).all(|n| parents[&format!("of tenant {n}")] == Some(format!("tenant {n}"))), "{parents:?}");
}

/// OpenTelemetry's own instrumentation extracts and attaches; the handler asks for the snapshot.
#[test]
fn variables_by_opentelemetry_s_propagators() {
    let _alone = ALONE.lock().unwrap();
    let spans = spans();
    let variables = VariablesPropagator::new(EXPORTS, &IMPORTS);
    assert_eq!(variables.fields().collect::<Vec<_>>(), ["x-tenant"]);
    assert_eq!(format!("{variables:?}"), "VariablesPropagator { keys: [\"x-tenant\"], .. }");
    let all = TextMapCompositePropagator::new(vec![Box::new(TraceContextPropagator::new()), Box::new(variables)]);
    let mut headers = HashMap::new();
    own("request", || TENANT.run("blue".into(), || all.inject(&mut headers)));
    let mut keys: Vec<_> = headers.keys().cloned().collect();
    keys.sort();
    assert_eq!(keys, ["traceparent", "tracestate", "x-tenant"]);

    let instrumented = async {
        let handler = async {
            theirs("server", || assert_eq!(TENANT.get().as_deref(), Some("blue")));
        };
        extracted(&Context::current()).scope(handler).await;
        assert_eq!(TENANT.get(), None);
    };
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(instrumented.with_context(all.extract(&headers)));
    assert_eq!(spans.parents()["server"].as_deref(), Some("request"));

    // Hostile texts are dropped and counted, as anywhere.
    let before = IMPORTS.dropped().total();
    let context = all.extract(&HashMap::from([("x-tenant".to_owned(), "a%0Ab".to_owned())]));
    assert_eq!(extracted(&context).run(|| TENANT.get()), None);
    assert_eq!(IMPORTS.dropped().total(), before + 1);
}

/// Without a propagator nothing of a trace crosses, and a carrier that refuses headers fails nothing.
#[test]
fn a_carrier_that_refuses_is_counted() {
    struct Full;
    impl asynccontext::carrier::Injector for Full {
        fn set(&mut self, _: &str, _: String) -> Result<(), asynccontext::carrier::Reason> {
            Err(asynccontext::carrier::Reason::Carrier("full".into()))
        }
        fn remove(&mut self, _: &str) {}
    }
    let _alone = ALONE.lock().unwrap();
    let outgoing = Traced::new(Exports::new(&[]));
    own("request", || outgoing.inject(&mut Full).unwrap());
    assert_eq!(outgoing.dropped().unwritten, 1);
    spans().parents();
}

#[test]
fn a_span_around_the_snapshot_is_no_parent() {
    let _alone = ALONE.lock().unwrap();
    let spans = spans();
    let mut headers = Vec::new();
    own("request", || OUTGOING.inject(&mut headers).unwrap());
    let handler = async { theirs("server", || ()) };
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(INCOMING.extract(&headers).scope(handler).instrument(info_span!("other")));
    runtime.block_on(async { theirs("task", || ()) }.with_snapshot(INCOMING.extract(&headers)));
    let parents = spans.parents();
    assert_eq!((&parents["server"], &parents["task"]), (&Some("request".into()), &Some("request".into())));
}
