//! A runner of tests in test262's format, on the embedded engine Boa with or without AsyncContext.
//!
//! Every test runs in a new context on a new thread of a child process with limits on time and memory. A
//! test that hangs, crashes or exhausts the memory has a result too, and the others continue in a new
//! child. No test is skipped or treated specially: a test that needs an unsupported feature fails, with
//! the reason.
//!
//! In the order of a run: [`suite`] finds the tests and the harness; [`frontmatter`] reads the metadata of
//! a test; `schedule` sends orders to children; `worker` is the child, which reports the behavior of a
//! run; `judge` compares that with the expectation of the test; [`results`] and [`compare`] contain the
//! results.
//!
//! An integration test can run a folder and check the results:
//!
//! ```no_run
//! use conformance::test262::{Options, run, suite::Suite};
//!
//! let suite = Suite::open("conformance/js".as_ref(), None)?;
//! let tests = suite.select(&["generator".to_owned()])?;
//! // In this package: `env!("CARGO_BIN_EXE_conformance")`.
//! let options = Options::new("target/release/conformance");
//! let runs = run(&suite, &tests, &options, &mut |_| ());
//! assert!(runs.iter().all(|run| run.passed()), "{runs:?}");
//! # Ok::<_, conformance::test262::suite::Error>(())
//! ```

mod agent;
pub mod compare;
mod execute;
mod flavor;
pub mod frontmatter;
mod here;
mod host;
mod judge;
mod order;
pub mod results;
#[cfg(not(target_family = "wasm"))]
mod schedule;
pub mod suite;
#[cfg(not(target_family = "wasm"))]
pub mod worker;

pub use flavor::Engine;
pub use here::run_here;
pub use order::Mode;
#[cfg(not(target_family = "wasm"))]
pub use schedule::{Options, WORKER, run};
