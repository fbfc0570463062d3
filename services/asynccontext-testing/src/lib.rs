//! Tests of services that use [`asynccontext`]: overrides that follow spawned work, and the values
//! that events, spans and messages carried.
//!
//! For most tests the crate itself is enough: [`Variable::run`], [`Variable::scope`] and a guard
//! bind values for one test, and tests that run in parallel don't see each other's values
//! ([`docs::patterns::testing`]). This crate adds what a test can't see from outside:
//!
//! - [`Test`] records each event and span of tracing, with the values that chosen variables had at
//!   that moment, and [`Seen::assert_value`] compares them. [`message`] does the same for the
//!   headers of a message or a request.
//! - [`Test::with`] overrides a variable for one test, also in the tasks that it spawns, and the
//!   test fails if spawned work loses the override.
//! - [`Witness`] shows whether anything still holds the values of a request after its end.
//!
//! ```
//! use asynccontext::{Variable, tokio};
//! use asynccontext_testing::Test;
//!
//! static REQUEST_ID: Variable<u64> = Variable::named("request-id");
//! static CLOCK: Variable<fn() -> u64> = Variable::named("clock").with_default(|| 1_700_000_000);
//!
//! /// The service.
//! async fn order() {
//!     tracing::info!("order accepted");
//!     let charge = async {
//!         let now = CLOCK.get().unwrap_or(|| 0)();
//!         tracing::info!(now, "charged");
//!     };
//!     tokio::spawn(charge).await.unwrap();
//! }
//!
//! # /*
//! #[test]
//! # */
//! fn each_line_of_an_order_has_its_request() {
//!     let test = Test::new().with(&CLOCK, || 12).recording([&REQUEST_ID]);
//!     test.block_on(REQUEST_ID.scope(7, order()));
//!     test.assert_each(&REQUEST_ID, 7);
//!     assert_eq!(test.event("charged").field("now"), Some("12"));
//! }
//! # each_line_of_an_order_has_its_request();
//! ```
//!
//! # Which test an event belongs to
//!
//! One subscriber records for all tests of the process. An event or a span belongs to the test
//!
//! 1. whose scope is current where it is created, so it follows spawned work as the values do; else
//! 2. to which its span belongs, or the span's parents; else
//! 3. on whose thread it is created: the thread of the test, or a worker or blocking thread of
//!    [`Test::block_on`].
//!
//! The last two find what lost its context: an event in a bare task is recorded without values, and
//! [`Test::assert_each`] reports it. An event outside all of them, for example on a bare thread,
//! belongs to no test. [`Test::event`] mentions such events if it finds no other.
//!
//! # Overrides that are lost
//!
//! A bare `spawn` loses an override, as it loses every value, and the code then uses the real clock
//! or the real payment service. With `--cfg tokio_unstable`, [`Test::block_on`] builds a runtime on
//! which bare tasks inherit (`asynccontext::tokio::runtime::Inherit`), also those of other crates.
//! Otherwise, in builds with debug assertions, [`asynccontext::lost`] reports each read that did not
//! find the override, and the test fails with the location of the read and of the binding.
//!
//! # Cost
//!
//! The subscriber enables every event and span at every level, for the whole process. For each one
//! that belongs to a test, the recorded values are cloned and the fields are formatted.
//!
//! # Limits
//!
//! - A test program has one global subscriber. The first call of [`Test::recording`] sets it. A
//!   program that sets its own adds [`layer`] to it.
//! - [`asynccontext::lost`] has one function that receives reports, so [`Test::with`] replaces that
//!   of the program. Release builds don't report: lost overrides remain unnoticed there.
//! - A read on a bare thread (`std::thread::spawn`) or on another runtime is not attributed to a
//!   test, so a loss there doesn't fail it. The same applies to an unnamed variable.
//! - What is recorded keeps the cloned values alive until the [`Test`] is dropped.
//!
//! [`Variable::run`]: asynccontext::Variable::run
//! [`Variable::scope`]: asynccontext::Variable::scope
//! [`docs::patterns::testing`]: asynccontext::docs::patterns::testing

mod layer;
mod log;
mod message;
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}
mod recorded;
mod seen;
mod test;
mod witness;

pub use layer::{Recorder, layer};
pub use message::message;
pub use recorded::Recorded;
pub use seen::{Kind, Seen};
pub use test::Test;
pub use witness::Witness;
