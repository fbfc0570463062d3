//! The look-up of a variable in the current mapping.

use std::mem::MaybeUninit;

use super::find::{find, find_inside, may_bind, walk};
use super::hazard::Hazard;
use super::key::Key;
use super::node::Node;
use super::steps::Bound;
use super::thread::thread;
use crate::hint::cold_path;

/// Reads the value bound to `key`, if any.
///
/// This is inlined into the caller together with `f`, so it contains only the frequent cases: a
/// single binding, or none according to the mask. `f` is called once for no value: with several
/// such calls, the compiler tests the caller's result for it even where a value was found.
#[inline(always)]
pub(crate) fn with<T, R>(key: &Key<T>, f: impl FnOnce(Option<&T>) -> R) -> R {
    let id = key.sought();
    let top = thread(|t| t.head.get()).top();
    let mut place = MaybeUninit::uninit();
    // SAFETY: the current head is live, or the cover. A node that is found by a key's id holds a
    // `T` (rule 6). In a frame without entries, the value outlives `f` (`hazard.rs`); in one with
    // entries, a hazard keeps it until `f` has returned.
    unsafe {
        'none: {
            let node = if top.is_null() {
                cold_path();
                break 'none;
            } else if (*top).key == id {
                top
            } else if may_bind(top, id) {
                walk(top, id)
            } else {
                break 'none;
            };
            if !node.is_null() {
                return f(Some(value_of(node)));
            }
            cold_path();
            let (node, _reading) = at_the_end(top, id, &mut place);
            if !node.is_null() {
                return f(Some(value_of(node)));
            }
        }
        f(None)
    }
}

/// Returns the binding of `id` that a walk from `top` did not find, or null. In a frame with
/// entries, the result is read under a hazard.
///
/// # Safety
///
/// `top` is the thread's current head, and not null.
#[inline(never)]
unsafe fn at_the_end(top: *const Node, id: u64, place: &mut MaybeUninit<Hazard>) -> (*const Node, Reading<'_>) {
    // SAFETY: the current head is live, and so is the mapping beneath a cover.
    unsafe {
        if !(*top).is_cover() {
            return (find_inside(top, id), Reading(None));
        }
        thread(|t| {
            let node = find(t.beneath_cover(), id);
            if node.is_null() {
                return (node, Reading(None));
            }
            (node, Reading(Some(Hazard::begin(node, place))))
        })
    }
}

/// The value of a binding, which is read now.
///
/// # Safety
///
/// `node` is live for `'a`, and a binding of a `T`.
#[inline(always)]
unsafe fn value_of<'a, T>(node: *const Node) -> &'a T {
    // SAFETY: the caller's promise.
    unsafe {
        #[cfg(debug_assertions)]
        (*node).note_read();
        &(*node.cast::<Bound<T>>()).value
    }
}

/// Ends the hazard of a read, if there is one, when dropped.
struct Reading<'a>(Option<&'a Hazard>);

impl Drop for Reading<'_> {
    #[inline(always)]
    fn drop(&mut self) {
        if let Some(hazard) = self.0 {
            hazard.end();
        }
    }
}
