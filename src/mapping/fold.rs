//! Long mappings: a chain folded into one persistent map.
//!
//! Up to [`SHORT`](super::SHORT) bindings a walk along the chain is the fastest
//! look-up there is. Beyond, a mapping is kept as a map of value references, made
//! once per node and cached in it, so that it is shared by all that lies above. It takes
//! as long as some thirty captures, so it is made for nodes that stay.

use super::owned::{Held, Owned};
use super::release::Chain;
use super::steps::{Entries, empty_map, map_node};

/// How many values are left single over a map: so many nested scopes may be captured, each for
/// the first time, without a map being made for one of them.
#[cfg(not(any(loom, shuttle)))]
const SINGLE: usize = 3;

/// Under loom and shuttle mappings are long sooner.
#[cfg(any(loom, shuttle))]
const SINGLE: usize = 1;

/// The mapping that `node` shows, as one map node that is kept in it.
///
/// No user code runs here: values are referenced, never dropped.
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
    // A clean chain binds no key twice, so the order of insertion is free.
    for (key, value) in above {
        map.insert_mut(key, value);
    }
    node.keep_flat(map_node(map, node.bloom()))
}

/// A short chain that shows what `node` shows: a map, and at first a few single values over it.
///
/// A node that is asked again stays, so its own map is made. One that is asked for the
/// first time may be as short-lived as the scope that it was captured in, so the map is
/// taken from a few steps beneath it, where it will be found again.
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
