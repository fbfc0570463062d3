//! Entries: what a frame knows of the guards and swaps on it.
//!
//! The entries of a frame are a list, newest first, that hangs on the frame. That of a
//! guard lies in the allocation of its node, that of a swap is one of its own,
//! unless it is the oldest of a task's frame (`open.rs`).

use std::cell::Cell;
use std::ptr;

use super::close::when_the_thread_ends;
use super::latest;
use super::node::{Node, Value, free, one_more};
use super::own::Link;
use super::release::{let_go, release};
use super::thread::{Thread, slot};

/// What a scope knows about one guard or swap. Touched only by the thread that
/// runs the scope.
#[repr(align(8))] // three bits of its address carry flags, see `Top`
pub(super) struct Entry {
    /// The next older entry of the same frame.
    pub(super) next: Cell<*const Entry>,
    /// The node of the guard, in whose allocation this lies; null: a swap.
    pub(super) node: *const Node,
    /// The frame's mapping with this entry as the newest. For a guard `node`, whose
    /// link the scope holds, until it had to be rebuilt: then a segment, and the
    /// entry holds a link to that and a value reference to `node`. Null once a swap
    /// hides the entry, which then holds the value reference only. For a swap, a
    /// link reference to what was swapped in.
    pub(super) head: Cell<*const Node>,
    /// The frame's mapping without this entry and what is newer. Not kept up to
    /// date, and not read, once a swap hides the entry.
    pub(super) under: Cell<*const Node>,
    /// The id of the frame's list.
    pub(super) id: u64,
    /// The guard was dropped inside an inner frame.
    pub(super) dead: Cell<bool>,
    /// The guard is gone, and the binding stays until the frame ends.
    pub(super) kept: Cell<bool>,
}

impl Entry {
    /// A swap to `link` over the older entry `next`.
    pub(super) fn of_swap(next: *const Entry, link: Link, id: u64) -> Entry {
        Entry {
            next: Cell::new(next),
            node: ptr::null(),
            head: Cell::new(link.into_raw()),
            under: Cell::new(ptr::null()),
            id,
            dead: Cell::new(false),
            kept: Cell::new(false),
        }
    }

    pub(super) fn is_swap(&self) -> bool {
        self.node.is_null()
    }
}

/// The id of the running frame's list, whose newest entry is `older`.
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
            when_the_thread_ends();
        }
        new_list(thread)
    }
}

/// An id for a list without entries.
///
/// # Safety
///
/// `thread` is the calling thread's slot.
#[inline]
pub(super) unsafe fn new_list(thread: *const Thread) -> u64 {
    // SAFETY: the caller's promise.
    unsafe {
        let id = match (*thread).ids.get() {
            id if id % BLOCK == 0 => next_block(),
            id => id,
        };
        (*thread).ids.set(id + 1);
        id
    }
}

/// Threads take ids by the block, so that an id costs no atomic operation.
const BLOCK: u64 = 1 << 12;

#[cold]
fn next_block() -> u64 {
    use std::sync::atomic::{AtomicU64, Ordering};
    static NEXT: AtomicU64 = AtomicU64::new(BLOCK);
    let block = NEXT.fetch_add(BLOCK, Ordering::Relaxed);
    if block > u64::MAX / 2 {
        std::process::abort(); // after 2^51 threads; ids must never come back
    }
    block
}

/// The scope lets go of an entry that is in no list and under no head. Runs user
/// code: the drop of values.
///
/// # Safety
///
/// `entry` was taken out of its list just now, and is not used again.
#[inline]
pub(super) unsafe fn dispose(entry: *const Entry) {
    // SAFETY: the entry lives as long as the scope's reference, given up here. It
    // lies in its node, so all of it is read before.
    unsafe {
        let node = (*entry).node;
        let head = (*entry).head.get();
        if node.is_null() {
            drop(Box::from_raw(entry.cast_mut()));
            return release(head);
        }
        latest::ended(node);
        let rebuilt = !ptr::eq(head, node);
        if give_to_pin(node) {
            // The pin took over the value; the link is still the scope's to give up.
            if rebuilt {
                release(head);
            } else if (*node).owned.get() {
                one_more(&(*node).val);
                release(node);
            }
        } else if rebuilt {
            let _value = Value::from_raw(node);
            release(head);
        } else {
            let_go(node, free);
        }
    }
}

/// Is `node` being read on this thread? Then the outermost reader takes over the
/// scope's value reference, unless it has one.
///
/// # Safety
///
/// `node` is live.
#[inline]
unsafe fn give_to_pin(node: *const Node) -> bool {
    // SAFETY: pins in the thread's list lie in frames further out on the stack.
    unsafe {
        let mut pin = (*slot()).pins.get();
        let mut outermost = ptr::null();
        while !pin.is_null() {
            if ptr::eq((*pin).node, node) {
                outermost = pin;
            }
            pin = (*pin).outer;
        }
        !outermost.is_null() && (*outermost).owe()
    }
}

/// Link references to release, all of them even if a value's drop panics.
pub(super) struct GiveUp(pub(super) Vec<*const Node>);

impl GiveUp {
    pub(super) fn go(&mut self) {
        while let Some(head) = self.0.pop() {
            // SAFETY: made with references that are given up.
            unsafe { release(head) }
        }
    }
}

impl Drop for GiveUp {
    fn drop(&mut self) {
        self.go();
    }
}
