//! A runner of tests in test262's format, on the embedded engine Boa with AsyncContext or without.
//!
//! Every test runs in a fresh context on a fresh thread of a child process, which has limits on
//! time and memory: a test that hangs, crashes or eats all memory is a result like any other, and
//! the others go on in a new child. There is no list of tests to skip, and none is treated
//! specially: a test that needs what the engine lacks fails, and says why.
//!
//! The parts, in the order of a run: [`suite`] finds the tests and the harness; [`frontmatter`]
//! reads what a test asks for; `schedule` gives orders to children; `worker` is the child, which
//! says what a run did; `judge` compares that with what the test wants; [`results`] and
//! [`compare`] hold what came of it.
//!
//! A test of this package runs a folder and looks at the results:
//!
//! ```no_run
//! use conformance::test262::{Options, run, suite::Suite};
//!
//! let suite = Suite::open("conformance/js".as_ref(), None)?;
//! let tests = suite.select(&["generator".to_owned()])?;
//! // In an integration test: `env!("CARGO_BIN_EXE_conformance")`.
//! let options = Options::new("target/release/conformance");
//! let runs = run(&suite, &tests, &options, &mut |_| ());
//! assert!(runs.iter().all(|run| run.passed()), "{runs:?}");
//! # Ok::<_, conformance::test262::suite::Error>(())
//! ```

mod agent;
pub mod compare;
mod execute;
mod flavour;
pub mod frontmatter;
mod host;
mod judge;
mod order;
pub mod results;
mod schedule;
pub mod suite;
pub mod worker;

pub use flavour::Engine;
pub use order::Mode;
pub use schedule::{Options, WORKER, run};
