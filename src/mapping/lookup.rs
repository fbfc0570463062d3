//! Look-up, and pins: what keeps a value while it is being read.
//!
//! A read hands out a plain reference and counts nothing. In a frame without
//! entries (no guard, no swapped-in mapping) that is sound as it is: what the
//! frame shows is held by its own `run`, by the snapshot or future it runs in, or
//! by frames outside it, and none of them can let go before the frame ends, which
//! is after the read.
//!
//! In a frame with entries the reader itself may let go of what it reads: drop the
//! guard, or swap the mapping. There a read leaves a [`Pin`] on a list of the
//! thread, and whoever lets go first looks at that list (`entry.rs`, `swap.rs`). No atomics.

use std::cell::Cell;
use std::hint::cold_path;
use std::mem::MaybeUninit;
use std::ptr;

use super::key::Key;
use super::node::{Bound, Kind, Node, Value, bit, entries_of, free, map_of};
use super::thread::{Head, thread};

/// The binding of `key` in the chain of `head`, or null.
///
/// # Safety
///
/// `head` is null or the live head of a chain.
#[inline]
pub(super) unsafe fn find(head: *const Node, key: u64) -> *const Node {
    // SAFETY: the caller's promise.
    unsafe {
        if head.is_null() || !may_bind(head, key) {
            ptr::null()
        } else if (*head).key == key {
            head
        } else {
            find_beneath(head, key)
        }
    }
}

/// The same, for a key that `head` is not the binding of.
///
/// The walk looks at single bindings alone, and finds the newest: what a segment or a map
/// holds is bound in no owned step beneath it, and above it only by what shadows it.
///
/// # Safety
///
/// `head` is the live head of a chain.
#[inline(always)]
unsafe fn find_beneath(head: *const Node, key: u64) -> *const Node {
    let mut last = head;
    // SAFETY: a live head's chain is live as a whole.
    unsafe {
        loop {
            let step = (*last).parent.get();
            if step.is_null() {
                cold_path();
                return find_inside(head, last, key);
            }
            if (*step).key == key {
                return step;
            }
            last = step;
        }
    }
}

/// Can `key` be bound in the chain of `head`?
///
/// # Safety
///
/// `head` is live.
#[inline(always)]
unsafe fn may_bind(head: *const Node, key: u64) -> bool {
    // SAFETY: the caller's promise.
    unsafe { (*head).bloom.get() & bit(key) != 0 }
}

/// The binding of `key` among the several of the steps from `head` to `last`, or null.
///
/// # Safety
///
/// `head` is the live head of a chain, and `last` the last step of it.
#[inline(never)]
unsafe fn find_inside(head: *const Node, last: *const Node, key: u64) -> *const Node {
    // SAFETY: the chain is live as a whole, and ends with `last`.
    unsafe {
        // mostly it is there: a map has nothing beneath, and a segment often has not
        let mut found = inside(last, key);
        let mut step = head;
        while found.is_null() && !ptr::eq(step, last) {
            found = inside(step, key);
            step = (*step).parent.get();
        }
        found
    }
}

/// The binding of `key` among the several of `step`, or null.
///
/// # Safety
///
/// `step` is live.
#[inline(always)]
unsafe fn inside(step: *const Node, key: u64) -> *const Node {
    // SAFETY: the kind says what it is.
    let found = unsafe {
        match (*step).kind {
            Kind::Binding => None,
            Kind::Segment => entries_of(step).iter().find(|(k, _)| *k == key).map(|(_, value)| value),
            Kind::Map => map_of(step).get(&key),
        }
    };
    found.map_or(ptr::null(), Value::node)
}

/// Reads the value bound to `key`, if any.
///
/// It is inlined into the caller together with `f`, so only what is most frequent is told
/// here: the newest binding is read, or the mask says that there is none.
#[inline(always)]
pub(crate) fn with<T, R>(key: &Key<T>, f: impl FnOnce(Option<&T>) -> R) -> R {
    let id = key.sought();
    let head = thread(|t| t.head.get());
    let mut place = MaybeUninit::uninit();
    // SAFETY: the current head is live. A node that is found by a key's id holds a `T` (see
    // `Key`). In a frame without entries the value outlives `f` (see the module's text),
    // and else it is pinned until `f` is done.
    unsafe {
        let (node, _unpin) = 'bound: {
            match head.bare() {
                Some(top) if (*top).key == id => return f(Some(value_of(top))),
                Some(top) if may_bind(top, id) => {
                    let node = find_beneath(top, id);
                    if !node.is_null() {
                        break 'bound (node, Unpin(None));
                    }
                }
                None if head.has_entries() => {
                    cold_path();
                    if let Some(pin) = pinned(head, id, &mut place) {
                        break 'bound (pin.node, Unpin(Some(pin)));
                    }
                }
                _ => {}
            }
            return f(None);
        };
        f(Some(value_of(node)))
    }
}

/// The value of a binding, to be read now.
///
/// # Safety
///
/// `node` lives for `'a`, and is a binding of a `T`.
#[inline(always)]
unsafe fn value_of<'a, T>(node: *const Node) -> &'a T {
    // SAFETY: the caller's promise.
    unsafe {
        #[cfg(debug_assertions)]
        (*node).note_read();
        &(*node.cast::<Bound<T>>()).value
    }
}

/// Pins the binding of `id` in the current mapping, if there is one.
///
/// # Safety
///
/// `head` is the thread's current head.
#[inline(never)]
unsafe fn pinned(head: Head, id: u64, place: &mut MaybeUninit<Pin>) -> Option<&Pin> {
    // SAFETY: the current head is live.
    let node = unsafe { find(head.node(), id) };
    if node.is_null() {
        return None;
    }
    let pin = place.write(Pin { node, outer: thread(|t| t.pins.get()), owed: Cell::new(false) });
    thread(|t| t.pins.set(pin));
    Some(pin)
}

/// A value that is being read on this thread. It lies in the reader's frame.
pub(super) struct Pin {
    pub(super) node: *const Node,
    pub(super) outer: *const Pin,
    /// The pin holds one value reference, to be given up when the read is done.
    owed: Cell<bool>,
}

impl Pin {
    /// Gives the pin a value reference to its node, unless it has one already.
    ///
    /// Returns whether it was taken.
    pub(super) fn owe(&self) -> bool {
        !self.owed.replace(true)
    }
}

/// Ends the pin when dropped, if there is one.
struct Unpin<'a>(Option<&'a Pin>);

impl Drop for Unpin<'_> {
    #[inline(always)]
    fn drop(&mut self) {
        if let Some(pin) = self.0 {
            pin.end();
        }
    }
}

impl Pin {
    #[inline(never)]
    fn end(&self) {
        thread(|t| t.pins.set(self.outer));
        if self.owed.get() {
            // SAFETY: the read is done, and the reference is given up, once. A node
            // that is not owned was its scope's alone, and the scope gave it away.
            unsafe { unpin(self.node) }
        }
    }
}

/// # Safety
///
/// The caller holds a value reference to `node`, or it is not owned and the
/// caller has it alone, and gives it up.
#[cold]
unsafe fn unpin(node: *const Node) {
    // SAFETY: the caller's promise.
    unsafe {
        if (*node).owned.get() {
            drop(Value::from_raw(node));
        } else {
            free(node);
        }
    }
}
