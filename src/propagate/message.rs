//! Messages that carry the sender's snapshot through a channel.

use std::fmt;

use crate::mapping::{InMapping, Scoped};
use crate::propagate::inherit::inherited;
use crate::snapshot::Snapshot;

/// A value with the snapshot of its sender, for any channel or queue.
///
/// The receiver handles the value in that snapshot. A value that is not handled is dropped in it.
///
/// # Examples
///
/// ```
/// use asynccontext::{Carried, Variable};
/// use std::sync::mpsc;
///
/// static REQUEST_ID: Variable<u64> = Variable::named("request-id");
///
/// let (sender, receiver) = mpsc::channel();
/// let worker = std::thread::spawn(move || {
///     for job in receiver {
///         let job: Carried<&str> = job;
///         job.handle(|name| assert_eq!((name, REQUEST_ID.get()), ("resize", Some(7))));
///         assert_eq!(REQUEST_ID.get(), None);
///     }
/// });
/// REQUEST_ID.run(7, || sender.send(Carried::new("resize"))).unwrap();
/// drop(sender);
/// worker.join().unwrap();
/// ```
#[derive(Clone)]
#[must_use = "a message does nothing unless it is handled"]
pub struct Carried<T>(InMapping<T>);

impl<T> Carried<T> {
    /// Creates a message from `value` and the current values, except those of
    /// [uninherited](crate::Variable::uninherited) variables, since the sender may be done when the
    /// message is handled. To include all values, use [`from_parts`](Self::from_parts).
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::{Carried, Variable};
    /// static TENANT: Variable<&str> = Variable::named("tenant");
    /// let message = TENANT.run("blue", || Carried::new(1));
    /// assert_eq!(message.handle(|n| (n, TENANT.get())), (1, Some("blue")));
    /// ```
    #[inline]
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn new(value: T) -> Carried<T> {
        Carried::from_parts(inherited("Carried"), value)
    }

    /// Creates a message from `value` and `snapshot`.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::{Carried, Snapshot, Variable};
    /// static TENANT: Variable<&str> = Variable::named("tenant");
    /// let snapshot = TENANT.run("blue", Snapshot::capture);
    /// let message = Carried::from_parts(snapshot, 1);
    /// assert_eq!(message.handle(|n| (n, TENANT.get())), (1, Some("blue")));
    /// ```
    #[inline]
    pub fn from_parts(snapshot: Snapshot, value: T) -> Carried<T> {
        Carried(InMapping::new(snapshot.0, value))
    }

    /// Calls `f` with the value in the sender's snapshot.
    ///
    /// For an `async` closure, use [`handle_async`](Self::handle_async): a future that `f` returns
    /// here runs outside the snapshot.
    ///
    /// # Examples
    ///
    /// ```
    /// use asynccontext::{Carried, Variable};
    ///
    /// static TENANT: Variable<&str> = Variable::named("tenant");
    ///
    /// let message = TENANT.run("blue", || Carried::new(1));
    /// assert_eq!(message.handle(|n| (n + 1, TENANT.get())), (2, Some("blue")));
    /// ```
    #[inline]
    pub fn handle<R>(self, f: impl FnOnce(T) -> R) -> R {
        self.0.run_once(f)
    }

    /// Calls `f` with the value in the sender's snapshot, and returns its future, tied to that
    /// snapshot.
    ///
    /// # Examples
    ///
    /// ```
    /// use asynccontext::{Carried, Variable};
    /// # use std::{pin::pin, future::Future, task::{Context, Poll, Waker}};
    /// # fn block_on<F: Future>(f: F) -> F::Output {
    /// #     match pin!(f).poll(&mut Context::from_waker(Waker::noop())) {
    /// #         Poll::Ready(r) => r,
    /// #         Poll::Pending => panic!("pending"),
    /// #     }
    /// # }
    /// static TENANT: Variable<&str> = Variable::named("tenant");
    ///
    /// let message = TENANT.run("blue", || Carried::new(1));
    /// let handled = message.handle_async(async |n| (n + 1, TENANT.get()));
    /// assert_eq!(block_on(handled), (2, Some("blue")));
    /// ```
    #[inline]
    pub fn handle_async<F>(self, f: impl FnOnce(T) -> F) -> Scoped<F> {
        let base = self.0.base().clone();
        Scoped::new(base, self.handle(f))
    }

    /// Returns the sender's snapshot.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::{Carried, Variable};
    /// static TENANT: Variable<&str> = Variable::named("tenant");
    /// let message = TENANT.run("blue", || Carried::new(1));
    /// assert_eq!(message.snapshot().run(|| TENANT.get()), Some("blue"));
    /// ```
    pub fn snapshot(&self) -> Snapshot {
        Snapshot(self.0.base().clone())
    }

    /// Returns a reference to the value, to be read in the caller's mapping.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::Carried;
    /// assert_eq!(Carried::new(1).inner(), &1);
    /// ```
    pub fn inner(&self) -> &T {
        self.0.value()
    }

    /// Returns the snapshot and the value, to handle the value in several steps or elsewhere.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::{Carried, Variable};
    /// static TENANT: Variable<&str> = Variable::named("tenant");
    /// let message = TENANT.run("blue", || Carried::new(1));
    /// let (snapshot, value) = message.into_parts();
    /// assert_eq!(snapshot.run(|| (value, TENANT.get())), (1, Some("blue")));
    /// ```
    pub fn into_parts(self) -> (Snapshot, T) {
        let (base, value) = self.0.into_parts();
        (Snapshot(base), value)
    }
}

impl<T: fmt::Debug> fmt::Debug for Carried<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Carried").field(self.inner()).finish()
    }
}
