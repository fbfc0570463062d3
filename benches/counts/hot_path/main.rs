//! The operations of the hot path, a thousand times each, under callgrind.
//!
//! The code around the loops (a `run`, a capture) is counted too. It is less than one in a thousand.

#![allow(missing_docs)] // The macros generate public items.

use std::future::{Future, poll_fn};
use std::hint::black_box;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

use asynccontext::{Propagate, Snapshot, Variable};
use gungraun::{library_benchmark, library_benchmark_group, main};

const TIMES: u32 = 1000;

static FIRST: Variable<u64> = Variable::named("first");
static OTHERS: [Variable<u64>; 3] = [const { Variable::new() }; 3];
static UNBOUND: Variable<u64> = Variable::new();

/// Runs a function with `FIRST` bound, and three others over it.
fn four_bound(f: impl FnOnce()) {
    let [a, b, c] = &OTHERS;
    FIRST.run(1, || a.run(2, || b.run(3, || c.run(4, f))));
}

fn read(variable: &'static Variable<u64>) -> u64 {
    variable.with(|value| value.copied().unwrap_or_default())
}

#[library_benchmark]
fn get_1() {
    FIRST.run(1, || {
        for _ in 0..TIMES {
            black_box(read(&FIRST));
        }
    });
}

#[library_benchmark]
fn get_below_3() {
    four_bound(|| {
        for _ in 0..TIMES {
            black_box(read(&FIRST));
        }
    });
}

#[library_benchmark]
fn get_unbound() {
    UNBOUND.run(0, || ()); // A read of a variable that was never bound returns at once.
    four_bound(|| {
        for _ in 0..TIMES {
            black_box(read(&UNBOUND));
        }
    });
}

#[library_benchmark]
fn run() {
    for i in 0..TIMES {
        FIRST.run(u64::from(i), || black_box(()));
    }
}

#[library_benchmark]
fn capture_again() {
    FIRST.run(1, || {
        for _ in 0..TIMES {
            black_box(Snapshot::capture());
        }
    });
}

#[library_benchmark]
fn run_and_capture() {
    for i in 0..TIMES {
        FIRST.run(u64::from(i), || drop(black_box(Snapshot::capture())));
    }
}

#[library_benchmark]
fn enter() {
    let snapshot = FIRST.run(1, Snapshot::capture);
    for _ in 0..TIMES {
        snapshot.run(|| black_box(()));
    }
}

#[library_benchmark]
fn guard() {
    FIRST.run(1, || {
        for i in 0..TIMES {
            drop(black_box(FIRST.enter(u64::from(i))));
        }
    });
}

/// A future behind `dyn`, as in an executor, so that the compiler moves no part of a poll out of the loop.
#[inline(never)]
fn polls(mut task: Pin<&mut dyn Future<Output = ()>>) {
    let mut context = Context::from_waker(Waker::noop());
    for _ in 0..TIMES {
        black_box(task.as_mut().poll(&mut context).is_ready());
    }
}

fn waits() -> impl Future<Output = ()> {
    poll_fn(|_| {
        black_box(());
        Poll::Pending
    })
}

// The baseline for `poll`.
#[library_benchmark]
fn poll_bare() {
    polls(pin!(waits()));
}

#[library_benchmark]
fn poll() {
    polls(pin!(FIRST.run(1, || waits().in_current_snapshot())));
}

library_benchmark_group!(
    name = hot_path,
    benchmarks = [get_1, get_below_3, get_unbound, run, capture_again, run_and_capture, enter, guard, poll_bare, poll]
);
main!(library_benchmark_groups = hot_path);
