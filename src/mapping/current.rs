//! The current mapping: owned for a capture, borrowed by a new binding.

use super::call_site::CallSite;
use super::fold::image;
use super::link::Link;
use super::node::{Base, Node, linked};
use super::owned::Owned;
use super::ownership::own;
use super::release::Chain;
use super::thread::{Thread, thread};
use super::{DEEP, SHORT};

/// The current mapping, kept, as captured at `site`. Runs no user code.
#[inline]
pub(super) fn capture(site: CallSite) -> Link {
    let mut head = thread(|t| t.head.get()).top();
    // SAFETY: the current head is live, or the cover, and the borrowing nodes of its chain
    // belong to scopes that this thread runs. The new reference is the link's.
    unsafe {
        if !head.is_null() && !(*head).owned.get() {
            head = owned(head);
        }
        Link::new(Chain::from_raw(linked(head)), site)
    }
}

/// The current head, owned by now, or null.
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
    // SAFETY: what is current is live, and its borrowing nodes belong to scopes that this
    // thread runs.
    unsafe { if head.is_null() || (*head).owned.get() { head } else { own(head) } }
}

/// What a new node on top of `head` should borrow.
///
/// # Safety
///
/// `head` is null, or the running scope's current head or the cover of it, and this thread
/// runs all the scopes of the borrowing nodes beneath.
#[inline(always)]
pub(super) unsafe fn base(head: *const Node) -> Base {
    // SAFETY: the current head is live, and so is the cover; the caller's promise.
    unsafe {
        let base = Base::of(head);
        if base.len < DEEP { base } else { Base::of(shallow(head)) }
    }
}

/// What shows the same and is shorter. Bounds a walk, and the work of owning, where scopes
/// nest deep: own what is below, and rest on its map if it is long.
///
/// # Safety
///
/// As for [`base`], and `head` is not null.
#[cold]
#[inline(never)]
unsafe fn shallow(head: *const Node) -> *const Node {
    // SAFETY: the caller's promise. The map is kept by `head`, which its scope
    // keeps, and the new node's scope is inside that one.
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
