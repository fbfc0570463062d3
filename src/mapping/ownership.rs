//! How nodes come to own what they need, and only that.
//!
//! Invariant *clean*: the chain of an owned node binds no key twice. So what an
//! owned chain keeps alive is exactly what it shows.

use std::mem::MaybeUninit;

use super::fold::{image, shortened};
use super::key::is_uninherited;
use super::node::{Base, Node, bit};
use super::owned::{Held, Owned};
use super::release::Chain;
use super::steps::{Entries, Map, map_node};
use super::{DEEP, SHORT};

/// Makes every borrowing node from `head` down own a clean parent, and returns `head`. Runs
/// no user code. The head stays the same pointer, and shows the same mapping at every
/// moment, so even an allocator that reads a variable sees it right, and one that captures
/// may own the same nodes meanwhile.
///
/// # Safety
///
/// `head` is live and not owned, and this thread runs the scopes of all the
/// borrowing nodes of its chain: so it alone may write them.
#[cold]
#[inline(never)]
pub(super) unsafe fn own(head: *const Node) -> *const Node {
    // A new node rests on fewer than DEEP steps, so a chain has at most DEEP
    // borrowing nodes. Not initialised: zeroing would cost more than the rest.
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
    // SAFETY: what lies beneath those is owned, and its link is held by a scope or by its parent.
    let beneath = unsafe { Owned::new(step) };
    // What lies beneath is shortened here, and not where the sixteenth step would be:
    // there it might be a node of this pass, and what is cached in it go with it.
    let beneath = beneath.filter(|owned| usize::from(owned.len()) + depth > usize::from(SHORT));
    let short = beneath.map(shortened);
    if let Some(short) = &short {
        // SAFETY: `path[..depth]` was written, and `short` is held meanwhile.
        unsafe {
            let lowest = &*path[depth - 1].assume_init();
            if !lowest.owned.get() {
                lowest.rest_on(Base::of(short.node()));
            }
        }
    }
    // Bottom-up, so that each parent is owned and clean when its child takes it.
    for step in path[..depth].iter().rev() {
        // SAFETY: it was written, and the node is this thread's to write until it is owned.
        unsafe { own_step(step.assume_init()) }
    }
    drop(short); // the lowest node owns it, or what it needs of it
    head
}

/// Makes a node own a clean parent.
///
/// # Safety
///
/// It is live with its chain, what it rests on is owned, and this thread runs its scope.
unsafe fn own_step(step: *const Node) {
    // SAFETY: the caller's promise.
    unsafe {
        let node = &*step;
        let parent = clean(Owned::new(node.parent.get()), node.key);
        if node.owned.get() {
            return; // an allocator captured meanwhile: what is owned is frozen
        }
        node.rest_on(Base::of(parent.into_raw()));
        node.owned.set(true);
    }
}

/// A chain that shows what `node` shows without `key`, and that is shorter than `SHORT`.
pub(super) fn clean(node: Option<Owned<'_>>, key: u64) -> Chain {
    let Some(node) = node else { return Chain::EMPTY };
    let chain = if node.binds(key) { without(node, key) } else { node.chain() };
    match chain.head() {
        // It holds the same values, so none dies with the chain.
        Some(long) if long.len() >= SHORT => image(long).chain(),
        _ => chain,
    }
}

/// A chain that shows what `node` shows without `key`, which is bound in it: the tail below the
/// binding, and one segment for what lies above it.
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

/// The map `map`, whose mask is `bloom`, without `key`.
///
/// The mask of a map is a superset, as removing a key leaves its bit. The bit of
/// uninherited keys alone is kept exact, so that an owned head has it if and only if an
/// uninherited variable is bound (`inherit.rs`).
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
