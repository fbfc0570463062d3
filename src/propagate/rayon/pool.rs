//! `ThreadPool`, a wrapper whose work runs in the mapping in which it was passed to the pool.

use std::ops::Deref;

use ::rayon::{BroadcastContext, Yield};

use super::apart;
use super::scope::{Scope, ScopeFifo};
use crate::propagate::inherit::inherited;
use crate::snapshot::Snapshot;

/// A wrapper of [`rayon::ThreadPool`](::rayon::ThreadPool) whose work runs in the mapping in which
/// it was passed to the pool.
///
/// Created by [`ThreadPoolBuilder`](super::ThreadPoolBuilder), or from rayon's pool by `From`. It
/// is a wrapper, because rayon's inherent methods take precedence over those of an extension trait.
/// Methods that start no work, such as `current_num_threads` and `current_thread_index`, are
/// available through `Deref`.
///
/// # Examples
///
/// ```
/// use asynccontext::{Variable, rayon::ThreadPoolBuilder};
///
/// static TENANT: Variable<&str> = Variable::named("tenant");
///
/// let pool = ThreadPoolBuilder::new().num_threads(2).build().unwrap();
/// assert_eq!(pool.current_num_threads(), 2);
/// let seen = TENANT.run("blue", || pool.join(|| TENANT.get(), || TENANT.get()));
/// assert_eq!(seen, (Some("blue"), Some("blue")));
/// let seen = TENANT.run("red", || pool.scope(|_| TENANT.get()));
/// assert_eq!(seen, Some("red"));
/// ```
#[derive(Debug)]
pub struct ThreadPool(::rayon::ThreadPool);

impl ThreadPool {
    /// Calls [`install`](::rayon::ThreadPool::install).
    ///
    /// # Panics
    ///
    /// Panics if the closure panics.
    ///
    /// # Examples
    ///
    /// ```
    /// use asynccontext::{Variable, rayon::ThreadPoolBuilder};
    ///
    /// static TENANT: Variable<&str> = Variable::named("tenant");
    ///
    /// let pool = ThreadPoolBuilder::new().build().unwrap();
    /// assert_eq!(TENANT.run("blue", || pool.install(|| TENANT.get())), Some("blue"));
    /// ```
    #[track_caller]
    pub fn install<OP, R>(&self, op: OP) -> R
    where
        OP: FnOnce() -> R + Send,
        R: Send,
    {
        apart("rayon::ThreadPool::install", |s| self.0.install(|| s.run(op)))
    }

    /// Calls [`join`](::rayon::ThreadPool::join).
    ///
    /// # Panics
    ///
    /// Panics if a closure panics, once both are done.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::{Variable, rayon::ThreadPoolBuilder};
    /// static TENANT: Variable<&str> = Variable::named("tenant");
    ///
    /// let pool = ThreadPoolBuilder::new().build().unwrap();
    /// let seen = TENANT.run("blue", || pool.join(|| TENANT.get(), || TENANT.get()));
    /// assert_eq!(seen, (Some("blue"), Some("blue")));
    /// ```
    #[track_caller]
    pub fn join<A, B, RA, RB>(&self, oper_a: A, oper_b: B) -> (RA, RB)
    where
        A: FnOnce() -> RA + Send,
        B: FnOnce() -> RB + Send,
        RA: Send,
        RB: Send,
    {
        apart("rayon::ThreadPool::join", |s| self.0.join(|| s.run(oper_a), || s.run(oper_b)))
    }

    /// Calls [`scope`](::rayon::ThreadPool::scope).
    ///
    /// # Panics
    ///
    /// Panics if a closure panics, once all are done.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::{Variable, rayon::ThreadPoolBuilder};
    /// static TENANT: Variable<&str> = Variable::named("tenant");
    ///
    /// let pool = ThreadPoolBuilder::new().build().unwrap();
    /// let mut seen = None;
    /// TENANT.run("blue", || pool.scope(|scope| scope.spawn(|_| seen = TENANT.get())));
    /// assert_eq!(seen, Some("blue"));
    /// ```
    #[track_caller]
    pub fn scope<'scope, OP, R>(&self, op: OP) -> R
    where
        OP: FnOnce(&Scope<'_, 'scope>) -> R + Send,
        R: Send,
    {
        apart("rayon::ThreadPool::scope", |s| self.0.scope(|scope| s.run(|| op(&Scope::new(scope)))))
    }

