//! A limit for the time that a request may take, which all calls below it share.
//!
//! [`DeadlineLayer`] binds [`DEADLINE`] for each request: the limit of the service, or the time that
//! the client has left if that is less. When it has passed, the call is cancelled and answered with
//! the protocol's answer: status 504 in HTTP, `DEADLINE_EXCEEDED` in gRPC. A call to another
//! service sends what is left, if its list has [`DEADLINE`]. [`timeout`] sets a smaller limit for a
//! part of the request, and [`respect`] stops a part at the current one.
//!
//! The value is an instant, so time that is spent anywhere counts, also in queues of layers below
//! the [`DeadlineLayer`]. On the wire it is the time that is left, since clocks differ, in the form
//! of the header `grpc-timeout`, which gRPC implementations in all languages send and read.
//!
//! Work that the request spawned is not cancelled: it sees the variable. Use [`respect`] in tasks,
//! and [`Deadline::is_over`] in loops of blocking closures.
//!
//! # Examples
//!
//! ```
//! use std::time::Duration;
//! use asynccontext_tower::deadline::{self, DEADLINE, Deadline};
//!
//! # #[tokio::main(flavor = "current_thread", start_paused = true)]
//! # async fn main() {
//! async fn query() -> &'static str {
//!     tokio::time::sleep(Duration::from_secs(60)).await;
//!     "rows"
//! }
//!
//! let request = async {
//!     // A longer limit inside has no effect.
//!     assert!(deadline::timeout(Duration::from_secs(3600), query()).await.is_err());
//!     assert_eq!(deadline::current().map(|deadline| deadline.left()), Some(Duration::ZERO));
//! };
//! DEADLINE.scope(Deadline::after(Duration::from_secs(2)), request).await;
//! # }
//! ```

mod body;
pub(crate) mod layer;
mod wire;

pub use body::DeadlineBody;
pub use layer::{DeadlineLayer, DeadlineResponseFuture, DeadlineService};
pub use wire::{grpc_timeout, milliseconds};

use std::error::Error;
use std::fmt;
use std::time::Duration;

use asynccontext::Variable;
use asynccontext::carrier::Exported;
use tokio::time::Instant;

/// The instant until which the current request may take.
///
/// Under the key `grpc-timeout`, the time that is left is sent to other services, if their list has
/// it, and read from them.
///
/// # Examples
///
/// ```
/// use asynccontext::carrier::Exports;
/// use asynccontext_tower::deadline::{DEADLINE, Deadline};
/// use std::time::Duration;
///
/// static TO_OUR_SERVICES: Exports = Exports::new(&[DEADLINE.export()]);
///
/// # tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap().block_on(async {
/// let mut headers = http::HeaderMap::new();
/// DEADLINE.run(Deadline::after(Duration::from_secs(30)), || TO_OUR_SERVICES.inject(&mut headers))?;
/// assert_eq!(headers["grpc-timeout"], "30000000u");
/// # Ok::<_, asynccontext::carrier::InjectError>(())
/// # }).unwrap();
/// ```
pub static DEADLINE: Exported<Deadline> = Variable::named("deadline").exported_as(
    "grpc-timeout",
    |deadline| Ok(wire::write(deadline.left())),
    |text| Ok(Deadline::after(grpc_timeout(text).ok_or(wire::NoTimeout)?)),
);

/// An instant until which work may take.
///
/// # Examples
///
/// ```
/// use asynccontext_tower::deadline::Deadline;
/// use std::time::Duration;
///
/// let deadline = Deadline::after(Duration::from_secs(5));
/// assert!(!deadline.is_over() && deadline.left() <= Duration::from_secs(5));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Deadline(Instant);

impl Deadline {
    /// Returns the deadline at this instant.
    ///
    /// # Examples
    ///
    /// ```
    /// use asynccontext_tower::deadline::Deadline;
    /// assert!(Deadline::at(tokio::time::Instant::now()).is_over());
    /// ```
    pub fn at(instant: Instant) -> Deadline {
        Deadline(instant)
    }

    /// Returns the deadline that is this time from now, or thirty years if that is too far for the
    /// clock.
    ///
    /// # Examples
    ///
    /// ```
    /// use asynccontext_tower::deadline::Deadline;
    /// use std::time::Duration;
    /// assert!(Deadline::after(Duration::ZERO).is_over());
    /// assert!(!Deadline::after(Duration::MAX).is_over());
    /// ```
    pub fn after(time: Duration) -> Deadline {
        let now = Instant::now();
        Deadline(now.checked_add(time).unwrap_or_else(|| now + Duration::from_secs(30 * 365 * 86_400)))
    }

