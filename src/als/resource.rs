//! `AsyncResource`: a context that is entered by hand, and the ids of what runs.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use super::watch::{self, Life};
use crate::mapping::{self, CallSite, CaptureSite, Enter, Link};
use crate::sync::{AtomicU64, Ordering};
use crate::wrapped::{Arguments, CallOnce, Wrapped};
use crate::{Scoped, Snapshot, Variable};

/// The resource whose scope is running. A variable like any other, so it goes wherever a
/// context goes: into tasks, threads and closures.
static EXECUTION: Variable<Resource> = Variable::named("execution_async_resource");

/// The id outside of every resource, as at the top level of a Node program.
const TOP_LEVEL: u64 = 1;

/// The current context as it was when this was made, to be entered again and again.
///
/// For what calls closures of others later on: pools, queues, parsers, connections. Each
/// resource has an id and knows which one triggered it, so that a program can say what
/// started what.
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
    /// What was current at creation, with this resource as the running one.
    snapshot: Snapshot,
}

impl AsyncResource {
    /// Captures the current context: `new AsyncResource(type)`.
    ///
    /// What triggered it is the resource that is running.
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

    /// The same with another resource as what triggered it:
    /// `new AsyncResource(type, { triggerAsyncId })`.
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
    /// The caller's context is back afterwards, also after a panic. Arguments and `this`
    /// go in by the closure's captures.
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

    /// The future `f` in the resource's context: `resource.runInAsyncScope(async () => …)`.
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

    /// The closure `f`, to be called in the resource's context: `resource.bind(f)`.
    ///
    /// Node's static `AsyncResource.bind(f, type)` is `AsyncResource::new(type).bind(f)`.
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

    /// The resource's id: `resource.asyncId()`. Unique in the process, and never reused.
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

    /// The id of what triggered it: `resource.triggerAsyncId()`.
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

    /// The type's name that it was made with.
    pub fn type_name(&self) -> &str {
        self.life.resource().type_name()
    }

    /// Ends the resource and lets go of its context: `resource.emitDestroy()`. Hooks are
    /// told.
    ///
    /// Dropping it does the same: Rust knows when a value ends, so there is nothing to
    /// forget. As it takes the resource, it can't be called twice. What
    /// [`bind`](Self::bind) and [`scope`](Self::scope) have made keeps the context it has.
    ///
    /// ```
    /// # use asynccontext::als::AsyncResource;
    /// let query = AsyncResource::new("Query");
    /// // JavaScript: query.emitDestroy()
    /// query.emit_destroy();
    /// ```
    pub fn emit_destroy(self) {}
}

/// Names and ids, never what the context holds.
impl fmt::Debug for AsyncResource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut f = f.debug_struct("AsyncResource");
        f.field("type_name", &self.type_name()).field("async_id", &self.async_id());
        f.field("trigger_async_id", &self.trigger_async_id()).finish_non_exhaustive()
    }
}

/// What a resource is called and where it came from; cheap to clone.
///
/// It keeps nothing of the resource's context alive.
#[derive(Clone)]
pub struct Resource(Arc<Identity>);

struct Identity {
    type_name: Cow<'static, str>,
    async_id: u64,
    trigger_async_id: u64,
}

impl Resource {
    fn new(type_name: Cow<'static, str>, trigger_async_id: u64) -> Resource {
        // Relaxed: an id is a number that differs from all others, and no more.
        static LAST: AtomicU64 = AtomicU64::new(TOP_LEVEL);
        let async_id = LAST.fetch_add(1, Ordering::Relaxed) + 1;
        Resource(Arc::new(Identity { type_name, async_id, trigger_async_id }))
    }

    /// The type's name.
    pub fn type_name(&self) -> &str {
        &self.0.type_name
    }

    /// The id.
    pub fn async_id(&self) -> u64 {
        self.0.async_id
    }

    /// The id of what triggered it.
    pub fn trigger_async_id(&self) -> u64 {
        self.0.trigger_async_id
    }
}

impl fmt::Debug for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}({}, trigger {})", self.type_name(), self.async_id(), self.trigger_async_id())
    }
}

/// The current mapping, captured by an adapter: with a resource of its own, if a hook is
/// enabled.
pub(super) fn capture(site: CaptureSite) -> Link {
    let hooks = watch::hooks();
    if hooks.is_none() {
        return mapping::capture_with(site.call, None);
    }
    let life = Life::begin(Resource::new(site.what.into(), execution_async_id()), hooks);
    let resource = life.resource().clone();
    capture_in(site.call, &resource, Some(Box::new(life)))
}

/// The current mapping, captured, with `resource` as what is running.
fn capture_in(site: CallSite, resource: &Resource, entered: Option<Box<dyn Enter>>) -> Link {
    EXECUTION.run(resource.clone(), || mapping::capture_with(site, entered))
}

/// The id of the resource whose scope is running: `executionAsyncId()`.
///
/// Outside of every resource it is 1, as at the top level of a Node program. A task or a
/// closure that carries a context runs in the scope in which that context was captured;
/// while a [hook](super::create_hook) is enabled, in a resource of its own under that.
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

/// The id of what triggered the resource whose scope is running: `triggerAsyncId()`.
///
/// Outside of every resource it is 0.
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

/// The resource whose scope is running: `executionAsyncResource()`. None outside of every
/// resource.
///
/// Node's people hang values on this object; here an
/// [`AsyncLocalStorage`](super::AsyncLocalStorage) is for that.
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
