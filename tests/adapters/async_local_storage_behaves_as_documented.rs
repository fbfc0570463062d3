//! AsyncLocalStorage, beyond the litmus cases under `als` and `guards`: panics, lifetimes of
//! stores, resource ids, and the combination with the rest of the crate.

use crate::support;

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::task::Poll;

use asynccontext::als::{
    AsyncLocalStorage, AsyncResource, Resource, execution_async_id, execution_async_resource, trigger_async_id,
};
use asynccontext::{Propagate, Snapshot, Variable};
use support::{poll, ready, suspend};

static A: AsyncLocalStorage<u32> = AsyncLocalStorage::named("a");
static WITH_DEFAULT: AsyncLocalStorage<u32> = AsyncLocalStorage::named("with-default").with_default(9);
static HELD: AsyncLocalStorage<Arc<()>> = AsyncLocalStorage::new();

fn alive(values: &[Arc<()>]) -> usize {
    values.iter().filter(|value| Arc::strong_count(value) > 1).count()
}

#[test]
fn the_default_shows_unless_there_is_a_store_or_an_exit() {
    let seen = || WITH_DEFAULT.get_store();
    assert_eq!(seen(), Some(9));
    WITH_DEFAULT.run(1, || {
        assert_eq!(WITH_DEFAULT.exit(seen), None);
        WITH_DEFAULT.disable();
        assert_eq!(seen(), Some(9));
        assert_eq!(WITH_DEFAULT.exit(seen), None);
        assert_eq!(WITH_DEFAULT.run(2, seen), Some(2));
        WITH_DEFAULT.enter_with(3);
        assert_eq!(seen(), Some(3));
    });
    WITH_DEFAULT.exit(|| {
        WITH_DEFAULT.disable();
        assert_eq!(seen(), Some(9));
    });
    assert_eq!(seen(), Some(9));
}

#[test]
#[should_panic(expected = "already has a default")]
fn two_defaults_are_a_mistake() {
    let _ = AsyncLocalStorage::new().with_default(1).with_default(2);
}

#[test]
fn a_panic_brings_the_store_back() {
    let panics = |f: &dyn Fn(&dyn Fn())| {
        let caught = catch_unwind(AssertUnwindSafe(|| f(&|| std::panic::resume_unwind(Box::new("as it should")))));
        assert!(caught.is_err());
        assert_eq!((A.get_store(), execution_async_id()), (Some(1), 1));
    };
    let resource = AsyncResource::new("R");
    A.run(1, || {
        panics(&|throw| A.run(2, throw));
        panics(&|throw| A.exit(throw));
        panics(&|throw| resource.run_in_async_scope(throw));
        panics(&|throw| ready(A.scope(2, async { throw() })));
        panics(&|throw| ready(resource.scope(async { throw() })));
        panics(&|throw| {
            A.run(2, || {
                A.enter_with(3);
                throw();
            });
        });
    });
}

/// A loop holds one store, whichever of the two calls is last.
#[test]
fn enter_with_and_disable_in_a_loop_stay_flat() {
    let values: Vec<Arc<()>> = (0..64).map(|_| Arc::default()).collect();
    Snapshot::empty().run(|| {
        for value in &values {
            HELD.enter_with(value.clone());
            A.enter_with(1);
            assert_eq!(alive(&values), 1);
        }
        HELD.disable();
        assert_eq!(alive(&values), 0);
    });
    let task = async {
        for value in &values {
            HELD.enter_with(value.clone());
            suspend().await;
        }
    };
    let mut task = Box::pin(task.in_current_snapshot());
    while poll(task.as_mut()).is_pending() {
        assert_eq!((alive(&values), HELD.get_store().is_some()), (1, false));
    }
    drop(task);
    assert_eq!(alive(&values), 0);
}

/// A store that was entered with a guard ends with its guard, before or after an `enter_with`.
#[test]
fn guards_and_enter_with_do_not_interfere() {
    Snapshot::empty().run(|| {
        let other = WITH_DEFAULT.with_scope(1);
        let below = A.with_scope(1);
        A.enter_with(2);
        drop(other);
        assert_eq!(WITH_DEFAULT.get_store(), Some(9));
        let above = A.with_scope(3);
        drop(below);
        assert_eq!(A.get_store(), Some(3));
        drop(above);
        assert_eq!(A.get_store(), Some(2));
    });
}

#[test]
fn a_store_goes_with_its_task_to_another_thread() {
    let task = async {
        let scope = A.with_task_scope(2).unwrap();
        suspend().await;
        let inside = A.get_store();
        drop(scope);
        suspend().await;
        (inside, A.get_store())
    };
    let mut task = Box::pin(A.scope(1, task));
    assert!(poll(task.as_mut()).is_pending());
    assert_eq!(A.get_store(), None);
    let elsewhere = move || {
        assert!(poll(task.as_mut()).is_pending());
        poll(task.as_mut())
    };
    assert_eq!(std::thread::spawn(elsewhere).join().unwrap(), Poll::Ready((Some(2), Some(1))));
    assert!(A.with_task_scope(1).is_err());
}

