//! The current span is there wherever the variables of asynccontext are.

use std::sync::Once;

use asynccontext::{Carried, Propagate, Snapshot, Variable, thread};
use tracing::{Span, info_span};
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
