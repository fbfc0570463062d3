//! Guards may be dropped in any order: the total work for `n` guards grows as `n log n`, counted in
//! calls of the allocator, which dominate it.

mod support;

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use asynccontext::{Guard, Snapshot, Variable};
use support::rng::Rng;
use support::scaled;

struct Counting;

thread_local! {
    static CALLS: Cell<u64> = const { Cell::new(0) };
}

// SAFETY: the same as the system's allocator.
#[allow(unsafe_code)]
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        CALLS.set(CALLS.get() + 1);
        // SAFETY: the caller upholds the contract.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: the caller upholds the contract.
        unsafe { System.dealloc(block, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Returns the number of allocator calls in `f`.
fn calls(f: impl FnOnce()) -> u64 {
    let before = CALLS.get();
    f();
    CALLS.get() - before
}

const SIZES: [usize; 4] = [250, 1_000, 4_000, 8_000];

/// Calls `end` with guards of `n` variables, or of eight, uncaptured and captured: the calls for
/// each guard must not grow faster than the logarithm of `n`.
fn grows_slowly(what: &str, end: impl Fn(Vec<Guard>)) {
    for few in [false, true] {
        for captured in [false, true] {
            let sizes: Vec<usize> = SIZES.into_iter().filter(|&n| n <= scaled(8_000).max(1_000)).collect();
            let per_guard = sizes.iter().map(|&n| {
                let variables: Vec<Variable<usize>> = (0..if few { 8 } else { n }).map(|_| Variable::new()).collect();
                Snapshot::empty().run(|| {
                    let guards = (0..n).map(|i| variables[i % variables.len()].enter(i)).collect();
                    let snapshot = captured.then(Snapshot::capture);
                    let calls = calls(|| end(guards));
                    drop(snapshot);
                    calls as f64 / n as f64
                })
            });
            let per_guard: Vec<f64> = per_guard.collect();
            let (first, last) = (per_guard[0], per_guard[per_guard.len() - 1]);
            let (small, large) = ((sizes[0] as f64).log2(), (sizes[sizes.len() - 1] as f64).log2());
            assert!(
                last <= first.max(1.0) * large / small * 1.5,
                "{what}, few variables: {few}, captured: {captured}: {per_guard:?} calls for each of {sizes:?}"
            );
        }
    }
}

#[test]
fn newest_first() {
    grows_slowly("newest first", |mut guards| while guards.pop().is_some() {});
}

#[test]
fn oldest_first() {
    grows_slowly("oldest first", |guards| guards.into_iter().for_each(drop));
}

#[test]
fn at_random() {
    grows_slowly("at random", |mut guards| {
        let mut rng = Rng::new(7);
        while !guards.is_empty() {
            drop(guards.swap_remove(rng.below(guards.len())));
        }
    });
}

#[test]
fn inside_an_inner_scope_each() {
    grows_slowly("inside inner scopes", |guards| {
        guards.into_iter().for_each(|guard| Snapshot::empty().run(|| drop(guard)));
    });
}

#[test]
fn kept_oldest_first() {
    grows_slowly("kept", |guards| guards.into_iter().for_each(Guard::keep));
}

/// As on the thread of an executor whose futures each hold a guard for a while.
#[test]
fn while_others_come() {
    let variables: Vec<Variable<usize>> = (0..64).map(|_| Variable::new()).collect();
    let per_guard = [100, 10_000].map(|live| {
        Snapshot::empty().run(|| {
            let mut guards: std::collections::VecDeque<Guard> = (0..live).map(|i| variables[i % 64].enter(i)).collect();
            let calls = calls(|| {
                for i in 0..1_000 {
                    guards.push_back(variables[i % 64].enter(i));
                    drop(guards.pop_front());
                    assert_eq!(variables[i % 64].get(), Some(i));
                }
            });
            calls as f64 / 1_000.0
        })
    });
    // The first drop creates the table.
    assert!(per_guard[1] < per_guard[0] * 3.0 + 20.0, "{per_guard:?} calls for each");
}
