//! The draft's two abstract operations on the agent, which in Rust is the thread.
//!
//! Programs use [`Snapshot::run`] and [`Scoped`](crate::Scoped). These functions are for hosts that
//! install a mapping around a job by hand, as the draft's jobs do.

use crate::mapping;
use crate::snapshot::Snapshot;

/// Returns the current mapping, as AsyncContextSnapshot does (`sec-asynccontextsnapshot`).
///
/// This is the same as [`Snapshot::capture`].
///
/// # Examples
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

/// Installs `mapping` and returns the previous one, as AsyncContextSwap does
/// (`sec-asynccontextswap`).
///
/// # Differences from the draft
///
/// In the draft a swap lasts until the next one. Here it lasts until the next one *in the same
/// scope*, or until that scope ends. The scope is the innermost running `run`, snapshot or poll, or
/// the thread if there is none. When it ends, its caller's mapping is restored. In a
/// [`Scoped`](crate::Scoped) future, a swap stays with the task from poll to poll.
///
/// A swap ends the effect of guards that were entered earlier in the same scope. A later swap back
/// restores their values, as part of the snapshot, but dropping the guards no longer changes the
/// current mapping.
///
/// The scope stores the mapping, and the previous mapping is captured, so a swap costs more than a
/// [`Snapshot::run`].
///
/// # Examples
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
#[cfg_attr(debug_assertions, track_caller)]
pub fn async_context_swap(mapping: Snapshot) -> Snapshot {
    Snapshot(mapping::swap(mapping.0))
}
