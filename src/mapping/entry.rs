//! Entries: what a frame knows of the guards and swaps on it.
//!
//! The entries of a frame are a list that hangs on the frame. As long as guards are dropped
//! newest first they are a stack: a guard's entry lies in the allocation of its node, a
//! swap's is one of its own, unless it is the oldest of a task's frame (`open.rs`). The
//! first guard that is dropped out of order turns the guards of the list into a table
//! (`table.rs`), which is the newest entry until its last guard is gone.

use std::cell::Cell;
use std::ptr;

use super::close::when_the_thread_ends;
use super::latest;
use super::node::{Node, Value, free, one_more};
use super::own::Link;
use super::release::{let_go, release};
use super::thread::{Thread, slot};

/// What a scope knows about one guard, or about one swap, or what its [`Table`] starts
/// with. Touched only by the thread that runs the scope.
///
/// [`Table`]: super::table::Table
#[repr(align(8))] // three bits of its address carry flags, see `Top`
pub(super) struct Entry {
    /// The next older entry of the same frame. Not used in a table.
    pub(super) next: Cell<*const Entry>,
    /// The node of the guard, in whose allocation this lies; else null.
    pub(super) node: *const Node,
    /// For a guard in a stack, unless a swap hides it: what the frame shows without it and
    /// what is newer; borrowed, like a node's parent. For a swap the mapping that it
    /// installed, for a table the frame's mapping: a link reference.
    pub(super) mapping: Cell<*const Node>,
    /// The id of the frame's list.
    pub(super) id: u64,
    pub(super) kind: EntryKind,
    /// The scope holds the guard's value alone, and no link to its node.
    pub(super) value_only: Cell<bool>,
    /// The guard is gone, and the binding stays until the frame ends.
    pub(super) kept: Cell<bool>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum EntryKind {
    Guard,
    Swap,
    Table,
}

impl Entry {
    /// A guard's, over the older entry `next`. The caller sets `node`.
    #[inline(always)]
    pub(super) fn of_guard(next: *const Entry, under: *const Node, id: u64) -> Entry {
        Entry { mapping: Cell::new(under), ..Entry::new(EntryKind::Guard, next, id) }
    }

    /// A swap to `link` over the older entry `next`.
    pub(super) fn of_swap(next: *const Entry, link: Link, id: u64) -> Entry {
        Entry { mapping: Cell::new(link.into_raw()), ..Entry::new(EntryKind::Swap, next, id) }
    }

    /// A table's, which shows nothing yet.
    pub(super) fn of_table(next: *const Entry, id: u64) -> Entry {
        Entry::new(EntryKind::Table, next, id)
    }

    #[inline(always)]
    fn new(kind: EntryKind, next: *const Entry, id: u64) -> Entry {
        Entry {
            next: Cell::new(next),
            node: ptr::null(),
            mapping: Cell::new(ptr::null()),
            id,
            kind,
            value_only: Cell::new(false),
            kept: Cell::new(false),
        }
    }

    /// The frame's mapping with this entry as the newest.
    #[inline(always)]
    pub(super) fn shown(&self) -> *const Node {
        if self.node.is_null() { self.mapping.get() } else { self.node }
    }

    pub(super) fn is_swap(&self) -> bool {
        self.kind == EntryKind::Swap
    }

    pub(super) fn is_table(&self) -> bool {
        self.kind == EntryKind::Table
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
    use crate::sync::{AtomicU64, Ordering};
    static NEXT: AtomicU64 = AtomicU64::new(BLOCK);
    let block = NEXT.fetch_add(BLOCK, Ordering::Relaxed);
    if block > u64::MAX / 2 {
        std::process::abort(); // after 2^51 threads; ids must never come back
    }
    block
}

/// The scope lets go of a guard's entry or a swap's that is in no list and under no head.
/// Runs user code: the drop of values.
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
        if node.is_null() {
            let swap = Box::from_raw(entry.cast_mut());
            let mapping = swap.mapping.get();
            drop(swap);
            return release(mapping);
        }
        let value_only = (*entry).value_only.get();
        latest::ended(node);
        if give_to_pin(node) {
            // The pin took over the value; a link is still the scope's to give up.
            if !value_only && (*node).owned.get() {
                one_more(&(*node).val);
                release(node);
            }
        } else if value_only {
            drop(Value::from_raw(node));
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
