//! `Variable::hidden`: for a closure, a future, a guard.

use crate::support;

use std::collections::BTreeMap;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::thread;

use asynccontext::agent::async_context_swap;
use asynccontext::{Guard, NotInTask, Propagate, Snapshot, Variable};
use support::rng::Rng;
use support::{poll, ready, scaled, suspend};

static A: Variable<u32> = Variable::named("a");
static B: Variable<u32> = Variable::named("b");
static LEVEL: Variable<u32> = Variable::named("level").with_default(1);

fn read() -> (Option<u32>, Option<u32>) {
    (A.get(), B.get())
}

#[test]
fn for_a_closure() {
    A.run(1, || {
        B.run(2, || {
            assert_eq!(A.hidden().run(read), (None, Some(2)));
            assert_eq!(A.hidden().run(|| A.run(3, read)), (Some(3), Some(2)));
            assert_eq!(A.hidden().run(|| B.hidden().run(read)), (None, None));
            let snapshot = A.hidden().run(Snapshot::capture);
            assert_eq!(snapshot.run(read), (None, Some(2)));
            assert_eq!(read(), (Some(1), Some(2)));
        });
    });
    assert_eq!(LEVEL.run(5, || LEVEL.hidden().run(|| LEVEL.get())), Some(1));
    assert_eq!(A.hidden().run(read), (None, None));
}

#[test]
fn a_snapshot_taken_there_keeps_no_value_alive() {
    static HELD: Variable<Arc<()>> = Variable::named("held");
    let witness = Arc::new(());
    let snapshot = HELD.run(witness.clone(), || B.run(2, || HELD.hidden().run(Snapshot::capture)));
    assert_eq!(Arc::strong_count(&witness), 1);
    assert_eq!(snapshot.run(read), (None, Some(2)));
}

#[test]
fn for_a_future() {
    let reads = async || {
        let first = read();
        suspend().await;
        assert_eq!(read(), first);
        first
    };
    let mut task = pin!(A.hidden().scope(reads()));
    let looked_at = A.run(1, || task.snapshot());
    assert_eq!(looked_at.run(read), (None, None));
    assert!(A.run(1, || B.run(2, || poll(task.as_mut()))).is_pending());
    assert_eq!(A.run(3, || poll(task)), Poll::Ready((None, Some(2))));
    assert_eq!(A.run(1, || ready(A.hidden().scope(async { read() }).in_current_snapshot())), (None, None));
    assert_eq!(A.run(1, || A.hidden().scope((0..2).map(|_| read())).last()), Some((None, None)));
    A.run(1, || drop(A.hidden().scope(7)));
    assert_eq!(A.hidden().scope(7).into_inner(), 7);
}

#[test]
fn until_a_guard_is_dropped() {
    A.run(1, || {
        let hides = A.hidden().enter();
        assert_eq!(read(), (None, None));
        let shows = A.enter(2);
        assert_eq!(read(), (Some(2), None));
        let hides_again = A.hidden().enter();
        assert_eq!(read(), (None, None));
        drop(shows);
        assert_eq!(read(), (None, None));
        drop(hides_again);
        assert_eq!(read(), (None, None));
        drop(hides);
        assert_eq!(read(), (Some(1), None));
        A.hidden().enter().keep();
        assert_eq!(read(), (None, None));
    });
    assert_eq!(read(), (None, None));
    let hides = A.hidden().enter(); // at the thread's root, where nothing is
    assert_eq!(A.run(1, read), (Some(1), None));
    drop(hides);
    let shows = A.enter(1);
    let hides = A.hidden().enter();
    async_context_swap(Snapshot::empty().with(&A, 5));
    assert_eq!(read(), (Some(5), None), "a swap hides what hides");
    drop((shows, hides));
    assert_eq!(read(), (Some(5), None));
    async_context_swap(Snapshot::empty());
}

#[test]
fn for_the_rest_of_a_task() {
    assert_eq!(A.hidden().enter_task().unwrap_err(), NotInTask);
    let mut task = Box::pin(A.scope(1, async {
        let hides = A.hidden().enter_task().unwrap();
        suspend().await;
        assert_eq!(read(), (None, None));
        drop(hides);
        read()
    }));
    assert!(poll(task.as_mut()).is_pending());
    let other = thread::spawn(move || poll(task.as_mut()));
    assert_eq!(other.join().unwrap(), Poll::Ready((Some(1), None)));
}

/// Guards that bind and guards that hide, dropped in any order, kept, in inner scopes, for many
/// variables: the newest guard of a variable decides.
#[test]
fn random_guards_match_a_plain_model() {
    let variables: Vec<Variable<Arc<usize>>> = (0..20).map(|_| Variable::new()).collect();
    let count = Arc::new(0);
    for seed in 0..scaled(400) as u64 {
        let mut rng = Rng::new(seed);
        let base: BTreeMap<usize, Arc<usize>> = (0..5).map(|at| (at, Arc::new(at))).collect();
        let start = base.iter().fold(Snapshot::empty(), |start, (at, v)| start.with(&variables[*at], v.clone()));
        start.run(|| {
            let mut entered: Vec<(Option<Guard>, usize, Option<Arc<usize>>)> = Vec::new();
            for step in 0..60 {
                let few = if rng.below(2) == 0 { 3 } else { variables.len() };
                let at = rng.below(few);
                match rng.below(8) {
                    0..3 => {
                        let value = Arc::new(step);
                        entered.push((Some(variables[at].enter(value.clone())), at, Some(value)));
                    }
                    3 | 4 => entered.push((Some(variables[at].hidden().enter()), at, None)),
                    5 if !entered.is_empty() => {
                        let gone = rng.below(entered.len());
                        if entered[gone].0.is_some() {
                            drop(entered.remove(gone));
                        }
                    }
                    6 if !entered.is_empty() => {
                        let gone = rng.below(entered.len());
                        if entered[gone].0.is_some() {
                            variables[0].run(count.clone(), || drop(entered.remove(gone)));
                        }
                    }
                    _ => drop(Snapshot::capture()),
                }
                for (at, variable) in variables.iter().enumerate() {
                    let newest = entered.iter().rev().find(|(_, other, _)| *other == at);
                    let expected = newest.map_or_else(|| base.get(&at).cloned(), |(_, _, value)| value.clone());
                    assert_eq!(variable.get(), expected, "seed {seed}, step {step}, variable {at}");
                    assert_eq!(Snapshot::capture().get(variable), expected.as_ref());
                }
            }
            for (_, _, value) in entered.iter().filter(|(_, _, value)| value.is_some()) {
                assert!(value.as_ref().is_some_and(|value| Arc::strong_count(value) >= 2));
            }
        });
        drop(start);
        assert!(base.values().all(|value| Arc::strong_count(value) == 1));
    }
    assert_eq!(Arc::strong_count(&count), 1);
}
