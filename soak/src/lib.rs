//! Random programs over the whole public API of `asynccontext`, run on the crate and on a
//! plain model at once: what each variable reads, and which values live, after every step.

mod args;
mod child;
mod companion;
mod drive;
mod fault;
mod hook;
mod inhabitant;
mod interpret;
mod model;
mod phase;
mod program;
mod progress;
mod quiet;
mod report;
mod run;
mod shared;
mod strand;
mod value;
mod variables;

use std::process::{ExitCode, exit};
use std::time::Instant;

use clap::Parser as _;

/// Every program was as the model says.
const CLEAN: u8 = 0;
/// One was not. (Bad usage is 2, by clap.)
const FAULT: u8 = 1;

/// Runs the tool with the arguments of the process.
pub fn main() -> ExitCode {
    let args = args::Args::parse();
    quiet::install();
    let start = Instant::now();
    let total = drive::drive(&args, hangs);
    let told = hook::told();
    if let Err(error) = report::print(&total, told, &args, start.elapsed()) {
        eprintln!("asynccontext-soak: the verdict can't be printed: {error}");
    }
    ExitCode::from(if total.failures.is_empty() && told.is_right() { CLEAN } else { FAULT })
}

/// A thread that hangs can't be joined, so the process ends here.
fn hangs(seed: u64) -> ! {
    eprintln!("asynccontext-soak: the program of seed {seed} does not end");
    exit(FAULT.into())
}
