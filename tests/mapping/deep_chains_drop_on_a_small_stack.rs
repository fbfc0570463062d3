//! Guarantee 8: chains are dropped in a loop, so a million links need only a small stack.

use crate::support;

use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use asynccontext::{Propagate, Scoped, Snapshot, TaskGuard, Variable};
use support::{EachPoll, on_stack_of, poll, ready, scaled};

const SMALL: usize = 128 << 10;

fn million() -> usize {
    scaled(1_000_000)
}

/// A scope per variable, nested; captured in the innermost.
fn nested(variables: &[Variable<Arc<()>>], value: &Arc<()>, at: usize) -> Snapshot {
    match variables.get(at) {
        Some(variable) => variable.run(Arc::clone(value), || nested(variables, value, at + 1)),
        None => Snapshot::capture(),
    }
}

/// Fewer, since each is a step in creating the map of all.
#[test]
fn many_bindings_in_one_mapping() {
    let many = scaled(100_000);
    let value = Arc::new(());
    let variables: Vec<Variable<Arc<()>>> = (0..many).map(|_| Variable::new()).collect();
    // scopes are nested calls, so creating them needs a large stack
    let snapshot = on_stack_of(2 << 30, {
        let value = Arc::clone(&value);
        move || nested(&variables, &value, 0)
    });
    assert_eq!(Arc::strong_count(&value), 1 + many);
    on_stack_of(SMALL, move || drop(snapshot));
    assert_eq!(Arc::strong_count(&value), 1);
}

#[test]
fn a_million_nested_scopes_of_one_variable() {
    static ONE: Variable<Arc<()>> = Variable::new();
    static TWO: Variable<Arc<()>> = Variable::new();
    fn nest(left: usize, value: &Arc<()>) -> Snapshot {
        match left {
            0 => Snapshot::capture(),
            _ => ONE.run(Arc::clone(value), || nest(left - 1, value)),
        }
    }
    let value = Arc::new(());
    let snapshot = on_stack_of(2 << 30, {
        let value = Arc::clone(&value);
        move || TWO.run(Arc::clone(&value), || nest(million(), &value))
    });
    assert_eq!(Arc::strong_count(&value), 3);
    on_stack_of(SMALL, move || drop(snapshot));
    assert_eq!(Arc::strong_count(&value), 1);
}

/// Chained tasks, each of which keeps its predecessor's snapshot, a link in the next one.
#[test]
fn a_million_values_that_hold_snapshots_that_hold_values() {
    static LINK: Variable<(Snapshot, Arc<()>)> = Variable::new();
    let value = Arc::new(());
    let mut snapshot = Snapshot::empty();
    for _ in 0..million() {
        snapshot = LINK.run((snapshot, Arc::clone(&value)), Snapshot::capture);
    }
    assert_eq!(Arc::strong_count(&value), 1 + million());
    on_stack_of(SMALL, move || drop(snapshot));
    assert_eq!(Arc::strong_count(&value), 1);
}

/// The same through futures: a value holds a future whose context holds a value.
#[test]
fn a_million_values_that_hold_futures_in_contexts() {
    static LINK: Variable<Option<Scoped<Counted>>> = Variable::new();
    static DROPS: AtomicUsize = AtomicUsize::new(0);
    struct Counted;
    impl Drop for Counted {
        fn drop(&mut self) {
            DROPS.fetch_add(1, Ordering::Relaxed);
        }
    }
    let mut last = None;
    for _ in 0..million() {
        let snapshot = LINK.run(last, Snapshot::capture);
        last = Some(Counted.with_snapshot(snapshot));
    }
    on_stack_of(SMALL, move || drop(last));
    assert_eq!(DROPS.load(Ordering::Relaxed), million());
}

/// Queued drops are done before the outermost one returns, even if one of them panics.
#[test]
fn the_last_value_goes_before_the_drop_returns() {
    static LINK: Variable<Link> = Variable::new();
    #[allow(dead_code)] // held, not read
    struct Link(Snapshot, Arc<()>, bool);
    impl Drop for Link {
        fn drop(&mut self) {
            assert!(!self.2, "one of them panics");
        }
    }
    let value = Arc::new(());
    for at in [0, 40, 99] {
        let mut snapshot = Snapshot::empty();
        for i in 0..100 {
            let link = Link(snapshot, Arc::clone(&value), i == at);
            snapshot = LINK.run(link, Snapshot::capture);
        }
        let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| drop(snapshot)));
        assert!(result.is_err());
        assert_eq!(Arc::strong_count(&value), 1, "panics at {at}");
    }
}

/// Each value is held by a guard that was left in a future, and holds the next such future.
#[test]
fn values_that_own_futures_with_guards() {
    type Held = Mutex<Option<Pin<Box<dyn Future<Output = ()> + Send>>>>;
    static HELD: Variable<Held> = Variable::new();
    for captured in [false, true] {
        let many = scaled(100_000);
        let mut future: Pin<Box<dyn Future<Output = ()> + Send>> = Box::pin(async {});
        for _ in 0..many {
            let mut inner = Some(future);
            let step = EachPoll(move || {
                let guard = HELD.enter_task(Mutex::new(inner.take())).expect("in a task");
                std::mem::forget(guard);
                drop(captured.then(Snapshot::capture));
                None
            });
            future = Box::pin(step.in_current_snapshot());
            assert!(poll(future.as_mut()).is_pending());
        }
        on_stack_of(SMALL, move || drop(future));
    }
}

/// Each value is held by a guard, and holds the guard that was entered before it.
#[test]
fn values_that_own_guards() {
    static HELD: Variable<Mutex<Option<TaskGuard>>> = Variable::new();
    let many = scaled(100_000);
    let step = move || {
        let mut last = None;
        for _ in 0..many {
            last = HELD.enter_task(Mutex::new(last.take())).ok();
        }
        drop(last);
        assert!(HELD.with(|held| held.is_none()));
        Some(())
    };
    on_stack_of(SMALL, move || ready(EachPoll(step).in_current_snapshot()));
}