    /// Calls [`scope_fifo`](::rayon::ThreadPool::scope_fifo).
    ///
    /// # Panics
    ///
    /// Panics if a closure panics, once all are done.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::{Variable, rayon::ThreadPoolBuilder};
    /// static TENANT: Variable<&str> = Variable::named("tenant");
    ///
    /// let pool = ThreadPoolBuilder::new().build().unwrap();
    /// let mut seen = None;
    /// TENANT.run("blue", || pool.scope_fifo(|scope| scope.spawn_fifo(|_| seen = TENANT.get())));
    /// assert_eq!(seen, Some("blue"));
    /// ```
    #[track_caller]
    pub fn scope_fifo<'scope, OP, R>(&self, op: OP) -> R
    where
        OP: FnOnce(&ScopeFifo<'_, 'scope>) -> R + Send,
        R: Send,
    {
        apart("rayon::ThreadPool::scope_fifo", |s| self.0.scope_fifo(|scope| s.run(|| op(&ScopeFifo::new(scope)))))
    }

    /// Calls [`in_place_scope`](::rayon::ThreadPool::in_place_scope).
    ///
    /// # Panics
    ///
    /// Panics if a closure panics, once all are done.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::{Variable, rayon::ThreadPoolBuilder};
    /// static TENANT: Variable<&str> = Variable::named("tenant");
    ///
    /// let pool = ThreadPoolBuilder::new().build().unwrap();
    /// let mut seen = None;
    /// TENANT.run("blue", || pool.in_place_scope(|scope| scope.spawn(|_| seen = TENANT.get())));
    /// assert_eq!(seen, Some("blue"));
    /// ```
    #[track_caller]
    pub fn in_place_scope<'scope, OP, R>(&self, op: OP) -> R
    where
        OP: FnOnce(&Scope<'_, 'scope>) -> R,
    {
        apart("rayon::ThreadPool::in_place_scope", |s| self.0.in_place_scope(|scope| s.run(|| op(&Scope::new(scope)))))
    }

    /// Calls [`in_place_scope_fifo`](::rayon::ThreadPool::in_place_scope_fifo).
    ///
    /// # Panics
    ///
    /// Panics if a closure panics, once all are done.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::{Variable, rayon::ThreadPoolBuilder};
    /// static TENANT: Variable<&str> = Variable::named("tenant");
    ///
    /// let pool = ThreadPoolBuilder::new().build().unwrap();
    /// let mut seen = None;
    /// TENANT.run("blue", || {
    ///     pool.in_place_scope_fifo(|scope| scope.spawn_fifo(|_| seen = TENANT.get()))
    /// });
    /// assert_eq!(seen, Some("blue"));
    /// ```
    #[track_caller]
    pub fn in_place_scope_fifo<'scope, OP, R>(&self, op: OP) -> R
    where
        OP: FnOnce(&ScopeFifo<'_, 'scope>) -> R,
    {
        apart("rayon::ThreadPool::in_place_scope_fifo", |s| {
            self.0.in_place_scope_fifo(|scope| s.run(|| op(&ScopeFifo::new(scope))))
        })
    }

    /// Calls [`spawn`](::rayon::ThreadPool::spawn).
    ///
    /// # Examples
    ///
    /// ```
    /// use std::sync::mpsc;
    /// use asynccontext::{Variable, rayon::ThreadPoolBuilder};
    ///
    /// static TENANT: Variable<&str> = Variable::named("tenant");
    ///
    /// let pool = ThreadPoolBuilder::new().build().unwrap();
    /// let (sender, receiver) = mpsc::channel();
    /// TENANT.run("blue", || pool.spawn(move || sender.send(TENANT.get()).unwrap()));
    /// assert_eq!(receiver.recv().unwrap(), Some("blue"));
    /// ```
    #[track_caller]
    pub fn spawn<OP>(&self, op: OP)
    where
        OP: FnOnce() + Send + 'static,
    {
        self.0.spawn(inherited("rayon::ThreadPool::spawn").wrap(op).into_fn_once());
    }

