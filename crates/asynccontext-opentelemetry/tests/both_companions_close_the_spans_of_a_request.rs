//! tracing's span and OpenTelemetry's context together, connected by tracing-opentelemetry: work
//! that is started through the empty snapshot keeps no span open, and the current contexts nest.

use std::sync::atomic::{AtomicIsize, Ordering};
use std::sync::{Barrier, Mutex};
use std::time::Duration;

use asynccontext::tokio::runtime::{Builder, Runtime};
use asynccontext::{Carried, Propagate, Snapshot, Variable, thread};
use opentelemetry::Context;
use opentelemetry::trace::{TraceContextExt, TracerProvider};
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{SdkTracerProvider, SpanData, SpanProcessor};
use tracing::{Span, info_span};
use tracing_subscriber::prelude::*;

static TENANT: Variable<&str> = Variable::named("tenant");

static STARTED: AtomicIsize = AtomicIsize::new(0);
static ENDED: Mutex<Vec<String>> = Mutex::new(Vec::new());

#[derive(Debug)]
struct Notes;

impl SpanProcessor for Notes {
    fn on_start(&self, _: &mut opentelemetry_sdk::trace::Span, _: &Context) {
        STARTED.fetch_add(1, Ordering::SeqCst);
    }
    fn on_end(&self, span: SpanData) {
        STARTED.fetch_sub(1, Ordering::SeqCst);
        ENDED.lock().unwrap().push(span.name.into_owned());
    }
    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }
    fn shutdown_with_timeout(&self, _: Duration) -> OTelSdkResult {
        Ok(())
    }
}

/// tracing's current span, and whether OpenTelemetry has one.
fn current() -> (Option<&'static str>, bool) {
    (Span::current().metadata().map(|span| span.name()), Context::map_current(|context| context.has_active_span()))
}

fn ended() -> Vec<String> {
    for _ in 0..2000 {
        if STARTED.load(Ordering::SeqCst) == 0 {
            break;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    assert_eq!(STARTED.load(Ordering::SeqCst), 0, "spans are open");
    ENDED.lock().unwrap().split_off(0)
}

#[test]
fn a_request_and_the_work_that_outlives_it() {
    let provider = SdkTracerProvider::builder().with_span_processor(Notes).build();
    let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("test"));
    tracing_subscriber::registry().with(layer).init();
    asynccontext_tracing::register();
    asynccontext_opentelemetry::register();

    let nothing = (None, false);
    let (begin, end) = (Barrier::new(2), Barrier::new(2));
    let both: &'static (Barrier, Barrier) = Box::leak(Box::new((begin, end)));
    let background = || {
        let first = current();
        both.0.wait();
        both.1.wait();
        (first, current(), TENANT.get())
    };
    let (message, callback) = (Carried::new(()), Snapshot::capture().wrap(current));
    let request = || {
        let has_one = current().1;
        let inner = thread::spawn(current);
        assert_eq!(inner.join().unwrap(), (Some("request"), has_one));
        assert_eq!(message.handle(|()| current()), nothing);
        assert_eq!(callback.call(()), nothing);
        assert_eq!(current(), (Some("request"), has_one));
        Snapshot::empty().run(|| {
            assert_eq!(current(), nothing);
            let handle = thread::spawn(background);
            info_span!("own").in_scope(|| assert_eq!(current().0, Some("own")));
            assert_eq!(current(), nothing);
            handle
        })
    };
    let handle = TENANT.run("blue", || info_span!("request").in_scope(request));
    both.0.wait();
    assert_eq!(current(), nothing);
    assert_eq!(ended(), ["own", "request"], "while the work goes on");
    both.1.wait();
    assert_eq!(handle.join().unwrap(), (nothing, nothing, None));

    // With the values of the request, and without its span and the span's context.
    let runtime = Runtime::from(Builder::new_multi_thread().worker_threads(2).build().unwrap());
    let task = async {
        let first = current();
        tokio::task::yield_now().await;
        (first, current(), TENANT.get())
    };
    let spawn = || asynccontext_tracing::outside(|| runtime.spawn(task.in_current_snapshot()));
    let task = TENANT.run("blue", || info_span!("request").in_scope(spawn));
    assert_eq!(runtime.block_on(task).unwrap(), (nothing, nothing, Some("blue")));
    assert_eq!(ended(), ["request"]);
}
