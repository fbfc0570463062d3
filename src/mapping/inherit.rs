//! What detached work starts with: the current mapping without its uninherited variables.

use super::attachments::capture_at;
use super::call_site::CaptureSite;
use super::key::is_uninherited;
use super::link::Link;
use super::node::bit;
use super::owned::{Held, Owned};
use super::release::{Chain, Value};
use super::steps::{Entries, Map, empty_map, map_node};

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
    if all.head().is_none_or(|head| head.bloom() & UNINHERITED == 0) {
        return all;
    }
    leave_uninherited(&all)
}

/// What `all` shows without its uninherited variables: the tail that binds none, and one segment
/// for what else lies above it. No value is dropped: `all` holds them.
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

/// The map of `node`, which is `map`, without uninherited keys, if anything is left.
///
/// Whoever spawns here will mostly spawn again, so it is kept. A map is no node that another
/// map is made for, so it is kept in the place of that.
fn rest_of<'a>(node: Owned<'a>, map: &Map) -> Option<Owned<'a>> {
    node.flat().or_else(|| {
        let map = without_uninherited(map);
        (!map.is_empty()).then(|| node.keep_flat(map_node(map, node.bloom() & !UNINHERITED)))
    })
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