    /// Returns the instant, for `tokio::time::timeout_at`.
    ///
    /// # Examples
    ///
    /// ```
    /// use asynccontext_tower::deadline::Deadline;
    /// let now = tokio::time::Instant::now();
    /// assert_eq!(Deadline::at(now).instant(), now);
    /// ```
    pub fn instant(self) -> Instant {
        self.0
    }

    /// Returns the time that is left, zero if none is.
    ///
    /// # Examples
    ///
    /// ```
    /// use asynccontext_tower::deadline::Deadline;
    /// use std::time::Duration;
    /// assert!(Deadline::after(Duration::from_secs(9)).left() > Duration::from_secs(8));
    /// ```
    pub fn left(self) -> Duration {
        self.0.saturating_duration_since(Instant::now())
    }

    /// Whether the deadline has passed.
    ///
    /// # Examples
    ///
    /// ```
    /// use asynccontext_tower::deadline::Deadline;
    /// use std::time::Duration;
    /// assert!(!Deadline::after(Duration::from_secs(9)).is_over());
    /// ```
    pub fn is_over(self) -> bool {
        Instant::now() >= self.0
    }
}

/// Returns the current deadline, if there is one.
///
/// # Examples
///
/// ```
/// use asynccontext_tower::deadline;
/// assert_eq!(deadline::current(), None);
/// ```
pub fn current() -> Option<Deadline> {
    DEADLINE.get()
}

/// Runs `work` for at most `limit`, or until the current deadline if that is earlier.
///
/// Everything that `work` calls sees the earlier of both. At the end `work` is dropped, in its own
/// context.
///
/// # Errors
///
/// Returns [`DeadlineExceeded`] if `work` was not done in time.
///
/// # Panics
///
/// Panics if it is polled outside a tokio runtime, or in one without `enable_time`.
///
/// # Examples
///
/// ```
/// use asynccontext_tower::deadline;
/// use std::time::Duration;
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() {
/// let slow = std::future::pending::<()>();
/// assert!(deadline::timeout(Duration::from_millis(20), slow).await.is_err());
/// assert_eq!(deadline::timeout(Duration::from_millis(20), async { "quick" }).await, Ok("quick"));
/// # }
/// ```
pub async fn timeout<F: Future>(limit: Duration, work: F) -> Result<F::Output, DeadlineExceeded> {
    let ours = Deadline::after(limit);
    let deadline = current().map_or(ours, |outer| outer.min(ours));
    let work = DEADLINE.scope(deadline, work);
    tokio::time::timeout_at(deadline.0, work).await.map_err(|_| DeadlineExceeded(()))
}

/// Runs `work` until the current deadline, or to its end if there is none.
///
/// # Errors
///
/// Returns [`DeadlineExceeded`] if `work` was not done in time.
///
/// # Panics
///
/// Panics if there is a deadline and this is polled outside a tokio runtime, or in one without
/// `enable_time`.
///
/// # Examples
///
/// ```
/// use asynccontext_tower::deadline::{self, DEADLINE, Deadline};
/// use std::time::Duration;
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() {
/// let work = async { deadline::respect(std::future::pending::<()>()).await };
/// assert!(DEADLINE.scope(Deadline::after(Duration::from_secs(1)), work).await.is_err());
/// assert_eq!(deadline::respect(async { 7 }).await, Ok(7));
/// # }
/// ```
pub async fn respect<F: Future>(work: F) -> Result<F::Output, DeadlineExceeded> {
    match current() {
        Some(deadline) => tokio::time::timeout_at(deadline.0, work).await.map_err(|_| DeadlineExceeded(())),
        None => Ok(work.await),
    }
}

/// An error for work that was not done before its deadline.
///
/// # Examples
///
/// ```
/// use asynccontext_tower::deadline::{self, DeadlineExceeded};
/// use std::time::Duration;
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() {
/// let work = deadline::timeout(Duration::ZERO, std::future::pending::<()>());
/// let error: DeadlineExceeded = work.await.unwrap_err();
/// assert_eq!(error.to_string(), "the deadline has passed");
/// # }
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DeadlineExceeded(());

impl fmt::Display for DeadlineExceeded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the deadline has passed")
    }
}

impl Error for DeadlineExceeded {}
