//! Work of adapters is a resource with an id of its own only while a hook is enabled. A single
//! test, alone in its process, since hooks apply to all threads.

mod support;

use asynccontext::als::{AsyncResource, create_hook, execution_async_id, execution_async_resource, trigger_async_id};
use asynccontext::{Carried, Propagate, Snapshot, thread};
use support::hooks::{Recorder, What::*};
use support::ready;

/// Returns the ids of carried work.
fn ids() -> Vec<u64> {
    vec![
        Snapshot::capture().run(execution_async_id),
        ready(async { execution_async_id() }.in_current_snapshot()),
        thread::spawn(execution_async_id).join().unwrap(),
        Carried::new(()).handle(|()| execution_async_id()),
    ]
}

#[test]
fn ids_of_work_come_with_the_first_hook_and_go_with_the_last() {
    let parent = AsyncResource::new("Parent");
    let inside = || parent.run_in_async_scope(ids);
    assert_eq!((ids(), inside()), (vec![1; 4], vec![parent.async_id(); 4]));
    assert_eq!(Snapshot::capture().run(trigger_async_id), 0);
    assert!(Snapshot::capture().is_empty());

    // A hook without callbacks only gives ids.
    let hook = create_hook(()).enable();
    let mut all = [ids(), inside()].concat();
    assert!(all.iter().all(|id| *id > parent.async_id()));
    all.dedup();
    assert_eq!(all.len(), 8);
    assert_eq!(Snapshot::capture().run(trigger_async_id), 1);
    assert_eq!(parent.run_in_async_scope(Snapshot::capture).run(trigger_async_id), parent.async_id());

    let other = create_hook(()).enable();
    hook.disable();
    assert_ne!(ids(), [1; 4]);
    other.disable();
    assert_eq!((ids(), inside()), (vec![1; 4], vec![parent.async_id(); 4]));
    assert!(Snapshot::capture().is_empty());

    // Work that is created while no hook is enabled is no entry of the current resource.
    let recorder = Recorder::default();
    let hook = create_hook(recorder.clone()).enable();
    let parent = AsyncResource::new("Parent");
    parent.run_in_async_scope(|| {
        hook.disable();
        let child = Snapshot::capture();
        hook.enable();
        assert_eq!(child.run(execution_async_resource).unwrap().async_id(), parent.async_id());
    });
    let heard: Vec<_> = recorder.events().iter().map(|event| event.what).collect();
    assert_eq!(heard, [Init, Before]);
}
