//! What detached work takes along: every adapter that spawns something which may outlive
//! the call asks here.

#[cfg(all(feature = "tokio", tokio_unstable))]
use std::panic::Location;

use crate::mapping;
#[cfg(all(feature = "tokio", tokio_unstable))]
use crate::mapping::{CallSite, CaptureSite};
use crate::snapshot::Snapshot;

/// The values that work spawned now starts with: all but those of
/// [uninherited](crate::Variable::uninherited) variables. `type_name` is what a hook is told
/// (`als`): the path of the function that spawns.
#[inline]
#[cfg_attr(debug_assertions, track_caller)]
pub(crate) fn inherited(type_name: &'static str) -> Snapshot {
    Snapshot(mapping::inherit(type_name))
}

/// The same for work that is spawned at `place`, which is not the caller's.
#[cfg(all(feature = "tokio", tokio_unstable))]
pub(crate) fn inherited_at(place: &'static Location<'static>, type_name: &'static str) -> Snapshot {
    Snapshot(mapping::inherit_at(CaptureSite { call: CallSite::at(place), what: type_name }))
}
