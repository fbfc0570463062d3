//! A hook is called for the creation, each entry and the end of each resource.

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::thread as bare;
use std::time::{Duration, Instant};

use asynccontext::agent::async_context_swap;
use asynccontext::als::{
    AsyncLocalStorage, AsyncResource, HookCallbacks, Resource, create_hook, execution_async_id,
    execution_async_resource, trigger_async_id,
};
use asynccontext::{Carried, Propagate, Snapshot, Variable, thread};
use support::hooks::What::*;
use support::hooks::{Recorder, Watch};
use support::{EachPoll, poll, scaled};

static NAME: Variable<&str> = Variable::named("name");

#[test]
fn the_order_is_that_of_node() {
    const JAVASCRIPT: &str = "
        const { AsyncResource, AsyncLocalStorage, createHook } = require('node:async_hooks');
        const names = new Map(), log = [];
        createHook({
            init(id, type) { names.set(id, type); log.push('init ' + type); },
            before(id) { log.push('before ' + names.get(id)); },
            after(id) { log.push('after ' + names.get(id)); },
        }).enable();
        const query = new AsyncResource('Query');
        query.runInAsyncScope(() => {
            const row = new AsyncResource('Row');
            row.runInAsyncScope(() => query.runInAsyncScope(() => {}));
            row.emitDestroy();
        });
        try { query.runInAsyncScope(() => { throw new Error(); }); } catch {}
        const later = query.bind(() => {});
        query.emitDestroy();
        later();
        const bound = AsyncLocalStorage.bind(() => {});
        bound();
        bound();
        log.forEach(line => console.log(line));
        process.exit();
    ";
    let expected = [
        "init Query",
        "before Query",
        "init Row",
        "before Row",
        "before Query",
        "after Query",
        "after Row",
        "after Query",
        "before Query",
        "after Query",
        "before Query",
        "after Query",
        "init bound-anonymous-fn",
        "before bound-anonymous-fn",
        "after bound-anonymous-fn",
        "before bound-anonymous-fn",
        "after bound-anonymous-fn",
    ];

    let watch = Watch::new();
    let bound = watch.root.run_in_async_scope(|| {
        let query = AsyncResource::new("Query");
        query.run_in_async_scope(|| {
            let row = AsyncResource::new("Row");
            row.run_in_async_scope(|| query.run_in_async_scope(|| ()));
            row.emit_destroy();
        });
        catch_unwind(AssertUnwindSafe(|| query.run_in_async_scope(|| resume_unwind(Box::new(()))))).unwrap_err();
        let later = query.bind(|| ());
        query.emit_destroy();
        later.call(());
        let bound = AsyncLocalStorage::bind(|| ());
        bound.call(());
        bound.call(());
        (later, bound) // their end is reported, where Node's garbage collector has not run
    });
    let mut lines = watch.log().lines();
    drop(bound);
    watch.hook.disable();
    lines.retain(|line| !line.starts_with("destroy") && !line.ends_with("Root"));
    assert_eq!(lines, expected);

    match std::process::Command::new("node").args(["-e", JAVASCRIPT]).output() {
        Err(error) => println!("not compared with Node itself: {error}"),
        Ok(node) => assert_eq!(String::from_utf8(node.stdout).unwrap().lines().collect::<Vec<_>>(), expected),
    }
}

#[test]
fn an_entry_is_a_poll_a_step_a_call_or_a_drop() {
    let watch = Watch::new();
    let log = watch.finish(|| {
        let mut polls = 0;
        let future = EachPoll(move || (polls == 2).then_some(()).or_else(|| (polls += 1, None).1));
        let mut future = pin!(NAME.scope("blue", future));
        while poll(future.as_mut()).is_pending() {}

        let mut items = [1, 2].into_iter().in_current_snapshot();
        assert_eq!(items.by_ref().count(), 2);
        drop(items);

        Carried::new(1).handle(|_| ());
        drop(Carried::new(2));

        let snapshot = Snapshot::capture();
        snapshot.run(|| snapshot.run(|| ()));
        snapshot.wrap(|| ()).call_once(());
    });
    let twice = |name: &str, events: &[&str]| events.iter().map(|what| format!("{what} {name}")).collect::<Vec<_>>();
    let of = |name: &str| {
        let lines = log.lines().into_iter();
        lines.filter(|line| line.split_once(' ').unwrap().1 == name).collect::<Vec<_>>()
    };
    let expected = ["init", "before", "after", "before", "after", "before", "resolve", "after", "before", "after"];
    assert_eq!(of("Scoped")[..10], twice("Scoped", &expected));
    // three steps and the drop
    assert_eq!(
        of("Scoped 2"),
        twice("Scoped 2", &[&["init"][..], &["before", "after"].repeat(4), &["destroy"]].concat())
    );
    assert_eq!(of("Carried"), twice("Carried", &["init", "before", "after", "destroy"]));
    assert_eq!(of("Carried 2"), of("Carried").iter().map(|line| format!("{line} 2")).collect::<Vec<_>>());
    assert_eq!(
        of("Snapshot"),
        twice("Snapshot", &["init", "before", "before", "after", "after", "before", "after", "destroy"])
    );
}

