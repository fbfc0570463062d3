//! The target `rust-als`: the crate's AsyncLocalStorage facade.

use std::collections::BTreeSet;

use super::code::Program;
use super::manner::compare;
use super::storage::Surface;
use super::tokio::RustTokio;
use crate::program::ast::Case;
use crate::program::profile::Profile;
use crate::program::table::Capability;
use crate::targets::{Run, Target};

/// The facade in every manner of [`Rust`](super::Rust), and on tokio's workers like [`RustTokio`]. All runs must have the
/// same outcome.
#[derive(Clone, Debug)]
pub struct RustAls {
    tokio: RustTokio,
}

impl Default for RustAls {
    /// Returns the target with four workers and four repetitions.
    fn default() -> RustAls {
        RustAls { tokio: RustTokio::of(Surface::Facade).repetitions(4) }
    }
}

impl Target for RustAls {
    fn name(&self) -> &str {
        "rust-als"
    }

    fn describe(&self) -> String {
        "asynccontext::als with closures, with futures on a deterministic executor, and on tokio".to_owned()
    }

    fn profile(&self) -> Profile {
        Profile::Facade
    }

    fn capabilities(&self) -> BTreeSet<Capability> {
        Surface::Facade.capabilities().collect()
    }

    fn run(&self, cases: &[&Case], report: &mut dyn FnMut(usize, Run)) {
        self.tokio.run(cases, &mut |i, on_tokio| {
            let run = match on_tokio {
                Run::Outcome(outcome) => match compare(&Program::new(&cases[i].program), Surface::Facade) {
                    Run::Outcome(equal) if equal == outcome => Run::Outcome(equal),
                    Run::Outcome(other) => Run::Failed(format!("on tokio: {outcome}; on one thread: {other}")),
                    run => run,
                },
                run => run,
            };
            report(i, run);
        });
    }
}
