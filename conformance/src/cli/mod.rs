//! The command line: arguments, subcommands and exit codes.

mod args;
mod check;
mod compare;
mod exit;
mod explain;
mod export;
mod external;
mod js;
mod list;
mod output;
mod progress;
mod run;
mod runtimes;
mod search;
mod selection;
mod spec;
mod test262;

use std::io;
use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{CommandFactory as _, Parser as _};
use conformance::program::diagnostic::nearest;

use args::{Args, Command};
use exit::{AGREES, BAD, Failure};

/// Runs the command line.
pub(crate) fn main() -> ExitCode {
    let done = parse().and_then(|args| match args.command {
        None => run::run(&args.suite.or_embedded(), &[]),
        Some(command) => execute(command),
    });
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

/// Returns the arguments. The name of a command may have capital letters.
fn parse() -> Result<Args, Failure> {
    let mut words: Vec<_> = std::env::args_os().collect();
    let commands = Args::command();
    let names =
        || commands.get_subcommands().filter(|command| !command.is_hide_set()).map(|command| command.get_name());
    if let Some(word) = words.get_mut(1)
        && let Some(name) = names().find(|name| word.eq_ignore_ascii_case(name))
    {
        *word = name.into();
    }
    let error = match Args::try_parse_from(words) {
        Ok(args) => return Ok(args),
        Err(error) => error,
    };
    match (error.kind(), error.get(ContextKind::InvalidSubcommand)) {
        (ErrorKind::InvalidSubcommand, Some(ContextValue::String(word))) => Err(Failure::NoCommand {
            word: word.clone(),
            near: nearest(word, names()).map(str::to_owned),
            known: names().map(str::to_owned).collect(),
        }),
        _ => error.exit(),
    }
}

fn execute(command: Command) -> Result<u8, Failure> {
    match command {
        Command::Run(args) => run::run(&args.options, &args.files),
        Command::Compare(args) => compare::compare(&args),
        Command::Spec(args) => spec::spec(&args),
        Command::Explain(args) => explain::explain(&args),
        Command::List(args) => list::list(&args),
        Command::Search(args) => search::search(&args),
        Command::Js(args) => js::js(&args),
        Command::Export(args) => export::export(&args),
        Command::Runtimes(args) => runtimes::runtimes(&args),
        Command::Check(args) => check::check(&args),
        Command::Schema(args) => export::schema(&args),
        Command::Test262(args) => test262::test262(&args),
        Command::Test262Worker(args) => test262::worker(args),
    }
}
