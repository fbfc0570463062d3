//! What the error of a read that found nothing says: what the running code can see.

use super::attachments;
#[cfg(debug_assertions)]
use super::call_site::{CallSite, Source};
use super::key::Key;
#[cfg(debug_assertions)]
use super::last_binding::{self, Binding};
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
        let head = (*thread).shown();
        if !head.is_null() && !attachments::is_all(head) {
            return Seen::Bindings;
        }
        let at_root = (*thread).frame.get().is_null();
        let bare = at_root && (*(*thread).running()).top.get().entry().is_null();
        if bare { Seen::NoScope } else { Seen::Nothing }
    }
}

/// Where the snapshot was captured that the running code runs in; `None`: no snapshot was
/// entered since the thread started.
#[cfg(debug_assertions)]
pub(crate) fn origin() -> Option<CallSite> {
    // SAFETY: the slot lives as long as the thread, and a frame as long as it runs.
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
    /// Was anything ever bound to it?
    pub(crate) fn was_bound(&self) -> bool {
        self.id().is_some()
    }
}

/// The latest binding of `key` that ended unused on this thread, else the latest of all.
#[cfg(debug_assertions)]
pub(crate) fn latest<T>(key: &Key<T>) -> Option<Binding> {
    last_binding::latest(key.id()?)
}
