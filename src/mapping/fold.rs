//! Long mappings: a chain folded into one persistent map.
//!
//! Up to [`SHORT`](super::SHORT) bindings a walk along the chain is the fastest
//! look-up there is. Beyond, a mapping is kept as a map of value references, made
//! once per node and cached in it, so that it is shared by all that lies above. It takes
//! as long as some thirty captures, so it is made for nodes that stay.

use super::node::{Kind, Node, bit, linked};
use super::release::{Value, release};
use super::steps::{empty_map, entries_of, map_node, map_of, segment};
use crate::sync::Ordering;

/// As many values as are left single over a map: as many scopes may be captured one in the
/// other, each for the first time, without a map being made for one of them.
#[cfg(not(any(loom, shuttle)))]
const SINGLE: usize = 3;

/// Under loom and shuttle mappings are long sooner.
#[cfg(any(loom, shuttle))]
const SINGLE: usize = 1;

/// The mapping that `node` shows, as one map node; borrowed from `node`.
///
/// No user code runs here: values are referenced, never dropped.
///
/// # Safety
///
/// `node` is a live, owned head of a clean chain.
#[cold]
pub(super) unsafe fn image(node: *const Node) -> *const Node {
    // SAFETY: the chain of a live, owned head is live as a whole and frozen.
    unsafe {
        if (*node).kind == Kind::Map {
            return node;
        }
        let cached = (*node).flat(Ordering::Acquire);
        if !cached.is_null() {
            return cached;
        }
        let mut map = empty_map();
        let mut above = Vec::new();
        let mut step = node;
        while !step.is_null() {
            match (*step).kind {
                Kind::Binding => above.push(Value::of(step)),
                Kind::Segment => above.extend(entries_of(step).iter().map(|(_, v)| v.clone())),
                Kind::Map => map = map_of(step).clone(), // has no parent
            }
            step = (*step).parent.get();
        }
        // A clean chain binds no key twice, so the order of insertion is free.
        for value in above {
            map.insert_mut((*value.node()).key, value);
        }
        let made = map_node(map, (*node).bloom.get());
        match (*node).set_flat(made) {
            Ok(()) => made,
            Err(theirs) => {
                release(made); // another thread was first; its map is the same
                theirs
            }
        }
    }
}

/// A link reference to a short chain that shows what `node` shows: a map, and at first a
/// few single values over it.
///
/// A node that is asked again stays, so its own map is made. One that is asked for the
/// first time may be as short-lived as the scope that it was captured in, so the map is
/// taken from a few steps beneath it, where it will be found again.
///
/// # Safety
///
/// `node` is a live, owned head of a clean chain.
#[cold]
pub(super) unsafe fn shortened(node: *const Node) -> *const Node {
    let mut single = Vec::new();
    let mut bloom = 0;
    let mut step = node;
    // SAFETY: the chain of a live, owned head is live as a whole and frozen. The values
    // are bound nowhere beneath them, and the map's link is given away.
    unsafe {
        let again = (*node).is_asked_again();
        while !again && single.len() < SINGLE && (*step).kind == Kind::Binding {
            if !(*step).flat(Ordering::Relaxed).is_null() {
                break;
            }
            single.push(((*step).key, Value::of(step)));
            bloom |= bit((*step).key);
            step = (*step).parent.get();
            if step.is_null() {
                break;
            }
        }
        let map = if step.is_null() { step } else { linked(image(step)) };
        if single.is_empty() { map } else { segment(single, bloom, map) }
    }
}
