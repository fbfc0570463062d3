//! The cost of `Traced` and of `Attributes`: nanoseconds, the least of many rounds.
//!
//! `cargo bench -p asynccontext-opentelemetry --features sdk`

use std::hint::black_box;
use std::time::Instant;

use asynccontext::Variable;
use asynccontext::carrier::{Exported, Exports, Imports, Incoming, Outgoing};
use asynccontext_opentelemetry::{Attribute, Attributes, Traced};
use http::HeaderMap;
use opentelemetry::propagation::{Extractor, Injector, TextMapPropagator};
use opentelemetry::trace::{TraceContextExt, Tracer, TracerProvider};
use opentelemetry::{Context, global};
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::SdkTracerProvider;

static TENANT: Exported<String> = Variable::named("tenant").exported("x-tenant");
static REQUEST_ID: Exported<u64> = Variable::named("request_id").exported("x-request-id");
static USER: Exported<String> = Variable::named("user").exported("x-user");
static EXPORTS: Exports = Exports::new(&[TENANT.export(), REQUEST_ID.export(), USER.export()]);
static IMPORTS: Imports = Imports::new(&[TENANT.import(), REQUEST_ID.import(), USER.import()]);

/// As the crate opentelemetry-http has it.
struct Headers<T>(T);

impl Injector for Headers<&mut HeaderMap> {
    fn set(&mut self, key: &str, value: String) {
        self.0.insert(http::HeaderName::from_bytes(key.as_bytes()).unwrap(), value.try_into().unwrap());
    }
}

impl Extractor for Headers<&HeaderMap> {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key)?.to_str().ok()
    }
    fn keys(&self) -> Vec<&str> {
        Vec::new()
    }
}

fn main() {
    global::set_text_map_propagator(TraceContextPropagator::new());
    asynccontext_opentelemetry::register();
    let provider = SdkTracerProvider::builder().build();
    let tracer = provider.tracer("bench");
    let _attached = Context::current_with_span(tracer.start("request")).attach();
    three(|| {
        let mut headers = HeaderMap::new();
        let theirs = TraceContextPropagator::new();
        println!(
            "inject, OpenTelemetry alone        {:6.0}",
            least(|| theirs.inject(&mut Headers(&mut headers.clone())))
        );
        println!("inject, three variables alone      {:6.0}", least(|| EXPORTS.inject(&mut headers.clone()).unwrap()));
        let ours = Traced::new(EXPORTS);
        println!("inject, both by Traced             {:6.0}", least(|| ours.inject(&mut headers.clone()).unwrap()));
        ours.inject(&mut headers).unwrap();
        println!("extract, OpenTelemetry alone       {:6.0}", least(|| drop(theirs.extract(&Headers(&headers)))));
        println!("extract, three variables alone     {:6.0}", least(|| drop(IMPORTS.extract(&headers))));
        let ours = Traced::new(&IMPORTS);
        println!("extract, both by Traced            {:6.0}", least(|| drop(black_box(ours.extract(&headers)))));
    });
    let attributes = Attributes::new([
        Attribute::display(&TENANT),
        Attribute::map(&REQUEST_ID, |id| Some(*id as i64)),
        Attribute::display(&USER),
    ]);
    let stamped = SdkTracerProvider::builder().with_span_processor(attributes).build().tracer("bench");
    println!("span, without the processor        {:6.0}", least(|| drop(tracer.start("span"))));
    println!("span, none bound                   {:6.0}", least(|| drop(stamped.start("span"))));
    println!("span, three bound                  {:6.0}", three(|| least(|| drop(stamped.start("span")))));
}

fn three<R>(f: impl FnOnce() -> R) -> R {
    REQUEST_ID.run(7, || TENANT.run("blue".to_owned(), || USER.run("ada@example.org".to_owned(), f)))
}

/// The nanoseconds of one call.
fn least(f: impl Fn()) -> f64 {
    const CALLS: u32 = 2_000;
    let round = || {
        let start = Instant::now();
        (0..CALLS).for_each(|_| f());
        start.elapsed().as_nanos() as f64 / f64::from(CALLS)
    };
    (0..100).map(|_| round()).fold(f64::INFINITY, f64::min)
}
