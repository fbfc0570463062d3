//! The context of the running code, for the error of a failed read.

use super::attachments;
#[cfg(debug_assertions)]
use super::call_site::{CallSite, Source};
use super::key::Key;
#[cfg(debug_assertions)]
use super::last_binding::{self, Binding};
use super::thread::slot;

/// The context of the running code.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Seen {
    /// No scope runs, and the thread's root has no entry.
    NoScope,
    /// A scope runs, or the thread's root has an entry, and nothing is bound.
    Nothing,
    /// At least one variable is bound.
    Bindings,
}

/// Returns the context of the running code.
pub(crate) fn seen() -> Seen {
    // SAFETY: the slot is live as long as the thread, a frame as long as it runs.
    unsafe {
        let thread = slot();
        let head = (*thread).shown();
        if !head.is_null() && !attachments::is_all(head) {
            return Seen::Bindings;
        }
        let at_root = (*thread).frame.get().is_null();
        let bare = at_root && (*(*thread).running()).top.get().entry().is_null();
        if bare { Seen::NoScope } else { Seen::Nothing }
    }
}

/// Where the snapshot was captured in which the running code runs; `None` if no snapshot was
/// entered since the thread started.
#[cfg(debug_assertions)]
pub(crate) fn origin() -> Option<CallSite> {
    // SAFETY: the slot is live as long as the thread, a frame as long as it runs.
    unsafe {
        let thread = slot();
        let mut frame = (*thread).frame.get();
        while !frame.is_null() {
            match (*frame).origin.get() {
                Source::Outside => frame = (*frame).outer.get(),
                Source::At(site) => return Some(site),
                Source::Nowhere => return None,
            }
        }
        match (*thread).root.origin.get() {
            Source::At(site) => Some(site), // of a swap
            Source::Outside | Source::Nowhere => None,
        }
    }
}

impl<T> Key<T> {
    /// Whether the variable was ever bound.
    pub(crate) fn was_bound(&self) -> bool {
        self.id().is_some()
    }
}

/// The latest binding of `key` that ended unused on this thread; if there is none, the latest of
/// all.
#[cfg(debug_assertions)]
pub(crate) fn latest<T>(key: &Key<T>) -> Option<Binding> {
    last_binding::latest(key.id()?)
}
