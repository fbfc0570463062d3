//! Captured mappings, and those made from others: with one binding more, or without one
//! variable's.

use std::mem::ManuallyDrop;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::ptr;

use super::SHORT;
use super::call_site::CallSite;
use super::find::find;
use super::key::Key;
use super::last_binding::{self, How};
use super::node::{Base, Node, one_more};
use super::ownership::clean;
use super::pool;
use super::release::release;
use super::steps::{Bound, bound};

/// A captured mapping: one link reference to an owned, clean chain, or null; and where it
/// was captured.
pub(crate) struct Link(*const Node, CallSite);

// SAFETY: what other threads can reach through a link is owned, so its plain
// fields are frozen and the rest is atomic; the values are `Send + Sync`, as every
// function that binds one demands.
unsafe impl Send for Link {}

// SAFETY: as above.
unsafe impl Sync for Link {}
// The structure is whole at every moment that user code can see, also after a panic.
impl UnwindSafe for Link {}
impl RefUnwindSafe for Link {}

impl Link {
    #[cfg_attr(debug_assertions, track_caller)]
    pub(crate) const fn empty() -> Link {
        Link(ptr::null(), CallSite::here())
    }

    #[inline(always)]
    pub(crate) fn site(&self) -> CallSite {
        self.1
    }

    #[inline(always)]
    pub(super) fn node(&self) -> *const Node {
        self.0
    }

    /// Takes over a reference, to what was captured at `site`.
    ///
    /// # Safety
    ///
    /// `node` is null, or an owned head of a clean chain of at most `SHORT` steps, of
    /// which the caller gives away one link reference.
    pub(super) unsafe fn from_raw(node: *const Node, site: CallSite) -> Link {
        Link(node, site)
    }

    /// Gives the reference to the caller.
    pub(super) fn into_raw(self) -> *const Node {
        ManuallyDrop::new(self).0
    }

    /// The value of `key` in this mapping.
    pub(crate) fn value<T: Send + Sync + 'static>(&self, key: &Key<T>) -> Option<&T> {
        let id = key.id()?;
        // SAFETY: the link keeps its chain live, and with it every value that it shows.
        // A node with this key's id holds a `T` (see `Key`).
        unsafe {
            let node = find(self.0, id);
            if node.is_null() { None } else { Some(&(*node.cast::<Bound<T>>()).value) }
        }
    }

    /// The same mapping with `value` bound to `key` at `site`. What is attached to it stays.
    #[inline]
    pub(crate) fn with<T>(self, key: &Key<T>, value: T, how: How, site: CallSite) -> Link
    where
        T: Send + Sync + 'static,
    {
        let id = key.id_to_bind();
        let block = pool::take();
        // SAFETY: the block is new, and so is the node, which no one else has: it takes over the
        // reference to what it rests on, and is owned from the start.
        unsafe {
            let node = bound(block, id, Base::of(self.cleaned(id)), value);
            (*node).owned.set(true);
            last_binding::bound(id, node.addr(), how, site);
            Link::from_raw(node, site)
        }
    }

    /// The same mapping without a binding of `key`.
    pub(crate) fn without<T>(self, key: &Key<T>, site: CallSite) -> Link {
        // SAFETY: the reference is given away.
        unsafe { Link::from_raw(self.cleaned(key.sought()), site) }
    }

    /// A reference to an owned, clean chain without `key` that is shorter than `SHORT`: this
    /// one, if it is such a chain.
    #[inline]
    fn cleaned(self, key: u64) -> *const Node {
        let node = self.node();
        // SAFETY: the link keeps its chain live, which is owned and clean.
        unsafe {
            if node.is_null() || ((*node).len.get() < SHORT && find(node, key).is_null()) {
                return self.into_raw();
            }
            clean(node, key)
        }
    }
}

impl Clone for Link {
    #[inline]
    fn clone(&self) -> Link {
        if !self.0.is_null() {
            // SAFETY: `self` keeps the node live.
            one_more(unsafe { &(*self.0).link });
        }
        Link(self.0, self.1)
    }
}

impl Drop for Link {
    #[inline]
    fn drop(&mut self) {
        if !self.0.is_null() {
            // SAFETY: this reference is given up, once.
            unsafe { release(self.0) }
        }
    }
}
