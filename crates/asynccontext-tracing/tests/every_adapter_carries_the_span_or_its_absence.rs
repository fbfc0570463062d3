//! Every adapter carries the current span, or its absence, with a real subscriber.

#[path = "support/adapters.rs"]
mod adapters;

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use adapters::{ADAPTERS, Adapter, Gate, job, on_workers, seen_by};
use asynccontext::Snapshot;
use tracing::span::{Attributes, Id};
use tracing::{Span, Subscriber, info_span};
use tracing_subscriber::layer::{Context, Layer};
use tracing_subscriber::prelude::*;

/// The spans that are open, by name.
static OPEN: Mutex<Option<HashMap<&str, usize>>> = Mutex::new(None);

fn open(name: &'static str, change: isize) -> usize {
    let mut open = OPEN.lock().unwrap();
    let count = open.get_or_insert_default().entry(name).or_default();
    *count = count.checked_add_signed(change).unwrap();
    *count
}

struct Counts;

impl<S: Subscriber + for<'a> tracing_subscriber::registry::LookupSpan<'a>> Layer<S> for Counts {
    fn on_new_span(&self, attributes: &Attributes<'_>, _: &Id, _: Context<'_, S>) {
        open(attributes.metadata().name(), 1);
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        open(context.span(&id).unwrap().name(), -1);
    }
}

/// Returns the open spans of this name, once there are none or after a long wait.
fn left_open(name: &'static str) -> usize {
    let is_none = |_: &usize| open(name, 0) == 0;
    (0..2000).find(|turn| {
        is_none(turn) || {
            thread::sleep(Duration::from_millis(1));
            false
        }
    });
    open(name, 0)
}

fn name() -> Option<&'static str> {
    Span::current().metadata().map(|span| span.name())
}

fn within<R>(span: &Span, f: impl FnOnce() -> R) -> R {
    let before = name();
    let result = span.in_scope(f);
    assert_eq!(name(), before);
    result
}

/// The rest of the work is driven in a span of its own, inside another one.
fn drive(adapter: &Adapter, rest: adapters::Rest) -> bool {
    within(&info_span!("outer"), || {
        within(&info_span!("driver"), || {
            let panicked = catch_unwind(AssertUnwindSafe(rest)).is_err();
            assert_eq!(name(), Some("driver"), "{}", adapter.name);
            panicked
        })
    })
}

fn check(adapter: &Adapter) {
    let what = adapter.name;
    // The span is carried,
    let (seen, work) = job(name);
    let rest = within(&info_span!("maker"), || (adapter.make)(work));
    drive(adapter, rest);
    assert_eq!(seen_by(&seen), [Some("maker")], "{what}");

    // and so is its absence,
    let (seen, work) = job(name);
    let rest = (adapter.make)(work);
    drive(adapter, rest);
    assert_eq!(seen_by(&seen), [None], "{what}, outside");

    // also from the empty snapshot, which keeps no span open,
    let (gate, (seen, work)) = (Arc::new(Gate::default()), job(name));
    let work = if adapter.at_once { work } else { work.behind(&gate) };
    let rest = within(&info_span!("maker"), || Snapshot::empty().run(|| (adapter.make)(work)));
    assert_eq!(left_open("maker"), 0, "{what}, from the empty snapshot");
    gate.open();
    drive(adapter, rest);
    assert_eq!(seen_by(&seen), [None], "{what}, from the empty snapshot");

    // and if only the span is left out.
    let (gate, (seen, work)) = (Arc::new(Gate::default()), job(name));
    let work = if adapter.at_once { work } else { work.behind(&gate) };
    let rest = within(&info_span!("maker"), || asynccontext_tracing::outside(|| (adapter.make)(work)));
    assert_eq!(left_open("maker"), 0, "{what}, outside");
    gate.open();
    drive(adapter, rest);
    assert_eq!(seen_by(&seen), [None], "{what}, outside");

    // A panic leaves the entered span, and enters those that were left.
    for span in [info_span!("maker"), Span::none()] {
        let (seen, work) = job(name);
        let expected = span.metadata().map(|span| span.name());
        let made = within(&span, || catch_unwind(AssertUnwindSafe(|| (adapter.make)(work.that_panics()))));
        if let Ok(rest) = made {
            drive(adapter, rest);
        }
        assert_eq!(seen_by(&seen), [expected], "{what}, which panics");
    }
    for name in ["maker", "driver", "outer"] {
        assert_eq!(left_open(name), 0, "{what}: {name}");
    }
    assert_eq!((name(), on_workers(name).into_iter().flatten().next()), (None, None), "{what}");
}

#[test]
fn the_matrix() {
    tracing_subscriber::registry().with(Counts).init();
    asynccontext_tracing::register();
    ADAPTERS.iter().for_each(check);
}
