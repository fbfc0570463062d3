//! The values that detached work inherits. Every adapter that spawns work which may outlive the
//! call uses this module.

#[cfg(all(feature = "tokio", tokio_unstable))]
use std::panic::Location;

use crate::mapping;
#[cfg(all(feature = "tokio", tokio_unstable))]
use crate::mapping::{CallSite, CaptureSite};
use crate::snapshot::Snapshot;

/// Captures the values for work that is spawned now: all but those of
/// [uninherited](crate::Variable::uninherited) variables. `type_name`, which hooks of `als`
/// receive, is the path of the spawning function.
#[inline]
#[cfg_attr(debug_assertions, track_caller)]
pub(crate) fn inherited(type_name: &'static str) -> Snapshot {
    Snapshot(mapping::inherit(type_name))
}

/// As [`inherited`], for work that is spawned at `place` instead of the caller's location.
#[cfg(all(feature = "tokio", tokio_unstable))]
pub(crate) fn inherited_at(place: &'static Location<'static>, type_name: &'static str) -> Snapshot {
    Snapshot(mapping::inherit_at(CaptureSite { call: CallSite::at(place), what: type_name }))
}
