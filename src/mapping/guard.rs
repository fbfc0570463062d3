//! Guards: bindings entered on a running frame, dropped in any order.
//!
//! A guard is `{ entry, id }`. It keeps nothing alive: the scope does. It may be dropped
//! anywhere, even on another thread or long after its scope, so it dereferences its entry
//! only if a frame that runs *on this thread* has a list with its id. Ids of lists are
//! never reused, a guard's entry leaves its list only by its guard, or with the whole list,
//! or when its guard is gone (`keep.rs`), and a list keeps its id as long as it is not
//! empty: so the id proves that the entry lives.

use std::cell::Cell;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::ptr;

use super::entry::{Entry, GiveUp, dispose, list_id};
use super::fold::base;
use super::frame::Frame;
use super::key::Key;
use super::latest::{self, How};
use super::node::{Node, Value, bit, guarded, one_more, segment};
use super::own::{clean, own};
use super::place::Place;
use super::thread::{Head, Thread, slot};

/// A binding entered on the running frame, until this is dropped.
pub(crate) struct Entered {
    pub(super) entry: *const Entry,
    pub(super) id: u64,
}

// SAFETY: `entry` is dereferenced only where a frame of the calling thread proves
// that it lives and belongs to a scope that this thread runs.
unsafe impl Send for Entered {}
// SAFETY: there is nothing to do with a `&Entered`.
unsafe impl Sync for Entered {}
// A panic leaves entries as whole as a normal return does.
impl UnwindSafe for Entered {}
impl RefUnwindSafe for Entered {}

/// Is the running frame that of a future?
pub(crate) fn in_task() -> bool {
    // SAFETY: the slot lives as long as the thread, a frame as long as it runs.
    unsafe { (*(*slot()).running()).top.get().is_task() }
}

/// Binds `value` on the running frame.
#[inline]
#[cfg_attr(debug_assertions, track_caller)]
pub(crate) fn enter<T>(key: &Key<T>, value: T) -> Entered
where
    T: Send + Sync + 'static,
{
    let key = key.id_to_bind();
    // SAFETY: the slot lives as long as the thread, a frame as long as it runs, and
    // the new node borrows what its frame shows: the older entries, which are
    // rebuilt or unlinked before they go, and what the frame keeps until it ends.
    unsafe {
        let thread = slot();
        let frame = (*thread).running();
        let top = (*frame).top.get();
        let older = top.entry();
        let id = list_id(thread, older);
        let under = if older.is_null() { (*thread).head.get().top() } else { (*older).head.get() };
        let entry = Entry {
            next: Cell::new(older),
            node: ptr::null(),
            head: Cell::new(ptr::null()),
            under: Cell::new(under),
            id,
            dead: Cell::new(false),
            kept: Cell::new(false),
        };
        let made = guarded(key, base(under), value, entry).cast_mut();
        let node = made.cast_const().cast::<Node>();
        let entry = &raw mut (*made).entry;
        (*entry).node = node;
        (*entry).head.set(node);
        (*frame).top.set(top.with_entry(entry));
        (*thread).head.set(Head::covered());
        latest::bound(key, node, How::Enter, Place::here());
        Entered { entry, id }
    }
}

impl Drop for Entered {
    #[inline]
    fn drop(&mut self) {
        // SAFETY: the slot lives as long as the thread, and the running frame's
        // entries live. The id is compared before the entry counts as this guard's.
        unsafe {
            let thread = slot();
            let frame = (*thread).running();
            let top = (*frame).top.get();
            let newest = top.entry();
            if ptr::eq(newest, self.entry) && (*newest).id == self.id {
                let older = (*newest).next.get();
                (*frame).top.set(top.with_entry(older));
                let under = (*newest).under.get();
                (*thread).head.set(Head::of(under, older));
                return dispose(newest);
            }
            leave(thread, self.entry, self.id);
        }
    }
}

/// Drops a guard that is not the newest of the running frame.
///
/// # Safety
///
/// `thread` is the calling thread's slot; `entry` and `id` are a guard's.
#[cold]
#[inline(never)]
pub(super) unsafe fn leave(thread: *const Thread, entry: *const Entry, id: u64) {
    // SAFETY: frames in the thread's list run, so they and their entries live; the
    // id proves that `entry` is one of those.
    unsafe {
        let Some((frame, inner)) = frame_of(thread, id) else {
            return; // its scope is over, or not on this thread
        };
        if inner.is_null() {
            unlink(thread, frame, entry);
            return dispose(entry);
        }
        // Its scope is an outer one: swept when the frame just inside pops.
        (*entry).dead.set(true);
        (*inner).top.set((*inner).top.get().with_sweep());
    }
}

/// The frame on this thread whose list has this id, and the one just inside it;
/// null: it is the running frame.
///
/// # Safety
///
/// `thread` is the calling thread's slot.
pub(super) unsafe fn frame_of(thread: *const Thread, id: u64) -> Option<(*const Frame, *const Frame)> {
    // SAFETY: frames in the thread's list run, so they and their entries live.
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

/// Takes `entry` out of the running frame's list and mapping. No user code runs:
/// every value is still held by its entry.
///
/// # Safety
///
/// `thread` is the calling thread's slot, `frame` its running frame, `entry` a
/// guard's in that frame's list. The caller disposes of it.
pub(super) unsafe fn unlink(thread: *const Thread, frame: *const Frame, entry: *const Entry) {
    // SAFETY: entries in the list live, and so do their nodes and heads. The frame
    // runs on this thread, so what is not owned is this thread's to write.
    unsafe {
        let top = (*frame).top.get();
        let mut newer = Vec::new();
        let mut hidden = false;
        let mut step = top.entry();
        while !ptr::eq(step, entry) {
            hidden |= (*step).is_swap();
            newer.push(step);
            step = (*step).next.get();
        }
        match newer.last() {
            None => (*frame).top.set(top.with_entry((*entry).next.get())),
            Some(&above) => (*above).next.set((*entry).next.get()),
        }
        if hidden {
            return; // nothing that shows rests on it
        }
        let mut under = (*entry).under.get();
        let mut replaced = Vec::new();
        while let Some(step) = newer.pop() {
            let node = (*step).node;
            (*step).under.set(under);
            if !(*node).owned.get() {
                (*node).rest_on(base(under)); // shared with no one
                under = node;
                continue;
            }
            // Shared: its node is frozen, so a new link to the same value.
            if !under.is_null() && !(*under).owned.get() {
                own(under);
            }
            let key = (*node).key;
            let entries = vec![(key, Value::of(node))];
            under = segment(entries, bit(key), clean(under, key));
            let old = (*step).head.replace(under);
            if ptr::eq(old, node) {
                one_more(&(*node).val); // from now on the entry holds the value only
            }
            replaced.push(old);
        }
        (*thread).head.set(Head::of(under, (*frame).top.get().entry()));
        GiveUp(replaced).go();
    }
}
