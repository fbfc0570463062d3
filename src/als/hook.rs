//! `create_hook`: callbacks for what happens to resources.

use std::fmt;
use std::mem;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::resource::{self, Resource};
use crate::mapping;

/// What an [`AsyncHook`] calls: the object that is handed to Node's `createHook`.
///
/// Each callback does nothing unless it is written. `()` writes none: enabled, it gives
/// every task an id of its own, and that is all.
///
/// A callback gets the [`Resource`], which has the id, the type's name, and the id of what
/// triggered it. It runs on the thread on which the thing happens, in the context that is
/// current there.
pub trait HookCallbacks: Send + Sync + 'static {
    /// The resource was made: `init(asyncId, type, triggerAsyncId, resource)`.
    ///
    /// Runs in the context of what makes it.
    fn init(&self, resource: &Resource) {
        let _ = resource;
    }

    /// What runs in the resource is about to be polled, stepped, called or dropped:
    /// `before(asyncId)`.
    ///
    /// Runs in the context of the resource, as [`after`](Self::after) and
    /// [`promise_resolve`](Self::promise_resolve) do.
    fn before(&self, resource: &Resource) {
        let _ = resource;
    }

    /// That is over: `after(asyncId)`. Called also when it panicked.
    fn after(&self, resource: &Resource) {
        let _ = resource;
    }

    /// The resource is gone: `destroy(asyncId)`.
    ///
    /// Runs in the context of whoever let go of it last.
    fn destroy(&self, resource: &Resource) {
        let _ = resource;
    }

    /// A future that runs in the resource is ready: `promiseResolve(asyncId)`.
    ///
    /// Not told of bare tasks on a runtime that makes them inherit: tokio's hooks say when a
    /// poll ends, not what it gave.
    fn promise_resolve(&self, resource: &Resource) {
        let _ = resource;
    }
}

/// No callbacks.
impl HookCallbacks for () {}

/// A hook that calls `callbacks` once it is enabled: `createHook(callbacks)`.
///
/// ```
/// use std::sync::Mutex;
/// use asynccontext::als::{AsyncResource, HookCallbacks, Resource, create_hook};
///
/// static LOG: Mutex<Vec<String>> = Mutex::new(Vec::new());
///
/// struct Log;
/// impl HookCallbacks for Log {
///     fn init(&self, resource: &Resource) {
///         LOG.lock().unwrap().push(format!("init {}", resource.type_name()));
///     }
///     fn destroy(&self, resource: &Resource) {
///         LOG.lock().unwrap().push(format!("destroy {}", resource.type_name()));
///     }
/// }
///
/// // JavaScript: const hook = createHook({ init(id, type) { … }, destroy(id) { … } }).enable()
/// let hook = create_hook(Log).enable();
/// AsyncResource::new("Query").emit_destroy();
/// hook.disable();
/// assert_eq!(*LOG.lock().unwrap(), ["init Query", "destroy Query"]);
/// ```
pub fn create_hook(callbacks: impl HookCallbacks) -> AsyncHook {
    AsyncHook { callbacks: Arc::new(callbacks), enabled: Arc::new(Mutex::new(None)) }
}

/// Callbacks that can be enabled and disabled. Made by [`create_hook`].
///
/// A clone is the same hook. Dropping it changes nothing: a hook that is enabled stays so.
#[derive(Clone)]
pub struct AsyncHook {
    callbacks: Arc<dyn HookCallbacks>,
    enabled: Arc<Mutex<Option<Arc<Enabled>>>>,
}

