//! `AsyncResource`, a context that is entered by hand, and the ids of running resources.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use super::watch::{self, Life};
use crate::mapping::{self, CallSite, CaptureSite, Enter, Link};
use crate::sync::{AtomicU64, Ordering};
use crate::wrapped::{Arguments, CallOnce, Wrapped};
use crate::{Scoped, Snapshot, Variable};

/// The resource whose scope is running. It is an ordinary variable, so tasks, threads and closures
/// carry it.
static EXECUTION: Variable<Resource> = Variable::named("execution_async_resource");

/// The id outside every resource, as at the top level of a Node program.
const TOP_LEVEL: u64 = 1;

/// The context that was current at its creation, which can be entered any number of times.
///
/// It is for code that calls other code's closures later: pools, queues, parsers, connections. Each
/// resource has an id and the id of the resource that triggered it, so that a program can trace
/// which work started which.
///
/// # Examples
///
/// JavaScript:
///
/// ```js
/// class Job extends AsyncResource {
///   constructor(callback) { super('Job'); this.callback = callback; }
///   done(result) { this.runInAsyncScope(this.callback, null, result); this.emitDestroy(); }
/// }
/// ```
///
/// Rust:
///
/// ```
/// use asynccontext::als::{AsyncLocalStorage, AsyncResource};
///
/// struct Job<F> {
///     resource: AsyncResource,
///     callback: F,
/// }
///
/// impl<F: FnOnce(u32)> Job<F> {
///     fn new(callback: F) -> Job<F> {
///         Job { resource: AsyncResource::new("Job"), callback }
///     }
///     fn done(self, result: u32) {
///         self.resource.run_in_async_scope(|| (self.callback)(result));
///         self.resource.emit_destroy();
///     }
/// }
///
/// static USER: AsyncLocalStorage<&str> = AsyncLocalStorage::named("user");
/// let job = USER.run("ann", || Job::new(|result| assert_eq!((USER.get_store(), result), (Some("ann"), 3))));
/// job.done(3);
/// ```
pub struct AsyncResource {
    life: Life,
    /// The context at creation, with this resource as the running one.
    snapshot: Snapshot,
}

impl AsyncResource {
    /// Captures the current context: `new AsyncResource(type)`.
    ///
    /// Its trigger is the running resource.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::als::{AsyncResource, execution_async_id};
    /// // JavaScript: const query = new AsyncResource('Query')
    /// let query = AsyncResource::new("Query");
    /// assert_eq!(query.trigger_async_id(), execution_async_id());
    /// ```
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn new(type_name: impl Into<Cow<'static, str>>) -> AsyncResource {
        AsyncResource::with_trigger(type_name, execution_async_id())
    }

    /// Captures the current context, with the given trigger: `new AsyncResource(type, {
    /// triggerAsyncId })`.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::als::AsyncResource;
    /// let connection = AsyncResource::new("Connection");
    /// // JavaScript: new AsyncResource('Query', { triggerAsyncId: connection.asyncId() })
    /// let query = AsyncResource::with_trigger("Query", connection.async_id());
    /// assert_eq!(query.trigger_async_id(), connection.async_id());
    /// ```
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn with_trigger(type_name: impl Into<Cow<'static, str>>, trigger_async_id: u64) -> AsyncResource {
        let life = Life::begin(Resource::new(type_name.into(), trigger_async_id), watch::hooks());
        let snapshot = Snapshot(capture_in(CallSite::here(), life.resource(), life.entries()));
        AsyncResource { life, snapshot }
    }

    /// Calls `f` in the resource's context: `resource.runInAsyncScope(f)`.
    ///
    /// Afterwards the caller's context is current again, also after a panic. The closure captures
    /// what Node passes as arguments and `this`.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::als::{AsyncLocalStorage, AsyncResource, execution_async_id};
    /// static USER: AsyncLocalStorage<&str> = AsyncLocalStorage::named("user");
    /// let query = USER.run("ann", || AsyncResource::new("Query"));
    ///
    /// // JavaScript: query.runInAsyncScope(() => [user.getStore(), executionAsyncId()])
    /// let seen = query.run_in_async_scope(|| (USER.get_store(), execution_async_id()));
    /// assert_eq!(seen, (Some("ann"), query.async_id()));
    /// ```
    #[inline]
    pub fn run_in_async_scope<R>(&self, f: impl FnOnce() -> R) -> R {
        self.snapshot.run(f)
    }

