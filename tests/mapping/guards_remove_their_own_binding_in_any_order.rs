//! Guarantee 5: a guard dropped out of order removes exactly its own binding; the exceptions are as
//! documented.

use crate::support;

use std::sync::Arc;

use asynccontext::{Guard, Propagate, Snapshot, Variable};
use support::EachPoll;

static A: Variable<u32> = Variable::named("a");
static B: Variable<u32> = Variable::named("b");
static COUNT: Variable<Arc<()>> = Variable::new();

fn seen() -> (Option<u32>, Option<u32>) {
    (A.get(), B.get())
}

#[test]
fn in_order() {
    let first = A.enter(1);
    let second = A.enter(2);
    assert_eq!(A.get(), Some(2));
    drop(second);
    assert_eq!(A.get(), Some(1));
    drop(first);
    assert_eq!(A.get(), None);
}

#[test]
fn out_of_order() {
    let (first, other, second) = (A.enter(1), B.enter(2), A.enter(3));
    drop(first);
    assert_eq!(seen(), (Some(3), Some(2)));
    drop(second);
    assert_eq!(seen(), (None, Some(2)));
    let third = A.enter(4);
    drop(other);
    assert_eq!(seen(), (Some(4), None));
    drop(third);
    assert_eq!(seen(), (None, None));
}

#[test]
fn out_of_order_after_a_capture() {
    let snapshot = Snapshot::empty().run(|| {
        let (first, other, second) = (A.enter(1), B.enter(2), A.enter(3));
        let snapshot = Snapshot::capture();
        drop(first);
        assert_eq!(seen(), (Some(3), Some(2)));
        let more = A.enter(5);
        let again = Snapshot::capture();
        drop(second);
        assert_eq!(seen(), (Some(5), Some(2)));
        again.run(|| assert_eq!(seen(), (Some(5), Some(2))));
        drop(other);
        assert_eq!(seen(), (Some(5), None));
        again.run(|| assert_eq!(seen(), (Some(5), Some(2))));
        drop(more);
        assert_eq!(seen(), (None, None));
        snapshot
    });
    assert_eq!(seen(), (None, None));
    snapshot.run(|| assert_eq!(seen(), (Some(3), Some(2))));
}

/// Every order of dropping five guards, captured after `captured` of them or never.
#[test]
fn in_every_order() {
    fn orders(left: &mut Vec<usize>, order: &mut Vec<usize>, all: &mut Vec<Vec<usize>>) {
        if left.is_empty() {
            all.push(order.clone());
        }
        for at in 0..left.len() {
            let next = left.remove(at);
            order.push(next);
            orders(left, order, all);
            order.pop();
            left.insert(at, next);
        }
    }
    let mut all = Vec::new();
    orders(&mut (0..5).collect(), &mut Vec::new(), &mut all);
    assert_eq!(all.len(), 120);
    for order in all {
        for captured in 0..=5 {
            // three of A, two of B
            let mut guards: Vec<Option<Guard>> = Vec::new();
            let mut snapshot = None;
            for number in 0..5 {
                if number == captured {
                    snapshot = Some(Snapshot::capture());
                }
                let variable = if number % 2 == 0 { &A } else { &B };
                guards.push(Some(variable.enter(number as u32)));
            }
            for &next in &order {
                guards[next] = None;
                let newest = |odd: usize| {
                    let mine = (0..5).rev().filter(|n| n % 2 == odd);
                    mine.into_iter().find(|&n| guards[n].is_some()).map(|n| n as u32)
                };
                assert_eq!(seen(), (newest(0), newest(1)), "{order:?} {captured}");
            }
            drop(snapshot);
        }
    }
}

#[test]
fn a_drop_in_an_inner_scope_takes_effect_at_its_end() {
    let count = Arc::new(());
    let guard = A.enter(1);
    let counted = COUNT.enter(Arc::clone(&count));
    B.run(2, || {
        B.run(3, || {
            drop(guard);
            drop(counted);
            assert_eq!(seen(), (Some(1), Some(3)));
        });
        assert_eq!(seen(), (Some(1), Some(2)));
        assert_eq!(Arc::strong_count(&count), 2);
    });
    assert_eq!(seen(), (None, None));
    assert_eq!(Arc::strong_count(&count), 1);
}

#[test]
fn a_drop_in_a_poll_takes_effect_at_its_end() {
    let mut guard = Some(A.enter(1));
    let turn = move || {
        drop(guard.take());
        assert_eq!(A.get(), Some(1)); // the future's own mapping, captured before
        None::<()>
    };
    let mut task = EachPoll(turn).in_current_snapshot();
    assert_eq!(A.get(), Some(1));
    assert!(support::poll(std::pin::Pin::new(&mut task)).is_pending());
    assert_eq!(A.get(), None);
}

#[test]
fn a_forgotten_guard_lasts_until_its_scope_ends() {
    let count = Arc::new(());
    B.run(0, || {
        std::mem::forget(COUNT.enter(Arc::clone(&count)));
        B.run(1, || COUNT.with(|v| assert!(v.is_some())));
        COUNT.with(|v| assert!(v.is_some()));
        assert_eq!(Arc::strong_count(&count), 2);
    });
    COUNT.with(|v| assert!(v.is_none()));
    assert_eq!(Arc::strong_count(&count), 1);
}

/// More guards on one frame than the longest walk.
#[test]
fn many_guards_on_one_frame() {
    let variables: Vec<Variable<usize>> = (0..200).map(|_| Variable::new()).collect();
    let mut guards = Vec::new();
    for (number, variable) in variables.iter().enumerate() {
        guards.push(Some(variable.enter(number)));
        if number % 50 == 0 {
            drop(Snapshot::capture());
        }
    }
    for step in 0..200 {
        let gone = step * 77 % 200;
        guards[gone] = None;
        for (number, variable) in variables.iter().enumerate() {
            assert_eq!(variable.get().is_some(), guards[number].is_some());
        }
    }
}
