//! Mappings that are made from others: with one binding more, or without one variable's.

use super::SHORT;
use super::frame::run_alone;
use super::key::Key;
use super::latest::{self, How};
use super::lookup::find;
use super::node::{Base, Node, bound};
use super::own::{Link, capture, clean};
use super::place::Place;
use super::pool;

impl Link {
    /// The same mapping with `value` bound to `key` at `place`. What is beside it stays.
    #[inline]
    pub(crate) fn with<T>(self, key: &Key<T>, value: T, how: How, place: Place) -> Link
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
            latest::bound(id, node, how, place);
            Link::from_raw(node, place)
        }
    }

    /// The same mapping without a binding of `key`.
    pub(crate) fn without<T>(self, key: &Key<T>, place: Place) -> Link {
        // SAFETY: the reference is given away.
        unsafe { Link::from_raw(self.cleaned(key.sought()), place) }
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

/// Calls `f` with nothing bound to `key`.
#[cfg_attr(debug_assertions, track_caller)]
pub(crate) fn run_without<T, R>(key: &Key<T>, f: impl FnOnce() -> R) -> R {
    let place = Place::here();
    run_alone(&capture(place).without(key, place), f)
}
