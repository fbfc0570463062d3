//! `JoinMap`: tokio-util's, whose tasks run in the mapping they were spawned in.

use std::borrow::Borrow;
use std::collections::hash_map::RandomState;
use std::fmt;
use std::hash::{BuildHasher, Hash};

use asynccontext::{Propagate, Snapshot};
use tokio::runtime::Handle;
use tokio::task::{Id, JoinError, LocalSet};
use tokio_util::task::{self, JoinMapKeys};

use crate::carried;

/// A [`tokio_util::task::JoinMap`](task::JoinMap) whose tasks run in the mapping they were
/// spawned in.
///
/// Dropping the map aborts its tasks. Each is dropped in its own mapping. Keys are hashed,
/// compared and dropped in the caller's.
///
/// # Examples
///
/// ```
/// use asynccontext::Variable;
/// use asynccontext_tokio_util::task::JoinMap;
///
/// static USER: Variable<u32> = Variable::named("user");
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let mut map = JoinMap::new();
/// for user in 0..3 {
///     USER.run(user, || map.spawn(user, async { USER.get() }));
/// }
/// assert_eq!(map.len(), 3);
/// while let Some((user, seen)) = map.join_next().await {
///     assert_eq!(seen.unwrap(), Some(user));
/// }
/// # }
/// ```
pub struct JoinMap<K, V, S = RandomState>(task::JoinMap<K, V, S>);

impl<K, V> JoinMap<K, V> {
    /// As [`new`](task::JoinMap::new).
    #[must_use]
    pub fn new() -> JoinMap<K, V> {
        JoinMap(task::JoinMap::new())
    }

    /// As [`with_capacity`](task::JoinMap::with_capacity).
    #[must_use]
    pub fn with_capacity(capacity: usize) -> JoinMap<K, V> {
        JoinMap(task::JoinMap::with_capacity(capacity))
    }
}

impl<K, V, S> JoinMap<K, V, S> {
    /// As [`with_hasher`](task::JoinMap::with_hasher).
    #[must_use]
    pub fn with_hasher(hash_builder: S) -> JoinMap<K, V, S> {
        JoinMap(task::JoinMap::with_hasher(hash_builder))
    }

    /// As [`with_capacity_and_hasher`](task::JoinMap::with_capacity_and_hasher).
    #[must_use]
    pub fn with_capacity_and_hasher(capacity: usize, hash_builder: S) -> JoinMap<K, V, S> {
        JoinMap(task::JoinMap::with_capacity_and_hasher(capacity, hash_builder))
    }

    /// As [`len`](task::JoinMap::len).
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// As [`is_empty`](task::JoinMap::is_empty).
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// As [`capacity`](task::JoinMap::capacity).
    pub fn capacity(&self) -> usize {
        self.0.capacity()
    }
}

/// Spawning: each task runs in the mapping of the call. A task whose key is taken by another
/// one is aborted.
///
/// # Examples
///
/// ```
/// use asynccontext::Variable;
/// use asynccontext::tokio::{Handle, LocalSet};
/// use asynccontext_tokio_util::task::JoinMap;
///
/// static TENANT: Variable<&str> = Variable::named("tenant");
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let (handle, local) = (Handle::current(), LocalSet::new());
/// let mut map = JoinMap::new();
/// TENANT.run("blue", || {
///     let _entered = local.enter();
///     map.spawn(1, async { TENANT.get() });
///     map.spawn_on(2, async { TENANT.get() }, &handle);
///     map.spawn_blocking(3, || TENANT.get());
///     map.spawn_blocking_on(4, || TENANT.get(), &handle);
///     map.spawn_local(5, async { TENANT.get() });
///     map.spawn_local_on(6, async { TENANT.get() }, &local);
/// });
/// while let Some((_, seen)) = local.run_until(map.join_next()).await {
///     assert_eq!(seen.unwrap(), Some("blue"));
/// }
/// # }
/// ```
impl<K, V, S> JoinMap<K, V, S>
where
    K: Hash + Eq,
    V: 'static,
    S: BuildHasher,
{
    /// As [`spawn`](task::JoinMap::spawn).
    ///
    /// # Panics
    ///
    /// Outside a tokio runtime.
    #[track_caller]
    pub fn spawn<F>(&mut self, key: K, task: F)
    where
        F: Future<Output = V>,
        F: Send + 'static,
        V: Send,
    {
        self.0.spawn(key, task.with_snapshot(Snapshot::inherit()));
    }

    /// As [`spawn_on`](task::JoinMap::spawn_on).
    #[track_caller]
    pub fn spawn_on<F>(&mut self, key: K, task: F, handle: &Handle)
    where
        F: Future<Output = V>,
        F: Send + 'static,
        V: Send,
    {
        self.0.spawn_on(key, task.with_snapshot(Snapshot::inherit()), handle);
    }

    /// As [`spawn_blocking`](task::JoinMap::spawn_blocking).
    ///
    /// # Panics
    ///
    /// Outside a tokio runtime.
    #[track_caller]
    pub fn spawn_blocking<F>(&mut self, key: K, f: F)
    where
        F: FnOnce() -> V,
        F: Send + 'static,
        V: Send,
    {
        self.0.spawn_blocking(key, carried(f));
    }

    /// As [`spawn_blocking_on`](task::JoinMap::spawn_blocking_on).
    #[track_caller]
    pub fn spawn_blocking_on<F>(&mut self, key: K, f: F, handle: &Handle)
    where
        F: FnOnce() -> V,
        F: Send + 'static,
        V: Send,
    {
        self.0.spawn_blocking_on(key, carried(f), handle);
    }

    /// As [`spawn_local`](task::JoinMap::spawn_local).
    ///
    /// # Panics
    ///
    /// Outside a `LocalSet` and a `LocalRuntime`.
    #[track_caller]
    pub fn spawn_local<F>(&mut self, key: K, task: F)
    where
        F: Future<Output = V>,
        F: 'static,
    {
        self.0.spawn_local(key, task.with_snapshot(Snapshot::inherit()));
    }

    /// As [`spawn_local_on`](task::JoinMap::spawn_local_on).
    #[track_caller]
    pub fn spawn_local_on<F>(&mut self, key: K, task: F, local_set: &LocalSet)
    where
        F: Future<Output = V>,
        F: 'static,
    {
        self.0.spawn_local_on(key, task.with_snapshot(Snapshot::inherit()), local_set);
    }
}

