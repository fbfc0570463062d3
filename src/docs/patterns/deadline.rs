//! A deadline that every call below obeys.
//!
//! *Use it* where a request has so much time in all, spread over calls that don't know of
//! each other. The deadline is bound once. The leaves read it: what goes out to a network,
//! and what computes for long.
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
//! /// `work` with at most `time` from now, and no more than is left.
//! async fn within<T>(time: Duration, work: impl Future<Output = T>) -> T {
//!     let ours = Instant::now() + time;
//!     let deadline = DEADLINE.get().flatten().map_or(ours, |outer| outer.min(ours));
//!     DEADLINE.scope(Some(deadline), work).await
//! }
//! /// A leaf: each call that waits for something outside.
//! async fn call<T>(remote: impl Future<Output = T>) -> Result<T, Elapsed> {
//!     match DEADLINE.get().flatten() {
//!         Some(deadline) => timeout_at(deadline, remote).await,
//!         None => Ok(remote.await),
//!     }
//! }
//! /// Another leaf: a loop in a blocking closure, which no one can cancel from outside.
//! fn count() -> u64 {
//!     let late = || DEADLINE.get().flatten().is_some_and(|deadline| Instant::now() >= deadline);
//!     (0..).take_while(|_| !late()).last().unwrap_or(0)
//! }
//!
//! let start = Instant::now();
//! let slow = || sleep(Duration::from_secs(3600));
//! let page = within(Duration::from_millis(20), async {
//!     call(async { "quick" }).await.unwrap();
//!     // A longer time inside doesn't help.
//!     assert!(within(Duration::from_secs(60), call(slow())).await.is_err());
//!     spawn_blocking(count).await.unwrap();
//!     call(slow()).await.is_err()
//! });
//! assert!(page.await);
//! assert!(start.elapsed() < Duration::from_secs(30)); // no one waited for the minute
//! # }
//! ```
//!
//! *Without it:* each call has a timeout of its own, and ten of them in a row take ten times
//! as long. And work goes on for a user who has gone.
//!
//! *Pitfalls:*
//!
//! - Dropping a future cancels what it awaits. It doesn't reach what was spawned, nor
//!   `spawn_blocking`: that is what the variable is for. A cancellation token works in the
//!   same way: bind it, and let the leaves ask it.
//! - What runs [after the response](super::after_the_response) or in the background has
//!   another deadline, or none: bind `None` around it, or all its calls fail at once.
//! - Bind the moment, not the duration, which would start anew at each read. To [another
//!   process](super::another_process) send what is left.
//! - A deadline that passes in the middle of a transaction must leave time to roll back:
//!   don't ask it there.
