//! Everything that holds several values drops all of them, even if the drop of one panics: for
//! every shape of mapping, with the panic at every position.

use crate::support;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread;

use asynccontext::agent::async_context_swap;
use asynccontext::{Carried, Guard, Propagate, Snapshot, Variable};
use support::{EachPoll, poll};

/// A value that counts live values, and may panic in its drop.
struct Loud {
    panics: bool,
    _alive: Arc<()>,
}

impl Drop for Loud {
    fn drop(&mut self) {
        if self.panics && !thread::panicking() {
            panic!("as it should");
        }
    }
}

type Variables = [Variable<Loud>];
type Values<'a> = &'a mut dyn Iterator<Item = Loud>;

/// Calls `f` with each variable bound to its value.
fn bound<R>(variables: &Variables, values: Values<'_>, f: &mut dyn FnMut() -> R) -> R {
    match variables {
        [] => f(),
        [first, rest @ ..] => {
            let value = values.next().expect("a value for each");
            first.run(value, || bound(rest, values, f))
        }
    }
}

fn entered(variables: &Variables, values: Values<'_>) -> Vec<Guard> {
    variables.iter().zip(values).map(|(variable, value)| variable.enter(value)).collect()
}

/// For each number of values and each position of the one that panics: passes the variables and the
/// values to `shape`, and checks that no value is left. Returns how often it panicked.
fn every_position(counts: &[usize], shape: impl Fn(&Variables, Values<'_>)) -> usize {
    let mut panics = 0;
    for &count in counts {
        for position in 0..count {
            let alive = Arc::new(());
            let variables: Vec<Variable<Loud>> = (0..count).map(|_| Variable::new()).collect();
            let value = |n| Loud { panics: n == position, _alive: Arc::clone(&alive) };
            let mut values = (0..count).map(value).collect::<Vec<_>>().into_iter();
            let result = catch_unwind(AssertUnwindSafe(|| shape(&variables, &mut values)));
            panics += usize::from(result.is_err());
            assert_eq!(Arc::strong_count(&alive) - 1, 0, "{count} values, the drop of number {position} panics");
            assert!(Snapshot::capture().is_empty());
        }
    }
    panics
}

const COUNTS: [usize; 4] = [1, 4, 16, 40];
const ALL: usize = 1 + 4 + 16 + 40;

#[test]
fn a_snapshot_of_nested_scopes() {
    let panics = every_position(&COUNTS, |variables, values| {
        let snapshot = bound(variables, values, &mut Snapshot::capture);
        drop(snapshot);
    });
    assert_eq!(panics, ALL);
}

#[test]
fn a_snapshot_beneath_which_a_map_is_kept() {
    let more = Variable::<u8>::new();
    let panics = every_position(&COUNTS, |variables, values| {
        let snapshot = bound(variables, values, &mut || {
            let snapshot = Snapshot::capture();
            let twice = [0, 1].map(|n| more.run(n, Snapshot::capture));
            drop(twice);
            snapshot
        });
        drop(snapshot);
    });
    assert_eq!(panics, ALL);
}

#[test]
fn a_snapshot_that_skips_over_shadowed_values() {
    let panics = every_position(&COUNTS, |variables, values| {
        let mut snapshots = Vec::new();
        let half = variables.len() / 2;
        bound(variables, values, &mut || {
            snapshots.push(Snapshot::capture());
            // the shadowed bindings are beneath others, so those go into a segment
            let alive = Arc::new(());
            let mut quiet = (0..half).map(|_| Loud { panics: false, _alive: Arc::clone(&alive) });
            bound(&variables[..half], &mut quiet, &mut || snapshots.push(Snapshot::capture()));
        });
        snapshots.reverse();
        drop(snapshots);
    });
    assert_eq!(panics, ALL);
}

/// Every other variable is uninherited, so the inherited part is cached with the map.
#[test]
fn a_map_beside_which_its_inherited_part_is_kept() {
    for count in [18, 40] {
        for position in 0..count {
            let alive = Arc::new(());
            let variable = |n| if n % 2 == 0 { Variable::new() } else { Variable::new().uninherited() };
            let variables: Vec<Variable<Loud>> = (0..count).map(variable).collect();
            let value = |n| Loud { panics: n == position, _alive: Arc::clone(&alive) };
            let panicked = catch_unwind(AssertUnwindSafe(|| {
                let snapshots = bound(&variables, &mut (0..count).map(value), &mut || {
                    drop(Snapshot::capture());
                    let more = Variable::<u8>::new();
                    more.run(1, || [Snapshot::inherit(), Snapshot::inherit(), Snapshot::capture()])
                });
                drop(snapshots);
            }));
            assert!(panicked.is_err());
            assert_eq!(Arc::strong_count(&alive) - 1, 0, "{count} values, the drop of number {position} panics");
        }
    }
}

#[test]
fn guards_that_end_with_their_scope() {
    let panics = every_position(&COUNTS, |variables, values| {
        Snapshot::empty().run(|| entered(variables, values).into_iter().for_each(Guard::keep));
    });
    assert_eq!(panics, ALL);
}

#[test]
fn guards_of_a_table_that_ends_with_its_scope() {
    let extra = Variable::<u8>::new();
    let panics = every_position(&COUNTS, |variables, values| {
        Snapshot::empty().run(|| {
            let first = extra.enter(1);
            let guards = entered(variables, values);
            drop(first); // out of order
            guards.into_iter().for_each(std::mem::forget);
        });
    });
    assert_eq!(panics, ALL);
}

#[test]
fn guards_dropped_inside_an_inner_scope() {
    let panics = every_position(&COUNTS, |variables, values| {
        let guards = entered(variables, values);
        Snapshot::empty().run(|| drop(guards));
    });
    assert_eq!(panics, ALL);
}

#[test]
fn guards_beneath_a_swap() {
    let panics = every_position(&COUNTS, |variables, values| {
        Snapshot::empty().run(|| {
            let guards = entered(variables, values);
            drop(async_context_swap(Snapshot::empty()));
            guards.into_iter().for_each(std::mem::forget);
        });
    });
    assert_eq!(panics, ALL);
}

#[test]
fn a_mapping_that_is_swapped_out() {
    let panics = every_position(&COUNTS, |variables, values| {
        let snapshot = bound(variables, values, &mut Snapshot::capture);
        Snapshot::empty().run(|| {
            async_context_swap(snapshot);
            drop(async_context_swap(Snapshot::empty()));
        });
    });
    assert_eq!(panics, ALL);
}

#[test]
fn a_future_with_guards() {
    for polls in [1, 2] {
        let panics = every_position(&COUNTS, |variables, values| {
            let mut values = values.collect::<Vec<_>>().into_iter();
            let step = EachPoll(|| {
                let mut some = values.by_ref().take(variables.len().div_ceil(polls));
                entered(variables, &mut some).into_iter().for_each(std::mem::forget);
                None::<()>
            });
            let mut task = Box::pin(step.in_current_snapshot());
            (0..polls).for_each(|_| assert!(poll(task.as_mut()).is_pending()));
            drop(task);
        });
        assert_eq!(panics, ALL);
    }
}

#[test]
fn what_a_future_leaves_when_it_is_taken_out() {
    let panics = every_position(&COUNTS, |variables, values| {
        let held = Arc::new(());
        let task = bound(variables, values, &mut || Arc::clone(&held).in_current_snapshot());
        let result = catch_unwind(AssertUnwindSafe(|| task.into_inner()));
        assert_eq!(Arc::strong_count(&held), 1 + usize::from(result.is_ok()));
        result.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
    });
    assert_eq!(panics, ALL);
}

#[test]
fn a_message() {
    let panics = every_position(&COUNTS, |variables, values| {
        let message = bound(variables, values, &mut || Carried::new(()));
        drop(message);
    });
    assert_eq!(panics, ALL);
}

/// The panic is reported by the hook, and ends neither the thread nor the process.
#[test]
fn what_is_left_at_a_threads_root() {
    let panics = every_position(&COUNTS, |variables, values| {
        let (count, mut values) = (variables.len(), values.collect::<Vec<_>>().into_iter());
        let keep = move || {
            let variables: Vec<Variable<Loud>> = (0..count).map(|_| Variable::new()).collect();
            entered(&variables, &mut values).into_iter().for_each(Guard::keep);
        };
        thread::spawn(keep).join().unwrap(); // waits for the destructors of its locals as well
    });
    assert_eq!(panics, 0);
}

/// Unlike with an ordinary local variable (rust-lang/rust#47949).
#[test]
fn what_a_call_returns() {
    type Call<'a> = &'a dyn Fn(&Variable<Loud>, Loud, Arc<()>) -> Arc<()>;
    let calls: [(&str, Call<'_>); 6] = [
        ("run", &|variable, value, result| variable.run(value, || result)),
        ("a message", &|variable, value, result| {
            let message = variable.run(value, || Carried::new(result));
            message.handle(|result| result)
        }),
        ("a wrapped closure", &|variable, value, result| {
            let snapshot = variable.run(value, Snapshot::capture);
            let wrapped = snapshot.wrap(move || result);
            drop(snapshot);
            wrapped.call_once(())
        }),
        ("an iterator's end", &|variable, value, result| variable.scope(value, [result].into_iter()).last().unwrap()),
        ("a guard in a snapshot", &|variable, value, result| {
            Snapshot::empty().run(|| {
                variable.enter(value).keep();
                result
            })
        }),
        ("a poll", &|variable, value, result| {
            let mut value = Some(value);
            let mut result = Some(result);
            let step = EachPoll(|| {
                let guard = variable.enter(value.take()?);
                Snapshot::empty().run(|| drop(guard)); // swept with a panic when the poll ends
                result.take()
            });
            support::ready(step.in_current_snapshot())
        }),
    ];
    for (what, call) in calls {
        let variable = Variable::new();
        let (alive, result) = (Arc::new(()), Arc::new(()));
        let value = Loud { panics: true, _alive: Arc::clone(&alive) };
        let ended = catch_unwind(AssertUnwindSafe(|| call(&variable, value, Arc::clone(&result))));
        assert!(ended.is_err(), "{what}: no drop panicked");
        assert_eq!((Arc::strong_count(&alive), Arc::strong_count(&result)), (1, 1), "{what}");
    }
}
