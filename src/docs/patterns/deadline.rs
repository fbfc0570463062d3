//! A deadline that every call below respects.
//!
//! *Use it* where a request has a total time limit for several independent calls. The deadline is
//! bound once. The leaves read it: network calls and long computations.
//!
//! ```
//! # #[cfg(not(feature = "tokio"))]
//! # fn main() {}
//! # #[cfg(feature = "tokio")]
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! use asynccontext::Variable;
//! use asynccontext::tokio::task::spawn_blocking;
//! use tokio::time::{Duration, Instant, error::Elapsed, sleep, timeout_at};
//!
//! static DEADLINE: Variable<Option<Instant>> = Variable::named("deadline");
//!
//! /// Runs `work` with a limit of `time` from now, within the outer deadline.
//! async fn within<T>(time: Duration, work: impl Future<Output = T>) -> T {
//!     let ours = Instant::now() + time;
//!     let deadline = DEADLINE.get().flatten().map_or(ours, |outer| outer.min(ours));
//!     DEADLINE.scope(Some(deadline), work).await
//! }
//! /// A leaf: a call that waits for an external service.
//! async fn call<T>(remote: impl Future<Output = T>) -> Result<T, Elapsed> {
//!     match DEADLINE.get().flatten() {
//!         Some(deadline) => timeout_at(deadline, remote).await,
//!         None => Ok(remote.await),
//!     }
//! }
//! /// Another leaf: a loop in a blocking closure, which can't be cancelled from outside.
//! fn count() -> u64 {
//!     let late = || DEADLINE.get().flatten().is_some_and(|deadline| Instant::now() >= deadline);
//!     (0..).take_while(|_| !late()).last().unwrap_or(0)
//! }
//!
//! let start = Instant::now();
//! let slow = || sleep(Duration::from_secs(3600));
//! let page = within(Duration::from_millis(20), async {
//!     call(async { "quick" }).await.unwrap();
//!     // A longer limit inside has no effect.
//!     assert!(within(Duration::from_secs(60), call(slow())).await.is_err());
//!     spawn_blocking(count).await.unwrap();
//!     call(slow()).await.is_err()
//! });
//! assert!(page.await);
//! assert!(start.elapsed() < Duration::from_secs(30)); // the inner minute was not waited for
//! # }
//! ```
//!
//! *Without it:* each call has a timeout of its own, and ten calls in a row may take ten times as
//! long. Work also continues for a user who has left.
//!
//! *Pitfalls:*
//!
//! - Dropping a future cancels the futures that it awaits, but not spawned tasks, nor
//!   `spawn_blocking`: these read the variable. A cancellation token works in the same way: bind
//!   it, and let the leaves check it.
//! - Work [after the response](super::after_the_response) or in the background has another
//!   deadline, or none: bind `None` around it, or all its calls fail immediately.
//! - Bind the point in time, not the duration, which would start again at each read. To [another
//!   process](super::another_process), send the remaining time.
//! - A deadline that passes in the middle of a transaction must leave time to roll back: don't
//!   check it there.
