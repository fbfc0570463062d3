//! `JoinMap`, a wrapper whose tasks run in the mapping in which they were spawned.

use std::borrow::Borrow;
use std::collections::hash_map::RandomState;
use std::fmt;
use std::hash::{BuildHasher, Hash};

use asynccontext::{Propagate, Snapshot};
use tokio::runtime::Handle;
use tokio::task::{Id, JoinError, LocalSet};
use tokio_util::task::{self, JoinMapKeys};

use crate::carried;

/// A wrapper of [`tokio_util::task::JoinMap`](task::JoinMap) whose tasks run in the mapping in
/// which they were spawned.
///
/// Dropping the map aborts its tasks. Each is dropped in its own mapping. Keys are hashed, compared
/// and dropped in the caller's mapping.
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
    /// Calls [`new`](task::JoinMap::new).
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext_tokio_util::task::JoinMap;
    /// assert!(JoinMap::<&str, ()>::new().is_empty());
    /// ```
    #[must_use]
    pub fn new() -> JoinMap<K, V> {
        JoinMap(task::JoinMap::new())
    }

    /// Calls [`with_capacity`](task::JoinMap::with_capacity).
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext_tokio_util::task::JoinMap;
    /// assert!(JoinMap::<&str, ()>::with_capacity(8).capacity() >= 8);
    /// ```
    #[must_use]
    pub fn with_capacity(capacity: usize) -> JoinMap<K, V> {
        JoinMap(task::JoinMap::with_capacity(capacity))
    }
}

impl<K, V, S> JoinMap<K, V, S> {
    /// Calls [`with_hasher`](task::JoinMap::with_hasher).
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext_tokio_util::task::JoinMap;
    /// use std::hash::RandomState;
    ///
    /// let map = JoinMap::<&str, ()>::with_hasher(RandomState::new());
    /// assert!(map.is_empty());
    /// ```
    #[must_use]
    pub fn with_hasher(hash_builder: S) -> JoinMap<K, V, S> {
        JoinMap(task::JoinMap::with_hasher(hash_builder))
    }

    /// Calls [`with_capacity_and_hasher`](task::JoinMap::with_capacity_and_hasher).
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext_tokio_util::task::JoinMap;
    /// use std::hash::RandomState;
    ///
    /// let map = JoinMap::<&str, ()>::with_capacity_and_hasher(8, RandomState::new());
    /// assert!(map.capacity() >= 8);
    /// ```
    #[must_use]
    pub fn with_capacity_and_hasher(capacity: usize, hash_builder: S) -> JoinMap<K, V, S> {
        JoinMap(task::JoinMap::with_capacity_and_hasher(capacity, hash_builder))
    }

    /// Calls [`len`](task::JoinMap::len).
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext_tokio_util::task::JoinMap;
    /// assert_eq!(JoinMap::<&str, ()>::new().len(), 0);
    /// ```
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Calls [`is_empty`](task::JoinMap::is_empty).
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext_tokio_util::task::JoinMap;
    /// assert!(JoinMap::<&str, ()>::new().is_empty());
    /// ```
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Calls [`capacity`](task::JoinMap::capacity).
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext_tokio_util::task::JoinMap;
    /// assert!(JoinMap::<&str, ()>::with_capacity(8).capacity() >= 8);
    /// ```
    pub fn capacity(&self) -> usize {
        self.0.capacity()
    }
}