    /// Calls [`spawn_fifo`](::rayon::ThreadPool::spawn_fifo).
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::{Variable, rayon::ThreadPoolBuilder};
    /// static TENANT: Variable<&str> = Variable::named("tenant");
    ///
    /// let pool = ThreadPoolBuilder::new().build().unwrap();
    /// let (sender, receiver) = std::sync::mpsc::channel();
    /// TENANT.run("blue", || pool.spawn_fifo(move || sender.send(TENANT.get()).unwrap()));
    /// assert_eq!(receiver.recv().unwrap(), Some("blue"));
    /// ```
    #[track_caller]
    pub fn spawn_fifo<OP>(&self, op: OP)
    where
        OP: FnOnce() + Send + 'static,
    {
        self.0.spawn_fifo(inherited("rayon::ThreadPool::spawn_fifo").wrap(op).into_fn_once());
    }

    /// Calls [`broadcast`](::rayon::ThreadPool::broadcast).
    ///
    /// # Panics
    ///
    /// Panics if the closure panics, once it is done on all threads.
    ///
    /// # Examples
    ///
    /// ```
    /// use asynccontext::{Variable, rayon::ThreadPoolBuilder};
    ///
    /// static TENANT: Variable<&str> = Variable::named("tenant");
    ///
    /// let pool = ThreadPoolBuilder::new().num_threads(2).build().unwrap();
    /// let seen = TENANT.run("blue", || pool.broadcast(|_| TENANT.get()));
    /// assert_eq!(seen, [Some("blue"); 2]);
    /// ```
    #[track_caller]
    pub fn broadcast<OP, R>(&self, op: OP) -> Vec<R>
    where
        OP: Fn(BroadcastContext<'_>) -> R + Sync,
        R: Send,
    {
        apart("rayon::ThreadPool::broadcast", |s| self.0.broadcast(|at| s.run(|| op(at))))
    }

    /// Calls [`spawn_broadcast`](::rayon::ThreadPool::spawn_broadcast).
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::{Variable, rayon::ThreadPoolBuilder};
    /// static TENANT: Variable<&str> = Variable::named("tenant");
    ///
    /// let pool = ThreadPoolBuilder::new().build().unwrap();
    /// let (sender, receiver) = std::sync::mpsc::channel();
    /// TENANT.run("blue", || pool.spawn_broadcast(move |_| sender.send(TENANT.get()).unwrap()));
    /// assert!(receiver.iter().all(|seen| seen == Some("blue")));
    /// ```
    #[track_caller]
    pub fn spawn_broadcast<OP>(&self, op: OP)
    where
        OP: Fn(BroadcastContext<'_>) + Send + Sync + 'static,
    {
        let op = inherited("rayon::ThreadPool::spawn_broadcast").wrap(op);
        self.0.spawn_broadcast(move |at| op.call((at,)));
    }
}

/// Methods that run other work on the thread, which does not see the caller's values.
impl ThreadPool {
    /// Calls [`yield_now`](::rayon::ThreadPool::yield_now).
    ///
    /// # Examples
    ///
    /// ```
    /// let pool = asynccontext::rayon::ThreadPoolBuilder::new().build().unwrap();
    /// assert_eq!(pool.yield_now(), None); // not on a thread of the pool
    /// ```
    pub fn yield_now(&self) -> Option<Yield> {
        Snapshot::empty().run(|| self.0.yield_now())
    }

    /// Calls [`yield_local`](::rayon::ThreadPool::yield_local).
    ///
    /// # Examples
    ///
    /// ```
    /// let pool = asynccontext::rayon::ThreadPoolBuilder::new().build().unwrap();
    /// assert_eq!(pool.yield_local(), None); // not on a thread of the pool
    /// ```
    pub fn yield_local(&self) -> Option<Yield> {
        Snapshot::empty().run(|| self.0.yield_local())
    }
}

impl Deref for ThreadPool {
    type Target = ::rayon::ThreadPool;

    fn deref(&self) -> &::rayon::ThreadPool {
        &self.0
    }
}

impl From<::rayon::ThreadPool> for ThreadPool {
    fn from(pool: ::rayon::ThreadPool) -> ThreadPool {
        ThreadPool(pool)
    }
}

impl From<ThreadPool> for ::rayon::ThreadPool {
    fn from(pool: ThreadPool) -> ::rayon::ThreadPool {
        pool.0
    }
}
