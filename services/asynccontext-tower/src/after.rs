//! Work that runs after a response, like Next's `after`.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use asynccontext::Snapshot;
use tokio_util::task::TaskTracker;

use crate::deadline::DEADLINE;
use crate::request::{OutsideRequest, current_request};

/// Runs `job` when the response of the current request is out: when its body has passed its last
/// frame to the server or is dropped, or when the call is cancelled or panics.
///
/// The job is a task of tokio in the request's context, without its
/// [uninherited](asynccontext::Variable::uninherited) variables and its
/// [deadline](crate::deadline). It may call `after` again. A panic ends that job alone.
/// [`Jobs::shutdown`] waits for the jobs of a service.
///
/// A job is not durable: if the process ends, it is lost.
///
/// # Errors
///
/// Returns [`OutsideRequest`] if no request is current; the job is dropped.
///
/// # Panics
///
/// Panics outside a tokio runtime.
///
/// # Examples
///
/// ```
/// use asynccontext_tower::{RequestContextLayer, after, current_request};
/// use http::{Request, Response};
/// use std::time::Duration;
/// use tower::{BoxError, ServiceBuilder, ServiceExt, service_fn};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), BoxError> {
/// let context = RequestContextLayer::new();
/// let jobs = context.jobs();
/// let service = ServiceBuilder::new().layer(context).service(service_fn(async |_: Request<String>| {
///     after(async { println!("served {}", current_request().unwrap().uri()) })?;
///     Ok::<_, BoxError>(Response::new("Hello".to_owned()))
/// }));
/// let response = service.oneshot(Request::new(String::new())).await?;
/// assert_eq!(jobs.len(), 1); // it waits for the body
/// drop(response);
/// jobs.shutdown(Duration::from_secs(10)).await?;
/// # Ok(())
/// # }
/// ```
#[track_caller]
pub fn after(job: impl Future<Output = ()> + Send + 'static) -> Result<(), OutsideRequest> {
    let request = current_request()?;
    let jobs = request.settings().jobs.0.clone();
    let job = async move {
        request.finished().await;
        drop(request);
        job.await;
    };
    jobs.spawn(Snapshot::inherit().without(&DEADLINE).scope(job));
    Ok(())
}

/// The jobs that the requests of a service have registered by [`after`]. Clones are handles to the
/// same jobs.
///
/// # Examples
///
/// ```
/// use asynccontext_tower::{Jobs, RequestContextLayer};
/// let jobs: Jobs = RequestContextLayer::new().jobs();
/// assert!(jobs.is_empty());
/// ```
#[derive(Clone, Debug, Default)]
pub struct Jobs(TaskTracker);

impl Jobs {
    /// Returns the number of jobs that are not done, including those that wait for a response.
    ///
    /// # Examples
    ///
    /// ```
    /// use asynccontext_tower::RequestContextLayer;
    /// assert_eq!(RequestContextLayer::new().jobs().len(), 0);
    /// ```
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether all jobs are done.
    ///
    /// # Examples
    ///
    /// ```
    /// use asynccontext_tower::RequestContextLayer;
    /// assert!(RequestContextLayer::new().jobs().is_empty());
    /// ```
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Waits until all jobs are done, at most for `limit`.
    ///
    /// Call it after the server's graceful shutdown, when no request is left to add jobs.
    ///
    /// # Errors
    ///
    /// Returns [`UnfinishedJobs`] with the number of jobs that are not done by then. They go on as
    /// long as the runtime does.
    ///
    /// # Panics
    ///
    /// Panics outside a tokio runtime, or in one without `enable_time`.
    ///
    /// # Examples
    ///
    /// ```
    /// use asynccontext_tower::RequestContextLayer;
    /// use std::time::Duration;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let context = RequestContextLayer::new();
    /// let jobs = context.jobs();
    /// // … serve, until the signal to shut down …
    /// if let Err(unfinished) = jobs.shutdown(Duration::from_secs(10)).await {
    ///     eprintln!("{unfinished}");
    /// }
    /// # }
    /// ```
    pub async fn shutdown(&self, limit: Duration) -> Result<(), UnfinishedJobs> {
        self.0.close();
        let done = tokio::time::timeout(limit, self.0.wait()).await;
        done.map_err(|_| UnfinishedJobs(self.len()))
    }
}

/// An error for jobs that were not done within the limit of [`Jobs::shutdown`].
///
/// # Examples
///
/// ```
/// use asynccontext_tower::UnfinishedJobs;
/// fn report(error: UnfinishedJobs) {
///     eprintln!("{} jobs were lost", error.count());
/// }
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct UnfinishedJobs(usize);

impl UnfinishedJobs {
    /// Returns their number.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext_tower::UnfinishedJobs;
    /// fn is_acceptable(error: UnfinishedJobs) -> bool {
    ///     error.count() < 10
    /// }
    /// ```
    pub fn count(&self) -> usize {
        self.0
    }
}

impl fmt::Display for UnfinishedJobs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} jobs were not done in time", self.0)
    }
}

impl Error for UnfinishedJobs {}
