//! The current mapping: made owned by a capture, borrowed by a new binding.

use super::call_site::CallSite;
use super::fold::image;
use super::link::Link;
use super::node::{Base, Node, linked};
use super::owned::Owned;
use super::ownership::own;
use super::release::Chain;
use super::thread::{Thread, thread};
use super::{DEEP, SHORT};

/// Captures the current mapping, at `site`. Runs no user code.
#[inline]
pub(super) fn capture(site: CallSite) -> Link {
    let mut head = thread(|t| t.head.get()).top();
    // SAFETY: the current head is live, or the cover, and this thread runs the scopes of the
    // borrowing nodes of its chain. The result takes over the new link reference.
    unsafe {
        if !head.is_null() && !(*head).owned.get() {
            head = owned(head);
        }
        Link::new(Chain::from_raw(linked(head)), site)
    }
}

/// Makes the current head owned, and returns it, or null.
///
/// # Safety
///
/// `top` is the thread's current head, and [`own`] may be called for it, or it is the cover.
#[cold]
#[inline(never)]
unsafe fn owned(top: *const Node) -> *const Node {
    // SAFETY: the caller's promise.
    unsafe { if (*top).is_cover() { owned_beneath_cover() } else { own(top) } }
}

#[cold]
#[inline(never)]
fn owned_beneath_cover() -> *const Node {
    let head = thread(Thread::beneath_cover);
    // SAFETY: the current mapping is live, and this thread runs the scopes of its borrowing nodes.
    unsafe { if head.is_null() || (*head).owned.get() { head } else { own(head) } }
}

/// Returns the chain that a new node on top of `head` borrows.
///
/// # Safety
///
/// `head` is null, or the head of the running frame, or its cover, and this thread runs the scopes
/// of all borrowing nodes beneath.
#[inline(always)]
pub(super) unsafe fn base(head: *const Node) -> Base {
    // SAFETY: the current head is live, and so is the cover; the caller's promise.
    unsafe {
        let base = Base::of(head);
        if base.len < DEEP { base } else { Base::of(shallow(head)) }
    }
}

/// Returns a shorter chain with the same bindings: `head`, made owned, or its map if it is long.
/// Bounds the length of a walk, and the work of owning, where scopes nest deep.
///
/// # Safety
///
/// As for [`base`], and `head` is not null.
#[cold]
#[inline(never)]
unsafe fn shallow(head: *const Node) -> *const Node {
    // SAFETY: the caller's promise. The scope of `head` keeps it live, and with it the map that is
    // cached in it; the new node's scope is inside that one.
    unsafe {
        if (*head).is_cover() {
            return base(thread(Thread::beneath_cover)).parent;
        }
        if !(*head).owned.get() {
            own(head);
        }
        match Owned::new(head) {
            Some(long) if long.len() >= SHORT => image(long).as_ptr(),
            _ => head,
        }
    }
}
