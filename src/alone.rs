//! What must not run inside itself on one thread, because it calls foreign code that may
//! lead back to it.

use std::cell::Cell;
use std::thread::LocalKey;

/// The thread is inside until this is dropped, also by a panic.
pub(crate) struct Alone(&'static LocalKey<Cell<bool>>);

impl Alone {
    /// Goes inside; `None`: the thread is inside already.
    pub(crate) fn inside(flag: &'static LocalKey<Cell<bool>>) -> Option<Alone> {
        (!flag.replace(true)).then(|| Alone(flag))
    }
}

impl Drop for Alone {
    fn drop(&mut self) {
        self.0.set(false);
    }
}
