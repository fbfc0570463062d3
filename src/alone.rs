//! `Alone`, a flag against re-entry on one thread, for code that calls foreign code.

use std::cell::Cell;
use std::thread::LocalKey;

/// Marks the thread as inside until this is dropped, also by a panic.
pub(crate) struct Alone(&'static LocalKey<Cell<bool>>);

impl Alone {
    /// Sets the flag. Returns `None` if it was already set.
    pub(crate) fn inside(flag: &'static LocalKey<Cell<bool>>) -> Option<Alone> {
        (!flag.replace(true)).then(|| Alone(flag))
    }
}

impl Drop for Alone {
    fn drop(&mut self) {
        self.0.set(false);
    }
}
