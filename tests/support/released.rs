//! Waiting for the release of a value on another thread.

#![allow(dead_code, unreachable_pub)]

use std::sync::Arc;
use std::thread;
use std::time::Duration;

/// Waits until nothing else holds `value`: a worker releases it after the end of its task. Returns
/// `false` after a long wait.
pub fn is_released<T: ?Sized>(value: &Arc<T>) -> bool {
    (0..2000).any(|_| {
        let released = Arc::strong_count(value) == 1;
        if !released {
            thread::sleep(Duration::from_millis(1));
        }
        released
    })
}