#[test]
fn what_is_never_polled_is_entered_for_its_drop() {
    struct Seen(Arc<Mutex<Vec<u64>>>);
    impl Drop for Seen {
        fn drop(&mut self) {
            self.0.lock().unwrap().push(execution_async_id());
        }
    }
    let seen: Arc<Mutex<Vec<u64>>> = Arc::default();
    let value = Seen(seen.clone());
    let watch = Watch::new();
    let log = watch.finish(|| {
        drop(
            async move {
                let _value = value;
                std::future::pending::<()>().await;
            }
            .in_current_snapshot(),
        );
    });
    assert_eq!(log.lines()[2..6], ["init Scoped", "before Scoped", "after Scoped", "destroy Scoped"]);
    let scoped = log.0[2].resource.async_id();
    assert_eq!(*seen.lock().unwrap(), [scoped], "dropped as the resource, between before and after");
}

#[test]
fn a_panic_ends_an_entry_as_a_return_does() {
    let watch = Watch::new();
    let log = watch.finish(|| {
        let fails = || resume_unwind(Box::new("inside"));
        let outside = execution_async_id();
        let snapshot = Snapshot::capture();
        let mut future = Box::pin(async { fails() }.in_current_snapshot());
        for _ in 0..2 {
            catch_unwind(AssertUnwindSafe(|| snapshot.run(fails))).unwrap_err();
            catch_unwind(AssertUnwindSafe(|| _ = poll(future.as_mut()))).unwrap_err();
            assert_eq!(execution_async_id(), outside);
        }
        thread::spawn(fails).join().unwrap_err();
        std::thread::scope(|s| s.spawn(Snapshot::capture().wrap(fails).into_fn_once()).join().unwrap_err());
    });
    // the root, two of the snapshot, two polls and the drop, two threads
    assert_eq!((log.count(Before), log.count(Resolve)), (8, 0));
}

#[test]
fn ids_are_unique_and_linked_under_threads() {
    let (threads, each) = (8, scaled(500));
    let watch = Watch::new();
    let root = watch.root.async_id();
    let log = watch.finish(|| {
        let work = move || {
            let own = execution_async_id();
            assert_eq!(trigger_async_id(), root);
            for _ in 0..each {
                let child = AsyncResource::new("Child");
                assert_eq!(child.trigger_async_id(), own);
                let snapshot = child.run_in_async_scope(Snapshot::capture);
                let resource = snapshot.run(execution_async_resource).unwrap();
                assert_eq!((resource.type_name(), resource.trigger_async_id()), ("Snapshot", child.async_id()));
            }
        };
        let threads: Vec<_> = (0..threads).map(|_| thread::spawn(work)).collect();
        threads.into_iter().for_each(|thread| thread.join().unwrap());
    });
    let made: BTreeSet<u64> =
        log.0.iter().filter(|event| event.what == Init).map(|event| event.resource.async_id()).collect();
    assert_eq!((made.len(), log.count(Init)), (1 + threads + threads * each * 2, 1 + threads + threads * each * 2));
    assert!(made.iter().all(|id| *id >= root));
}

