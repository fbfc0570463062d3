//! What the running code can see: for the error of a read that found nothing.

use super::key::Key;
use super::thread::slot;

/// What is current on this thread.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Seen {
    /// No scope runs, and nothing is entered at the thread's root.
    NoScope,
    /// A scope runs, or a mapping was swapped in, that binds nothing.
    Nothing,
    /// Something is bound.
    Bindings,
}

/// What is current on this thread.
pub(crate) fn seen() -> Seen {
    // SAFETY: the slot lives as long as the thread, and a frame as long as it runs.
    unsafe {
        let thread = slot();
        if !(*thread).head.get().node().is_null() {
            return Seen::Bindings;
        }
        let at_root = (*thread).frame.get().is_null();
        let bare = at_root && (*(*thread).running()).top.get().entry().is_null();
        if bare { Seen::NoScope } else { Seen::Nothing }
    }
}

impl<T> Key<T> {
    /// Was anything ever bound to it?
    pub(crate) fn was_bound(&self) -> bool {
        self.id().is_some()
    }
}
