//! Random programs over the whole public API of `asynccontext`, run on the crate and on a plain model. The
//! value of each variable and the set of live values are compared after every step.

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
mod supervise;
mod total;
mod value;
mod variables;

use std::io;
use std::process::{ExitCode, exit};
use std::time::Instant;

use args::Args;
use clap::Parser as _;
use supervise::{Ended, Notes};

/// Exit code: every program agreed with the model.
const CLEAN: u8 = 0;
/// Exit code: a program did not agree.
const FAULT: u8 = 1;
/// Exit code: invalid usage, as in clap.
const BAD_USAGE: u8 = 2;

/// Runs the tool with the arguments of the process.
pub fn main() -> ExitCode {
    let args = Args::parse();
    match &args.notes {
        None if !cfg!(miri) => watch(&args),
        notes => match Notes::new(notes.as_deref()) {
            Ok(notes) => work(&args, notes),
            Err(error) => failed(&error),
        },
    }
}

/// Runs the programs in a child process, and reports the programs that end it.
fn watch(args: &Args) -> ExitCode {
    let Ended { status, running } = match supervise::run_child() {
        Ok(ended) => ended,
        Err(error) => return failed(&error),
    };
    if let Some(code) = status.code().and_then(|code| u8::try_from(code).ok())
        && code <= BAD_USAGE
    {
        return ExitCode::from(code);
    }
    println!("a program ended the process ({status}); it is one of");
    for (phase, seed) in running {
        println!("  asynccontext-soak --programs 1 --seed {seed}{}", args.again(&phase));
    }
    ExitCode::from(FAULT)
}

/// Runs the programs in this process.
fn work(args: &Args, notes: Notes) -> ExitCode {
    quiet::install();
    let start = Instant::now();
    let total = drive::drive(args, notes, hangs);
    let calls = hook::calls();
    if let Err(error) = report::print(&total, calls, args, start.elapsed()) {
        return failed(&error);
    }
    ExitCode::from(if total.failures.is_empty() && calls.is_right() { CLEAN } else { FAULT })
}

fn failed(error: &io::Error) -> ExitCode {
    eprintln!("asynccontext-soak: {error}");
    ExitCode::from(FAULT)
}

/// Reports a hanging program and exits, since its thread cannot be joined.
fn hangs(seed: u64) -> ! {
    eprintln!("asynccontext-soak: the program of seed {seed} does not end");
    exit(FAULT.into())
}
