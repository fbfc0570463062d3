//! Captured mappings, and mappings derived from them by adding or removing a binding.

use std::panic::{RefUnwindSafe, UnwindSafe};

use super::SHORT;
use super::call_site::CallSite;
use super::find::find;
use super::key::Key;
use super::last_binding::{self, How};
use super::node::{Base, Node};
use super::owned::Owned;
use super::ownership::clean;
use super::pool;
use super::release::Chain;
use super::steps::{Bound, bound};

/// A captured mapping: a chain of at most `SHORT` steps, and its call site.
#[derive(Clone)]
pub(crate) struct Link(Chain, CallSite);

// User code never sees the structure half changed, not even after a panic.
impl UnwindSafe for Link {}
impl RefUnwindSafe for Link {}

impl Link {
    #[cfg_attr(debug_assertions, track_caller)]
    pub(crate) const fn empty() -> Link {
        Link(Chain::EMPTY, CallSite::here())
    }

    /// The mapping `chain`, which has at most `SHORT` steps, captured at `site`.
    #[inline(always)]
    pub(super) fn new(chain: Chain, site: CallSite) -> Link {
        Link(chain, site)
    }

    #[inline(always)]
    pub(crate) fn site(&self) -> CallSite {
        self.1
    }

    #[inline(always)]
    pub(super) fn node(&self) -> *const Node {
        self.0.node()
    }

    pub(super) fn head(&self) -> Option<Owned<'_>> {
        self.0.head()
    }

    /// Passes the reference to the caller.
    pub(super) fn into_raw(self) -> *const Node {
        self.0.into_raw()
    }

    /// The value of `key` in this mapping.
    pub(crate) fn value<T: Send + Sync + 'static>(&self, key: &Key<T>) -> Option<&T> {
        let id = key.id()?;
        // SAFETY: the link keeps its chain live, and with it every value that it shows. A node with
        // this key's id holds a `T` (rule 6).
        unsafe {
            let node = find(self.node(), id);
            if node.is_null() { None } else { Some(&(*node.cast::<Bound<T>>()).value) }
        }
    }

    /// The same mapping with `value` bound to `key` at `site`. Its attachment stays.
    #[inline]
    pub(crate) fn with<T>(self, key: &Key<T>, value: T, how: How, site: CallSite) -> Link
    where
        T: Send + Sync + 'static,
    {
        let id = key.id_to_bind();
        let block = pool::take();
        // SAFETY: the block is new, and the node has no other reference yet: it takes over the link
        // reference to the chain that it rests on, and is owned from the start.
        unsafe {
            let node = bound(block, id, Base::of(self.cleaned(id).into_raw()), value);
            (*node).owned.set(true);
            last_binding::bound(id, node.addr(), how, site);
            Link(Chain::from_raw(node), site)
        }
    }

    /// The same mapping without a binding of `key`.
    pub(crate) fn without<T>(self, key: &Key<T>, site: CallSite) -> Link {
        Link(self.cleaned(key.sought()), site)
    }

    /// A chain without `key` that is shorter than `SHORT`: the same one, if it is such a chain.
    #[inline]
    fn cleaned(self, key: u64) -> Chain {
        match self.head() {
            Some(head) if head.len() >= SHORT || head.binds(key) => clean(Some(head), key),
            _ => self.0,
        }
    }
}
