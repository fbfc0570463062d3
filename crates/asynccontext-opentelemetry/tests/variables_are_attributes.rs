//! `Attributes` adds variables to spans and log records, which share the ids of their trace.
#![cfg(feature = "sdk")]

use std::fmt;
use std::sync::OnceLock;

use asynccontext::{Propagate, Snapshot, Variable, thread};
use asynccontext_opentelemetry::{Attribute, Attributes};
use opentelemetry::logs::{AnyValue, LogRecord, Logger, LoggerProvider};
use opentelemetry::trace::{Span as _, SpanBuilder, TraceContextExt, Tracer, TracerProvider};
use opentelemetry::{Context, KeyValue, Value};
use opentelemetry_sdk::logs::{InMemoryLogExporter, SdkLoggerProvider};
use opentelemetry_sdk::trace::{InMemorySpanExporter, Sampler, SdkTracer, SdkTracerProvider};
use tracing::info_span;
use tracing_subscriber::prelude::*;

static TENANT: Variable<String> = Variable::named("tenant");
static REQUEST_ID: Variable<u32> = Variable::named("request_id");
static FAILS: Variable<Fails> = Variable::named("fails");

struct Fails;

impl fmt::Display for Fails {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Err(fmt::Error)
    }
}

fn attributes() -> Attributes {
    Attributes::new([
        Attribute::display(&TENANT).named("app.tenant"),
        Attribute::map(&REQUEST_ID, |id| Some(i64::from(*id))),
        Attribute::map(&REQUEST_ID, |id| (*id == 0).then_some(true)).named("app.first"),
        Attribute::map(&REQUEST_ID, |id| Some(Value::Array(vec![i64::from(*id)].into()))).named("app.list"),
        Attribute::map(&REQUEST_ID, |id| Some(f64::from(*id))).named("app.float"),
        Attribute::display(&FAILS),
    ])
}

fn request<R>(f: impl FnOnce() -> R) -> R {
    FAILS.run(Fails, || TENANT.run("bl\r\nue".into(), || REQUEST_ID.run(7, f)))
}

fn expected() -> Vec<KeyValue> {
    vec![
        KeyValue::new("app.tenant", "bl\r\nue"),
        KeyValue::new("request_id", 7),
        KeyValue::new("app.list", Value::Array(vec![7].into())),
        KeyValue::new("app.float", 7.0),
    ]
}

fn traces() -> (InMemorySpanExporter, SdkTracer) {
    let exporter = InMemorySpanExporter::default();
    let provider =
        SdkTracerProvider::builder().with_span_processor(attributes()).with_simple_exporter(exporter.clone());
    (exporter, provider.build().tracer("test"))
}

#[test]
fn a_span_has_those_of_its_start() {
    asynccontext_opentelemetry::register();
    let (exporter, tracer) = traces();
    let tracer: &'static SdkTracer = Box::leak(Box::new(tracer));
    let span = request(|| tracer.start("at once"));
    REQUEST_ID.run(8, || drop(span));
    request(|| thread::spawn(|| drop(tracer.start("on a thread")))).join().unwrap();
    let task = request(|| async { drop(tracer.start("in a task")) }.in_current_snapshot());
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(task);
    Snapshot::empty().run(|| drop(tracer.start("outside")));
    let own = SpanBuilder::from_name("with its own").with_attributes([KeyValue::new("app.tenant", "red")]);
    request(|| drop(tracer.build(own)));
    let spans = exporter.get_finished_spans().unwrap();
    for span in &spans {
        match &*span.name {
            "outside" => assert!(span.attributes.is_empty()),
            "with its own" => {
                assert_eq!(span.attributes[0], KeyValue::new("app.tenant", "red"));
                assert_eq!(span.attributes[1..], expected()[1..]);
            }
            other => assert_eq!(span.attributes, expected(), "{other}"),
        }
    }
    assert_eq!(spans.len(), 5);
}

#[test]
fn a_span_that_is_not_sampled_costs_no_read() {
    static READS: Variable<std::sync::atomic::AtomicU32> = Variable::named("reads");
    let reads =
        Attribute::map(&READS, |reads| Some(i64::from(reads.fetch_add(1, std::sync::atomic::Ordering::Relaxed))));
    let provider = SdkTracerProvider::builder()
        .with_sampler(Sampler::AlwaysOff)
        .with_span_processor(Attributes::new([reads]))
        .build();
    let left = READS.run(0.into(), || {
        provider.tracer("test").start("not sampled").end();
        READS.with(|reads| reads.unwrap().load(std::sync::atomic::Ordering::Relaxed))
    });
    assert_eq!(left, 0);
}

#[test]
fn spans_of_tracing_have_them_too() {
    let (exporter, tracer) = traces();
    let layer = tracing_opentelemetry::layer().with_tracer(tracer.clone());
    tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), || {
        request(|| info_span!("request", items = 3).in_scope(|| info_span!("step").in_scope(|| ())));
    });
    let spans = exporter.get_finished_spans().unwrap();
    assert_eq!(spans.len(), 2);
    for span in &spans {
        for attribute in expected() {
            assert!(span.attributes.contains(&attribute), "{}: {:?}", span.name, span.attributes);
        }
    }
}

/// The SDK gives a record the ids of the current span. With the variables, both ways lead from a record to its request.
#[test]
fn log_records_are_of_their_span_and_request() {
    static LOGS: OnceLock<SdkLoggerProvider> = OnceLock::new();
    asynccontext_opentelemetry::register();
    let (_, tracer) = traces();
    let exporter = InMemoryLogExporter::default();
    let provider = SdkLoggerProvider::builder().with_log_processor(attributes()).with_simple_exporter(exporter.clone());
    let provider = LOGS.get_or_init(|| provider.build());
    let log = |body: &'static str| {
        let logger = provider.logger("test");
        let mut record = logger.create_log_record();
        record.set_body(body.into());
        if body == "with its own" {
            record.add_attribute("app.tenant", "red");
        }
        logger.emit(record);
    };
    let context = Context::new().with_span(tracer.start("request"));
    let span = context.span().span_context().clone();
    request(|| {
        let _attached = context.attach();
        log("here");
        log("with its own");
        thread::spawn(move || log("on a thread")).join().unwrap();
    });
    log("outside");
    let records = exporter.get_emitted_logs().unwrap();
    assert_eq!(records.len(), 4);
    for record in records {
        let ids = record.record.trace_context().map(|ids| (ids.trace_id, ids.span_id));
        let attributes: Vec<_> =
            record.record.attributes_iter().map(|(key, value)| (key.to_string(), value.clone())).collect();
        if record.record.body() == Some(&"outside".into()) {
            assert_eq!((ids, attributes), (None, Vec::new()));
            continue;
        }
        assert_eq!(ids, Some((span.trace_id(), span.span_id())));
        let is_own = record.record.body() == Some(&"with its own".into());
        let all: [(String, AnyValue); 4] = [
            ("app.tenant".into(), if is_own { "red" } else { "bl\r\nue" }.into()),
            ("request_id".into(), 7.into()),
            ("app.list".into(), "[7]".into()),
            ("app.float".into(), 7.0.into()),
        ];
        assert_eq!(attributes, all);
    }
}

#[test]
fn debug_prints_keys_alone() {
    let all = Attributes::new([Attribute::display(&TENANT)]);
    assert_eq!(request(|| format!("{all:?}")), "Attributes([Attribute { key: \"tenant\", .. }])");
}
