//! A thread's root, outside every `run` and every poll: bindings entered there last until the
//! thread ends.

#[cfg(not(any(loom, shuttle)))]
use std::ptr;

#[cfg(not(any(loom, shuttle)))]
use super::at_thread_end::AtThreadEnd;
#[cfg(not(any(loom, shuttle)))]
use super::close::close;
use super::entry::Entry;
#[cfg(not(any(loom, shuttle)))]
use super::frame::Top;
#[cfg(not(any(loom, shuttle)))]
use super::hazard::is_reading;
use super::ids::new_id;
use super::thread::Thread;
#[cfg(not(any(loom, shuttle)))]
use super::thread::{Head, thread};
#[cfg(not(any(loom, shuttle)))]
use crate::contained::contained;

/// The id of the running frame's list, whose newest entry is `older`, or null.
///
/// # Safety
///
/// `thread` is the calling thread's slot; `older` is null or live.
#[inline]
pub(super) unsafe fn list_id(thread: *const Thread, older: *const Entry) -> u64 {
    // SAFETY: the caller's promise.
    unsafe {
        if !older.is_null() {
            return (*older).id;
        }
        if (*thread).frame.get().is_null() {
            let_go_at_the_end();
        }
        new_id()
    }
}

/// Releases bindings at the thread's root when the thread ends. A guard that is entered there after
/// the end has begun, and is forgotten, leaks.
///
/// With the thread-locals of loom and shuttle, the slot would be gone before that; their tests
/// leave nothing at a thread's root.
fn let_go_at_the_end() {
    #[cfg(not(any(loom, shuttle)))]
    {
        thread_local! {
            static END: AtThreadEnd = const { AtThreadEnd(end) };
        }
        let _ = END.try_with(|_| ());
    }
}

/// `process::exit` calls this too, possibly inside a scope or a read. Its caller never continues,
/// but scoped threads may still read through references that it passed to them, so then nothing is
/// released.
#[cfg(not(any(loom, shuttle)))]
fn end() {
    if thread(|t| t.frame.get().is_null()) && !is_reading() {
        contained(let_go);
    }
}

/// Runs user code: the drop of values.
#[cfg(not(any(loom, shuttle)))]
fn let_go() {
    // SAFETY: no frame runs on this thread and nothing is being read, so there is no reference to a
    // value that the root holds.
    unsafe {
        let left = thread(|t| {
            t.head.set(Head::plain(ptr::null()));
            t.root.top.replace(Top::EMPTY)
        });
        close(left.without_sweep(), ptr::null());
    }
}
