//! Other threads that repeat the same operation during a measurement.

use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

/// Runs `f` while `others` other threads repeat `turn`.
pub(crate) fn with(others: usize, turn: impl Fn() + Sync, f: impl FnOnce()) {
    with_own(others, || &turn, f);
}

/// Runs `f` while other threads repeat a `turn` that each of them creates.
pub(crate) fn with_own<T: FnMut()>(others: usize, turn: impl Fn() -> T + Sync, f: impl FnOnce()) {
    let stop = AtomicBool::new(false);
    let started = Barrier::new(others + 1);
    thread::scope(|scope| {
        for _ in 0..others {
            scope.spawn(|| {
                let mut turn = turn();
                started.wait();
                while !stop.load(Ordering::Relaxed) {
                    for _ in 0..64 {
                        turn();
                    }
                }
            });
        }
        started.wait();
        let _stop = Stop(&stop);
        f();
    });
}

/// Ends the other threads, even if a measurement panics.
struct Stop<'a>(&'a AtomicBool);

impl Drop for Stop<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}