    /// Returns the future `f`, run in the resource's context: `resource.runInAsyncScope(async () =>
    /// …)`.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::als::{AsyncResource, execution_async_id};
    /// # use std::{pin::pin, future::Future, task::{Context, Poll, Waker}};
    /// # fn block_on<F: Future>(f: F) -> F::Output {
    /// #     let mut f = pin!(f);
    /// #     loop {
    /// #         if let Poll::Ready(r) = f.as_mut().poll(&mut Context::from_waker(Waker::noop())) { return r }
    /// #     }
    /// # }
    /// # async fn work() {}
    /// let query = AsyncResource::new("Query");
    /// # block_on(async {
    /// // JavaScript: await query.runInAsyncScope(async () => { await work(); return executionAsyncId() })
    /// let id = query.scope(async { work().await; execution_async_id() }).await;
    /// assert_eq!(id, query.async_id());
    /// # });
    /// ```
    #[inline]
    pub fn scope<F>(&self, f: F) -> Scoped<F> {
        self.snapshot.scope(f)
    }

    /// Returns the closure `f`, called in the resource's context: `resource.bind(f)`.
    ///
    /// Node's static `AsyncResource.bind(f, type)` is `AsyncResource::new(type).bind(f)`.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::als::{AsyncLocalStorage, AsyncResource};
    /// static USER: AsyncLocalStorage<&str> = AsyncLocalStorage::named("user");
    /// let query = USER.run("ann", || AsyncResource::new("Query"));
    ///
    /// // JavaScript: const row = query.bind(n => [n, user.getStore()])
    /// let row = query.bind(|n: u32| (n, USER.get_store()));
    /// assert_eq!(row.call((3,)), (3, Some("ann")));
    /// ```
    #[inline]
    pub fn bind<F, Args, const ARGS: usize>(&self, f: F) -> Wrapped<F, ARGS>
    where
        F: CallOnce<Args>,
        Args: Arguments<ARGS>,
    {
        self.snapshot.wrap(f)
    }

    /// Returns the resource's id: `resource.asyncId()`. It is unique in the process and never
    /// reused.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::als::AsyncResource;
    /// let (one, other) = (AsyncResource::new("Query"), AsyncResource::new("Query"));
    /// // JavaScript: one.asyncId() !== other.asyncId()
    /// assert_ne!(one.async_id(), other.async_id());
    /// ```
    pub fn async_id(&self) -> u64 {
        self.life.resource().async_id()
    }

    /// Returns the id of the resource's trigger: `resource.triggerAsyncId()`.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::als::AsyncResource;
    /// let connection = AsyncResource::new("Connection");
    /// let query = connection.run_in_async_scope(|| AsyncResource::new("Query"));
    /// // JavaScript: query.triggerAsyncId() === connection.asyncId()
    /// assert_eq!(query.trigger_async_id(), connection.async_id());
    /// ```
    pub fn trigger_async_id(&self) -> u64 {
        self.life.resource().trigger_async_id()
    }

    /// Returns the type name given at creation.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::als::AsyncResource;
    /// assert_eq!(AsyncResource::new("Query").type_name(), "Query");
    /// ```
    pub fn type_name(&self) -> &str {
        self.life.resource().type_name()
    }

    /// Ends the resource, calls hooks and drops its context: `resource.emitDestroy()`.
    ///
    /// Dropping the resource does the same. Since this consumes the resource, it can't be called
    /// twice. Closures and futures returned by [`bind`](Self::bind) and [`scope`](Self::scope) keep
    /// the context.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::als::AsyncResource;
    /// let query = AsyncResource::new("Query");
    /// // JavaScript: query.emitDestroy()
    /// query.emit_destroy();
    /// ```
    pub fn emit_destroy(self) {}
}

/// Prints the type name and the ids, never the values of the context.
impl fmt::Debug for AsyncResource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut f = f.debug_struct("AsyncResource");
        f.field("type_name", &self.type_name()).field("async_id", &self.async_id());
        f.field("trigger_async_id", &self.trigger_async_id()).finish_non_exhaustive()
    }
}

/// The type name and the ids of a resource; cheap to clone.
///
/// It does not keep the resource's context alive.
///
/// # Examples
///
/// ```
/// # use asynccontext::als::{AsyncResource, Resource, execution_async_resource};
/// let running = AsyncResource::new("Query").run_in_async_scope(execution_async_resource);
/// let resource: Resource = running.unwrap();
/// assert_eq!(resource.type_name(), "Query");
/// ```
#[derive(Clone)]
pub struct Resource(Arc<Identity>);

struct Identity {
    type_name: Cow<'static, str>,
    async_id: u64,
    trigger_async_id: u64,
}

