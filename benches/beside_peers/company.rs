//! A second thread that does the same all the while.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

/// Runs `f` while another thread repeats `turn`.
pub(crate) fn with(mut turn: impl FnMut() + Send, f: impl FnOnce()) {
    let stop = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            while !stop.load(Ordering::Relaxed) {
                for _ in 0..64 {
                    turn();
                }
            }
        });
        let stop = Stop(&stop);
        f();
        drop(stop);
    });
}

/// Ends the other thread, also if a measurement panics.
struct Stop<'a>(&'a AtomicBool);

impl Drop for Stop<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}
