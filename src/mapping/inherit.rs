//! What detached work starts with: the current mapping without its uninherited variables.

use std::ptr;

use super::attachments::capture_at;
use super::call_site::CaptureSite;
use super::key::is_uninherited;
use super::link::Link;
use super::node::{Kind, Node, bit, linked};
use super::release::{Value, release};
use super::steps::{Map, empty_map, entries_of, map_node, map_of, segment};
use crate::sync::Ordering;

/// The bit that all uninherited keys have in a bloom mask, and no other key.
const UNINHERITED: u32 = 1 << 31;

const _: () = assert!(UNINHERITED == bit(31) && is_uninherited(31), "ids and masks agree on which bit it is");

/// The current mapping without uninherited variables, kept, with what is attached to it. `what`
/// says in a word what it is captured for.
///
/// Where none is bound it costs a load and a branch more than a capture.
#[inline]
#[cfg_attr(debug_assertions, track_caller)]
pub(crate) fn inherit(what: &'static str) -> Link {
    inherit_at(CaptureSite::here(what))
}

/// The same, as captured at `site`.
#[inline]
pub(crate) fn inherit_at(site: CaptureSite) -> Link {
    let all = capture_at(site);
    // SAFETY: the link keeps its head live.
    if all.node().is_null() || unsafe { (*all.node()).bloom.get() } & UNINHERITED == 0 {
        return all;
    }
    leave_uninherited(&all)
}

/// What `all` shows without its uninherited variables: the tail that binds none, and one segment
/// for what else lies above it. No value is dropped: `all` holds them.
#[cold]
#[inline(never)]
fn leave_uninherited(all: &Link) -> Link {
    let mut above: Vec<(u64, Value)> = Vec::new();
    let mut bloom = 0;
    // SAFETY: the link keeps its chain live, which is owned, and so frozen, and clean. The
    // result is clean too, as it shows a part of that, and has no more steps. Its reference is
    // given away.
    unsafe {
        let mut keep = |key: u64, node: *const Node| {
            if !is_uninherited(key) {
                bloom |= bit(key);
                above.push((key, Value::of(node)));
            }
        };
        let mut step = all.node();
        while !step.is_null() && (*step).bloom.get() & UNINHERITED != 0 {
            match (*step).kind {
                Kind::Binding => keep((*step).key, step),
                Kind::Segment => entries_of(step).iter().for_each(|(key, value)| keep(*key, value.node())),
                Kind::Map => {
                    step = rest_of(step);
                    break; // a map has no parent
                }
            }
            step = (*step).parent.get();
        }
        let tail = linked(step);
        let rest = if above.is_empty() { tail } else { segment(above, bloom, tail) };
        Link::from_raw(rest, all.site())
    }
}

/// The map of `node` without uninherited keys, or null if nothing is left; borrowed from `node`.
///
/// Whoever spawns here will mostly spawn again, so it is kept. A map is no node that another
/// map is made for, so it is kept in the place of that.
///
/// # Safety
///
/// `node` is a live map that binds uninherited keys.
unsafe fn rest_of(node: *const Node) -> *const Node {
    // SAFETY: the caller's promise. What `map` lets go of is held by the map of `node`.
    unsafe {
        let kept = (*node).flat(Ordering::Acquire);
        if !kept.is_null() {
            return kept;
        }
        let map = without_uninherited(map_of(node));
        if map.is_empty() {
            return ptr::null();
        }
        let made = map_node(map, (*node).bloom.get() & !UNINHERITED);
        match (*node).set_flat(made) {
            Ok(()) => made,
            Err(theirs) => {
                release(made); // another thread was first; its map is the same
                theirs
            }
        }
    }
}

/// Shares what it can if few are removed, and is made anew if few are left.
fn without_uninherited(map: &Map) -> Map {
    let uninherited: Vec<u64> = map.keys().copied().filter(|key| is_uninherited(*key)).collect();
    if uninherited.len() <= map.size() / 2 {
        let mut rest = map.clone();
        for key in &uninherited {
            rest.remove_mut(key);
        }
        return rest;
    }
    let mut rest = empty_map();
    for (key, value) in map.iter().filter(|(key, _)| !is_uninherited(**key)) {
        rest.insert_mut(*key, value.clone());
    }
    rest
}
