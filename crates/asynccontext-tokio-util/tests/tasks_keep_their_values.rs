//! Each way to spawn has the guarantees of `asynccontext::tokio`: values are visible in every poll,
//! on every worker, and at the drop, however the task ends; uninherited ones are left out; nothing
//! is left on a worker.

use std::panic::resume_unwind;
use std::rc::Rc;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use asynccontext::tokio::LocalSet;
use asynccontext::{Snapshot, Variable};
use asynccontext_tokio_util::task::{AbortOnDropHandle, JoinMap, JoinQueue, LocalPoolHandle, TaskTracker};
use tokio::runtime::Handle;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::yield_now;

static NAME: Variable<u64> = Variable::named("name");
static TRANSACTION: Variable<u64> = Variable::named("transaction").uninherited();

/// Sends what is current when it is dropped: the name, and whether an uninherited value is bound.
struct Witness(UnboundedSender<(Option<u64>, bool)>);

impl Drop for Witness {
    fn drop(&mut self) {
        let _ = self.0.send((NAME.get(), TRANSACTION.get().is_some()));
    }
}

type Drops = UnboundedReceiver<(Option<u64>, bool)>;

fn witness() -> (Witness, Drops) {
    let (send, drops) = unbounded_channel();
    (Witness(send), drops)
}

/// How a task ends.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Ends {
    Returns,
    Panics,
    /// It never ends.
    Never,
}

/// A task with several polls, each of which temporarily binds another name.
async fn work(witness: Witness, ends: Ends) -> Vec<Option<u64>> {
    let mut seen = Vec::new();
    for _ in 0..4 {
        seen.push(NAME.get());
        assert_eq!(TRANSACTION.get(), None);
        NAME.scope(99, yield_now()).await;
    }
    match ends {
        Ends::Returns => {}
        Ends::Panics => resume_unwind(Box::new("as it should")),
        Ends::Never => std::future::pending().await,
    }
    drop(witness);
    seen
}

fn at_once(witness: Witness, ends: Ends) -> Vec<Option<u64>> {
    let _witness = witness;
    assert_eq!(TRANSACTION.get(), None);
    assert_ne!(ends, Ends::Never);
    if ends == Ends::Panics {
        resume_unwind(Box::new("as it should"));
    }
    vec![NAME.get()]
}

/// Owns the spawned tasks, and aborts them when dropped.
#[derive(Default)]
struct Kept {
    tracker: TaskTracker,
    map: JoinMap<u8, Vec<Option<u64>>>,
    queue: JoinQueue<Vec<Option<u64>>>,
    handles: Vec<AbortOnDropHandle<Vec<Option<u64>>>>,
    local: Rc<LocalSet>,
}

