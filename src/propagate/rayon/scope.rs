//! Scopes, whose closures may borrow and are done when the scope ends.

use std::fmt;

use ::rayon::BroadcastContext;

use super::apart;
use crate::snapshot::Snapshot;

/// A wrapper of [`rayon::Scope`](::rayon::Scope) whose closures run in the mapping in which they
/// were spawned.
///
/// It has one lifetime more than rayon's, which is visible only where the type is written out:
/// `&Scope<'_, 'scope>`.
///
/// # Examples
///
/// ```
/// use asynccontext::{Variable, rayon};
///
/// static TENANT: Variable<&str> = Variable::named("tenant");
///
/// fn start<'scope>(scope: &rayon::Scope<'_, 'scope>, seen: &'scope mut Option<&str>) {
///     scope.spawn(|_| *seen = TENANT.get());
/// }
///
/// let mut seen = None;
/// TENANT.run("blue", || rayon::scope(|scope| start(scope, &mut seen)));
/// assert_eq!(seen, Some("blue"));
/// ```
#[derive(Clone, Copy)]
pub struct Scope<'a, 'scope>(&'a ::rayon::Scope<'scope>);

impl<'a, 'scope> Scope<'a, 'scope> {
    pub(super) fn new(scope: &'a ::rayon::Scope<'scope>) -> Scope<'a, 'scope> {
        Scope(scope)
    }

    /// Calls [`spawn`](::rayon::Scope::spawn). The closure runs in the mapping of this call.
    ///
    /// # Examples
    ///
    /// ```
    /// use asynccontext::{Variable, rayon};
    ///
    /// static USER: Variable<usize> = Variable::named("user");
    ///
    /// let mut seen = [None; 3];
    /// rayon::scope(|scope| {
    ///     for (user, seen) in seen.iter_mut().enumerate() {
    ///         USER.run(user, || scope.spawn(move |_| *seen = USER.get()));
    ///     }
    /// });
    /// assert_eq!(seen, [Some(0), Some(1), Some(2)]);
    /// ```
    #[track_caller]
    pub fn spawn<BODY>(&self, body: BODY)
    where
        BODY: FnOnce(&Scope<'_, 'scope>) + Send + 'scope,
    {
        let body = Snapshot::for_resource("rayon::Scope::spawn").wrap(body);
        self.0.spawn(move |scope| body.call_once((&Scope(scope),)));
    }

    /// Calls [`spawn_broadcast`](::rayon::Scope::spawn_broadcast). The closure runs on every thread
    /// of the pool, in the mapping of this call.
    ///
    /// # Examples
    ///
    /// ```
    /// use asynccontext::{Variable, rayon};
    ///
    /// static TENANT: Variable<&str> = Variable::named("tenant");
    ///
    /// rayon::scope(|scope| {
    ///     TENANT.run("blue", || {
    ///         scope.spawn_broadcast(|_, _| assert_eq!(TENANT.get(), Some("blue")))
    ///     });
    /// });
    /// ```
    #[track_caller]
    pub fn spawn_broadcast<BODY>(&self, body: BODY)
    where
        BODY: Fn(&Scope<'_, 'scope>, BroadcastContext<'_>) + Send + Sync + 'scope,
    {
        let body = Snapshot::for_resource("rayon::Scope::spawn_broadcast").wrap(body);
        self.0.spawn_broadcast(move |scope, at| body.call((&Scope(scope), at)));
    }
}

impl fmt::Debug for Scope<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A wrapper of [`rayon::ScopeFifo`](::rayon::ScopeFifo) whose closures run in the mapping in which
/// they were spawned.
///
/// It has one lifetime more than rayon's, which is visible only where the type is written out:
/// `&ScopeFifo<'_, 'scope>`.
///
/// # Examples
///
/// ```
/// use asynccontext::{Variable, rayon};
///
/// static TENANT: Variable<&str> = Variable::named("tenant");
///
/// fn start<'scope>(scope: &rayon::ScopeFifo<'_, 'scope>, seen: &'scope mut Option<&str>) {
///     scope.spawn_fifo(|_| *seen = TENANT.get());
/// }
///
/// let mut seen = None;
/// TENANT.run("blue", || rayon::scope_fifo(|scope| start(scope, &mut seen)));
/// assert_eq!(seen, Some("blue"));
/// ```
#[derive(Clone, Copy)]
pub struct ScopeFifo<'a, 'scope>(&'a ::rayon::ScopeFifo<'scope>);

impl<'a, 'scope> ScopeFifo<'a, 'scope> {
    pub(super) fn new(scope: &'a ::rayon::ScopeFifo<'scope>) -> ScopeFifo<'a, 'scope> {
        ScopeFifo(scope)
    }

    /// Calls [`spawn_fifo`](::rayon::ScopeFifo::spawn_fifo). The closure runs in the mapping of
    /// this call.
    ///
    /// # Examples
    ///
    /// ```
    /// use asynccontext::{Variable, rayon};
    ///
    /// static TENANT: Variable<&str> = Variable::named("tenant");
    ///
    /// let mut seen = None;
    /// rayon::scope_fifo(|scope| {
    ///     TENANT.run("blue", || scope.spawn_fifo(|_| seen = TENANT.get()));
    /// });
    /// assert_eq!(seen, Some("blue"));
    /// ```
    #[track_caller]
    pub fn spawn_fifo<BODY>(&self, body: BODY)
    where
        BODY: FnOnce(&ScopeFifo<'_, 'scope>) + Send + 'scope,
    {
        let body = Snapshot::for_resource("rayon::ScopeFifo::spawn_fifo").wrap(body);
        self.0.spawn_fifo(move |scope| body.call_once((&ScopeFifo(scope),)));
    }

