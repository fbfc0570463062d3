//! Look-up in a chain.

use std::ptr;

use super::node::{Kind, Node, bit};
use super::release::Value;
use super::steps::{entries_of, map_of};
use crate::hint::cold_path;

/// Returns the binding of `key` in the chain of `head`, or null.
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
            match walk(head, key) {
                none if none.is_null() => find_inside(head, key),
                single => single,
            }
        }
    }
}

/// The same among nodes of one binding, for a key other than `head`'s.
///
/// The result is the newest binding: a variable that is bound in a segment or a map is bound in no
/// owned node beneath it, and in nodes above it only by bindings that shadow it.
///
/// # Safety
///
/// `head` is the live head of a chain.
#[inline(always)]
pub(super) unsafe fn walk(head: *const Node, key: u64) -> *const Node {
    let mut step = head;
    // SAFETY: a live head's chain is live as a whole.
    unsafe {
        loop {
            step = (*step).parent.get();
            if step.is_null() {
                cold_path();
                return step;
            }
            if (*step).key == key {
                return step;
            }
        }
    }
}

/// Whether `key` may be bound in the chain of `head`, according to the mask.
///
/// # Safety
///
/// `head` is live.
#[inline(always)]
pub(super) unsafe fn may_bind(head: *const Node, key: u64) -> bool {
    // SAFETY: the caller's promise.
    unsafe { (*head).bloom.get() & bit(key) != 0 }
}

/// Returns the binding of `key` in the segments and maps of a chain, or null.
///
/// # Safety
///
/// `head` is the live head of a chain.
#[inline(never)]
pub(super) unsafe fn find_inside(head: *const Node, key: u64) -> *const Node {
    // SAFETY: the chain is live as a whole.
    unsafe {
        let mut last = head;
        while !(*last).parent.get().is_null() {
            last = (*last).parent.get();
        }
        // It is mostly in the last node: a map has no parent, and a segment often has none.
        let mut found = inside(last, key);
        let mut step = head;
        while found.is_null() && !ptr::eq(step, last) {
            found = inside(step, key);
            step = (*step).parent.get();
        }
        found
    }
}

/// Returns the binding of `key` in `step`, if that is a segment or a map, or null.
///
/// # Safety
///
/// `step` is live.
#[inline(always)]
unsafe fn inside(step: *const Node, key: u64) -> *const Node {
    // SAFETY: the kind determines the type of the allocation.
    let found = unsafe {
        match (*step).kind {
            Kind::Binding => None,
            Kind::Segment => entries_of(step).iter().find(|(k, _)| *k == key).map(|(_, value)| value),
            Kind::Map => map_of(step).get(&key),
        }
    };
    found.map_or(ptr::null(), Value::node)
}
