//! A global allocator that uses variables itself, as a heap profiler that attributes memory does.
//! At each call it reads, captures, binds in a scope, and binds a variable for the first time. It
//! reads the values from before the operation that allocates, or from after it; nothing leaks, and
//! nothing deadlocks.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::sync::Arc;

use asynccontext::agent::async_context_swap;
use asynccontext::{Guard, Snapshot, Variable};

static NUMBER: Variable<u32> = Variable::named("number");
static OWN: Variable<u32> = Variable::named("the allocator's own");

thread_local! {
    static WATCHES: Cell<bool> = const { Cell::new(false) };
    static ALLOWED: Cell<[Option<u32>; 2]> = const { Cell::new([None; 2]) };
    static WRONG: Cell<Option<Option<u32>>> = const { Cell::new(None) };
    static CALLS: Cell<u32> = const { Cell::new(0) };
}

struct Profiler;

fn look() {
    if !WATCHES.replace(false) {
        return;
    }
    let check = |seen: Option<u32>| {
        if !ALLOWED.get().contains(&seen) {
            WRONG.set(Some(seen));
        }
    };
    check(NUMBER.get());
    let snapshot = Snapshot::capture();
    OWN.run(1, || {
        check(NUMBER.get());
        let inside = Snapshot::capture();
        check(inside.run(|| NUMBER.get()));
        let guard = OWN.enter(2);
        check(NUMBER.get());
        drop(guard);
    });
    check(snapshot.run(|| NUMBER.get()));
    drop(snapshot);
    let fresh = Variable::<u32>::named("bound first by the allocator");
    fresh.run(1, || check(NUMBER.get()));
    drop(fresh);
    CALLS.set(CALLS.get() + 1);
    WATCHES.set(true);
}

// SAFETY: the same as the system's allocator.
#[allow(unsafe_code)]
unsafe impl GlobalAlloc for Profiler {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        look();
        // SAFETY: the caller upholds the contract.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        look();
        // SAFETY: the caller upholds the contract.
        unsafe { System.dealloc(block, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Profiler = Profiler;

/// Runs `f`, during which the allocator may see `before` or `after`.
fn watched<R>(before: Option<u32>, after: Option<u32>, f: impl FnOnce() -> R) -> R {
    ALLOWED.set([before, after]);
    WRONG.set(None);
    WATCHES.set(true);
    let result = f();
    WATCHES.set(false);
    assert_eq!(WRONG.get(), None, "allowed were {before:?} and {after:?}");
    assert_eq!(NUMBER.get(), after);
    result
}

fn nested(variables: &[Variable<Arc<()>>], value: &Arc<()>, f: &mut dyn FnMut()) {
    match variables {
        [] => f(),
        [first, rest @ ..] => first.run(Arc::clone(value), || nested(rest, value, f)),
    }
}

#[test]
fn during_scopes_and_captures() {
    let value = Arc::new(());
    for count in [1, 6, 16, 40, 100] {
        let variables: Vec<Variable<Arc<()>>> = (0..count).map(|_| Variable::new()).collect();
        NUMBER.run(1, || {
            nested(&variables, &value, &mut || {
                // these shadow bindings that are not directly beneath, so a capture creates
                // segments
                nested(&variables[..count / 2], &value, &mut || {
                    let snapshots = watched(Some(1), Some(1), || [(); 3].map(|()| Snapshot::capture()));
                    let more = watched(Some(1), Some(1), || NUMBER.run(1, || OWN.run(5, Snapshot::capture)));
                    let inherited = watched(Some(1), Some(1), Snapshot::inherit);
                    watched(Some(1), Some(1), || drop((snapshots, more, inherited)));
                });
            });
        });
        assert_eq!(Arc::strong_count(&value), 1, "{count} bindings");
    }
}

#[test]
fn during_everything_that_guards_do() {
    let keys: Vec<Variable<u32>> = (0..100).map(|n| Variable::new().with_name(format!("number {n}"))).collect();
    Snapshot::empty().run(|| {
        let first = watched(None, Some(1), || NUMBER.enter(1));
        let second = watched(Some(1), Some(2), || NUMBER.enter(2));
        let others: Vec<Guard> = keys.iter().map(|key| watched(Some(2), Some(2), || key.enter(0))).collect();
        let third = watched(Some(2), Some(3), || NUMBER.enter(3));
        let snapshot = watched(Some(3), Some(3), Snapshot::capture);
        watched(Some(3), Some(3), || drop(second)); // makes the table
        watched(Some(3), Some(1), || drop(third));
        let third = watched(Some(1), Some(4), || NUMBER.enter(4));
        watched(Some(4), Some(4), || NUMBER.run(5, Snapshot::capture));
        watched(Some(4), Some(4), || others.into_iter().for_each(drop));
        watched(Some(4), Some(6), || NUMBER.enter(6).keep());
        watched(Some(6), Some(7), || NUMBER.enter(7).keep());
        watched(Some(7), Some(7), || Snapshot::empty().run(|| ALLOWED.set([None, Some(7)])));
        let previous = watched(Some(7), Some(3), || async_context_swap(snapshot));
        watched(Some(3), Some(8), || NUMBER.enter(8).keep());
        watched(Some(8), Some(8), || drop((first, third)));
        watched(Some(8), Some(7), || async_context_swap(previous));
    });
    let guards: Vec<Guard> = keys.iter().map(|key| key.enter(0)).collect();
    watched(None, None, || Snapshot::empty().run(|| drop(guards)));
    assert!(CALLS.get() > 100, "the allocator was watched");
}

#[test]
fn during_swaps_over_a_stack_of_guards() {
    let two = NUMBER.run(2, Snapshot::capture);
    Snapshot::empty().run(|| {
        let guards = (NUMBER.enter(0), OWN.enter(0), NUMBER.enter(1));
        let back = watched(Some(1), Some(2), || async_context_swap(two));
        watched(Some(2), Some(1), || async_context_swap(back));
        watched(Some(1), Some(1), || drop(guards));
    });
}

#[test]
fn during_the_first_binding_of_a_variable_with_a_name() {
    let variables: Vec<Variable<u32>> = (0..50).map(|n| Variable::new().with_name(format!("number {n}"))).collect();
    let snapshots: Vec<Snapshot> =
        variables.iter().map(|v| watched(None, None, || v.run(1, Snapshot::capture))).collect();
    let printed = watched(None, None, || format!("{snapshots:?}"));
    assert!(printed.contains("\"number 49\""), "{printed}");
    watched(None, None, || drop((variables, snapshots)));
}
