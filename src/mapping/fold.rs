//! Long mappings: chains folded into persistent maps.
//!
//! Up to [`SHORT`](super::SHORT) bindings, a walk along the chain is the fastest look-up. A longer
//! mapping becomes a map of value references, which is created once per node and cached in it, so
//! that all nodes above share it. To create a map takes as long as some thirty captures, so it is
//! done for nodes that live long.

use super::owned::{Held, Owned};
use super::release::Chain;
use super::steps::{Entries, empty_map, map_node};

/// The number of single bindings above a map: as many nested scopes may be captured, each for the
/// first time, without creating a map for any of them.
#[cfg(not(any(loom, shuttle)))]
const SINGLE: usize = 3;

/// Under loom and shuttle, shorter mappings count as long.
#[cfg(any(loom, shuttle))]
const SINGLE: usize = 1;

/// Returns the mapping of `node` as one map node, which is cached in `node`.
///
/// Runs no user code: values are referenced, never dropped.
#[cold]
pub(super) fn image(node: Owned<'_>) -> Owned<'_> {
    if let Held::All(_) = node.held() {
        return node;
    }
    if let Some(map) = node.flat() {
        return map;
    }
    let mut map = empty_map();
    let mut above = Vec::new();
    for step in node.steps() {
        match step.held() {
            Held::One(value) => above.push((step.key(), value.clone())),
            Held::Several(entries) => above.extend_from_slice(entries),
            Held::All(all) => map = all.clone(),
        }
    }
    // A clean chain binds no key twice, so the order of insertion does not matter.
    for (key, value) in above {
        map.insert_mut(key, value);
    }
    node.keep_flat(map_node(map, node.bloom()))
}

/// Returns a short chain with the same bindings as that of `node`: a map, and possibly a few single
/// bindings above it.
///
/// A node for which this is called again is long-lived, so its own map is created. At the first
/// call, the node may be as short-lived as the scope in which it was captured, so the map is that
/// of a node a few steps beneath, where later calls find it.
#[cold]
pub(super) fn shortened(node: Owned<'_>) -> Chain {
    let at_most = if node.is_asked_again() { 0 } else { SINGLE };
    let mut single = Entries::default();
    let mut rest = Some(node);
    while let Some(step) = rest.filter(|step| single.len() < at_most && !step.has_flat()) {
        let Held::One(value) = step.held() else { break };
        single.push(step.key(), value.clone());
        rest = step.parent();
    }
    single.over(rest.map_or(Chain::EMPTY, |rest| image(rest).chain()))
}