    /// Calls [`spawn_broadcast`](::rayon::ScopeFifo::spawn_broadcast). The closure runs on every
    /// thread of the pool, in the mapping of this call.
    ///
    /// # Examples
    ///
    /// ```
    /// use asynccontext::{Variable, rayon};
    ///
    /// static TENANT: Variable<&str> = Variable::named("tenant");
    ///
    /// rayon::scope_fifo(|scope| {
    ///     TENANT.run("blue", || {
    ///         scope.spawn_broadcast(|_, _| assert_eq!(TENANT.get(), Some("blue")))
    ///     });
    /// });
    /// ```
    #[track_caller]
    pub fn spawn_broadcast<BODY>(&self, body: BODY)
    where
        BODY: Fn(&ScopeFifo<'_, 'scope>, BroadcastContext<'_>) + Send + Sync + 'scope,
    {
        let body = Snapshot::for_resource("rayon::ScopeFifo::spawn_broadcast").wrap(body);
        self.0.spawn_broadcast(move |scope, at| body.call((&ScopeFifo(scope), at)));
    }
}

impl fmt::Debug for ScopeFifo<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Calls [`rayon::scope`](::rayon::scope). The closure runs in the mapping of this call.
///
/// # Panics
///
/// Panics if a closure panics, once all are done.
///
/// # Examples
///
/// ```
/// use asynccontext::{Variable, rayon};
///
/// static TENANT: Variable<&str> = Variable::named("tenant");
///
/// let mut seen = None;
/// TENANT.run("blue", || rayon::scope(|scope| scope.spawn(|_| seen = TENANT.get())));
/// assert_eq!(seen, Some("blue"));
/// ```
#[track_caller]
pub fn scope<'scope, OP, R>(op: OP) -> R
where
    OP: FnOnce(&Scope<'_, 'scope>) -> R + Send,
    R: Send,
{
    apart("rayon::scope", |s| ::rayon::scope(|scope| s.run(|| op(&Scope(scope)))))
}

/// Calls [`rayon::scope_fifo`](::rayon::scope_fifo). The closure runs in the mapping of this call.
///
/// # Panics
///
/// Panics if a closure panics, once all are done.
///
/// # Examples
///
/// ```
/// use asynccontext::{Variable, rayon};
///
/// static TENANT: Variable<&str> = Variable::named("tenant");
///
/// let seen = TENANT.run("blue", || rayon::scope_fifo(|_| TENANT.get()));
/// assert_eq!(seen, Some("blue"));
/// ```
#[track_caller]
pub fn scope_fifo<'scope, OP, R>(op: OP) -> R
where
    OP: FnOnce(&ScopeFifo<'_, 'scope>) -> R + Send,
    R: Send,
{
    apart("rayon::scope_fifo", |s| ::rayon::scope_fifo(|scope| s.run(|| op(&ScopeFifo(scope)))))
}

/// Calls [`rayon::in_place_scope`](::rayon::in_place_scope). The closure runs on the current
/// thread, and the closures that it spawns run on the pool.
///
/// # Panics
///
/// Panics if a closure panics, once all are done.
///
/// # Examples
///
/// ```
/// use asynccontext::{Variable, rayon};
///
/// static TENANT: Variable<&str> = Variable::named("tenant");
///
/// let mut seen = None;
/// TENANT.run("blue", || rayon::in_place_scope(|scope| scope.spawn(|_| seen = TENANT.get())));
/// assert_eq!(seen, Some("blue"));
/// ```
#[track_caller]
pub fn in_place_scope<'scope, OP, R>(op: OP) -> R
where
    OP: FnOnce(&Scope<'_, 'scope>) -> R,
{
    apart("rayon::in_place_scope", |s| ::rayon::in_place_scope(|scope| s.run(|| op(&Scope(scope)))))
}

/// Calls [`rayon::in_place_scope_fifo`](::rayon::in_place_scope_fifo). The closure runs on the
/// current thread, and the closures that it spawns run on the pool.
///
/// # Panics
///
/// Panics if a closure panics, once all are done.
///
/// # Examples
///
/// ```
/// use asynccontext::{Variable, rayon};
///
/// static TENANT: Variable<&str> = Variable::named("tenant");
///
/// let seen = TENANT.run("blue", || rayon::in_place_scope_fifo(|_| TENANT.get()));
/// assert_eq!(seen, Some("blue"));
/// ```
#[track_caller]
pub fn in_place_scope_fifo<'scope, OP, R>(op: OP) -> R
where
    OP: FnOnce(&ScopeFifo<'_, 'scope>) -> R,
{
    apart("rayon::in_place_scope_fifo", |s| ::rayon::in_place_scope_fifo(|scope| s.run(|| op(&ScopeFifo(scope)))))
}
