//! The cost of `Fields` for an event: nanoseconds, the least of many rounds, with the output thrown away.
//!
//! `cargo bench -p asynccontext-tracing`

use std::hint::black_box;
use std::io;
use std::time::Instant;

use asynccontext::Variable;
use asynccontext_tracing::{Field, Fields};
use tracing::subscriber::with_default;
use tracing::{info, info_span};
use tracing_subscriber::layer::Layer;
use tracing_subscriber::prelude::*;
use tracing_subscriber::registry::Registry;
use tracing_subscriber::{fmt, registry};

static REQUEST_ID: Variable<u64> = Variable::named("request_id");
static TENANT: Variable<String> = Variable::named("tenant");
static USER: Variable<String> = Variable::named("user");

type Boxed = Box<dyn Layer<Registry> + Send + Sync>;
type Make = fn() -> Boxed;

fn main() {
    let formats: [(&str, Make); 4] = [
        ("full", || fmt::layer().without_time().with_ansi(false).with_writer(io::sink).boxed()),
        ("compact", || fmt::layer().compact().without_time().with_ansi(false).with_writer(io::sink).boxed()),
        ("pretty", || fmt::layer().pretty().without_time().with_ansi(false).with_writer(io::sink).boxed()),
        ("json", || fmt::layer().json().without_time().with_writer(io::sink).boxed()),
    ];
    let event = || info!(items = 3, total = "12.50", "paid {}", black_box(7));
    let by_hand = || {
        let (request_id, tenant, user) = (REQUEST_ID.get(), TENANT.get(), USER.get());
        info!(items = 3, total = "12.50", request_id, tenant, user, "paid {}", black_box(7));
    };
    let span = || drop(info_span!("pay", items = 3));
    println!("{:8} {:>8} {:>8} {:>8} {:>8} {:>8}", "", "plain", "none", "one", "three", "by hand");
    for (name, format) in formats {
        let plain = || with_default(registry().with(format()), || least(event));
        let hand = || with_default(registry().with(format()), || three(|| least(by_hand)));
        let with = |f: &dyn Fn() -> f64| with_default(registry().with(fields().layer(format())), f);
        let all = [
            plain(),
            with(&|| least(event)),
            with(&|| REQUEST_ID.run(7, || least(event))),
            with(&|| three(|| least(event))),
            hand(),
        ];
        row(name, &all);
    }
    println!("\na span, created and closed");
    for (name, format) in formats {
        let with = |f: &dyn Fn() -> f64| with_default(registry().with(fields().layer(format())), f);
        let plain = with_default(registry().with(format()), || least(span));
        row(
            name,
            &[
                plain,
                with(&|| least(span)),
                with(&|| REQUEST_ID.run(7, || least(span))),
                with(&|| three(|| least(span))),
            ],
        );
    }
}

fn row(name: &str, all: &[f64]) {
    print!("{name:8}");
    for one in all {
        print!(" {one:8.0}");
    }
    println!();
}

fn fields() -> Fields {
    Fields::new([Field::value(&REQUEST_ID), Field::display(&TENANT), Field::display(&USER)])
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