/// Joining, aborting and looking up: as in tokio-util, in the mapping of the caller.
///
/// # Examples
///
/// ```
/// use asynccontext_tokio_util::task::JoinMap;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let mut map = JoinMap::new();
/// map.spawn("ready", std::future::ready(7));
/// map.spawn("pending", std::future::pending());
/// assert!(map.contains_key("ready") && map.keys().count() == 2);
/// assert!(map.try_join_next().is_none()); // nothing ran yet
/// let (key, output) = map.join_next().await.unwrap();
/// assert_eq!((key, output.unwrap()), ("ready", 7));
///
/// assert!(map.abort("pending") && !map.abort("unknown"));
/// let (key, output) = map.join_next().await.unwrap();
/// assert!(key == "pending" && output.unwrap_err().is_cancelled());
///
/// map.spawn("pending", std::future::pending());
/// map.abort_matching(|key| key.starts_with('p'));
/// map.shutdown().await;
/// assert!(map.is_empty());
/// # }
/// ```
impl<K, V, S> JoinMap<K, V, S>
where
    K: Hash + Eq,
    V: 'static,
    S: BuildHasher,
{
    /// As [`join_next`](task::JoinMap::join_next).
    pub async fn join_next(&mut self) -> Option<(K, Result<V, JoinError>)> {
        self.0.join_next().await
    }

    /// As [`try_join_next`](task::JoinMap::try_join_next).
    pub fn try_join_next(&mut self) -> Option<(K, Result<V, JoinError>)> {
        self.0.try_join_next()
    }

    /// As [`shutdown`](task::JoinMap::shutdown).
    pub async fn shutdown(&mut self) {
        self.0.shutdown().await;
    }

    /// As [`abort`](task::JoinMap::abort).
    pub fn abort<Q>(&mut self, key: &Q) -> bool
    where
        Q: ?Sized + Hash + Eq,
        K: Borrow<Q>,
    {
        self.0.abort(key)
    }

    /// As [`abort_matching`](task::JoinMap::abort_matching).
    pub fn abort_matching(&mut self, predicate: impl FnMut(&K) -> bool) {
        self.0.abort_matching(predicate);
    }

    /// As [`keys`](task::JoinMap::keys).
    pub fn keys(&self) -> JoinMapKeys<'_, K, V> {
        self.0.keys()
    }

    /// As [`contains_key`](task::JoinMap::contains_key).
    pub fn contains_key<Q>(&self, key: &Q) -> bool
    where
        Q: ?Sized + Hash + Eq,
        K: Borrow<Q>,
    {
        self.0.contains_key(key)
    }

    /// As [`contains_task`](task::JoinMap::contains_task).
    pub fn contains_task(&self, task: &Id) -> bool {
        self.0.contains_task(task)
    }

    /// As [`reserve`](task::JoinMap::reserve).
    pub fn reserve(&mut self, additional: usize) {
        self.0.reserve(additional);
    }

    /// As [`shrink_to_fit`](task::JoinMap::shrink_to_fit).
    pub fn shrink_to_fit(&mut self) {
        self.0.shrink_to_fit();
    }

    /// As [`shrink_to`](task::JoinMap::shrink_to).
    pub fn shrink_to(&mut self, min_capacity: usize) {
        self.0.shrink_to(min_capacity);
    }
}

impl<K, V: 'static, S> JoinMap<K, V, S> {
    /// As [`abort_all`](task::JoinMap::abort_all). Each task is dropped in its own mapping.
    pub fn abort_all(&mut self) {
        self.0.abort_all();
    }

    /// As [`detach_all`](task::JoinMap::detach_all).
    pub fn detach_all(&mut self) {
        self.0.detach_all();
    }
}

impl<K: fmt::Debug, V, S> fmt::Debug for JoinMap<K, V, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<K, V> Default for JoinMap<K, V> {
    fn default() -> JoinMap<K, V> {
        JoinMap::new()
    }
}

impl<K, V, S> From<task::JoinMap<K, V, S>> for JoinMap<K, V, S> {
    fn from(map: task::JoinMap<K, V, S>) -> JoinMap<K, V, S> {
        JoinMap(map)
    }
}

impl<K, V, S> From<JoinMap<K, V, S>> for task::JoinMap<K, V, S> {
    fn from(map: JoinMap<K, V, S>) -> task::JoinMap<K, V, S> {
        map.0
    }
}
