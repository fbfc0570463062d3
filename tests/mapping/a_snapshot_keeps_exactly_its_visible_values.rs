//! Guarantee 4: a snapshot keeps alive exactly the values that can be read in it, and a shadowed
//! value is dropped when its own scope ends.

use std::sync::Arc;

use asynccontext::agent::async_context_swap;
use asynccontext::{Snapshot, Variable};

type Value = Variable<Arc<()>>;
static A: Value = Variable::named("a");
static B: Value = Variable::named("b");

/// Returns the number of references to the value besides that of the test.
fn holders(value: &Arc<()>) -> usize {
    Arc::strong_count(value) - 1
}

#[test]
fn a_shadowed_value_goes_with_its_scope() {
    let (first, second, third) = (Arc::new(()), Arc::new(()), Arc::new(()));
    let snapshot = A.run(Arc::clone(&first), || {
        B.run(Arc::clone(&second), || {
            let _early = Snapshot::capture(); // both are owned through it as well
            A.run(Arc::clone(&third), Snapshot::capture)
        })
    });
    assert_eq!([&first, &second, &third].map(holders), [0, 1, 1]);
    drop(snapshot);
    assert_eq!([&first, &second, &third].map(holders), [0, 0, 0]);
}

#[test]
fn a_scope_that_was_not_captured_drops_at_once() {
    let value = Arc::new(());
    A.run(Arc::clone(&value), || assert_eq!(holders(&value), 1));
    assert_eq!(holders(&value), 0);
}

/// 40 variables, so the mapping is folded; each is then bound once more.
#[test]
fn a_shadowed_value_goes_however_many_there_are() {
    let variables: Vec<Value> = (0..40).map(|_| Variable::new()).collect();
    let values: Vec<[Arc<()>; 2]> = (0..40).map(|_| Default::default()).collect();
    fn nest(round: usize, at: usize, variables: &[Value], values: &[[Arc<()>; 2]]) -> Snapshot {
        if at == variables.len() {
            return match round {
                0 => nest(1, 0, variables, values),
                _ => Snapshot::capture(),
            };
        }
        let value = Arc::clone(&values[at][round]);
        variables[at].run(value, || {
            if at % 7 == 0 {
                drop(Snapshot::capture());
            }
            nest(round, at + 1, variables, values)
        })
    }
    let snapshot = nest(0, 0, &variables, &values);
    for [shadowed, shown] in &values {
        assert_eq!((holders(shadowed), holders(shown)), (0, 1));
    }
    snapshot.run(|| {
        for (variable, [_, shown]) in variables.iter().zip(&values) {
            variable.with(|v| assert!(Arc::ptr_eq(v.unwrap(), shown)));
        }
    });
    drop(snapshot);
    assert!(values.iter().flatten().all(|v| holders(v) == 0));
}

#[test]
fn a_guard_s_value_goes_with_the_guard_unless_captured() {
    let (first, second) = (Arc::new(()), Arc::new(()));
    let snapshot = B.run(Arc::default(), || {
        let one = A.enter(Arc::clone(&first));
        let two = A.enter(Arc::clone(&second));
        let snapshot = Snapshot::capture(); // shows the second only
        drop(one);
        assert_eq!([&first, &second].map(holders), [0, 2 - 1]);
        drop(two);
        snapshot
    });
    assert_eq!([&first, &second].map(holders), [0, 1]);
    drop(snapshot);
    assert_eq!(holders(&second), 0);
}

#[test]
fn a_swapped_mapping_goes_with_the_next_swap() {
    let values: [Arc<()>; 3] = Default::default();
    Snapshot::empty().run(|| {
        for value in &values {
            drop(async_context_swap(A.run(Arc::clone(value), Snapshot::capture)));
        }
        assert_eq!(values.each_ref().map(holders), [0, 0, 1]);
    });
    assert_eq!(values.each_ref().map(holders), [0, 0, 0]);
}

#[test]
fn a_swap_hides_a_guard_and_keeps_its_value_only() {
    let (under, guarded) = (Arc::new(()), Arc::new(()));
    Snapshot::empty().run(|| {
        async_context_swap(A.run(Arc::clone(&under), Snapshot::capture));
        let guard = B.enter(Arc::clone(&guarded));
        drop(async_context_swap(Snapshot::empty()));
        assert_eq!([&under, &guarded].map(holders), [0, 1]);
        drop(guard);
        assert_eq!(holders(&guarded), 0);
    });
}

#[test]
fn a_value_may_outlive_its_variable() {
    let value = Arc::new(());
    let variable: Value = Variable::new();
    let snapshot = variable.run(Arc::clone(&value), Snapshot::capture);
    drop(variable);
    assert_eq!(holders(&value), 1);
    snapshot.run(|| assert!(!Snapshot::capture().is_empty()));
    drop(snapshot);
    assert_eq!(holders(&value), 0);
}
