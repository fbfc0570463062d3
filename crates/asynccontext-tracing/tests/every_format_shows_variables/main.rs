//! `Fields` adds variables to the events and spans of every format, and changes nothing else.

mod hostile;
mod output;

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

use asynccontext::{Propagate, Variable, thread};
use asynccontext_tracing::{Field, Fields};
use serde_json::{Value, json};
use tracing::field::{Empty, FieldSet};
use tracing::level_filters::LevelFilter;
use tracing::metadata::Kind;
use tracing::subscriber::with_default;
use tracing::{Event, Level, Metadata, error_span, info, info_span};
use tracing_subscriber::filter::EnvFilter;
use tracing_subscriber::fmt as lines;
use tracing_subscriber::fmt::format::FmtSpan;
use tracing_subscriber::layer::Layer;
use tracing_subscriber::prelude::*;
use tracing_subscriber::registry;
use tracing_subscriber::registry::{LookupSpan, Registry};

use output::Output;

static REQUEST_ID: Variable<u64> = Variable::named("request_id");
static TENANT: Variable<String> = Variable::named("tenant");

fn fields() -> Fields {
    Fields::new([Field::value(&REQUEST_ID), Field::display(&TENANT)])
}

type Boxed = Box<dyn Layer<Registry> + Send + Sync>;

