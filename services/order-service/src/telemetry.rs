//! Logs and traces: to files that the page of a story reads, and logs to the terminal too.

use std::fs::File;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use asynccontext_opentelemetry::{Attribute, Attributes};
use asynccontext_tower::REQUEST_ID;
use asynccontext_tracing::{Field, Fields};
use opentelemetry::Context;
use opentelemetry::trace::{SpanId, TraceContextExt, TraceId, TracerProvider};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::{OTelSdkError, OTelSdkResult};
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::{SdkTracerProvider, SpanData, SpanExporter};
use serde_json::{Map, Value, json};
use tracing_subscriber::prelude::*;
use tracing_subscriber::{EnvFilter, fmt};

use crate::context::TENANT;

/// Starts logs and traces. `process` is the name of this process in both.
pub fn start(process: &'static str, folder: &Path, quiet: bool) -> io::Result<SdkTracerProvider> {
    asynccontext_opentelemetry::register();
    asynccontext_tracing::register();
    opentelemetry::global::set_text_map_propagator(TraceContextPropagator::new());

    std::fs::create_dir_all(folder)?;
    let append = |kind| File::options().create(true).append(true).open(folder.join(format!("{kind}-{process}.jsonl")));
    let traces = Lines { process, file: Mutex::new(BufWriter::new(append("traces")?)) };
    let attributes = Attributes::new([Attribute::display(&REQUEST_ID), Attribute::display(&TENANT)]);
    let provider = SdkTracerProvider::builder().with_span_processor(attributes).with_simple_exporter(traces).build();

    let fields = || {
        let trace = Field::from_fn("trace", || trace().map(|trace| trace.to_string()));
        Fields::new([Field::display(&REQUEST_ID), Field::display(&TENANT), trace]).on_events()
    };
    let file = fmt::layer().json().flatten_event(true).with_current_span(false).with_span_list(false);
    let file = file.with_writer(Mutex::new(append("logs")?));
    let terminal = (!quiet)
        .then(|| fields().layer(fmt::layer().compact().with_target(false).with_ansi(io::stdout().is_terminal())));
    // sqlx warns of each wait for a connection, of which SQLite has one.
    tracing_subscriber::registry()
        .with(
            EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn,sqlx=error,order_service=info")),
        )
        .with(tracing_opentelemetry::layer().with_tracer(provider.tracer(process)))
        .with(fields().layer(file))
        .with(terminal)
        .init();
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string);
        tracing::error!(place, "panicked: {}", panic.payload_as_str().unwrap_or("?"));
    }));
    Ok(provider)
}

/// Returns the id of the current trace.
fn trace() -> Option<TraceId> {
    Context::map_current(|context| {
        let span = context.span();
        span.span_context().is_valid().then(|| span.span_context().trace_id())
    })
}

/// Writes each span as a line of JSON.
#[derive(Debug)]
struct Lines {
    process: &'static str,
    file: Mutex<BufWriter<File>>,
}

impl Lines {
    fn write(&self, span: &SpanData) -> io::Result<()> {
        let mut attributes = Map::new();
        for pair in &span.attributes {
            attributes.insert(pair.key.to_string(), Value::String(pair.value.to_string()));
        }
        let line = json!({
            "process": self.process,
            "trace": span.span_context.trace_id().to_string(),
            "span": span.span_context.span_id().to_string(),
            "parent": (span.parent_span_id != SpanId::INVALID).then(|| span.parent_span_id.to_string()),
            "name": span.name,
            "start": micros(span.start_time),
            "end": micros(span.end_time),
            "attributes": attributes,
        });
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        writeln!(file, "{line}")?;
        file.flush()
    }
}

/// Microseconds since 1970.
fn micros(time: SystemTime) -> u128 {
    time.duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO).as_micros()
}

impl SpanExporter for Lines {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        batch.iter().try_for_each(|span| self.write(span)).map_err(|e| OTelSdkError::InternalFailure(e.to_string()))
    }

    fn set_resource(&mut self, _: &Resource) {}
}
