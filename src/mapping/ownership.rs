//! How nodes come to own a clean chain.
//!
//! Invariant *clean*: the chain of an owned node binds no key twice. An owned chain therefore keeps
//! alive exactly the values that it shows.

use std::mem::MaybeUninit;

use super::fold::{image, shortened};
use super::key::is_uninherited;
use super::node::{Base, Node, bit};
use super::owned::{Held, Owned};
use super::release::Chain;
use super::steps::{Entries, Map, map_node};
use super::{DEEP, SHORT};

/// Makes every borrowing node from `head` down own a clean parent, and returns `head`. Runs no user
/// code. The head stays the same pointer and shows the same mapping at every moment, so an
/// allocator that reads a variable gets the right value, and one that captures may make the same
/// nodes owned in the meantime.
///
/// # Safety
///
/// `head` is live and not owned, and this thread runs the scopes of all borrowing nodes of its
/// chain, so only this thread may write them.
#[cold]
#[inline(never)]
pub(super) unsafe fn own(head: *const Node) -> *const Node {
    // A new node rests on fewer than DEEP steps, so a chain has at most DEEP borrowing nodes. The
    // array is not initialized: zeroing it would cost more than the rest of this function.
    let mut path = [const { MaybeUninit::<*const Node>::uninit() }; DEEP as usize + 1];
    let mut depth = 0;
    let mut step = head;
    // SAFETY: all nodes of the chain are live.
    while !step.is_null() && unsafe { !(*step).owned.get() } {
        path[depth].write(step);
        depth += 1;
        // SAFETY: as above.
        step = unsafe { (*step).parent.get() };
    }
    // SAFETY: `step` is null or owned. An enclosing scope holds a link reference to it, directly or
    // through a node that caches it.
    let beneath = unsafe { Owned::new(step) };
    // The chain beneath is shortened here, and not at the sixteenth step: that step may be a node
    // of this pass, which may be freed soon, together with a map cached in it.
    let beneath = beneath.filter(|owned| usize::from(owned.len()) + depth > usize::from(SHORT));
    let short = beneath.map(shortened);
    if let Some(short) = &short {
        // SAFETY: `path[..depth]` was written, and its nodes are live. `short` is held until the
        // node that rests on it owns a chain.
        unsafe {
            let lowest = &*path[depth - 1].assume_init();
            if !lowest.owned.get() {
                lowest.rest_on(Base::of(short.node()));
            }
        }
    }
    // Bottom-up, so that each parent is owned and clean when its child takes it.
    for step in path[..depth].iter().rev() {
        // SAFETY: `path[..depth]` was written, and its nodes are live; only this thread writes them
        // until they are owned. The steps beneath are owned by now.
        unsafe { own_step(step.assume_init()) }
    }
    drop(short); // the lowest node has references of its own
    head
}

/// Makes a node own a clean parent.
///
/// # Safety
///
/// The node and its chain are live, the node that it rests on is null or owned, and this thread
/// runs its scope.
unsafe fn own_step(step: *const Node) {
    // SAFETY: the caller's promise.
    unsafe {
        let node = &*step;
        let parent = clean(Owned::new(node.parent.get()), node.key);
        if node.owned.get() {
            return; // an allocator captured in the meantime, and an owned node is frozen
        }
        node.rest_on(Base::of(parent.into_raw()));
        node.owned.set(true);
    }
}

/// Returns a chain with the same bindings as that of `node`, but without `key`, and shorter than
/// `SHORT`.
pub(super) fn clean(node: Option<Owned<'_>>, key: u64) -> Chain {
    let Some(node) = node else { return Chain::EMPTY };
    let chain = if node.binds(key) { without(node, key) } else { node.chain() };
    match chain.head() {
        // The map holds the same values, so none is dropped with the chain.
        Some(long) if long.len() >= SHORT => image(long).chain(),
        _ => chain,
    }
}

/// Returns a chain with the same bindings as that of `node`, but without `key`, which is bound in
/// it: the tail beneath that binding, with one segment for the bindings above it.
fn without(node: Owned<'_>, key: u64) -> Chain {
    let mut above = Entries::default();
    let mut tail = Chain::EMPTY;
    for step in node.steps() {
        let mut found = false;
        match step.held() {
            Held::One(_) if step.key() == key => found = true,
            Held::One(value) => above.push(step.key(), value.clone()),
            Held::Several(entries) => {
                for (other, value) in entries {
                    if *other == key {
                        found = true;
                    } else {
                        above.push(*other, value.clone());
                    }
                }
            }
            Held::All(map) => tail = map_without(map, step.bloom(), key),
        }
        if found {
            tail = step.chain_beneath();
            break;
        }
    }
    above.over(tail)
}

/// Returns the map `map`, whose mask is `bloom`, without `key`.
///
/// The mask of a map is a superset, since removing a key leaves its bit. Only the bit of
/// uninherited keys is exact, so that an owned head has it if and only if an uninherited variable
/// is bound (`inherit.rs`).
fn map_without(map: &Map, mut bloom: u32, key: u64) -> Chain {
    let rest = map.remove(&key);
    if rest.is_empty() {
        return Chain::EMPTY;
    }
    if is_uninherited(key) && !rest.keys().any(|key| is_uninherited(*key)) {
        bloom &= !bit(key);
    }
    map_node(rest, bloom)
}
