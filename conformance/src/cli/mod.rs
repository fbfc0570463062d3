//! The command line: arguments, subcommands and exit codes.

mod args;
mod exit;
mod explain;
mod export;
mod js;
mod list;
mod progress;
mod run;
mod search;
mod selection;
mod test262;

use std::io;
use std::process::ExitCode;

use clap::Parser as _;

use args::{Args, Command};
use exit::{AGREES, BAD, Failure};

/// Runs the command line.
pub(crate) fn main() -> ExitCode {
    let args = Args::parse();
    let done = match args.command.unwrap_or_default() {
        Command::Run(args) => run::run(&args),
        Command::Explain(args) => explain::explain(&args),
        Command::List(args) => list::list(&args),
        Command::Search(args) => search::search(&args),
        Command::Js(args) => js::js(&args),
        Command::Export(args) => export::export(&args),
        Command::Schema => export::schema(),
        Command::Test262(args) => test262::test262(&args),
        Command::Test262Worker(args) => test262::worker(args),
    };
    match done {
        Ok(code) => ExitCode::from(code),
        // The reader is gone, for example `| head`.
        Err(Failure::Io(error)) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::from(AGREES),
        Err(failure) => {
            anstream::eprintln!("error: {failure}");
            ExitCode::from(BAD)
        }
    }
}
