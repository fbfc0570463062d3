//! The current span is carried with the variables of asynccontext.

use std::pin::pin;
use std::sync::Once;
use std::task::{Context, Poll, Waker};

use asynccontext::{Carried, Propagate, Snapshot, Variable, thread};
use tracing::{Instrument, Span, info_span};
use tracing_subscriber::prelude::*;

static TENANT: Variable<&str> = Variable::named("tenant");

fn set_up() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        tracing_subscriber::registry().init();
        asynccontext_tracing::register();
    });
}

fn name() -> Option<&'static str> {
    Span::current().metadata().map(|span| span.name())
}

#[test]
fn into_threads_closures_iterators_and_messages() {
    set_up();
    info_span!("request").in_scope(|| {
        assert_eq!(thread::spawn(name).join().unwrap(), Some("request"));
    });
    let wrapped = info_span!("click").in_scope(|| Snapshot::capture().wrap(name));
    assert_eq!((wrapped.call(()), name()), (Some("click"), None));
    let rows = info_span!("query").in_scope(|| (0..2).map(|_| name()).in_current_snapshot());
    assert!(rows.eq([Some("query"), Some("query")]));
    let message = info_span!("sender").in_scope(|| Carried::new(()));
    let seen = info_span!("receiver").in_scope(|| (message.handle(|()| name()), name()));
    assert_eq!(seen, (Some("sender"), Some("receiver")));
}

#[test]
fn over_every_await_of_a_task() {
    set_up();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap();
    let request = async {
        let outer = name();
        let inner = info_span!("step").in_scope(|| asynccontext::tokio::spawn(async { name() })).await.unwrap();
        tokio::task::yield_now().await;
        (outer, inner, name(), TENANT.get())
    };
    let request = info_span!("request").in_scope(|| TENANT.scope("blue", request).in_current_snapshot());
    let seen = runtime.block_on(runtime.spawn(request)).unwrap();
    assert_eq!(seen, (Some("request"), Some("step"), Some("request"), Some("blue")));
}

#[test]
fn a_panic_leaves_the_span() {
    set_up();
    let snapshot = info_span!("request").in_scope(Snapshot::capture);
    assert!(std::panic::catch_unwind(|| snapshot.run(|| panic!("inside"))).is_err());
    assert_eq!(name(), None);
}

fn poll(future: impl Future<Output = Option<&'static str>>) -> Option<&'static str> {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(seen) => seen,
        Poll::Pending => panic!("pending"),
    }
}

/// The documented limits: the order of two adapters, and a snapshot captured at start-up.
#[test]
fn the_snapshot_is_entered_last_where_it_stands_inside() {
    set_up();
    let span = info_span!("span");
    let hidden = async { name() }.in_current_snapshot().instrument(span.clone());
    assert_eq!(poll(hidden), None);
    let seen = async { name() }.instrument(span.clone()).in_current_snapshot();
    assert_eq!(poll(seen), Some("span"));
    let seen = span.in_scope(|| async { name() }.in_current_snapshot());
    assert_eq!(poll(seen), Some("span"));

    let callback = Snapshot::capture().wrap(name);
    assert_eq!(span.in_scope(|| (callback.call(()), name())), (None, Some("span")));
}

/// Ids are unique only within a subscriber.
#[test]
fn a_span_of_another_subscriber_is_not_the_current_one() {
    set_up();
    let snapshot = info_span!("of the default").in_scope(Snapshot::capture);
    let nothing = Snapshot::capture();
    tracing::subscriber::with_default(tracing_subscriber::registry(), || {
        info_span!("of another").in_scope(|| {
            assert_eq!(name(), Some("of another"));
            snapshot.run(|| assert_eq!(name(), None, "the other subscriber has none"));
            nothing.run(|| assert_eq!(name(), None));
            assert_eq!(name(), Some("of another"));
        });
        assert_eq!(name(), None);
    });
    assert_eq!(name(), None);
    assert_eq!(snapshot.run(name), Some("of the default"));
}