#[test]
fn a_hook_observes_only_resources_created_while_enabled() {
    let recorder = Recorder::default();
    let hook = create_hook(recorder.clone());
    let ours = || {
        let mine = |event: &&support::hooks::Event| event.resource.type_name().starts_with("OfThisTest");
        let events = recorder.events();
        events
            .iter()
            .filter(mine)
            .map(|event| format!("{:?} {}", event.what, event.resource.type_name()))
            .collect::<Vec<_>>()
    };
    let use_it = |resource: &AsyncResource| resource.run_in_async_scope(|| ());

    let early = AsyncResource::new("OfThisTest early");
    use_it(&early);
    hook.enable().enable(); // the second does nothing
    use_it(&early);
    let first = AsyncResource::new("OfThisTest first");
    use_it(&first);
    let heard = ["Init OfThisTest first", "Before OfThisTest first", "After OfThisTest first"];
    assert_eq!(ours(), heard);

    hook.disable();
    hook.disable();
    use_it(&first);
    let between = AsyncResource::new("OfThisTest between");
    use_it(&between);
    assert_eq!(ours(), heard);

    // After it is enabled again, it is called for new resources only: no end without a creation.
    hook.clone().enable();
    [early, between, first].iter().for_each(use_it);
    let second = AsyncResource::new("OfThisTest second");
    second.run_in_async_scope(|| hook.disable());
    drop(second);
    assert_eq!(ours()[3..], ["Init OfThisTest second", "Before OfThisTest second"]);
    assert_eq!(format!("{hook:?}"), "AsyncHook { enabled: false, .. }");
}

/// Calls a closure at every event.
struct Each<F>(F);

impl<F: Fn(support::hooks::What, &Resource) + Send + Sync + 'static> HookCallbacks for Each<F> {
    fn init(&self, resource: &Resource) {
        (self.0)(Init, resource);
    }
    fn before(&self, resource: &Resource) {
        (self.0)(Before, resource);
    }
    fn after(&self, resource: &Resource) {
        (self.0)(After, resource);
    }
    fn destroy(&self, resource: &Resource) {
        (self.0)(Destroy, resource);
    }
    fn promise_resolve(&self, resource: &Resource) {
        (self.0)(Resolve, resource);
    }
}

/// Checks each event once, for a resource created under `parent`.
fn all_events(parent: &AsyncResource) {
    parent.run_in_async_scope(|| {
        let future = pin!(async {}.in_current_snapshot());
        assert_eq!(poll(future), Poll::Ready(()));
    });
}

#[test]
fn hooks_are_called_in_the_order_in_which_they_were_enabled() {
    let log: Arc<Mutex<Vec<(u8, support::hooks::What)>>> = Arc::default();
    let root = Arc::new(Mutex::new(0));
    let make = |nth: u8| {
        let (log, root) = (log.clone(), root.clone());
        create_hook(Each(move |what, resource: &Resource| {
            if resource.trigger_async_id() == *root.lock().unwrap() {
                log.lock().unwrap().push((nth, what));
            }
        }))
    };
    let (one, two, three) = (make(1), make(2), make(3));
    for hook in [&two, &three, &one] {
        hook.enable();
    }
    let parent = AsyncResource::new("Parent");
    *root.lock().unwrap() = parent.async_id();
    all_events(&parent);
    for hook in [one, two, three] {
        hook.disable();
    }
    let expected = [Init, Before, Resolve, After, Before, After, Destroy];
    let expected: Vec<_> = expected.iter().flat_map(|what| [2, 3, 1].map(|nth| (nth, *what))).collect();
    assert_eq!(*log.lock().unwrap(), expected);
}

