//! The thread's current mapping (`sec-asynccontext-abstract-operations`).

use crate::mapping;
use crate::snapshot::Snapshot;

/// The current mapping: AsyncContextSnapshot.
pub fn async_context_snapshot() -> Snapshot {
    Snapshot::capture()
}

/// Installs a mapping and returns the one before: AsyncContextSwap.
pub fn async_context_swap(mapping: Snapshot) -> Snapshot {
    Snapshot(mapping::swap(mapping.0))
}
