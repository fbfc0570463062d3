//! How nodes come to own what they need, and only that.
//!
//! Invariant *clean*: the chain of an owned node binds no key twice. So what an
//! owned chain keeps alive is exactly what it shows.

use std::mem::MaybeUninit;
use std::ptr;

use super::find::find;
use super::fold::{image, shortened};
use super::key::is_uninherited;
use super::node::{Base, Kind, Node, bit, linked};
use super::release::{Value, release};
use super::steps::{entries_of, map_node, map_of, segment};
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
    // SAFETY: all nodes of the chain are live, and `path[..depth]` was written.
    // Bottom-up, so that each parent is owned and clean when its child takes it.
    unsafe {
        while !step.is_null() && !(*step).owned.get() {
            path[depth].write(step);
            depth += 1;
            step = (*step).parent.get();
        }
        // What lies beneath is shortened here, and not where the sixteenth step would be:
        // there it might be a node of this pass, and what is cached in it go with it.
        let mut short = ptr::null();
        if !step.is_null() && usize::from((*step).len.get()) + depth > usize::from(SHORT) {
            short = shortened(step);
            let lowest = &*path[depth - 1].assume_init();
            if !lowest.owned.get() {
                lowest.rest_on(Base::of(short));
            }
        }
        for step in path[..depth].iter().rev() {
            let node = &*step.assume_init();
            let parent = clean(node.parent.get(), node.key);
            if node.owned.get() {
                release(parent); // an allocator captured meanwhile: what is owned is frozen
                continue;
            }
            node.rest_on(Base::of(parent));
            node.owned.set(true);
        }
        if !short.is_null() {
            release(short); // the lowest node owns it, or what it needs of it
        }
    }
    head
}

/// A link reference to an owned, clean chain that shows what `node` shows without
/// `key`, and that is shorter than `SHORT`.
///
/// # Safety
///
/// `node` is null or a live, owned head of a clean chain.
pub(super) unsafe fn clean(node: *const Node, key: u64) -> *const Node {
    if node.is_null() {
        return node;
    }
    // SAFETY: the caller's promise. The link reference made first is given up
    // when the map takes its place; the map holds the same values, so none dies.
    unsafe {
        let chain = if find(node, key).is_null() { linked(node) } else { without(node, key) };
        if chain.is_null() || (*chain).len.get() < SHORT {
            return chain;
        }
        let map = linked(image(chain));
        release(chain);
        map
    }
}

/// A link reference to a chain that shows what `node` shows without `key`: the
/// tail below the binding of `key`, and one segment for what lies above it.
///
/// The mask of a map is a superset, as removing a key leaves its bit. The bit of
/// uninherited keys alone is kept exact, so that an owned head has it if and only if an
/// uninherited variable is bound (`inherit.rs`).
///
/// # Safety
///
/// `node` is a live, owned head of a clean chain that binds `key`.
unsafe fn without(node: *const Node, key: u64) -> *const Node {
    let mut above: Vec<(u64, Value)> = Vec::new();
    let mut bloom = 0;
    let mut keep = |key: u64, value: Value| {
        bloom |= bit(key);
        above.push((key, value));
    };
    let mut step = node;
    // SAFETY: the chain of a live, owned head is live as a whole and frozen, and
    // `key` is bound in it, so the walk ends before null.
    let tail = unsafe {
        loop {
            match (*step).kind {
                Kind::Binding if (*step).key == key => break linked((*step).parent.get()),
                Kind::Binding => keep((*step).key, Value::of(step)),
                Kind::Segment => {
                    let mut found = false;
                    for (other, value) in entries_of(step) {
                        if *other == key {
                            found = true;
                        } else {
                            keep(*other, value.clone());
                        }
                    }
                    if found {
                        break linked((*step).parent.get());
                    }
                }
                Kind::Map => {
                    let rest = map_of(step).remove(&key);
                    if rest.is_empty() {
                        break ptr::null();
                    }
                    let mut bloom = (*step).bloom.get();
                    if is_uninherited(key) && !rest.keys().any(|key| is_uninherited(*key)) {
                        bloom &= !bit(key);
                    }
                    break map_node(rest, bloom);
                }
            }
            step = (*step).parent.get();
        }
    };
    if above.is_empty() {
        return tail;
    }
    // SAFETY: the tail is a part of a clean chain, and the reference is given away.
    unsafe { segment(above, bloom, tail) }
}
