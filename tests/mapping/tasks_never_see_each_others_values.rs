//! Guarantee 6: under any interleaving a task sees only its own values.

use crate::support;

use std::pin::Pin;
use std::sync::{Arc, Mutex};

use asynccontext::{Propagate, Snapshot, Variable};
use support::rng::Rng;
use support::{poll, scaled, suspend};

static OWNER: Variable<usize> = Variable::named("owner");
static DEPTH: Variable<usize> = Variable::named("depth");

/// A task that checks its values before and after each suspension, in its own scope and in two
/// nested ones.
async fn checks(owner: usize) {
    let own = |depth: usize| assert_eq!((OWNER.get(), DEPTH.get()), (Some(owner), Some(depth)));
    own(0);
    suspend().await;
    own(0);
    let inner = async {
        own(1);
        suspend().await;
        own(1);
        let _guard = DEPTH.enter_task(2).unwrap();
        suspend().await;
        own(2);
    };
    DEPTH.scope(1, inner).await;
    own(0);
    suspend().await;
    OWNER.run(usize::MAX, || assert_eq!(OWNER.get(), Some(usize::MAX)));
    own(0);
}

fn task(owner: usize) -> Pin<Box<dyn Future<Output = ()> + Send>> {
    Box::pin(OWNER.scope(owner, DEPTH.scope(0, checks(owner))))
}

#[test]
fn in_random_order_on_one_thread() {
    for seed in 0..scaled(300) as u64 {
        let mut rng = Rng::new(seed);
        let mut tasks: Vec<_> = (0..8).map(task).collect();
        while !tasks.is_empty() {
            let next = rng.below(tasks.len());
            if rng.below(20) == 0 || poll(tasks[next].as_mut()).is_ready() {
                drop(tasks.swap_remove(next)); // some are dropped while suspended
            }
            assert_eq!((OWNER.get(), DEPTH.get()), (None, None));
        }
    }
}

/// `first` is polled inside a poll of `second`, at every pair of suspensions.
#[test]
fn polled_inside_each_other() {
    for polls_before in 0..5 {
        let mut first = task(1);
        for _ in 0..polls_before {
            assert!(poll(first.as_mut()).is_pending());
        }
        let mut second = Box::pin(OWNER.scope(2, async move {
            while poll(first.as_mut()).is_pending() {
                assert_eq!((OWNER.get(), DEPTH.get()), (Some(2), None));
                suspend().await;
                assert_eq!(OWNER.get(), Some(2));
            }
        }));
        while poll(second.as_mut()).is_pending() {
            assert_eq!(OWNER.get(), None);
        }
    }
}

#[test]
fn on_several_threads() {
    let queue: Mutex<Vec<_>> = Mutex::new((0..scaled(500)).map(task).collect());
    std::thread::scope(|scope| {
        for seed in 0..4 {
            let queue = &queue;
            scope.spawn(move || {
                let mut rng = Rng::new(seed);
                loop {
                    let mut tasks = queue.lock().unwrap();
                    if tasks.is_empty() {
                        return;
                    }
                    let next = rng.below(tasks.len());
                    let mut task = tasks.swap_remove(next);
                    drop(tasks);
                    if poll(task.as_mut()).is_pending() {
                        queue.lock().unwrap().push(task);
                    }
                    assert_eq!((OWNER.get(), DEPTH.get()), (None, None));
                }
            });
        }
    });
}

/// Threads extend, read and drop each other's snapshots concurrently; in the end no value is left.
#[test]
fn snapshots_that_threads_share() {
    static MANY: [Variable<Arc<usize>>; 22] = [const { Variable::new() }; 22];
    let values: Vec<Arc<usize>> = (0..MANY.len()).map(Arc::new).collect();
    let pool: Vec<Mutex<Snapshot>> = (0..16).map(|_| Mutex::default()).collect();
    let mine = |key: usize| Arc::clone(&values[key]);
    std::thread::scope(|scope| {
        for seed in 0..4 {
            let (pool, mine) = (&pool, &mine);
            scope.spawn(move || {
                let mut rng = Rng::new(seed + 1);
                for turn in 0..scaled(20_000) {
                    let (from, to) = (rng.below(16), rng.below(16));
                    let (key, other) = (rng.below(22), rng.below(22));
                    let snapshot = pool[from].lock().unwrap().clone();
                    let next = snapshot.run(|| {
                        MANY[key].run(mine(key), || {
                            let _guard = MANY[other].enter(mine(other));
                            Snapshot::capture()
                        })
                    });
                    next.run(|| {
                        for (key, variable) in MANY.iter().enumerate() {
                            assert!(variable.get().is_none_or(|value| *value == key));
                        }
                    });
                    let next = if turn % 64 == 0 { Snapshot::empty() } else { next };
                    let old = std::mem::replace(&mut *pool[to].lock().unwrap(), next);
                    let task = async { drop(old) };
                    support::ready(task.with_snapshot(snapshot));
                }
            });
        }
    });
    drop(pool);
    assert!(values.iter().all(|value| Arc::strong_count(value) == 1));
}
