//! Propagation: what carries a mapping along with a piece of work.

mod future;

use crate::mapping::{Scoped, capture};
use crate::snapshot::Snapshot;

/// Ties a future to a snapshot, in the manner of `tracing::Instrument`.
pub trait Propagate: Sized {
    /// Runs `self` with the values that are current now.
    #[inline]
    fn in_current_snapshot(self) -> Scoped<Self> {
        Scoped::new(capture(), self)
    }

    /// Runs `self` with the values of `snapshot`.
    #[inline]
    fn with_snapshot(self, snapshot: Snapshot) -> Scoped<Self> {
        Scoped::new(snapshot.0, self)
    }
}

impl<F> Propagate for F {}

impl<F> Scoped<F> {
    /// The snapshot that the inner value runs in, without what its guards bound.
    pub fn snapshot(&self) -> Snapshot {
        Snapshot(self.base().clone())
    }
}
