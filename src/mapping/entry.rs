//! Entries: what a frame knows of the guards and swaps on it.
//!
//! The entries of a frame are a list that hangs on the frame. As long as guards are dropped
//! newest first they are a stack: a guard's entry lies in the allocation of its node, a
//! swap's is one of its own, unless it is the oldest of a task's frame (`hooked_task.rs`). The
//! first guard that is dropped out of order turns the guards of the list into a table
//! (`table.rs`), which is the newest entry until its last guard is gone.

use std::cell::Cell;
use std::iter;
use std::ptr;

use super::hazard::give_to_reader;
use super::link::Link;
use super::node::{Base, Node, one_more};
use super::release::{Value, free, let_go, release};
use super::steps::{Bound, unmade_in_turn};

/// What a scope knows about one guard, or about one swap, or what its `Table` starts
/// with. Touched only by the thread that runs the scope.
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
    #[cfg_attr(
        not(any(test, all(feature = "tokio", tokio_unstable))),
        expect(dead_code, reason = "only hooks open frames")
    )]
    HookedTask,
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
        Entry { mapping: Cell::new(link.into_chain().into_raw()), ..Entry::new(EntryKind::Swap, next, id) }
    }

    /// The same, of the swap that a hooked task's frame has from its beginning, and which lies
    /// beside it (`hooked_task.rs`).
    #[cfg(any(test, all(feature = "tokio", tokio_unstable)))]
    pub(super) fn of_hooked_task(link: Link, id: u64) -> Entry {
        Entry { kind: EntryKind::HookedTask, ..Entry::of_swap(ptr::null(), link, id) }
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

/// The entries from `newest` on, newest first. Each is left before it is handed out.
///
/// # Safety
///
/// They live, each until it was handed out.
pub(super) unsafe fn list(newest: *const Entry) -> impl Iterator<Item = *const Entry> {
    let some = |entry: *const Entry| (!entry.is_null()).then_some(entry);
    // SAFETY: the caller's promise.
    iter::successors(some(newest), move |entry| some(unsafe { (**entry).next.get() }))
}

/// The same, as far as the swap.
///
/// # Safety
///
/// As for [`list`].
pub(super) unsafe fn guards(newest: *const Entry) -> impl Iterator<Item = *const Entry> {
    // SAFETY: the caller's promise; an entry lives when it is handed out.
    unsafe { list(newest).take_while(|entry| !(**entry).is_swap()) }
}

/// A binding made by a guard, with what its scope knows about it.
#[repr(C)]
pub(super) struct Guarded<T> {
    bound: Bound<T>,
    pub(super) entry: Entry,
}

/// A borrowing node with an entry, in `block`.
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
        (*node).note_ended();
        if give_to_reader(node) {
            // The reader took over the value; a link is still the scope's to give up.
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
