//! Tests with contexts: fixtures, test doubles, and parallel tests.
//!
//! A variable is a `static`, but its values are not shared: each test thread starts empty, and
//! tests that run in parallel bind their own. No lock, no `serial` and no reset is needed.
//!
//! # Fixtures
//!
//! A guard lasts until the test ends, also if it panics. In a test that is a future, bind
//! around the future: a guard would [stay with the
//! thread](super::super::where_did_my_context_go#held-in-a-future-that-is-not-scoped) at an
//! `await`.
//!
//! ```
//! use asynccontext::{Guard, Variable};
//!
//! static TENANT: Variable<&str> = Variable::named("tenant");
//!
//! fn table() -> String {
//!     format!("{}.orders", TENANT.get().unwrap_or("nobody"))
//! }
//! #[must_use]
//! fn tenant(name: &'static str) -> Guard {
//!     TENANT.enter(name)
//! }
//!
//! # /*
//! #[test]
//! # */
//! fn a_table_has_its_tenants_schema() {
//!     let _tenant = tenant("blue");
//!     assert_eq!(table(), "blue.orders");
//! }
//! # /*
//! #[tokio::test]
//! # */
//! # #[tokio::main(flavor = "current_thread")]
//! async fn so_it_has_in_a_task() {
//!     TENANT.scope("red", async {
//!         tokio::task::yield_now().await;
//!         assert_eq!(table(), "red.orders");
//!     }).await;
//! }
//! # // As the test harness does it.
//! # let tests = [a_table_has_its_tenants_schema, so_it_has_in_a_task];
//! # for test in tests.map(std::thread::spawn) { test.join().unwrap() }
//! # for test in tests { test() }
//! # assert_eq!(table(), "nobody.orders");
//! ```
//!
//! # Test doubles
//!
//! *Use it* for things that are the same for the whole process except in tests: the clock, random
//! numbers, a gateway. Where nothing is bound, the real one is used.
//!
//! ```
//! use std::time::{Duration, SystemTime};
//! use asynccontext::{Variable, thread};
//!
//! static CLOCK: Variable<fn() -> SystemTime> = Variable::named("clock");
//!
//! fn is_old(made: SystemTime) -> bool {
//!     let clock = CLOCK.get().unwrap_or(SystemTime::now);
//!     clock().duration_since(made).is_ok_and(|age| age > Duration::from_secs(3600))
//! }
//!
//! assert!(!is_old(SystemTime::now()));
//! CLOCK.run(|| SystemTime::now() + Duration::from_secs(24 * 3600), || {
//!     assert!(is_old(SystemTime::now()));
//!     assert!(thread::spawn(|| is_old(SystemTime::now())).join().unwrap()); // it inherits
//! });
//! ```
//!
//! # What to test
//!
//! *Nothing gets lost.* Bind a value around the real handler, and check that it arrives at the far
//! end: in the query, in the last log line. This finds bare spawns.
//!
//! *Nothing stays bound.* A snapshot shows the names of bindings that a component leaves:
//!
//! ```
//! use asynccontext::{Snapshot, Variable};
//!
//! static STEP: Variable<u8> = Variable::named("step");
//! fn tidy() { let _step = STEP.enter(1); }
//! fn untidy() { STEP.enter(1).keep(); }
//!
//! tidy();
//! assert!(Snapshot::capture().is_empty());
//! untidy();
//! assert_eq!(format!("{:?}", Snapshot::capture()), r#"Snapshot { "step" }"#);
//! ```
//!
//! *Nothing is kept alive.* Bind an `Arc`, serve a request, and check that its `strong_count` is
//! one again. If not, [long-lived work](super::what_to_leave_out#large-values) has captured it.
//!
//! # Pitfalls
//!
//! - Rust's harness runs each test on its own thread. The cases of one test, of a table or of a
//!   property, share that thread: bindings that one case leaves at the thread's root are visible in
//!   the next. Put each case into a `run`, or drop its guard.
//! - Values that several tests bind may still be the same object: a database, a `static` counter,
//!   an `Arc` in a `LazyLock`.
//! - A lazy fixture, such as one in a `OnceLock`, is created in the context of the test that runs
//!   first. Create it [in the empty snapshot](super::queue#lazily-started-workers).
