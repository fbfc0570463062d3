//! The layer of a worker that handles each job in its context.

use std::fmt;
use std::sync::Arc;
use std::task::{Context, Poll};

use apalis_core::task::Task;
use apalis_core::task::attempt::Attempt;
use apalis_core::task::task_id::TaskId;
use asynccontext::carrier::Incoming;
use asynccontext::{Scoped, Snapshot, Variable};
use tower_layer::Layer;
use tower_service::Service;

use crate::MetadataExtractor;

/// The id of the job that is being handled.
///
/// # Examples
///
/// ```
/// use asynccontext_apalis::JOB_ID;
///
/// assert!(JOB_ID.get().is_none(), "no job is handled here");
/// ```
pub static JOB_ID: Variable<TaskId> = Variable::named("job-id");

/// The attempts of the job that is being handled, printed as a number. [`attempt`] returns it.
///
/// # Examples
///
/// ```
/// use asynccontext_apalis::ATTEMPT;
///
/// assert!(ATTEMPT.get().is_none(), "no job is handled here");
/// ```
pub static ATTEMPT: Variable<AttemptCounter> = Variable::named("attempt");

/// Returns the number of the attempt at the job that is being handled, from 1, or `None` outside a job.
///
/// # Examples
///
/// ```
/// assert_eq!(asynccontext_apalis::attempt(), None);
/// ```
pub fn attempt() -> Option<usize> {
    ATTEMPT.with(|counter| counter.map(AttemptCounter::current))
}

/// Counts the attempts at a job. It is shared with apalis, which counts when an attempt starts.
///
/// # Examples
///
/// ```
/// use asynccontext_apalis::ATTEMPT;
///
/// fn log(text: &str) {
///     match ATTEMPT.get() {
///         Some(attempt) => println!("[attempt {attempt}] {text}"),
///         None => println!("{text}"),
///     }
/// }
/// # log("")
/// ```
#[derive(Clone)]
pub struct AttemptCounter(Attempt);

impl AttemptCounter {
    /// Returns the number of attempts that have started, which is at least 1 in a handler.
    ///
    /// # Examples
    ///
    /// ```
    /// use asynccontext_apalis::{ATTEMPT, AttemptCounter};
    ///
    /// let is_last = |limit| ATTEMPT.with(|attempt| attempt.map(AttemptCounter::current)) == Some(limit);
    /// # assert!(!is_last(3));
    /// ```
    pub fn current(&self) -> usize {
        self.0.current()
    }
}

impl fmt::Display for AttemptCounter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.current().fmt(f)
    }
}

impl fmt::Debug for AttemptCounter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.current().fmt(f)
    }
}

/// A layer of a worker that handles each job with the values that were pushed with it.
///
/// A job does not see the worker's own context, nor that of another job.
///
/// # Examples
///
/// ```
/// use apalis::prelude::*;
/// use apalis_core::backend::memory::MemoryStorage;
/// use asynccontext::Variable;
/// use asynccontext::carrier::{Exported, Imports};
/// use asynccontext_apalis::ContextLayer;
///
/// static TENANT: Exported<String> = Variable::named("tenant").exported("tenant");
/// static FROM_SHOP: Imports = Imports::new(&[TENANT.import()]);
///
/// async fn invoice(order: u32) {
///     println!("order {order} of {:?}", TENANT.get());
/// }
///
/// let worker = WorkerBuilder::new("invoices")
///     .backend(MemoryStorage::new())
///     .layer(ContextLayer::new(&FROM_SHOP))
///     .build(invoice);
/// ```
#[derive(Clone)]
pub struct ContextLayer {
    incoming: Arc<dyn Incoming>,
    made: Arc<[Make]>,
}

/// Binds a variable that the job does not carry.
type Make = Arc<dyn Fn(Snapshot) -> Snapshot + Send + Sync>;

impl ContextLayer {
    /// Creates a layer that reads the values of `incoming` from each job.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::carrier::Imports;
    /// use asynccontext_apalis::ContextLayer;
    ///
    /// static FROM_SHOP: Imports = Imports::new(&[]);
    /// let layer = ContextLayer::new(&FROM_SHOP);
    /// ```
    pub fn new(incoming: impl Incoming + 'static) -> ContextLayer {
        ContextLayer { incoming: Arc::new(incoming), made: Arc::new([]) }
    }

    /// Binds `variable` to a made value for jobs that carry none, such as those of a schedule.
    ///
    /// Values are made each time the job passes the layer, so also for each attempt if the retries are
    /// outside the layer.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::Variable;
    /// # use asynccontext::carrier::{Exported, Imports};
    /// use asynccontext_apalis::ContextLayer;
    /// use std::sync::atomic::{AtomicU64, Ordering};
    ///
    /// static REQUEST_ID: Exported<u64> = Variable::named("request-id").exported("request-id");
    /// static FROM_SHOP: Imports = Imports::new(&[REQUEST_ID.import()]);
    /// static NEXT: AtomicU64 = AtomicU64::new(1);
    ///
    /// let layer = ContextLayer::new(&FROM_SHOP).or_bind(&REQUEST_ID, || NEXT.fetch_add(1, Ordering::Relaxed));
    /// ```
    pub fn or_bind<T: Send + Sync + 'static>(
        mut self,
        variable: &'static Variable<T>,
        make: impl Fn() -> T + Send + Sync + 'static,
    ) -> ContextLayer {
        let make: Make = Arc::new(move |snapshot| match snapshot.get(variable) {
            Some(_) => snapshot,
            None => snapshot.with(variable, make()),
        });
        self.made = self.made.iter().cloned().chain([make]).collect();
        self
    }
}

impl fmt::Debug for ContextLayer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ContextLayer").finish_non_exhaustive()
    }
}

impl<S> Layer<S> for ContextLayer {
    type Service = ContextService<S>;

    fn layer(&self, inner: S) -> ContextService<S> {
        ContextService { inner, layer: self.clone() }
    }
}

/// A worker's service that handles each job in its context, made by [`ContextLayer`].
///
/// # Examples
///
/// ```
/// # use asynccontext::carrier::Imports;
/// use asynccontext_apalis::{ContextLayer, ContextService};
/// use tower_layer::Layer;
///
/// static FROM_SHOP: Imports = Imports::new(&[]);
/// # struct Handler;
/// let service: ContextService<Handler> = ContextLayer::new(&FROM_SHOP).layer(Handler);
/// ```
#[derive(Clone, Debug)]
pub struct ContextService<S> {
    inner: S,
    layer: ContextLayer,
}

impl<S, Args> Service<Task<Args>> for ContextService<S>
where
    S: Service<Task<Args>>,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = Scoped<S::Future>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, task: Task<Args>) -> Scoped<S::Future> {
        let counter = AttemptCounter(task.raw_attempt().clone());
        let mut snapshot = Snapshot::empty().with(&ATTEMPT, counter);
        if let Some(id) = task.task_id() {
            snapshot = snapshot.with(&JOB_ID, id.clone());
        }
        let read = self.layer.incoming.extract_onto(&MetadataExtractor(task.metadata()), snapshot);
        let snapshot = self.layer.made.iter().fold(read, |snapshot, make| make(snapshot));
        let future = snapshot.run(|| self.inner.call(task));
        snapshot.scope(future)
    }
}