#[test]
fn a_panic_in_a_callback_unwinds_into_the_observed_code() {
    struct Quiet(&'static str);
    for (at, fails) in [Init, Before, After, Destroy, Resolve].into_iter().enumerate() {
        let parent = AsyncResource::new("Parent");
        let id = parent.async_id();
        let hook = create_hook(Each(move |what, resource: &Resource| {
            if what == fails && resource.trigger_async_id() == id {
                resume_unwind(Box::new(Quiet("from a callback")));
            }
        }));
        hook.enable();
        let watch = Watch::new(); // called after the one that panics
        let under = parent.run_in_async_scope(|| AsyncResource::with_trigger("Under", watch.root.async_id()));
        let (panic, log) = NAME.run("outside", || {
            let panic = catch_unwind(AssertUnwindSafe(|| all_events(&parent))).unwrap_err();
            assert_eq!((NAME.get(), execution_async_id()), (Some("outside"), 1), "{fails:?}");
            assert_eq!(panic.downcast_ref::<Quiet>().unwrap().0, "from a callback");
            (panic, watch.recorder.events())
        });
        drop((panic, under));
        let of_it = log.iter().filter(|event| event.resource.trigger_async_id() == id);
        let heard: Vec<_> = of_it.map(|event| event.what).collect();
        // The other hook is called for every event, whichever callback panics, and every creation
        // has its end.
        let expected: &[_] = match fails {
            Init => &[Init, Destroy],
            // the poll fails before the future runs; its drop fails in the same way
            Before => &[Init, Before, After, Before, After, Destroy],
            _ => &[Init, Before, Resolve, After, Before, After, Destroy],
        };
        assert_eq!(heard, expected, "{at}: {fails:?}");
        hook.disable();
        watch.hook.disable();
    }
}

#[test]
fn a_callback_may_do_anything() {
    let watch = Watch::new();
    let root = watch.root.async_id();
    let kept: Arc<Mutex<BTreeMap<u64, Snapshot>>> = Arc::default();
    let calls = Arc::new(AtomicUsize::new(0));
    let taken: Arc<Mutex<Vec<Snapshot>>> = Arc::default();
    let outside = Snapshot::capture(); // of a resource that the hooks know
    let busy = {
        let (kept, calls, taken) = (kept.clone(), calls.clone(), taken.clone());
        Each(move |what, resource: &Resource| {
            if resource.trigger_async_id() != root {
                return;
            }
            calls.fetch_add(1, Relaxed);
            let before = execution_async_id();
            // A capture here calls no hook, and runs as the current resource.
            let made = AsyncResource::new("Made by a callback");
            assert_eq!(made.run_in_async_scope(execution_async_id), made.async_id());
            let snapshot = NAME.run("callback", Snapshot::capture);
            assert_eq!(snapshot.run(|| (NAME.get(), execution_async_id())), (Some("callback"), before));
            outside.run(|| ());
            // A snapshot that outlives the resource in which it was captured does not delay the
            // resource's end.
            taken.lock().unwrap().push(snapshot);
            // A callback may enable and disable hooks, including its own.
            let other = create_hook(()).enable();
            other.disable();
            // Resources that end here are reported after the callback: the lock is held until then.
            let mut kept = kept.lock().unwrap();
            if what == Destroy {
                kept.remove(&resource.async_id());
            }
        })
    };
    let busy = create_hook(busy).enable();
    let log = watch.finish(|| {
        for _ in 0..10 {
            Carried::new(()).handle(|()| {
                let child = Snapshot::capture();
                kept.lock().unwrap().insert(execution_async_id(), child);
            });
        }
    });
    busy.disable();
    assert_eq!(taken.lock().unwrap().drain(..).count(), 10 * 4);
    assert!(kept.lock().unwrap().is_empty());
    assert_eq!((log.count(Init), log.count(Destroy)), (21, 21), "{log}");
    assert_eq!(calls.load(Relaxed), 10 * 4);
}

#[test]
fn a_long_chain_of_ends_needs_no_deep_stack() {
    #[derive(Clone, Default)]
    struct Chain(Arc<Mutex<BTreeMap<u64, AsyncResource>>>);
    impl HookCallbacks for Chain {
        fn destroy(&self, resource: &Resource) {
            let next = self.0.lock().unwrap().remove(&resource.async_id());
            drop(next);
        }
    }
    let chain = Chain::default();
    let hook = create_hook(chain.clone()).enable();
    let many = scaled(20_000);
    let first = AsyncResource::new("Link");
    let mut last = first.async_id();
    for _ in 0..many {
        let next = AsyncResource::new("Link");
        let id = next.async_id();
        chain.0.lock().unwrap().insert(last, next);
        last = id;
    }
    assert_eq!(chain.0.lock().unwrap().len(), many);
    bare::Builder::new().stack_size(64 << 10).spawn(move || drop(first)).unwrap().join().unwrap();
    assert_eq!(chain.0.lock().unwrap().len(), 0);
    hook.disable();
}

#[test]
fn a_swap_changes_the_id_and_is_no_entry() {
    let watch = Watch::new();
    let log = watch.finish(|| {
        let snapshot = Snapshot::capture();
        let id = snapshot.run(execution_async_id);
        let back = async_context_swap(snapshot);
        assert_eq!(execution_async_id(), id);
        async_context_swap(back);
        assert_eq!(trigger_async_id(), 1);
    });
    assert_eq!(log.count(Before), 2, "the root, and the snapshot's run: {log}");
}

#[test]
fn a_shared_snapshot_may_run_on_several_threads_at_once() {
    let watch = Watch::new();
    let log = watch.finish(|| {
        let snapshot = Snapshot::capture();
        let both = std::sync::Barrier::new(2);
        bare::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| snapshot.run(|| both.wait()));
            }
        });
    });
    assert_eq!((log.count(Init), log.count(Before), log.count(After)), (2, 3, 3));
}

