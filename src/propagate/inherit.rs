//! What detached work takes along: every adapter that spawns something which may outlive
//! the call asks here.

use crate::snapshot::Snapshot;

/// The values that work spawned now starts with: all but those of
/// [attached](crate::Variable::attached) variables.
#[inline]
pub(crate) fn inherited() -> Snapshot {
    Snapshot::inherit()
}