/// Methods that spawn. Each task runs in the mapping of the call. A task whose key is taken by
/// another task is aborted.
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
    /// Calls [`spawn`](task::JoinMap::spawn).
    ///
    /// # Panics
    ///
    /// Panics outside a tokio runtime.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::Variable;
    /// # use asynccontext_tokio_util::task::JoinMap;
    /// static TENANT: Variable<&str> = Variable::named("tenant");
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let mut map = JoinMap::new();
    /// TENANT.run("blue", || map.spawn(1, async { TENANT.get() }));
    /// assert_eq!(map.join_next().await.unwrap().1.unwrap(), Some("blue"));
    /// # }
    /// ```
    #[track_caller]
    pub fn spawn<F>(&mut self, key: K, task: F)
    where
        F: Future<Output = V>,
        F: Send + 'static,
        V: Send,
    {
        self.0.spawn(key, task.with_snapshot(Snapshot::inherit()));
    }

    /// Calls [`spawn_on`](task::JoinMap::spawn_on).
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::{Variable, tokio::Handle};
    /// # use asynccontext_tokio_util::task::JoinMap;
    /// static TENANT: Variable<&str> = Variable::named("tenant");
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let mut map = JoinMap::new();
    /// let handle = Handle::current();
    /// TENANT.run("blue", || map.spawn_on(1, async { TENANT.get() }, &handle));
    /// assert_eq!(map.join_next().await.unwrap().1.unwrap(), Some("blue"));
    /// # }
    /// ```
    #[track_caller]
    pub fn spawn_on<F>(&mut self, key: K, task: F, handle: &Handle)
    where
        F: Future<Output = V>,
        F: Send + 'static,
        V: Send,
    {
        self.0.spawn_on(key, task.with_snapshot(Snapshot::inherit()), handle);
    }

    /// Calls [`spawn_blocking`](task::JoinMap::spawn_blocking).
    ///
    /// # Panics
    ///
    /// Panics outside a tokio runtime.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::Variable;
    /// # use asynccontext_tokio_util::task::JoinMap;
    /// static TENANT: Variable<&str> = Variable::named("tenant");
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let mut map = JoinMap::new();
    /// TENANT.run("blue", || map.spawn_blocking(1, || TENANT.get()));
    /// assert_eq!(map.join_next().await.unwrap().1.unwrap(), Some("blue"));
    /// # }
    /// ```
    #[track_caller]
    pub fn spawn_blocking<F>(&mut self, key: K, f: F)
    where
        F: FnOnce() -> V,
        F: Send + 'static,
        V: Send,
    {
        self.0.spawn_blocking(key, carried(f));
    }

    /// Calls [`spawn_blocking_on`](task::JoinMap::spawn_blocking_on).
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::{Variable, tokio::Handle};
    /// # use asynccontext_tokio_util::task::JoinMap;
    /// static TENANT: Variable<&str> = Variable::named("tenant");
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let mut map = JoinMap::new();
    /// let handle = Handle::current();
    /// TENANT.run("blue", || map.spawn_blocking_on(1, || TENANT.get(), &handle));
    /// assert_eq!(map.join_next().await.unwrap().1.unwrap(), Some("blue"));
    /// # }
    /// ```
    #[track_caller]
    pub fn spawn_blocking_on<F>(&mut self, key: K, f: F, handle: &Handle)
    where
        F: FnOnce() -> V,
        F: Send + 'static,
        V: Send,
    {
        self.0.spawn_blocking_on(key, carried(f), handle);
    }

    /// Calls [`spawn_local`](task::JoinMap::spawn_local).
    ///
    /// # Panics
    ///
    /// Panics outside a `LocalSet` and a `LocalRuntime`.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::{Variable, tokio::LocalSet};
    /// # use asynccontext_tokio_util::task::JoinMap;
    /// static TENANT: Variable<&str> = Variable::named("tenant");
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let tasks = async {
    ///     let mut map = JoinMap::new();
    ///     TENANT.run("blue", || map.spawn_local(1, async { TENANT.get() }));
    ///     map.join_next().await
    /// };
    /// let (_, seen) = LocalSet::new().run_until(tasks).await.unwrap();
    /// assert_eq!(seen.unwrap(), Some("blue"));
    /// # }
    /// ```
    #[track_caller]
    pub fn spawn_local<F>(&mut self, key: K, task: F)
    where
        F: Future<Output = V>,
        F: 'static,
    {
        self.0.spawn_local(key, task.with_snapshot(Snapshot::inherit()));
    }

    /// Calls [`spawn_local_on`](task::JoinMap::spawn_local_on).
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::{Variable, tokio::LocalSet};
    /// # use asynccontext_tokio_util::task::JoinMap;
    /// static TENANT: Variable<&str> = Variable::named("tenant");
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let (mut map, local) = (JoinMap::new(), LocalSet::new());
    /// TENANT.run("blue", || map.spawn_local_on(1, async { TENANT.get() }, &local));
    /// let (_, seen) = local.run_until(map.join_next()).await.unwrap();
    /// assert_eq!(seen.unwrap(), Some("blue"));
    /// # }
    /// ```
    #[track_caller]
    pub fn spawn_local_on<F>(&mut self, key: K, task: F, local_set: &LocalSet)
    where
        F: Future<Output = V>,
        F: 'static,
    {
        self.0.spawn_local_on(key, task.with_snapshot(Snapshot::inherit()), local_set);
    }
}

