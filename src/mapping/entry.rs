//! Entries: a frame's records of its guards and swaps.
//!
//! The entries of a frame are a linked list. As long as guards are dropped newest first, it is a
//! stack. A guard's entry lies in the allocation of its node; a swap's entry has its own
//! allocation, unless it is the first entry of a hooked task's frame (`hooked_task.rs`). The first
//! guard that is dropped out of order turns the guards of the list into a table (`table.rs`), which
//! is the newest entry until its last guard is dropped.

use std::cell::Cell;
use std::iter;
use std::ptr;

use super::hazard::give_to_reader;
use super::link::Link;
use super::node::{Base, Node, one_more};
use super::release::{Value, free, let_go, release};
use super::steps::{Bound, unmade_in_turn};

/// The record of a guard or of a swap, or the first field of a `Table`. Accessed only by the thread
/// that runs the scope.
#[repr(align(8))] // three bits of its address carry flags, see `Top`
pub(super) struct Entry {
    /// The next older entry of the same frame. Not used by the guards in a table.
    pub(super) next: Cell<*const Entry>,
    /// The node of a guard, in whose allocation this lies; otherwise null.
    pub(super) node: *const Node,
    /// For a guard in a stack that no swap hides: the frame's mapping without this guard and newer
    /// ones; borrowed, like a node's parent. For a swap: a link reference to the mapping that it
    /// installed. For a table: a link reference to the frame's mapping.
    pub(super) mapping: Cell<*const Node>,
    /// The id of the frame's list.
    pub(super) id: u64,
    pub(super) kind: EntryKind,
    /// Whether the scope holds a value reference to the guard's node, instead of a link reference.
    pub(super) value_only: Cell<bool>,
    /// Whether the guard was kept: the binding stays until the frame ends.
    pub(super) kept: Cell<bool>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum EntryKind {
    Guard,
    Swap,
    #[cfg_attr(
        not(any(test, all(feature = "tokio", tokio_unstable))),
        expect(dead_code, reason = "only hooks open frames")
    )]
    HookedTask,
    Table,
}

impl Entry {
    /// The entry of a guard, over the older entry `next`. The caller sets `node`.
    #[inline(always)]
    pub(super) fn of_guard(next: *const Entry, under: *const Node, id: u64) -> Entry {
        Entry { mapping: Cell::new(under), ..Entry::new(EntryKind::Guard, next, id) }
    }

    /// The entry of a swap to `link`, over the older entry `next`.
    pub(super) fn of_swap(next: *const Entry, link: Link, id: u64) -> Entry {
        Entry { mapping: Cell::new(link.into_raw()), ..Entry::new(EntryKind::Swap, next, id) }
    }

    /// The same for the swap that the frame of a hooked task has from the start, and which is not
    /// allocated separately (`hooked_task.rs`).
    #[cfg(any(test, all(feature = "tokio", tokio_unstable)))]
    pub(super) fn of_hooked_task(link: Link, id: u64) -> Entry {
        Entry { kind: EntryKind::HookedTask, ..Entry::of_swap(ptr::null(), link, id) }
    }

    /// The entry of a table, with an empty mapping.
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

    /// The frame's mapping if this entry is the newest.
    #[inline(always)]
    pub(super) fn shown(&self) -> *const Node {
        if self.node.is_null() { self.mapping.get() } else { self.node }
    }

    pub(super) fn is_swap(&self) -> bool {
        matches!(self.kind, EntryKind::Swap | EntryKind::HookedTask)
    }

    #[cfg(any(test, all(feature = "tokio", tokio_unstable)))]
    pub(super) fn is_of_hooked_task(&self) -> bool {
        self.kind == EntryKind::HookedTask
    }

    pub(super) fn is_table(&self) -> bool {
        self.kind == EntryKind::Table
    }
}

/// The entries from `newest` on, newest first. The pointer to the next one is read before an entry
/// is yielded.
///
/// # Safety
///
/// Each of them is live until it was yielded.
pub(super) unsafe fn list(newest: *const Entry) -> impl Iterator<Item = *const Entry> {
    let some = |entry: *const Entry| (!entry.is_null()).then_some(entry);
    // SAFETY: the caller's promise.
    iter::successors(some(newest), move |entry| some(unsafe { (**entry).next.get() }))
}

/// The same, up to the swap.
///
/// # Safety
///
/// As for [`list`].
pub(super) unsafe fn guards(newest: *const Entry) -> impl Iterator<Item = *const Entry> {
    // SAFETY: the caller's promise; an entry is live when it is yielded.
    unsafe { list(newest).take_while(|entry| !(**entry).is_swap()) }
}

/// The swap in the list that begins with `newest`, or null.
///
/// # Safety
///
/// As for [`list`].
pub(super) unsafe fn swap_of(newest: *const Entry) -> *const Entry {
    // SAFETY: the caller's promise; an entry is live when it is returned.
    unsafe { list(newest).find(|entry| (**entry).is_swap()).unwrap_or(ptr::null()) }
}

/// A binding made by a guard, with its entry.
#[repr(C)]
pub(super) struct Guarded<T> {
    bound: Bound<T>,
    pub(super) entry: Entry,
}

/// Writes a borrowing node with an entry to `block`, and returns it.
///
/// # Safety
///
/// As for [`bound`].
#[inline(always)]
pub(super) unsafe fn guarded<T>(block: *mut Guarded<T>, key: u64, base: Base, value: T, entry: Entry) -> *const Node
where
    T: Send + Sync + 'static,
{
    let bound = Bound::new(key, base, unmade_in_turn::<Guarded<T>>, value);
    let entry = Entry { node: block.cast_const().cast(), ..entry };
    // SAFETY: the caller's promise.
    unsafe { block.write(Guarded { bound, entry }) };
    block.cast_const().cast()
}

/// Releases the entry of a guard or a swap, which is in no list any more, and its node in the chain
/// of no head. Runs user code: the drop of values.
///
/// # Safety
///
/// `entry` was just taken out of its list, and is not used again.
#[inline]
pub(super) unsafe fn dispose(entry: *const Entry) {
    // SAFETY: the entry is live until the scope's reference is given up here. It lies in the
    // allocation of its node, so its fields are read before that.
    unsafe {
        let node = (*entry).node;
        if node.is_null() {
            let swap = Box::from_raw(entry.cast_mut());
            let mapping = swap.mapping.get();
            drop(swap);
            return release(mapping);
        }
        let value_only = (*entry).value_only.get();
        (*node).note_ended();
        if give_to_reader(node) {
            // The reader took a value reference. If the scope's was a link reference, that is given
            // up after a value reference was counted for the reader.
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