type Way = (&'static str, fn(&mut Kept, Witness, Ends));

const TASKS: [Way; 14] = [
    ("TaskTracker::spawn", |kept, w, ends| {
        let handle = kept.tracker.spawn(work(w, ends));
        kept.handles.push(AbortOnDropHandle::new(handle));
    }),
    ("TaskTracker::spawn_on", |kept, w, ends| {
        let handle = kept.tracker.spawn_on(work(w, ends), &Handle::current());
        kept.handles.push(AbortOnDropHandle::new(handle));
    }),
    ("TaskTracker::spawn_local", |kept, w, ends| {
        let _entered = kept.local.enter();
        kept.handles.push(AbortOnDropHandle::new(kept.tracker.spawn_local(work(w, ends))));
    }),
    ("TaskTracker::spawn_local_on", |kept, w, ends| {
        let handle = kept.tracker.spawn_local_on(work(w, ends), &kept.local);
        kept.handles.push(AbortOnDropHandle::new(handle));
    }),
    ("JoinMap::spawn", |kept, w, ends| kept.map.spawn(1, work(w, ends))),
    ("JoinMap::spawn_on", |kept, w, ends| kept.map.spawn_on(1, work(w, ends), &Handle::current())),
    ("JoinMap::spawn_local", |kept, w, ends| {
        let _entered = kept.local.enter();
        kept.map.spawn_local(1, work(w, ends));
    }),
    ("JoinMap::spawn_local_on", |kept, w, ends| kept.map.spawn_local_on(1, work(w, ends), &kept.local)),
    ("JoinQueue::spawn", |kept, w, ends| drop(kept.queue.spawn(work(w, ends)))),
    ("JoinQueue::spawn_on", |kept, w, ends| drop(kept.queue.spawn_on(work(w, ends), &Handle::current()))),
    ("JoinQueue::spawn_local", |kept, w, ends| {
        let _entered = kept.local.enter();
        drop(kept.queue.spawn_local(work(w, ends)));
    }),
    ("JoinQueue, collected", |kept, w, ends| kept.queue = [work(w, ends)].into_iter().collect()),
    ("LocalPoolHandle::spawn_pinned", |kept, w, ends| {
        let handle = POOL.with(|pool| pool.spawn_pinned(move || pinned(w, ends)));
        kept.handles.push(AbortOnDropHandle::new(handle));
    }),
    ("LocalPoolHandle::spawn_pinned_by_idx", |kept, w, ends| {
        let handle = POOL.with(|pool| pool.spawn_pinned_by_idx(move || pinned(w, ends), 1));
        kept.handles.push(AbortOnDropHandle::new(handle));
    }),
];

const CLOSURES: [Way; 6] = [
    ("TaskTracker::spawn_blocking", |kept, w, ends| {
        let handle = kept.tracker.spawn_blocking(move || at_once(w, ends));
        kept.handles.push(AbortOnDropHandle::new(handle));
    }),
    ("TaskTracker::spawn_blocking_on", |kept, w, ends| {
        let handle = kept.tracker.spawn_blocking_on(move || at_once(w, ends), &Handle::current());
        kept.handles.push(AbortOnDropHandle::new(handle));
    }),
    ("JoinMap::spawn_blocking", |kept, w, ends| kept.map.spawn_blocking(1, move || at_once(w, ends))),
    ("JoinMap::spawn_blocking_on", |kept, w, ends| {
        kept.map.spawn_blocking_on(1, move || at_once(w, ends), &Handle::current());
    }),
    ("JoinQueue::spawn_blocking", |kept, w, ends| drop(kept.queue.spawn_blocking(move || at_once(w, ends)))),
    ("JoinQueue::spawn_blocking_on", |kept, w, ends| {
        drop(kept.queue.spawn_blocking_on(move || at_once(w, ends), &Handle::current()));
    }),
];

thread_local! {
    static POOL: LocalPoolHandle = LocalPoolHandle::new(2);
}

/// The closure runs with the values too, not only its future.
fn pinned(witness: Witness, ends: Ends) -> impl Future<Output = Vec<Option<u64>>> {
    let made_in = NAME.get();
    async move {
        assert_eq!(made_in, NAME.get());
        work(witness, ends).await
    }
}

impl Kept {
    /// Returns the task's result or error.
    async fn outcome(&mut self) -> Result<Vec<Option<u64>>, tokio::task::JoinError> {
        let local = Rc::clone(&self.local);
        let joined = async {
            if let Some(handle) = self.handles.pop() {
                return handle.await;
            }
            match self.queue.join_next().await {
                Some(outcome) => outcome,
                None => self.map.join_next().await.unwrap().1,
            }
        };
        local.run_until(joined).await
    }
}

async fn dropped(drops: &mut Drops) -> (Option<u64>, bool) {
    tokio::time::timeout(Duration::from_secs(20), drops.recv()).await.unwrap().unwrap()
}

/// Spawns where the name is 7 and a transaction is open.
fn spawned(way: Way, ends: Ends) -> (Kept, Drops) {
    let (witness, drops) = witness();
    let mut kept = Kept::default();
    NAME.run(7, || TRANSACTION.run(1, || (way.1)(&mut kept, witness, ends)));
    (kept, drops)
}

/// Nothing is bound on a worker.
async fn workers_are_empty() {
    for _ in 0..8 {
        assert!(tokio::spawn(async { Snapshot::capture().is_empty() }).await.unwrap());
        assert!(tokio::task::spawn_blocking(|| Snapshot::capture().is_empty()).await.unwrap());
    }
    for idx in 0..2 {
        let pool = POOL.with(|pool| tokio_util::task::LocalPoolHandle::from(pool.clone()));
        assert!(pool.spawn_pinned_by_idx(async || Snapshot::capture().is_empty(), idx).await.unwrap());
    }
}

fn check<F: Future<Output = ()>>(test: impl Fn() -> F) {
    let many = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let one = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    for runtime in [many, one] {
        runtime.block_on(test());
        runtime.block_on(workers_are_empty());
    }
}

#[test]
fn what_returns() {
    check(async || {
        for way in TASKS.into_iter().chain(CLOSURES) {
            let (mut kept, mut drops) = spawned(way, Ends::Returns);
            let seen = kept.outcome().await.unwrap();
            assert!(seen.iter().all(|name| *name == Some(7)) && !seen.is_empty(), "{}: {seen:?}", way.0);
            assert_eq!(dropped(&mut drops).await, (Some(7), false), "{}", way.0);
            kept.tracker.close();
            kept.tracker.wait().await;
            assert!(kept.tracker.is_empty() && kept.map.is_empty() && kept.queue.is_empty());
        }
    });
}

#[test]
fn what_panics() {
    check(async || {
        for way in TASKS.into_iter().chain(CLOSURES) {
            let (mut kept, mut drops) = spawned(way, Ends::Panics);
            let panic = kept.outcome().await.unwrap_err().into_panic();
            assert_eq!(panic.downcast_ref(), Some(&"as it should"), "{}", way.0);
            assert_eq!(dropped(&mut drops).await, (Some(7), false), "{}", way.0);
        }
    });
}

/// Before its first poll, and after it; by its map, its queue or its handle.
#[test]
fn what_is_dropped_with_its_owner() {
    check(async || {
        for way in TASKS {
            for turns in [0, 2] {
                let (kept, mut drops) = spawned(way, Ends::Never);
                let local = Rc::clone(&kept.local);
                let turns = async {
                    for _ in 0..turns {
                        yield_now().await;
                    }
                };
                local.run_until(turns).await;
                NAME.run(8, || drop(kept));
                local.run_until(async { assert_eq!(dropped(&mut drops).await, (Some(7), false), "{}", way.0) }).await;
            }
        }
    });
}

#[test]
fn what_is_aborted() {
    check(async || {
        let aborts: [fn(&mut JoinMap<u8, _>); 4] = [
            |map| assert!(map.abort(&1)),
            |map| map.abort_matching(|key| *key == 1),
            |map| map.abort_all(),
            // Another task takes the key.
            |map| NAME.run(9, || map.spawn(1, async { vec![NAME.get()] })),
        ];
        for abort in aborts {
            let (mut kept, mut drops) = spawned(TASKS[4], Ends::Never);
            yield_now().await;
            NAME.run(8, || abort(&mut kept.map));
            assert_eq!(dropped(&mut drops).await, (Some(7), false));
            let (key, outcome) = kept.map.join_next().await.unwrap();
            assert_eq!(key, 1);
            assert!(outcome.map_or_else(|error| error.is_cancelled(), |seen| seen == [Some(9)]));
        }
        let (mut kept, mut drops) = spawned(TASKS[8], Ends::Never);
        yield_now().await;
        NAME.scope(8, kept.queue.shutdown()).await;
        assert_eq!(dropped(&mut drops).await, (Some(7), false));
    });
}

/// A detached task continues with its values.
#[test]
fn what_is_detached() {
    check(async || {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (witness, mut drops) = witness();
        let mut map = JoinMap::new();
        let task = {
            let seen = Arc::clone(&seen);
            async move { *seen.lock().unwrap() = work(witness, Ends::Returns).await }
        };
        NAME.run(7, || map.spawn("detached", task));
        map.detach_all();
        assert!(map.is_empty());
        drop(map);
        assert_eq!(dropped(&mut drops).await, (Some(7), false));
        while seen.lock().unwrap().is_empty() {
            yield_now().await;
        }
        assert_eq!(*seen.lock().unwrap(), [Some(7); 4]);
    });
}

/// Many at once, each with a name of its own.
#[test]
fn no_task_sees_another_task_s_values() {
    check(async || {
        let (tracker, mut map, mut queue) = (TaskTracker::new(), JoinMap::new(), JoinQueue::new());
        let (send, mut drops) = unbounded_channel();
        let mut handles = Vec::new();
        for name in 0..200 {
            NAME.run(name, || {
                let work = || work(Witness(send.clone()), Ends::Returns);
                handles.push((name, tracker.spawn(work())));
                map.spawn(name, work());
                queue.spawn(work());
            });
        }
        drop(send);
        for (name, handle) in handles {
            assert_eq!(handle.await.unwrap(), [Some(name); 4]);
        }
        while let Some((name, seen)) = map.join_next().await {
            assert_eq!(seen.unwrap(), [Some(name); 4]);
        }
        for (name, seen) in queue.join_all().await.into_iter().enumerate() {
            assert_eq!(seen, [Some(name as u64); 4]);
        }
        let mut names = Vec::new();
        while let Some((name, uninherited)) = drops.recv().await {
            assert!(!uninherited);
            names.push(name.unwrap());
        }
        names.sort();
        assert_eq!(names, (0..200).flat_map(|name| [name; 3]).collect::<Vec<_>>());
    });
}
