//! The draft's two abstract operations on the agent, which in Rust is the thread.
//!
//! [`Snapshot::run`] and [`Scoped`](crate::Scoped) are built for programs; these are for
//! hosts that install a mapping around a job by hand, as the draft's jobs do.

use crate::mapping;
use crate::snapshot::Snapshot;

/// The current mapping: AsyncContextSnapshot (`sec-asynccontextsnapshot`).
///
/// The same as [`Snapshot::capture`].
///
/// ```
/// use asynccontext::Variable;
/// use asynccontext::agent::async_context_snapshot;
///
/// static TENANT: Variable<&str> = Variable::named("tenant");
/// let mapping = TENANT.run("blue", async_context_snapshot);
/// assert_eq!(mapping.run(|| TENANT.get()), Some("blue"));
/// ```
#[cfg_attr(debug_assertions, track_caller)]
pub fn async_context_snapshot() -> Snapshot {
    Snapshot::capture()
}

/// Installs `mapping` and returns what was current: AsyncContextSwap
/// (`sec-asynccontextswap`).
///
/// ```
/// use asynccontext::{Snapshot, Variable};
/// use asynccontext::agent::async_context_swap;
///
/// static TENANT: Variable<&str> = Variable::named("tenant");
/// let job = TENANT.run("blue", Snapshot::capture);
///
/// let previous = async_context_swap(job);
/// assert_eq!(TENANT.get(), Some("blue"));
/// async_context_swap(previous);
/// assert_eq!(TENANT.get(), None);
/// ```
///
/// # Differences from the draft
///
/// In the draft a swap lasts until the next one. Here it lasts until the next one *in
/// the same scope*, or until that scope ends: the innermost `run`, snapshot or poll that
/// is running, else the thread. What that scope's caller sees is restored, whatever was
/// swapped inside. In a [`Scoped`](crate::Scoped) future it stays with the task from poll
/// to poll.
///
/// Guards entered before a swap in the same scope are hidden by it for good: a later
/// swap back brings their values, as part of the snapshot, but dropping them no longer
/// changes what is current.
///
/// The mapping is kept by the scope, and what was current is captured, so a swap costs
/// more than a [`Snapshot::run`].
#[cfg_attr(debug_assertions, track_caller)]
pub fn async_context_swap(mapping: Snapshot) -> Snapshot {
    Snapshot(mapping::swap(mapping.0))
}