#[test]
fn it_is_a_variable_among_others() {
    static VARIABLE: Variable<u32> = Variable::named("variable");
    let snapshot = VARIABLE.run(1, || A.run(2, Snapshot::capture));
    snapshot.run(|| assert_eq!((VARIABLE.get(), A.get_store()), (Some(1), Some(2))));
    assert_eq!(format!("{snapshot:?}").matches("\"a\"").count(), 1);
    let bound = VARIABLE.run(3, || AsyncLocalStorage::bind(|n: u32| VARIABLE.get().map(|v| v + n)));
    assert_eq!(bound.call((4,)), Some(7));
}

/// A storage created at run time may be dropped while snapshots hold stores of it.
#[test]
fn a_storage_is_freed_without_disable() {
    struct NotClone(#[expect(dead_code, reason = "kept alive")] Arc<()>);
    let value = Arc::new(());
    let storage = AsyncLocalStorage::new().with_name("made late".to_owned());
    let snapshot = storage.run(NotClone(value.clone()), || {
        assert!(storage.with_store(|store| store.is_some()));
        AsyncLocalStorage::snapshot()
    });
    drop(storage);
    assert_eq!(Arc::strong_count(&value), 2);
    drop(snapshot);
    assert_eq!(Arc::strong_count(&value), 1);
}

#[test]
fn ids_are_unique_over_threads_and_linked_to_triggers() {
    let make = || (0..500).map(|_| AsyncResource::new("R").async_id()).collect::<Vec<_>>();
    let ids = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(make)).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect::<Vec<_>>()
    });
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), 2_000);
    assert!(ids.iter().all(|id| *id > 1));

    let outer = AsyncResource::new("Outer");
    let inner = outer.run_in_async_scope(|| AsyncResource::new("Inner"));
    assert_eq!((outer.trigger_async_id(), inner.trigger_async_id()), (1, outer.async_id()));
    inner.run_in_async_scope(|| {
        assert_eq!((execution_async_id(), trigger_async_id()), (inner.async_id(), outer.async_id()));
        assert_eq!(execution_async_resource().as_ref().map(Resource::type_name), Some("Inner"));
        outer.run_in_async_scope(|| assert_eq!(execution_async_id(), outer.async_id()));
        assert_eq!(execution_async_id(), inner.async_id());
    });
    assert_eq!((execution_async_id(), trigger_async_id()), (1, 0));
}

#[test]
fn ids_are_right_inside_tasks() {
    let resource = AsyncResource::new("Task");
    let ids = || (execution_async_id(), trigger_async_id());
    let expected = (resource.async_id(), 1);
    let mut direct = Box::pin(resource.scope(async move {
        suspend().await;
        (ids(), AsyncResource::new("Child").trigger_async_id())
    }));
    // a task started inside belongs to the scope it was started in
    let mut started = Box::pin(resource.run_in_async_scope(|| {
        async move {
            suspend().await;
            ids()
        }
        .in_current_snapshot()
    }));
    assert!(poll(direct.as_mut()).is_pending());
    assert!(poll(started.as_mut()).is_pending());
    assert_eq!(ids(), (1, 0));
    let (direct, started) = std::thread::spawn(move || (poll(direct.as_mut()), poll(started.as_mut()))).join().unwrap();
    assert_eq!(direct, Poll::Ready((expected, resource.async_id())));
    assert_eq!(started, Poll::Ready(expected));
}

/// The stores that a resource captured live as long as the resource and its bound closures.
#[test]
fn a_resource_holds_its_stores_until_it_ends() {
    let value = Arc::new(());
    let resource = HELD.run(value.clone(), || AsyncResource::new("R"));
    let bound = resource.bind(|| HELD.get_store().is_some());
    resource.emit_destroy();
    assert!(bound.call(()));
    drop(bound);
    assert_eq!(Arc::strong_count(&value), 1);

    // the ids of the trigger keep nothing alive
    let resource = HELD.run(value.clone(), || AsyncResource::new("R"));
    let remembered = resource.run_in_async_scope(execution_async_resource).unwrap();
    let child = resource.run_in_async_scope(|| HELD.exit(|| AsyncResource::new("Child")));
    drop(resource);
    assert_eq!(Arc::strong_count(&value), 1);
    assert_eq!(child.trigger_async_id(), remembered.async_id());
}

#[test]
fn a_million_chained_resources_drop_on_a_small_stack() {
    support::on_stack_of(64 * 1024, || {
        let mut resource = HELD.run(Arc::default(), || AsyncResource::new("First"));
        for _ in 0..support::scaled(1_000_000) {
            resource = resource.run_in_async_scope(|| AsyncResource::new("Next"));
        }
        resource.run_in_async_scope(|| assert!(HELD.get_store().is_some()));
    });
}

#[test]
fn debug_prints_names_and_ids_and_no_store() {
    fn shared<T: Send + Sync + 'static>(_: &T) {}
    let storage = AsyncLocalStorage::named("user").with_default("secret");
    let resource = storage.run("secret", || AsyncResource::with_trigger("Query", 7));
    let told = |value: &dyn Debug| format!("{value:?}");
    assert_eq!(told(&storage), r#"AsyncLocalStorage { name: "user", .. }"#);
    let id = resource.async_id();
    let expected = format!(r#"AsyncResource {{ type_name: "Query", async_id: {id}, trigger_async_id: 7, .. }}"#);
    assert_eq!(told(&resource), expected);
    let running = resource.run_in_async_scope(execution_async_resource).unwrap();
    assert_eq!(told(&running), format!("Query({id}, trigger 7)"));
    shared(&(storage, resource, running));
}
