//! OpenTelemetry's context is carried with the variables of asynccontext.

use std::sync::Once;

use asynccontext::{Carried, Propagate, Snapshot, Variable, thread};
use opentelemetry::Context;

static TENANT: Variable<&str> = Variable::named("tenant");

struct Shard(u8);

fn shard() -> Option<u8> {
    Context::map_current(|context| context.get::<Shard>().map(|shard| shard.0))
}

fn within<R>(shard: u8, f: impl FnOnce() -> R) -> R {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        asynccontext_opentelemetry::register();
    });
    let _attached = Context::current_with_value(Shard(shard)).attach();
    f()
}

#[test]
fn into_threads_closures_iterators_and_messages() {
    assert_eq!(within(1, || thread::spawn(shard)).join().unwrap(), Some(1));
    let wrapped = within(2, || Snapshot::capture().wrap(shard));
    assert_eq!((wrapped.call(()), shard()), (Some(2), None));
    let rows = within(3, || (0..2).map(|_| shard()).in_current_snapshot());
    assert!(rows.eq([Some(3), Some(3)]));
    let message = within(4, || Carried::new(()));
    assert_eq!(within(5, || (message.handle(|()| shard()), shard())), (Some(4), Some(5)));
}

#[test]
fn over_every_await_of_a_task() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap();
    let request = async {
        let outer = shard();
        let inner = within(2, || asynccontext::tokio::spawn(async { shard() })).await.unwrap();
        tokio::task::yield_now().await;
        (outer, inner, shard(), TENANT.get())
    };
    let request = within(1, || TENANT.scope("blue", request).in_current_snapshot());
    let seen = runtime.block_on(runtime.spawn(request)).unwrap();
    assert_eq!(seen, (Some(1), Some(2), Some(1), Some("blue")));
}

#[test]
fn a_snapshot_taken_without_one_hides_the_callers() {
    within(1, || ()); // registers
    let outside = Snapshot::capture();
    assert_eq!(within(2, || (outside.run(shard), shard())), (None, Some(2)));
}

#[test]
fn a_panic_detaches_it() {
    let snapshot = within(1, Snapshot::capture);
    assert!(std::panic::catch_unwind(|| snapshot.run(|| panic!("inside"))).is_err());
    assert_eq!(shard(), None);
}
