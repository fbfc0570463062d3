//! Propagation: adapters that carry a mapping with a piece of work.

#[cfg(feature = "http-body")]
mod body;
mod future;
mod inherit;
#[cfg(feature = "futures-io")]
mod io;
mod iterator;
mod message;
#[cfg(feature = "rayon")]
pub mod rayon;
#[cfg(feature = "futures")]
mod sink;
#[cfg(feature = "futures")]
mod stream;
pub mod thread;
#[cfg(feature = "tokio")]
pub mod tokio;

use crate::mapping::{Scoped, capture};
use crate::snapshot::Snapshot;

pub use message::Carried;

/// Ties a future, an iterator, or any other value that is driven step by step, to a snapshot.
///
/// As with `tracing::Instrument`, every type has these methods. They return a [`Scoped`], which is
/// a future or an iterator if the type is one.
///
/// A tied future runs and is dropped in its snapshot, wherever it is driven. A future that is not
/// tied sees the values of the code that drives it. In a `FuturesUnordered`, in `join!` and
/// `select!`, or on an executor, tie each future that needs values of its own, before it is pushed
/// or spawned.
///
/// # Examples
///
/// ```
/// use asynccontext::{Propagate, Variable};
/// # fn block_on<F: Future>(f: F) -> F::Output {
/// #     let mut f = std::pin::pin!(f);
/// #     let mut context = std::task::Context::from_waker(std::task::Waker::noop());
/// #     loop { if let std::task::Poll::Ready(r) = f.as_mut().poll(&mut context) { return r } }
/// # }
///
/// static TENANT: Variable<&str> = Variable::named("tenant");
///
/// let task = TENANT.run("blue", || async { TENANT.get() }.in_current_snapshot());
/// // for instance `tokio::spawn(task)`
/// assert_eq!(block_on(task), Some("blue"));
/// ```
///
/// Two futures of one task, one of them tied:
///
/// ```
/// use asynccontext::{Propagate, Variable};
/// use futures::executor::LocalPool;
/// use futures::task::LocalSpawnExt;
///
/// static TENANT: Variable<&str> = Variable::named("tenant");
/// let read = async || TENANT.get();
///
/// let task = TENANT.scope("red", async move {
///     let (tied, bare) = TENANT.run("blue", || (read().in_current_snapshot(), read()));
///     assert_eq!(futures::join!(tied, bare), (Some("blue"), Some("red")));
/// });
/// let mut pool = LocalPool::new();
/// pool.spawner().spawn_local(task)?;
/// pool.run();
/// # Ok::<_, futures::task::SpawnError>(())
/// ```
pub trait Propagate: Sized {
    /// Ties `self` to the values that are current at this call.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::{Propagate, Variable};
    /// # fn block_on<F: Future>(f: F) -> F::Output {
    /// #     let mut f = std::pin::pin!(f);
    /// #     let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    /// #     loop { if let std::task::Poll::Ready(r) = f.as_mut().poll(&mut context) { return r } }
    /// # }
    /// static TENANT: Variable<&str> = Variable::named("tenant");
    /// let task = TENANT.run("blue", || async { TENANT.get() }.in_current_snapshot());
    /// assert_eq!(block_on(task), Some("blue"));
    /// ```
    #[inline]
    #[cfg_attr(debug_assertions, track_caller)]
    fn in_current_snapshot(self) -> Scoped<Self> {
        Scoped::new(capture("Scoped"), self)
    }

    /// Ties `self` to `snapshot`.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::{Propagate, Snapshot, Variable};
    /// # fn block_on<F: Future>(f: F) -> F::Output {
    /// #     let mut f = std::pin::pin!(f);
    /// #     let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    /// #     loop { if let std::task::Poll::Ready(r) = f.as_mut().poll(&mut context) { return r } }
    /// # }
    /// static TENANT: Variable<&str> = Variable::named("tenant");
    /// let snapshot = TENANT.run("blue", Snapshot::capture);
    /// let task = async { TENANT.get() }.with_snapshot(snapshot);
    /// assert_eq!(block_on(task), Some("blue"));
    /// ```
    #[inline]
    fn with_snapshot(self, snapshot: Snapshot) -> Scoped<Self> {
        Scoped::new(snapshot.0, self)
    }
}

impl<F> Propagate for F {}

impl<F> Scoped<F> {
    /// Returns the snapshot in which the inner value runs, without later changes by its guards and
    /// swaps. For a [scope](crate::Variable::scope) that has not started, this is the snapshot with
    /// which it would start here.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::Variable;
    /// static TENANT: Variable<&str> = Variable::named("tenant");
    /// let task = TENANT.scope("blue", async {});
    /// assert_eq!(task.snapshot().run(|| TENANT.get()), Some("blue"));
    /// ```
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn snapshot(&self) -> Snapshot {
        Snapshot(self.mapping())
    }

    /// Returns the snapshot in which the inner value runs, and the inner value. `with_snapshot`
    /// combines them again.
    ///
    /// For a [scope](crate::Variable::scope) that has not started, this is the snapshot with which
    /// it would start here. As with [`into_inner`](Self::into_inner), guards that the inner value
    /// holds lose their scope: their bindings end here, and are not in the snapshot.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::{Propagate, Variable};
    /// static TENANT: Variable<&str> = Variable::named("tenant");
    /// let rows = TENANT.run("blue", || (1..3).map(|n| (n, TENANT.get())).in_current_snapshot());
    /// let (snapshot, rows) = rows.into_parts();
    /// let mut last = rows.skip(1).with_snapshot(snapshot);
    /// assert_eq!(last.next(), Some((2, Some("blue"))));
    /// ```
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn into_parts(self) -> (Snapshot, F) {
        (self.snapshot(), self.into_inner())
    }
}
