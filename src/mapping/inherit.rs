//! What detached work starts with: the current mapping without its attached variables.

use super::beside::capture_at;
use super::key::is_attached;
use super::node::bit;
use super::own::{Link, without};
use super::place::Place;

/// The bit that all attached keys have in a bloom mask, and no other key.
const ATTACHED: u32 = 1 << 31;

const _: () = assert!(ATTACHED == bit(31) && is_attached(31), "ids and masks agree on which bit it is");

/// The current mapping without attached variables, kept, with what is beside it. `what`
/// says in a word what it is captured for.
///
/// Where none is bound it costs a load and a branch more than a capture.
#[inline]
#[cfg_attr(debug_assertions, track_caller)]
pub(crate) fn inherit(what: &'static str) -> Link {
    inherit_at(Place::here(), what)
}

/// The same, as captured at `place`.
#[inline]
pub(crate) fn inherit_at(place: Place, what: &'static str) -> Link {
    let all = capture_at(place, what);
    // SAFETY: the link keeps its head live.
    if all.node().is_null() || unsafe { (*all.node()).bloom.get() } & ATTACHED == 0 {
        return all;
    }
    leave_attached(&all)
}

/// What `all` shows without its attached variables. No value is dropped: `all` holds
/// what the chains in between let go of.
#[cold]
#[inline(never)]
fn leave_attached(all: &Link) -> Link {
    let mut rest = all.clone();
    for key in all.ids_with(ATTACHED).into_iter().filter(|id| is_attached(*id)) {
        // SAFETY: `rest` keeps an owned, clean chain, in which `key` is still bound: each
        // turn removes another one. The result is one too, no longer, and is given away.
        rest = unsafe { Link::from_raw(without(rest.node(), key), all.place()) };
    }
    rest
}