impl Resource {
    fn new(type_name: Cow<'static, str>, trigger_async_id: u64) -> Resource {
        // Relaxed: an id only has to differ from all others.
        static LAST: AtomicU64 = AtomicU64::new(TOP_LEVEL);
        let async_id = LAST.fetch_add(1, Ordering::Relaxed) + 1;
        Resource(Arc::new(Identity { type_name, async_id, trigger_async_id }))
    }

    /// Returns the type name.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::als::{AsyncResource, execution_async_resource};
    /// let running = AsyncResource::new("Query").run_in_async_scope(execution_async_resource);
    /// assert_eq!(running.unwrap().type_name(), "Query");
    /// ```
    pub fn type_name(&self) -> &str {
        &self.0.type_name
    }

    /// Returns the id.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::als::{AsyncResource, execution_async_resource};
    /// let query = AsyncResource::new("Query");
    /// let running = query.run_in_async_scope(execution_async_resource).unwrap();
    /// assert_eq!(running.async_id(), query.async_id());
    /// ```
    pub fn async_id(&self) -> u64 {
        self.0.async_id
    }

    /// Returns the id of the trigger.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::als::{AsyncResource, execution_async_id, execution_async_resource};
    /// let running = AsyncResource::new("Query").run_in_async_scope(execution_async_resource);
    /// assert_eq!(running.unwrap().trigger_async_id(), execution_async_id());
    /// ```
    pub fn trigger_async_id(&self) -> u64 {
        self.0.trigger_async_id
    }
}

impl fmt::Debug for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}({}, trigger {})", self.type_name(), self.async_id(), self.trigger_async_id())
    }
}

/// Captures the current mapping for an adapter, with a new resource if a hook is enabled.
pub(super) fn capture(site: CaptureSite) -> Link {
    let hooks = watch::hooks();
    if hooks.is_none() {
        return mapping::capture_with(site.call, None);
    }
    let life = Life::begin(Resource::new(site.what.into(), execution_async_id()), hooks);
    let resource = life.resource().clone();
    capture_in(site.call, &resource, Some(Box::new(life)))
}

/// Captures the current mapping, with `resource` as the running resource.
fn capture_in(site: CallSite, resource: &Resource, entered: Option<Box<dyn Enter>>) -> Link {
    EXECUTION.run(resource.clone(), || mapping::capture_with(site, entered))
}

/// Returns the id of the resource whose scope is running: `executionAsyncId()`.
///
/// Outside every resource it is 1, as at the top level of a Node program. A task or a closure that
/// carries a context runs in the scope in which the context was captured. While a
/// [hook](super::create_hook) is enabled, it has a resource of its own, triggered by that one.
///
/// # Examples
///
/// ```
/// use asynccontext::als::{AsyncResource, execution_async_id};
///
/// assert_eq!(execution_async_id(), 1);
/// let query = AsyncResource::new("Query");
/// // JavaScript: query.runInAsyncScope(() => executionAsyncId()) === query.asyncId()
/// assert_eq!(query.run_in_async_scope(execution_async_id), query.async_id());
/// ```
pub fn execution_async_id() -> u64 {
    EXECUTION.with(|resource| resource.map_or(TOP_LEVEL, Resource::async_id))
}

/// Returns the id of the trigger of the resource whose scope is running: `triggerAsyncId()`.
///
/// Outside every resource it is 0.
///
/// # Examples
///
/// ```
/// use asynccontext::als::{AsyncResource, trigger_async_id};
///
/// assert_eq!(trigger_async_id(), 0);
/// let query = AsyncResource::new("Query");
/// // JavaScript: query.runInAsyncScope(() => triggerAsyncId()) === query.triggerAsyncId()
/// assert_eq!(query.run_in_async_scope(trigger_async_id), query.trigger_async_id());
/// ```
pub fn trigger_async_id() -> u64 {
    EXECUTION.with(|resource| resource.map_or(0, Resource::trigger_async_id))
}

/// Returns the resource whose scope is running, or `None` outside every resource:
/// `executionAsyncResource()`.
///
/// In Node, values can be attached to this object. Here, use an
/// [`AsyncLocalStorage`](super::AsyncLocalStorage).
///
/// # Examples
///
/// ```
/// use asynccontext::als::{AsyncResource, execution_async_resource};
///
/// assert!(execution_async_resource().is_none());
/// // JavaScript: query.runInAsyncScope(() => executionAsyncResource()) === query
/// let seen = AsyncResource::new("Query").run_in_async_scope(execution_async_resource);
/// assert_eq!(seen.unwrap().type_name(), "Query");
/// ```
pub fn execution_async_resource() -> Option<Resource> {
    EXECUTION.get()
}
