//! `create_hook`: callbacks for the life of resources.

use std::fmt;
use std::mem;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::resource::{self, Resource};
use crate::mapping;

/// The callbacks of an [`AsyncHook`]: the object passed to Node's `createHook`.
///
/// Each callback does nothing by default. The type `()` implements none: a hook with it, while
/// enabled, only gives every task an id of its own.
///
/// A callback receives the [`Resource`], which has the id, the type name, and the id of the
/// trigger. It runs on the thread of the event, in the context that is current there.
///
/// # Examples
///
/// ```
/// use asynccontext::als::{HookCallbacks, Resource};
///
/// struct Print;
///
/// impl HookCallbacks for Print {
///     fn init(&self, resource: &Resource) {
///         println!("created {resource:?}");
///     }
/// }
/// ```
pub trait HookCallbacks: Send + Sync + 'static {
    /// Called when the resource is created: `init(asyncId, type, triggerAsyncId, resource)`.
    ///
    /// Runs in the context of the code that creates it.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::als::{HookCallbacks, Resource};
    /// # struct Print;
    /// # impl HookCallbacks for Print {
    /// // JavaScript: init(asyncId, type, triggerAsyncId) { console.log(asyncId, type, triggerAsyncId) }
    /// fn init(&self, resource: &Resource) {
    ///     println!("{} {} {}", resource.async_id(), resource.type_name(), resource.trigger_async_id());
    /// }
    /// # }
    /// ```
    fn init(&self, resource: &Resource) {
        let _ = resource;
    }

    /// Called before the work of the resource is polled, stepped, called or dropped:
    /// `before(asyncId)`.
    ///
    /// Runs in the context of the resource, as [`after`](Self::after) and
    /// [`promise_resolve`](Self::promise_resolve) do.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::als::{HookCallbacks, Resource};
    /// # struct Print;
    /// # impl HookCallbacks for Print {
    /// // JavaScript: before(asyncId) { console.log('before', asyncId) }
    /// fn before(&self, resource: &Resource) {
    ///     println!("before {}", resource.async_id());
    /// }
    /// # }
    /// ```
    fn before(&self, resource: &Resource) {
        let _ = resource;
    }

    /// Called after that, also after a panic: `after(asyncId)`.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::als::{HookCallbacks, Resource};
    /// # struct Print;
    /// # impl HookCallbacks for Print {
    /// // JavaScript: after(asyncId) { console.log('after', asyncId) }
    /// fn after(&self, resource: &Resource) {
    ///     println!("after {}", resource.async_id());
    /// }
    /// # }
    /// ```
    fn after(&self, resource: &Resource) {
        let _ = resource;
    }

    /// Called when the resource ends: `destroy(asyncId)`.
    ///
    /// Runs in the context of the code that dropped the last reference to it.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::als::{HookCallbacks, Resource};
    /// # struct Print;
    /// # impl HookCallbacks for Print {
    /// // JavaScript: destroy(asyncId) { console.log('destroy', asyncId) }
    /// fn destroy(&self, resource: &Resource) {
    ///     println!("destroy {}", resource.async_id());
    /// }
    /// # }
    /// ```
    fn destroy(&self, resource: &Resource) {
        let _ = resource;
    }

    /// Called when a future that runs in the resource is ready: `promiseResolve(asyncId)`.
    ///
    /// Not called for bare tasks on a runtime that makes them inherit: tokio's hooks report the end
    /// of a poll, not its result.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::als::{HookCallbacks, Resource};
    /// # struct Print;
    /// # impl HookCallbacks for Print {
    /// // JavaScript: promiseResolve(asyncId) { console.log('resolved', asyncId) }
    /// fn promise_resolve(&self, resource: &Resource) {
    ///     println!("resolved {}", resource.async_id());
    /// }
    /// # }
    /// ```
    fn promise_resolve(&self, resource: &Resource) {
        let _ = resource;
    }
}

/// Implements no callback.
impl HookCallbacks for () {}

/// Creates a hook that calls `callbacks` while it is enabled: `createHook(callbacks)`.
///
/// # Examples
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

/// A set of callbacks that can be enabled and disabled, returned by [`create_hook`].
///
/// A clone is the same hook. Dropping a hook does not disable it.
///
/// # Examples
///
/// ```
/// # use asynccontext::als::{AsyncHook, create_hook};
/// let hook: AsyncHook = create_hook(());
/// hook.enable();
/// hook.clone().disable(); // the same hook
/// ```
#[derive(Clone)]
pub struct AsyncHook {
    callbacks: Arc<dyn HookCallbacks>,
    enabled: Arc<Mutex<Option<Arc<Enabled>>>>,
}

impl AsyncHook {
    /// Enables the hook: `hook.enable()`.
    ///
    /// The callbacks are called for resources that are created from then on, on any thread.
    /// Resources from an earlier time in which the hook was enabled are not included. Of several
    /// hooks, those that were enabled earlier are called earlier. On an enabled hook this does
    /// nothing.
    ///
    /// # Examples
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

    /// Disables the hook: `hook.disable()`.
    ///
    /// A callback that is running on another thread completes. Afterwards no callback is called, so
    /// a resource may get no `after` and no `destroy`. On a disabled hook this does nothing.
    ///
    /// # Examples
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

/// One period in which a hook is enabled. It starts enabled and, once disabled, stays so: a hook is
/// called for the end of a resource only if it was called for its creation.
pub(super) struct Enabled {
    pub(super) callbacks: Arc<dyn HookCallbacks>,
    on: AtomicBool,
}

impl Enabled {
    pub(super) fn is_on(&self) -> bool {
        self.on.load(Ordering::Relaxed)
    }
}

/// The enabled hooks, in the order in which they were enabled, or `None`.
pub(super) type Hooks = Option<Arc<[Arc<Enabled>]>>;

static HOOKS: Mutex<Hooks> = Mutex::new(None);

/// Returns the enabled hooks.
pub(super) fn enabled() -> Hooks {
    lock(&HOOKS).clone()
}

/// Changes the list of enabled hooks. Nothing is allocated or freed under the lock, which every
/// capture takes: an allocator may capture as well.
fn update(change: impl Fn(&mut Vec<Arc<Enabled>>)) {
    let address = |hooks: &Hooks| hooks.as_ref().map(|hooks| hooks.as_ptr());
    loop {
        let before = enabled();
        let mut hooks = before.as_deref().unwrap_or(&[]).to_vec();
        change(&mut hooks);
        let hooks: Hooks = (!hooks.is_empty()).then(|| hooks.into());
        let mut enabled = lock(&HOOKS);
        // `before` holds its memory, so no other list has this address.
        if address(&enabled) == address(&before) {
            let old = mem::replace(&mut *enabled, hooks);
            drop(enabled);
            drop(old);
            return;
        }
    }
}

/// No foreign code runs under these locks, so poisoning carries no information.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