/// Methods that join, abort and look up, as in tokio-util, in the mapping of the caller.
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
    /// Calls [`join_next`](task::JoinMap::join_next).
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext_tokio_util::task::JoinMap;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let mut map = JoinMap::new();
    /// map.spawn("ready", std::future::ready(1));
    /// let (key, output) = map.join_next().await.unwrap();
    /// assert_eq!((key, output.unwrap()), ("ready", 1));
    /// # }
    /// ```
    pub async fn join_next(&mut self) -> Option<(K, Result<V, JoinError>)> {
        self.0.join_next().await
    }

    /// Calls [`try_join_next`](task::JoinMap::try_join_next).
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext_tokio_util::task::JoinMap;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let mut map = JoinMap::new();
    /// map.spawn("ready", std::future::ready(1));
    /// assert!(map.try_join_next().is_none()); // not polled yet
    /// tokio::task::yield_now().await;
    /// assert_eq!(map.try_join_next().unwrap().0, "ready");
    /// # }
    /// ```
    pub fn try_join_next(&mut self) -> Option<(K, Result<V, JoinError>)> {
        self.0.try_join_next()
    }

    /// Calls [`shutdown`](task::JoinMap::shutdown).
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext_tokio_util::task::JoinMap;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let mut map = JoinMap::new();
    /// map.spawn("pending", std::future::pending::<()>());
    /// map.shutdown().await;
    /// assert!(map.is_empty());
    /// # }
    /// ```
    pub async fn shutdown(&mut self) {
        self.0.shutdown().await;
    }

    /// Calls [`abort`](task::JoinMap::abort).
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext_tokio_util::task::JoinMap;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let mut map = JoinMap::new();
    /// map.spawn("pending", std::future::pending::<()>());
    /// assert!(map.abort("pending") && !map.abort("unknown"));
    /// assert!(map.join_next().await.unwrap().1.unwrap_err().is_cancelled());
    /// # }
    /// ```
    pub fn abort<Q>(&mut self, key: &Q) -> bool
    where
        Q: ?Sized + Hash + Eq,
        K: Borrow<Q>,
    {
        self.0.abort(key)
    }

    /// Calls [`abort_matching`](task::JoinMap::abort_matching).
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext_tokio_util::task::JoinMap;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let mut map = JoinMap::new();
    /// map.spawn("pending", std::future::pending::<()>());
    /// map.abort_matching(|key| key.starts_with('p'));
    /// assert!(map.join_next().await.unwrap().1.unwrap_err().is_cancelled());
    /// # }
    /// ```
    pub fn abort_matching(&mut self, predicate: impl FnMut(&K) -> bool) {
        self.0.abort_matching(predicate);
    }

    /// Calls [`keys`](task::JoinMap::keys).
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext_tokio_util::task::JoinMap;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let mut map = JoinMap::new();
    /// map.spawn("ready", std::future::ready(1));
    /// assert_eq!(map.keys().collect::<Vec<_>>(), [&"ready"]);
    /// # }
    /// ```
    pub fn keys(&self) -> JoinMapKeys<'_, K, V> {
        self.0.keys()
    }

    /// Calls [`contains_key`](task::JoinMap::contains_key).
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext_tokio_util::task::JoinMap;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let mut map = JoinMap::new();
    /// map.spawn("ready", std::future::ready(1));
    /// assert!(map.contains_key("ready") && !map.contains_key("unknown"));
    /// # }
    /// ```
    pub fn contains_key<Q>(&self, key: &Q) -> bool
    where
        Q: ?Sized + Hash + Eq,
        K: Borrow<Q>,
    {
        self.0.contains_key(key)
    }

    /// Calls [`contains_task`](task::JoinMap::contains_task).
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext_tokio_util::task::JoinMap;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let mut map = JoinMap::new();
    /// map.spawn("ready", std::future::ready(1));
    /// let other = tokio::spawn(async {}).id();
    /// assert!(!map.contains_task(&other));
    /// # }
    /// ```
    pub fn contains_task(&self, task: &Id) -> bool {
        self.0.contains_task(task)
    }

    /// Calls [`reserve`](task::JoinMap::reserve).
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext_tokio_util::task::JoinMap;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let mut map = JoinMap::<&str, ()>::new();
    /// map.reserve(8);
    /// assert!(map.capacity() >= 8);
    /// # }
    /// ```
    pub fn reserve(&mut self, additional: usize) {
        self.0.reserve(additional);
    }

    /// Calls [`shrink_to_fit`](task::JoinMap::shrink_to_fit).
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext_tokio_util::task::JoinMap;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let mut map = JoinMap::<&str, ()>::with_capacity(8);
    /// map.shrink_to_fit();
    /// assert!(map.capacity() < 8);
    /// # }
    /// ```
    pub fn shrink_to_fit(&mut self) {
        self.0.shrink_to_fit();
    }

    /// Calls [`shrink_to`](task::JoinMap::shrink_to).
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext_tokio_util::task::JoinMap;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let mut map = JoinMap::<&str, ()>::with_capacity(100);
    /// map.shrink_to(8);
    /// assert!((8..100).contains(&map.capacity()));
    /// # }
    /// ```
    pub fn shrink_to(&mut self, min_capacity: usize) {
        self.0.shrink_to(min_capacity);
    }
}

impl<K, V: 'static, S> JoinMap<K, V, S> {
    /// Calls [`abort_all`](task::JoinMap::abort_all). Each task is dropped in its own mapping.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext_tokio_util::task::JoinMap;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let mut map = JoinMap::new();
    /// map.spawn("pending", std::future::pending::<()>());
    /// map.abort_all();
    /// assert!(map.join_next().await.unwrap().1.unwrap_err().is_cancelled());
    /// # }
    /// ```
    pub fn abort_all(&mut self) {
        self.0.abort_all();
    }

    /// Calls [`detach_all`](task::JoinMap::detach_all).
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext_tokio_util::task::JoinMap;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let mut map = JoinMap::new();
    /// map.spawn("ready", std::future::ready(1));
    /// map.detach_all(); // the task still runs
    /// assert!(map.is_empty());
    /// # }
    /// ```
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
