//! The free functions: `spawn`, `spawn_local`, `spawn_blocking`, `block_in_place`.

use std::future::Future;

use ::tokio::task::{self, JoinHandle};

use crate::propagate::Propagate;
use crate::propagate::inherit::inherited;

/// Returns the closure, called and dropped with the values that it inherits now.
#[inline]
#[track_caller]
pub(super) fn carried<F: FnOnce() -> R, R>(type_name: &'static str, f: F) -> impl FnOnce() -> R {
    inherited(type_name).wrap(f).into_fn_once()
}

/// Calls [`tokio::spawn`](::tokio::spawn). The task runs in the mapping of this call.
///
/// # Panics
///
/// Panics outside a tokio runtime.
///
/// # Examples
///
/// ```
/// use asynccontext::Variable;
///
/// static TENANT: Variable<&str> = Variable::named("tenant");
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let task = TENANT.run("blue", || asynccontext::tokio::spawn(async { TENANT.get() }));
/// assert_eq!(task.await.unwrap(), Some("blue"));
/// # }
/// ```
#[track_caller]
pub fn spawn<F>(future: F) -> JoinHandle<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    task::spawn(future.with_snapshot(inherited("tokio::spawn")))
}

/// Calls [`tokio::task::spawn_local`](::tokio::task::spawn_local). The task runs in the mapping of
/// this call.
///
/// # Panics
///
/// Panics outside a [`LocalSet`](super::LocalSet) and a
/// [`LocalRuntime`](super::runtime::LocalRuntime).
///
/// # Examples
///
/// ```
/// use std::rc::Rc;
///
/// use asynccontext::Variable;
/// use asynccontext::tokio::task::{self, LocalSet};
///
/// static TENANT: Variable<&str> = Variable::named("tenant");
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// LocalSet::new()
///     .run_until(async {
///         let not_send = Rc::new(());
///         let task = TENANT.run("blue", || {
///             task::spawn_local(async move { (not_send, TENANT.get()).1 })
///         });
///         assert_eq!(task.await.unwrap(), Some("blue"));
///     })
///     .await;
/// # }
/// ```
#[track_caller]
pub fn spawn_local<F>(future: F) -> JoinHandle<F::Output>
where
    F: Future + 'static,
    F::Output: 'static,
{
    task::spawn_local(future.with_snapshot(inherited("tokio::spawn_local")))
}

/// Calls [`tokio::task::spawn_blocking`](::tokio::task::spawn_blocking). The closure runs in the
/// mapping of this call.
///
/// # Panics
///
/// Panics outside a tokio runtime.
///
/// # Examples
///
/// ```
/// use asynccontext::Variable;
/// use asynccontext::tokio::task;
///
/// static TENANT: Variable<&str> = Variable::named("tenant");
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let task = TENANT.run("blue", || task::spawn_blocking(|| TENANT.get()));
/// assert_eq!(task.await.unwrap(), Some("blue"));
/// # }
/// ```
#[track_caller]
pub fn spawn_blocking<F, R>(f: F) -> JoinHandle<R>
where
    F: FnOnce() -> R + Send + 'static,
    R: Send + 'static,
{
    task::spawn_blocking(carried("tokio::spawn_blocking", f))
}

/// Calls [`block_in_place`](::tokio::task::block_in_place). The closure runs on the current thread,
/// in the current mapping.
///
/// # Panics
///
/// Panics on a runtime of the flavor `current_thread`.
///
/// # Examples
///
/// ```
/// use asynccontext::Variable;
/// use asynccontext::tokio::task;
///
/// static TENANT: Variable<&str> = Variable::named("tenant");
///
/// # #[tokio::main(flavor = "multi_thread", worker_threads = 1)]
/// # async fn main() {
/// let seen = TENANT.run("blue", || task::block_in_place(|| TENANT.get()));
/// assert_eq!(seen, Some("blue"));
/// # }
/// ```
#[cfg(feature = "tokio-rt-multi-thread")]
#[track_caller]
pub fn block_in_place<F, R>(f: F) -> R
where
    F: FnOnce() -> R,
{
    task::block_in_place(f)
}