#[cfg(feature = "companions")]
#[test]
fn callbacks_run_inside_of_foreign_context() {
    use asynccontext::companion::{self, Companion};

    thread_local! { static SPAN: std::cell::Cell<u8> = const { std::cell::Cell::new(0) } }
    struct Back(u8);
    impl Drop for Back {
        fn drop(&mut self) {
            SPAN.set(self.0);
        }
    }
    struct Span;
    impl Companion for Span {
        type Captured = u8;
        type Entered<'a> = Back;
        fn capture(&self) -> Option<u8> {
            Some(SPAN.get())
        }
        fn enter<'a>(&'a self, span: Option<&'a u8>) -> Option<Back> {
            Some(Back(SPAN.replace(*span?)))
        }
    }

    // In both orders of registration.
    let spans: Arc<Mutex<Vec<(support::hooks::What, u8)>>> = Arc::default();
    let root = Arc::new(Mutex::new(0));
    let hook = {
        let (spans, root) = (spans.clone(), root.clone());
        create_hook(Each(move |what, resource: &Resource| {
            if resource.trigger_async_id() == *root.lock().unwrap() {
                spans.lock().unwrap().push((what, SPAN.get()));
            }
        }))
    };
    hook.enable();
    let span = companion::register(Span);
    let parent = AsyncResource::new("Parent");
    *root.lock().unwrap() = parent.async_id();
    parent.run_in_async_scope(|| {
        SPAN.set(7);
        let mut future = Box::pin(async { SPAN.get() }.in_current_snapshot());
        SPAN.set(8);
        assert_eq!(poll(future.as_mut()), Poll::Ready(7));
        drop(future);
        assert_eq!(SPAN.get(), 8);
    });
    assert_eq!(SPAN.get(), 0);
    span.unregister();
    // Each alone still works.
    parent.run_in_async_scope(|| drop(Snapshot::capture()));
    hook.disable();
    let expected = [
        (Init, 7),
        (Before, 7),
        (Resolve, 7),
        (After, 7),
        (Before, 7),
        (After, 7),
        (Destroy, 8),
        (Init, 0),
        (Destroy, 0),
    ];
    assert_eq!(*spans.lock().unwrap(), expected);
}

#[test]
fn values_in_a_resource_are_dropped_with_it() {
    static HELD: AsyncLocalStorage<Arc<()>> = AsyncLocalStorage::named("held");
    let value: Arc<()> = Arc::default();
    let at_destroy = Arc::new(AtomicBool::new(false));
    let hook = {
        let at_destroy = at_destroy.clone();
        create_hook(Each(move |what, resource: &Resource| {
            if what == Destroy && resource.type_name() == "Holder" {
                at_destroy.store(true, Relaxed);
            }
        }))
    };
    hook.enable();
    let holder = HELD.run(value.clone(), || AsyncResource::new("Holder"));
    let child = holder.run_in_async_scope(|| HELD.exit(Snapshot::capture));
    assert_eq!(Arc::strong_count(&value), 2);
    holder.emit_destroy();
    assert!(at_destroy.load(Relaxed));
    assert_eq!(Arc::strong_count(&value), 1, "a child keeps nothing of its parent");
    drop(child);
    hook.disable();
}

#[test]
fn a_hook_that_stores_resources_can_be_dropped() {
    struct Keep {
        kept: Mutex<Vec<Resource>>,
        _alive: Arc<()>,
    }
    impl HookCallbacks for Keep {
        fn init(&self, resource: &Resource) {
            self.kept.lock().unwrap().push(resource.clone());
        }
    }
    let alive: Arc<()> = Arc::default();
    let hook = create_hook(Keep { kept: Mutex::default(), _alive: alive.clone() }).enable();
    let resource = AsyncResource::new("R");
    resource.run_in_async_scope(|| ());
    drop(hook.clone());
    hook.disable();
    drop((resource, hook));
    // Resources of other tests that were created meanwhile hold it too until they end.
    let start = Instant::now();
    while Arc::strong_count(&alive) > 1 {
        assert!(start.elapsed() < Duration::from_secs(20), "it keeps itself");
        bare::sleep(Duration::from_millis(1));
    }
}
