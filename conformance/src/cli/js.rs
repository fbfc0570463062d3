//! `conformance js`.
//!
//! The program runs in a child process. If memory or native stack is exhausted, only that process ends,
//! and the tool reports it.

use std::env;
use std::io::{self, IsTerminal as _};
use std::process::Command;

use conformance::engine::{self, bound_memory};
use conformance::shell::{Goal, Options, Program, interact, run};
use wait_timeout::ChildExt as _;

use super::args::Js;
use super::exit::Failure;

/// A limit was exceeded, or the engine failed.
const EXHAUSTED: u8 = 3;

pub(super) fn js(args: &Js) -> Result<u8, Failure> {
    if args.inside { inside(args) } else { outside(args) }
}

/// Starts the child, and reports how it ended if it could not report that itself.
fn outside(args: &Js) -> Result<u8, Failure> {
    let mut command = Command::new(env::current_exe()?);
    command.args(env::args_os().skip(1).take(1)).arg("--inside").args(env::args_os().skip(2));
    // Without a backtrace, the message of an abort is one line.
    let mut child = command.env("RUST_BACKTRACE", "0").spawn()?;
    let status = match args.time_limit {
        None => child.wait()?,
        Some(limit) => match child.wait_timeout(limit)? {
            Some(status) => status,
            None => {
                child.kill()?;
                child.wait()?;
                let limit = limit.as_secs_f64();
                anstream::eprintln!("error: the program exceeded its time limit of {limit} s");
                return Ok(EXHAUSTED);
            }
        },
    };
    match status.code().map(u8::try_from) {
        Some(Ok(code)) => Ok(code),
        _ => {
            let limit = args.memory_limit;
            anstream::eprintln!(
                "error: the engine's process ended with {}: it exhausted its memory ({limit} MiB, --memory-limit) or its \
                 native stack; see the line above, if any",
                status
            );
            Ok(EXHAUSTED)
        }
    }
}

/// Runs the program.
fn inside(args: &Js) -> Result<u8, Failure> {
    bound_memory(args.memory_limit << 20)?;
    // The child must not outlive the tool.
    #[cfg(target_os = "linux")]
    rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::KILL)).map_err(io::Error::from)?;
    let goal = match (args.module, args.script, args.commonjs) {
        (true, _, _) => Some(Goal::Module),
        (_, true, _) => Some(Goal::Script),
        (_, _, true) => Some(Goal::CommonJs),
        _ => None,
    };
    let options = Options { print_contexts: args.print_contexts, expose_gc: args.expose_gc, reading: args.reading };
    let file = match &args.file {
        Some(file) => file,
        None if io::stdin().is_terminal() && io::stdout().is_terminal() => return ended(interact(options)),
        None => "-",
    };
    let program = Program::read(file, goal)?.with_root(args.root.clone()).with_arguments(args.arguments.clone());
    ended(run(&program, options))
}

/// Reports a failure of the engine.
fn ended(result: Result<u8, engine::Failure>) -> Result<u8, Failure> {
    Ok(match result {
        Ok(code) => code,
        Err(failure) => {
            anstream::eprintln!("error: {failure}");
            EXHAUSTED
        }
    })
}
