//! The mapping that detached work starts with: the current one without its uninherited variables.

use super::attachments::capture_at;
use super::call_site::CaptureSite;
use super::key::is_uninherited;
use super::link::Link;
use super::node::bit;
use super::owned::{Held, Owned};
use super::release::{Chain, Value};
use super::steps::{Entries, Map, empty_map, map_node};

/// The bit of all uninherited keys in a Bloom mask. No other key has it.
const UNINHERITED: u32 = 1 << 31;

const _: () = assert!(UNINHERITED == bit(31) && is_uninherited(31), "ids and masks agree on which bit it is");

/// Captures the current mapping without uninherited variables, with an attachment if there are
/// observers. `what` names the purpose in a word.
///
/// If none is bound, this costs a load and a branch more than a capture.
#[inline]
#[cfg_attr(debug_assertions, track_caller)]
pub(crate) fn inherit(what: &'static str) -> Link {
    inherit_at(CaptureSite::here(what))
}

/// The same, captured at `site`.
#[inline]
pub(crate) fn inherit_at(site: CaptureSite) -> Link {
    let all = capture_at(site);
    if all.head().is_none_or(|head| head.bloom() & UNINHERITED == 0) {
        return all;
    }
    leave_uninherited(&all)
}

/// Returns the mapping `all` without its uninherited variables: the tail that binds none, with one
/// segment for the other bindings above it. Drops no value: `all` holds them.
#[cold]
#[inline(never)]
fn leave_uninherited(all: &Link) -> Link {
    let mut above = Entries::default();
    let mut keep = |key: u64, value: &Value| {
        if !is_uninherited(key) {
            above.push(key, value.clone());
        }
    };
    let mut rest = all.head();
    while let Some(step) = rest.filter(|step| step.bloom() & UNINHERITED != 0) {
        rest = step.parent();
        match step.held() {
            Held::One(value) => keep(step.key(), &value),
            Held::Several(entries) => entries.iter().for_each(|(key, value)| keep(*key, value)),
            Held::All(map) => {
                rest = rest_of(step, map);
                break;
            }
        }
    }
    Link::new(above.over(rest.map_or(Chain::EMPTY, Owned::chain)), all.site())
}

/// Returns the map of `node`, which is `map`, without uninherited keys, if anything is left.
///
/// The result is cached, since code that spawns here mostly spawns again. It takes the place of the
/// map that other nodes cache, which a map node does not need.
fn rest_of<'a>(node: Owned<'a>, map: &Map) -> Option<Owned<'a>> {
    node.flat().or_else(|| {
        let map = without_uninherited(map);
        (!map.is_empty()).then(|| node.keep_flat(map_node(map, node.bloom() & !UNINHERITED)))
    })
}

/// Returns `map` without its uninherited keys: a version that shares most of it if few are removed,
/// a new map if few are left.
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