/// Every format for people, without the time.
fn texts(output: &Output) -> [(&'static str, Boxed); 4] {
    let layer = || lines::layer().with_writer(output.clone()).without_time().with_ansi(false);
    [
        ("full", layer().boxed()),
        ("compact", layer().compact().boxed()),
        ("pretty", layer().pretty().with_file(false).with_line_number(false).boxed()),
        ("full, with colors", layer().with_ansi(true).boxed()),
    ]
}

fn request<R>(f: impl FnOnce() -> R) -> R {
    REQUEST_ID.run(7, || TENANT.run("blue".to_owned(), f))
}

/// What `f` writes, with the layer around each format for people.
fn in_texts(fields: &Fields, f: impl Fn()) -> Vec<(&'static str, String)> {
    let output = Output::default();
    let write = |(name, layer): (&'static str, Boxed)| {
        with_default(registry().with(fields.layer(layer)), &f);
        (name, output.take())
    };
    texts(&output).into_iter().map(write).collect()
}

/// What `f` writes as JSON, with the layer.
fn in_json(fields: &Fields, f: impl FnOnce()) -> Vec<Value> {
    let output = Output::default();
    let layer = fields.layer(lines::layer().json().without_time().with_target(false).with_writer(output.clone()));
    with_default(registry().with(layer), f);
    output.take_json()
}

#[test]
fn every_text_format_shows_them() {
    let written = in_texts(&fields(), || {
        request(|| info!(n = 1, "paid"));
        info!("idle");
    });
    let target = module_path!();
    let expected = [
        format!(" INFO {target}: paid n=1 request_id=7 tenant=\"blue\"\n INFO {target}: idle\n"),
        format!(" INFO {target}: paid n=1 request_id=7 tenant=\"blue\"\n INFO {target}: idle\n"),
        format!("   INFO {target}: paid, n: 1, request_id: 7, tenant: \"blue\"\n\n   INFO {target}: idle\n\n"),
        format!(
            "\u{1b}[32m INFO\u{1b}[0m \u{1b}[2m{target}\u{1b}[0m\u{1b}[2m:\u{1b}[0m paid \u{1b}[3mn\u{1b}[0m\u{1b}[2m=\u{1b}[0m1 \
             \u{1b}[3mrequest_id\u{1b}[0m\u{1b}[2m=\u{1b}[0m7 \u{1b}[3mtenant\u{1b}[0m\u{1b}[2m=\u{1b}[0m\"blue\"\n\
             \u{1b}[32m INFO\u{1b}[0m \u{1b}[2m{target}\u{1b}[0m\u{1b}[2m:\u{1b}[0m idle\n"
        ),
    ];
    for ((name, written), expected) in written.iter().zip(&expected) {
        assert_eq!(written, expected, "{name}");
    }
}

#[test]
fn json_has_them_among_the_fields_of_the_event() {
    let written = in_json(&fields(), || {
        request(|| info!(n = 1, "paid"));
        info!("idle");
    });
    assert_eq!(
        written,
        [
            json!({"level": "INFO", "fields": {"message": "paid", "n": 1, "request_id": 7, "tenant": "blue"}}),
            json!({"level": "INFO", "fields": {"message": "idle"}}),
        ]
    );
}

#[test]
fn a_function_is_called_for_each_event() {
    static CALLS: AtomicU64 = AtomicU64::new(0);
    let odd = || Some(CALLS.fetch_add(1, Ordering::Relaxed)).filter(|calls| calls % 2 == 1);
    let fields = Fields::new([Field::from_fn("odd", odd), Field::from_fn("other", || "text").named("text")]);
    let written = in_json(&fields, || (0..4).for_each(|_| info!("called")));
    let odds: Vec<_> = written.iter().map(|line| &line["fields"]["odd"]).collect();
    assert_eq!(odds, [&Value::Null, &1.into(), &Value::Null, &3.into()]);
    assert!(written.iter().all(|line| line["fields"]["text"] == "text"), "{written:?}");
}

#[test]
fn flattened_json_has_them_at_the_top() {
    let output = Output::default();
    let json = lines::layer().json().flatten_event(true).without_time().with_target(false);
    let json = json.with_file(true).with_line_number(true).with_thread_ids(true).with_thread_names(true);
    let layer = fields().layer(json.with_writer(output.clone()));
    with_default(registry().with(layer), || request(|| info_span!("order").in_scope(|| info!(n = 1, "paid"))));
    let [event] = &output.take_json()[..] else { panic!("one line") };
    assert_eq!(
        (&event["message"], &event["request_id"], &event["tenant"]),
        (&"paid".into(), &7.into(), &"blue".into())
    );
    assert_eq!(event["span"], json!({"name": "order", "request_id": 7, "tenant": "blue"}));
}

#[test]
fn spans_have_those_of_their_creation() {
    let spans = || {
        let span = request(|| info_span!("order", items = 2, total = Empty));
        span.record("total", 30);
        REQUEST_ID.run(8, || span.in_scope(|| info!("paid")));
        info_span!("none").in_scope(|| info!("idle"));
    };
    let order = json!({"name": "order", "items": 2, "total": 30, "request_id": 7, "tenant": "blue"});
    let none = json!({"name": "none"});
    assert_eq!(
        in_json(&fields(), spans),
        [
            json!({"level": "INFO", "fields": {"message": "paid", "request_id": 8}, "span": order, "spans": [order]}),
            json!({"level": "INFO", "fields": {"message": "idle"}, "span": none, "spans": [none]}),
        ]
    );
    let (_, full) = &in_texts(&fields(), spans)[0];
    let order = "order{items=2 request_id=7 tenant=\"blue\" total=30}";
    let target = module_path!();
    assert_eq!(full, &format!(" INFO {order}: {target}: paid request_id=8\n INFO none: {target}: idle\n"));

    let (_, compact) = &in_texts(&fields().on_events(), spans)[1];
    assert_eq!(
        compact,
        &format!(" INFO order: {target}: paid request_id=8 items=2 total=30\n INFO none: {target}: idle\n")
    );
    let (_, full) = &in_texts(&fields().on_spans(), spans)[0];
    assert_eq!(full, &format!(" INFO {order}: {target}: paid\n INFO none: {target}: idle\n"));
}

#[test]
fn lines_of_the_life_of_a_span_show_its_own() {
    let output = Output::default();
    let json = lines::layer().json().without_time().with_span_events(FmtSpan::NEW | FmtSpan::ENTER | FmtSpan::EXIT);
    let layer = fields().layer(json.with_writer(output.clone()));
    with_default(registry().with(layer), || request(|| info_span!("order", n = 1)).in_scope(|| ()));
    let seen: Vec<_> = output.take_json().iter().map(|line| line["span"]["request_id"].clone()).collect();
    assert_eq!(seen, [7, 7, 7]);
}

#[test]
fn a_field_of_the_call_site_comes_first() {
    let log = || {
        request(|| {
            info!(request_id = 9, "another one");
            info_span!("order", tenant = "red").in_scope(|| info!(r#tenant = "green", "paid"));
        });
    };
    let span = json!({"name": "order", "tenant": "red", "request_id": 7});
    assert_eq!(
        in_json(&fields(), log),
        [
            json!({"level": "INFO", "fields": {"message": "another one", "request_id": 9, "tenant": "blue"}}),
            json!({"level": "INFO", "fields": {"message": "paid", "tenant": "green", "request_id": 7},
                   "span": span, "spans": [span]}),
        ]
    );
    for (name, written) in in_texts(&fields(), log) {
        assert_eq!(written.matches("request_id").count(), 3, "{name}: {written}");
    }
}

#[test]
fn records_of_log_have_them_too() {
    tracing_log::LogTracer::init().unwrap();
    let written = in_json(&fields(), || request(|| log::warn!(target: "hyper", "slow")));
    assert_eq!(
        written,
        [
            json!({"level": "WARN", "fields": {"message": "slow", "log.target": "hyper", "log.module_path": module_path!(),
                "log.file": file!(), "log.line": written[0]["fields"]["log.line"], "request_id": 7, "tenant": "blue"}})
        ]
    );
    let (_, full) = &in_texts(&fields(), || request(|| log::warn!(target: "hyper", "slow")))[0];
    assert_eq!(full, " WARN hyper: slow request_id=7 tenant=\"blue\"\n");
}

/// Everything that an event can hold.
fn all_kinds() {
    #[derive(Debug)]
    #[expect(dead_code, reason = "it is printed")]
    struct Point {
        x: u8,
    }
    #[derive(Debug)]
    struct Outer(std::num::ParseIntError);
    impl fmt::Display for Outer {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("outer")
        }
    }
    impl std::error::Error for Outer {
        fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
            Some(&self.0)
        }
    }
    let error = Outer("x".parse::<u8>().unwrap_err());
    let error = &error as &(dyn std::error::Error + 'static);
    let (none, some) = (None::<u8>, Some("some"));
    info!(a = true, b = -1, c = u64::MAX, d = i128::MIN, e = u128::MAX, f = 0.5, g = "té\"xt", h = ?Point { x: 1 },
        i = %"shown", error, none, some, j = Empty, k = &b"\0\xff"[..], l = ?"", "message {}", 7);
}

#[test]
fn all_other_values_stay_as_they_are() {
    let many = || {
        all_kinds();
        info!(
            a = 1,
            b = 1,
            c = 1,
            d = 1,
            e = 1,
            f = 1,
            g = 1,
            h = 1,
            i = 1,
            j = 1,
            k = 1,
            l = 1,
            m = 1,
            n = 1,
            o = 1,
            p = 1
        );
        info_span!("of all", a = "b", c = ?Some(1)).in_scope(|| ());
    };
    let with = in_json(&fields(), || request(many));
    let without = in_json(&fields(), many);
    assert_eq!((with.len(), without.len()), (2, 2));
    for (mut with, without) in with.into_iter().zip(without) {
        let fields = with["fields"].as_object_mut().unwrap();
        assert_eq!((fields.remove("request_id"), fields.remove("tenant")), (Some(7.into()), Some("blue".into())));
        assert_eq!(with, without);
    }
    let added = [" request_id=7 tenant=\"blue\"", ", request_id: 7, tenant: \"blue\""];
    let all = in_texts(&fields(), || request(many)).into_iter().zip(in_texts(&fields(), many));
    for ((name, with), (_, without)) in all.filter(|((name, _), _)| !name.contains("colors")) {
        assert_eq!(added.iter().fold(with, |with, added| with.replace(added, "")), without, "{name}");
    }
}

#[test]
fn the_parent_of_an_event_and_of_a_span_stays() {
    let log = || {
        let (one, two) = (info_span!("one"), info_span!("two"));
        let _one = one.enter();
        info!("in one");
        info!(parent: &two, "in two");
        info!(parent: None, "in none");
        info_span!("child").in_scope(|| info!("in a child"));
        info_span!(parent: &two, "child").in_scope(|| info!("in a child of two"));
        info_span!(parent: None, "child").in_scope(|| info!("in a root"));
    };
    let spans = |all: &Fields| {
        let output = Output::default();
        let layer = lines::layer().without_time().with_target(false).with_ansi(false).with_writer(output.clone());
        with_default(registry().with(all.layer(layer)), || request(log));
        output.take().replace(" request_id=7 tenant=\"blue\"", "").replace("{request_id=7 tenant=\"blue\"}", "")
    };
    let all = spans(&fields());
    assert_eq!(all, spans(&Fields::new([])));
    assert_eq!(all.lines().nth(4), Some(" INFO two:child: in a child of two"));
}

#[test]
fn spawned_work_writes_its_own() {
    let output = Output::default();
    let json = lines::layer().json().without_time().with_writer(output.clone());
    let dispatch = tracing::Dispatch::new(registry().with(fields().layer(json)));
    let say = move |what: &'static str| {
        let dispatch = dispatch.clone();
        move || tracing::dispatcher::with_default(&dispatch, || info!("{what}"))
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap();
    let all = (0..50).map(|id| {
        let say = say.clone();
        let task = async move {
            say("first")();
            tokio::task::yield_now().await;
            asynccontext::tokio::spawn_blocking(say("blocking")).await.unwrap();
            thread::spawn(say("thread")).join().unwrap();
            say("last")();
        };
        runtime.spawn(REQUEST_ID.run(id, || task.in_current_snapshot()))
    });
    let all: Vec<_> = all.collect();
    runtime.block_on(async {
        for task in all {
            task.await.unwrap();
        }
    });
    let mut lines = [(); 50].map(|()| Vec::new());
    for line in output.take_json() {
        lines[line["fields"]["request_id"].as_u64().unwrap() as usize].push(line["fields"]["message"].clone());
    }
    assert!(lines.iter().all(|line| line == &["first", "blocking", "thread", "last"]), "{lines:?}");
}

/// Its `Display` fails.
struct Fails;

impl fmt::Display for Fails {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("half")?;
        Err(fmt::Error)
    }
}

impl fmt::Debug for Fails {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[test]
fn a_value_that_fails_is_left_out() {
    static FAILS: Variable<Fails> = Variable::named("fails");
    let all = Fields::new([Field::display(&FAILS), Field::debug(&FAILS).named("fails_too"), Field::value(&REQUEST_ID)]);
    let written = in_json(&all, || request(|| FAILS.run(Fails, || info!("said"))));
    assert_eq!(written, [json!({"level": "INFO", "fields": {"message": "said", "request_id": 7}})]);
}

#[test]
fn a_panic_of_a_value_leaves_the_thread_usable() {
    struct Panics;
    impl fmt::Display for Panics {
        fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
            panic!("in Display")
        }
    }
    static PANICS: Variable<Panics> = Variable::named("panics");
    let all = Fields::new([Field::display(&PANICS), Field::value(&REQUEST_ID)]);
    let written = in_json(&all, || {
        let log = || PANICS.run(Panics, || info!("lost"));
        assert!(std::panic::catch_unwind(log).is_err());
        request(|| info!("paid"));
    });
    assert_eq!(written, [json!({"level": "INFO", "fields": {"message": "paid", "request_id": 7}})]);
}

/// Events that no macro makes: without fields, and with as many as fit and one more.
#[test]
fn an_event_may_have_no_field_or_very_many() {
    static CALLSITES: [Callsite; 3] = [Callsite(0), Callsite(126), Callsite(127)];
    static NAMES: [&str; 127] = ["x"; 127];
    struct Callsite(usize);
    impl tracing::callsite::Callsite for Callsite {
        fn set_interest(&self, _: tracing::subscriber::Interest) {}
        fn metadata(&self) -> &Metadata<'_> {
            unreachable!("it is not registered")
        }
    }
    let written = in_json(&fields(), || {
        request(|| {
            for callsite in &CALLSITES {
                let fields = FieldSet::new(&NAMES[..callsite.0], tracing::callsite::Identifier(callsite));
                let (file, line) = (Some(file!()), Some(line!()));
                let (name, kind) = ("event", Kind::EVENT);
                let metadata = Metadata::new(name, "target", Level::INFO, file, line, None, fields, kind);
                let metadata: &'static Metadata<'static> = Box::leak(Box::new(metadata));
                let none = metadata.fields().value_set(&[]);
                tracing::dispatcher::get_default(|dispatch| dispatch.event(&Event::new(metadata, &none)));
            }
        });
    });
    let ours = json!({"level": "INFO", "fields": {"request_id": 7, "tenant": "blue"}});
    assert_eq!(written, [ours.clone(), ours, json!({"level": "INFO", "fields": {}})]);
}

