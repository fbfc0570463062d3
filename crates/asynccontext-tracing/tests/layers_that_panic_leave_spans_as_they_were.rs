//! A layer that panics when a span is entered or left affects nothing else, and a subscriber that
//! ignores exits causes no endless loop.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Once, OnceLock};

use asynccontext::Snapshot;
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::with_default;
use tracing::{Event, Metadata, Span, Subscriber, info_span};
use tracing_core::span::Current;
use tracing_subscriber::layer::{Context, Layer};
use tracing_subscriber::prelude::*;

fn name() -> Option<&'static str> {
    Span::current().metadata().map(|span| span.name())
}

thread_local! {
    /// The number of entries and exits until a panic; 0 means none.
    static TURNS: Cell<usize> = const { Cell::new(0) };
    /// The number of further panics after the first.
    static MORE: Cell<usize> = const { Cell::new(0) };
}

static CLOSED: AtomicUsize = AtomicUsize::new(0);

fn trap(turns: usize, more: usize) {
    TURNS.set(turns);
    MORE.set(more);
}

fn turn() {
    let turns = TURNS.get();
    TURNS.set(turns.saturating_sub(1));
    if turns == 1 {
        let more = MORE.get();
        MORE.set(more.saturating_sub(1));
        TURNS.set(usize::from(more > 0));
        resume_unwind(Box::new("as it should"));
    }
}

/// Once for both tests.
fn register() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        asynccontext_tracing::register();
    });
}

struct Panics;

impl<S: Subscriber> Layer<S> for Panics {
    fn on_enter(&self, _: &Id, _: Context<'_, S>) {
        turn();
    }

    fn on_exit(&self, _: &Id, _: Context<'_, S>) {
        turn();
    }

    fn on_close(&self, _: Id, _: Context<'_, S>) {
        CLOSED.fetch_add(1, Ordering::Relaxed);
    }
}

#[test]
fn a_layer_that_panics() {
    register();
    with_default(tracing_subscriber::registry().with(Panics), || {
        let snapshots = [info_span!("captured").in_scope(Snapshot::capture), Snapshot::capture()];
        let spans = [info_span!("one"), info_span!("two"), info_span!("three")];
        for (snapshot, turns) in snapshots.iter().zip([8, 6]) {
            for (at, more) in (1..=turns).flat_map(|at| (0..3).map(move |more| (at, more))) {
                spans[0].in_scope(|| {
                    spans[1].in_scope(|| {
                        spans[2].in_scope(|| {
                            trap(at, more);
                            let run = AssertUnwindSafe(|| snapshot.run(|| ()));
                            assert!(catch_unwind(run).is_err(), "{at}, {more}");
                            trap(0, 0);
                            assert_eq!(name(), Some("three"), "{at}, {more}");
                        });
                        assert_eq!(name(), Some("two"), "{at}, {more}");
                    });
                    assert_eq!(name(), Some("one"), "{at}, {more}");
                });
                assert_eq!(name(), None, "{at}, {more}");
            }
            // during a panic; only the snapshot's spans are left and entered then
            let inside = || {
                trap(1, if turns == 8 { 1 } else { 0 });
                resume_unwind(Box::new(()))
            };
            let work = || spans[0].in_scope(|| snapshot.run(inside));
            let result: Result<(), _> = catch_unwind(AssertUnwindSafe(work));
            assert!(result.is_err());
            trap(0, 0);
            assert_eq!(name(), None, "all over");
        }
        drop((snapshots, spans));
        assert_eq!(CLOSED.load(Ordering::Relaxed), 4);
    });
}

/// A subscriber whose current span never changes.
struct Stubborn;

static ENTERED: AtomicUsize = AtomicUsize::new(0);

impl Subscriber for Stubborn {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }
    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }
    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, _: &Event<'_>) {}
    fn enter(&self, _: &Id) {
        ENTERED.fetch_add(1, Ordering::Relaxed);
    }
    fn exit(&self, _: &Id) {
        ENTERED.fetch_sub(1, Ordering::Relaxed);
    }
    fn current_span(&self) -> Current {
        METADATA.get().map_or(Current::none(), |metadata| Current::new(Id::from_u64(1), metadata))
    }
}

static METADATA: OnceLock<&'static Metadata<'static>> = std::sync::OnceLock::new();

#[test]
fn a_subscriber_that_takes_no_notice() {
    register();
    with_default(Stubborn, || {
        ENTERED.store(1000, Ordering::Relaxed);
        let span = info_span!("forever");
        METADATA.get_or_init(|| span.metadata().unwrap());
        assert_eq!(name(), Some("forever"));
        assert_eq!(Snapshot::empty().run(|| 7), 7);
        assert_eq!(ENTERED.load(Ordering::Relaxed), 1000, "as often entered as left");
    });
}
