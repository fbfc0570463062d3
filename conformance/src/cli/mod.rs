//! The command line: arguments, subcommands and exit codes.

mod args;
mod explain;
mod export;
mod js;
mod list;
mod progress;
mod run;
mod search;
mod test262;

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser as _;
use conformance::report::problems;
use conformance::suite::{Entry, Suite};
use globset::{Glob, GlobMatcher};

use args::{Args, Command};

/// Every target that must conform does so.
const AGREES: u8 = 0;
/// One of them does not conform.
const DISAGREES: u8 = 1;
/// Invalid usage, or an invalid program.
const BAD: u8 = 2;

/// An error of a command. All of these exit with 2.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("there is no case `{id}`{}", nearest(.near))]
    NoCase { id: String, near: Option<String> },
    #[error("no case matches `{0}`; `conformance list` prints all cases")]
    NoMatch(String),
    #[error("there is no target `{name}`: the targets are {}", .known.join(", "))]
    NoTarget { name: String, known: Vec<String> },
    #[error("the target `{target}` is not available: {why}")]
    Absent { target: String, why: String },
    #[error("there is no feature `{word}`: the features are {}", .known.join(", "))]
    NoFeature { word: String, known: Vec<String> },
    #[error("`{glob}` is not a glob: {reason}")]
    Glob { glob: String, reason: String },
    #[error("the {0} report could not be made: {1}")]
    Report(&'static str, String),
    #[error("`{}` cannot be used for a comparison: {reason}", .path.display())]
    Earlier { path: PathBuf, reason: String },
    #[error(transparent)]
    Tests(#[from] conformance::test262::suite::Error),
    #[error(transparent)]
    Unreadable(#[from] conformance::shell::Unreadable),
    #[error(transparent)]
    Io(#[from] io::Error),
}

fn nearest(near: &Option<String>) -> String {
    near.as_ref()
        .map_or_else(|| "; `conformance list` prints all cases".to_owned(), |id| format!("; did you mean `{id}`?"))
}

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

/// Returns the embedded suite or the user's files. Prints the errors in them to standard error.
fn load(files: &[String]) -> Result<Suite, Failure> {
    let suite = if files.is_empty() { Suite::embedded() } else { Suite::read(files) };
    problems::print(&mut anstream::stderr().lock(), &suite)?;
    Ok(suite)
}

/// Keeps the cases whose id a glob matches.
fn select(suite: &mut Suite, globs: &[String]) -> Result<(), Failure> {
    if globs.is_empty() {
        return Ok(());
    }
    let matchers = globs.iter().map(|glob| matcher(glob)).collect::<Result<Vec<_>, _>>()?;
    suite.cases.retain(|entry: &Entry| matchers.iter().any(|matcher| matcher.is_match(&*entry.case.id)));
    if suite.cases.is_empty() && suite.is_sound() {
        return Err(Failure::NoMatch(globs.join(" ")));
    }
    Ok(())
}

fn matcher(glob: &str) -> Result<GlobMatcher, Failure> {
    let bad = |error: globset::Error| Failure::Glob { glob: glob.to_owned(), reason: error.kind().to_string() };
    Ok(Glob::new(glob).map_err(bad)?.compile_matcher())
}

/// Returns the exit code of a command, given the files that it read and whether its result is good.
fn code(suite: &Suite, good: bool) -> u8 {
    match (suite.is_sound(), good) {
        (false, _) => BAD,
        (true, true) => AGREES,
        (true, false) => DISAGREES,
    }
}
