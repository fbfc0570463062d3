//! Guards: bindings entered on a running frame, dropped in any order.
//!
//! A guard is two numbers: the id of a list of entries, and the address of its entry in that list.
//! It keeps nothing alive; the scope does. It may be dropped anywhere, even on another thread or
//! long after its scope, so its drop does nothing unless a frame that runs *on this thread* has the
//! list with its id. If one has, then the list has an entry at that address, which is the guard's:
//! ids of lists are never reused, a list keeps its id as long as it is not empty, and a guard's
//! entry leaves its list only by the guard's drop, or with the whole list, or after the guard was
//! [kept](Entered::keep).

use std::mem::ManuallyDrop;
use std::ptr;

use super::call_site::CallSite;
use super::current::base;
use super::entry::{Entry, Guarded, dispose, guarded};
use super::frame::Frame;
use super::key::Key;
use super::last_binding::{self, How};
use super::pool;
use super::root::list_id;
use super::table::{self, Table, empty_table, table_of};
use super::thread::{Head, Thread, slot};

/// A binding on the running frame, until this is dropped.
pub(crate) struct Entered {
    /// The address of its entry.
    at: usize,
    /// The id of the list that has it.
    id: u64,
}

/// Whether the running frame is that of a future.
pub(crate) fn in_task() -> bool {
    // SAFETY: the slot is live as long as the thread, a frame as long as it runs.
    unsafe { (*(*slot()).running()).top.get().is_task() }
}

/// Binds `value` on the running frame, until the result is dropped.
#[inline]
#[cfg_attr(debug_assertions, track_caller)]
pub(crate) fn enter<T>(key: &Key<T>, value: T) -> Entered
where
    T: Send + Sync + 'static,
{
    let key = key.id_to_bind();
    // Before anything is read, since an allocator may bind and capture too.
    let block = pool::take::<Guarded<T>>();
    // SAFETY: the slot is live as long as the thread, a frame as long as it runs. The new node
    // borrows its frame's mapping: the nodes of older entries, which are released after it or
    // become owned in a table, and the mapping that the frame keeps until it ends.
    unsafe {
        let thread = slot();
        let frame = (*thread).running();
        let top = (*frame).top.get();
        let older = top.entry();
        let id = list_id(thread, older);
        let node;
        if let Some(table) = Table::of(older) {
            node = table::enter(table, key, value, block);
        } else {
            let under = if older.is_null() { (*thread).head.get().top() } else { (*older).shown() };
            node = guarded(block, key, base(under), value, Entry::of_guard(older, under, id));
            (*frame).top.set(top.with_entry(&raw const (*block).entry));
            (*thread).head.set(Head::covered());
        }
        last_binding::bound(key, node.addr(), How::Enter, CallSite::here());
        Entered { at: (&raw const (*block).entry).addr(), id }
    }
}

/// Hides the binding of `key` on the running frame, until the result is dropped.
#[cold]
pub(crate) fn enter_without<T>(key: &Key<T>) -> Entered {
    let key = key.id_to_bind();
    let block = pool::take::<Guarded<()>>();
    // SAFETY: the slot is live as long as the thread, a frame as long as it runs.
    unsafe {
        let thread = slot();
        let frame = (*thread).running();
        let newest = (*frame).top.get().entry();
        let table = if newest.is_null() { empty_table(frame, list_id(thread, newest)) } else { table_of(frame) };
        let entry = table::enter_absence(table, key, block);
        Entered { at: entry.addr(), id: table.entry.id }
    }
}

impl Entered {
    /// Leaves the binding to its frame, which has at most one kept binding of each key: an older
    /// one can never show again, and is removed. Runs user code: the drop of the older value.
    pub(crate) fn keep(self) {
        let this = ManuallyDrop::new(self);
        // SAFETY: the slot is live as long as the thread. If a frame that runs on this thread has
        // the guard's id, the guard's entry and the others in that list are live. A kept entry has
        // no guard any more, so it is ended only once: by this `leave`, or with its frame.
        unsafe {
            let thread = slot();
            let Some((frame, _)) = frame_of(thread, this.id) else {
                return; // its scope has ended, or is not on this thread
            };
            let newest = (*frame).top.get().entry();
            if newest.addr() == this.at && is_first_kept(newest) {
                return (*newest).kept.set(true);
            }
            let older = table_of(frame).keep(this.at);
            if let Some(older) = older {
                leave(thread, older, this.id);
            }
        }
    }
}

impl Drop for Entered {
    #[inline]
    fn drop(&mut self) {
        // SAFETY: the slot is live as long as the thread, and the running frame's entries are live.
        // The entry is this guard's only if the id is equal too.
        unsafe {
            let thread = slot();
            let frame = (*thread).running();
            let top = (*frame).top.get();
            let newest = top.entry();
            if newest.addr() == self.at && (*newest).id == self.id {
                let older = (*newest).next.get();
                (*frame).top.set(top.with_entry(older));
                let under = (*newest).mapping.get();
                (*thread).head.set(Head::of(under, older));
                return dispose(newest);
            }
            leave(thread, self.at, self.id);
        }
    }
}

/// Drops a guard that is not the newest of the running frame's stack.
///
/// # Safety
///
/// `thread` is the calling thread's slot; `at` and `id` are a guard's.
#[cold]
#[inline(never)]
unsafe fn leave(thread: *const Thread, at: usize, id: u64) {
    // SAFETY: frames in the thread's list are running, so they and their entries are live.
    unsafe {
        let Some((frame, inner)) = frame_of(thread, id) else {
            return; // its scope has ended, or is not on this thread
        };
        let table = table_of(frame);
        if !inner.is_null() {
            // The guard's frame is an outer one: it is swept when the frame just inside it is
            // popped.
            table.note_dropped(at);
            (*inner).top.set((*inner).top.get().with_sweep());
            return;
        }
        let entry = table::remove(thread, frame, at);
        if !entry.is_null() {
            dispose(entry);
        }
    }
}

/// Returns the frame on this thread whose list has this id, and the frame just inside it, or null
/// if it is the running frame.
///
/// # Safety
///
/// `thread` is the calling thread's slot.
unsafe fn frame_of(thread: *const Thread, id: u64) -> Option<(*const Frame, *const Frame)> {
    // SAFETY: frames in the thread's list are running, so they and their entries are live.
    unsafe {
        let root = &raw const (*thread).root;
        let mut inner: *const Frame = ptr::null();
        let mut frame = (*thread).running();
        loop {
            let newest = (*frame).top.get().entry();
            if !newest.is_null() && (*newest).id == id {
                return Some((frame, inner));
            }
            if ptr::eq(frame, root) {
                return None;
            }
            inner = frame;
            frame = match (*frame).outer.get() {
                outer if outer.is_null() => root,
                outer => outer,
            };
        }
    }
}

/// Whether a look at a few older entries shows that no older guard of the same variable is kept.
///
/// # Safety
///
/// `guard` is a live guard's entry in a stack.
unsafe fn is_first_kept(guard: *const Entry) -> bool {
    // SAFETY: the caller's promise; the older entries of its list are live too.
    unsafe {
        let key = (*(*guard).node).key;
        let mut step = guard;
        for _ in 0..FEW {
            step = (*step).next.get();
            if step.is_null() {
                return true;
            }
            if (*step).kept.get() && (*(*step).node).key == key {
                return false;
            }
        }
    }
    false
}

/// The number of older entries to look at before the guards are put into a table, which stores the
/// kept ones.
const FEW: usize = 8;