#[test]
fn filters_and_absent_layers_work() {
    let seen = |subscriber: Box<dyn tracing::Subscriber + Send + Sync>| {
        with_default(subscriber, || {
            request(|| {
                error_span!("span").in_scope(|| {
                    tracing::error!("error");
                    info!("info");
                });
            });
        });
    };
    let (one, two) = (Output::default(), Output::default());
    type Json<S> = lines::Layer<S, lines::format::JsonFields, lines::format::Format<lines::format::Json, ()>, Output>;
    fn layer<S: tracing::Subscriber + for<'a> LookupSpan<'a>>(output: &Output) -> Json<S> {
        lines::layer().json().without_time().with_writer(output.clone())
    }
    let messages = |output: &Output| {
        let lines = output.take_json();
        assert!(lines.iter().all(|line| line["fields"]["request_id"] == 7 && line["span"]["request_id"] == 7));
        lines.iter().map(|line| line["fields"]["message"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    // Outside, one for each layer,
    let errors = fields().layer(layer(&one)).with_filter(LevelFilter::ERROR);
    let all = fields().layer(layer(&two)).with_filter(EnvFilter::new("trace"));
    seen(Box::new(registry().with(errors).with(all)));
    assert_eq!((messages(&one), messages(&two)), (vec!["error".into()], vec!["error".into(), "info".into()]));
    // and for all of them.
    let both = fields().layer(layer(&one).and_then(layer(&two)));
    seen(Box::new(registry().with(both).with(EnvFilter::new("error"))));
    assert_eq!((messages(&one), messages(&two)), (vec!["error".into()], vec!["error".into()]));
    // A layer may be absent, inside or outside.
    let inside = fields().layer(None::<lines::Layer<_>>);
    let outside = None::<lines::Layer<_>>.map(|layer| fields().layer(layer));
    seen(Box::new(registry().with(outside).with(fields().layer(layer(&two)))));
    assert_eq!(messages(&two), ["error", "info"]);
    seen(Box::new(registry().with(fields().layer(layer(&two))).with(inside)));
    assert_eq!(messages(&two), ["error", "info"]);
}

/// The documented limit: tracing-subscriber finds the filter of a layer by its type, which the wrapper hides.
/// Whether the other layer gets the event depends on which call sites other subscribers have registered.
#[test]
fn a_filter_inside_may_affect_other_layers() {
    let (one, two) = (Output::default(), Output::default());
    let layer = lines::layer().without_time().with_ansi(false).with_writer(one.clone());
    let other = lines::layer().without_time().with_ansi(false).with_writer(two.clone());
    let inside = fields().layer(layer.with_filter(LevelFilter::ERROR));
    with_default(registry().with(inside).with(other), || info!("info"));
    assert_eq!(one.take(), "", "the layer with the filter has none");
    let two = two.take();
    assert!(two.is_empty() || two.ends_with("info\n"), "{two}");
}

#[test]
fn names_that_would_mislead_are_refused() {
    let refuses = |names: &[&'static str]| {
        let fields: Vec<_> = names.iter().map(|name| Field::value(&REQUEST_ID).named(name)).collect();
        std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| Fields::new(fields))).is_err()
    };
    assert!(!refuses(&["one", "two", "request-id", "http.request.id"]));
    for names in [&["one", "one"][..], &["message"], &["level"], &["name"], &["log.target"], &["r#type"], &[""]] {
        assert!(refuses(names), "{names:?}");
    }
    assert!(refuses(&["x"; 33]));
}

#[test]
fn debug_prints_names_alone() {
    let all = format!("{:?} {:?}", fields(), Field::value(&REQUEST_ID));
    let expected = "Fields { names: [\"request_id\", \"tenant\"], on_events: true, on_spans: true } Field { name: \"request_id\", .. }";
    assert_eq!(all, expected);
}