impl AsyncHook {
    /// From now on the callbacks are called: `hook.enable()`.
    ///
    /// Only for resources that are made from now on, on any thread, also if the hook was
    /// enabled before and saw others then. With several hooks, those that were enabled
    /// earlier are called earlier. On an enabled hook it does nothing.
    ///
    /// ```
    /// # use asynccontext::als::{AsyncResource, create_hook, execution_async_id};
    /// # use asynccontext::thread;
    /// // JavaScript: createHook({}).enable(), though Node wants a callback
    /// let hook = create_hook(()).enable();
    /// let thread = thread::spawn(execution_async_id);
    /// assert_ne!(thread.join().unwrap(), execution_async_id()); // it has its own id
    /// hook.disable();
    /// let thread = thread::spawn(execution_async_id);
    /// assert_eq!(thread.join().unwrap(), execution_async_id());
    /// ```
    pub fn enable(&self) -> AsyncHook {
        let mut enabled = lock(&self.enabled);
        if enabled.is_none() {
            let this = Arc::new(Enabled { callbacks: self.callbacks.clone(), on: AtomicBool::new(true) });
            update(|hooks| hooks.push(this.clone()));
            *enabled = Some(this);
            mapping::capture_by(resource::capture);
        }
        drop(enabled);
        self.clone()
    }

    /// From now on the callbacks are not called any more: `hook.disable()`.
    ///
    /// A callback that runs on another thread at this moment still ends. So a resource may
    /// get no `after` and no `destroy`. On a disabled hook it does nothing.
    ///
    /// ```
    /// # use std::sync::atomic::{AtomicU32, Ordering};
    /// # use asynccontext::als::{AsyncResource, HookCallbacks, Resource, create_hook};
    /// static MADE: AtomicU32 = AtomicU32::new(0);
    ///
    /// struct Count;
    /// impl HookCallbacks for Count {
    ///     fn init(&self, _: &Resource) {
    ///         MADE.fetch_add(1, Ordering::Relaxed);
    ///     }
    /// }
    ///
    /// let hook = create_hook(Count).enable();
    /// AsyncResource::new("Query");
    /// // JavaScript: hook.disable()
    /// hook.disable();
    /// AsyncResource::new("Query");
    /// assert_eq!(MADE.load(Ordering::Relaxed), 1);
    /// ```
    pub fn disable(&self) {
        if let Some(this) = lock(&self.enabled).take() {
            this.on.store(false, Ordering::Relaxed);
            update(|hooks| hooks.retain(|hook| !Arc::ptr_eq(hook, &this)));
        }
    }
}

impl fmt::Debug for AsyncHook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AsyncHook").field("enabled", &lock(&self.enabled).is_some()).finish_non_exhaustive()
    }
}

/// One time that a hook was enabled. It is on from the start, and once off it stays off,
/// so whoever heard of the end of something has heard of its beginning.
pub(super) struct Enabled {
    pub(super) callbacks: Arc<dyn HookCallbacks>,
    on: AtomicBool,
}

impl Enabled {
    pub(super) fn is_on(&self) -> bool {
        self.on.load(Ordering::Relaxed)
    }
}

/// The hooks that are enabled, in the order in which they were; `None` for none.
pub(super) type Hooks = Option<Arc<[Arc<Enabled>]>>;

static HOOKS: Mutex<Hooks> = Mutex::new(None);

/// The hooks that are enabled now.
pub(super) fn enabled() -> Hooks {
    lock(&HOOKS).clone()
}

/// Changes them. Nothing is allocated or freed under the lock, which every capture takes: an
/// allocator may capture as well.
fn update(change: impl Fn(&mut Vec<Arc<Enabled>>)) {
    let address = |hooks: &Hooks| hooks.as_ref().map(|hooks| hooks.as_ptr());
    loop {
        let before = enabled();
        let mut hooks = before.as_deref().unwrap_or(&[]).to_vec();
        change(&mut hooks);
        let hooks: Hooks = (!hooks.is_empty()).then(|| hooks.into());
        let mut enabled = lock(&HOOKS);
        // `before` keeps its memory, so no other list lies there.
        if address(&enabled) == address(&before) {
            let old = mem::replace(&mut *enabled, hooks);
            drop(enabled);
            drop(old);
            return;
        }
    }
}

/// No code of others runs under these locks, so poison would say nothing.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
