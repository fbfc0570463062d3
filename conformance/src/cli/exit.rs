//! Exit codes and errors of the commands.

use std::io;
use std::path::PathBuf;

use conformance::suite::Suite;

/// Every target that must conform does so.
pub(super) const AGREES: u8 = 0;
/// One of them does not conform.
pub(super) const DISAGREES: u8 = 1;
/// Invalid usage, or an invalid program.
pub(super) const BAD: u8 = 2;

/// An error of a command. All of these exit with 2.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    #[error("there is no case `{id}`{}{}\n`conformance list` prints all cases", meant(.near), like_it(.similar))]
    NoCase { id: String, near: Option<String>, similar: Vec<String> },
    #[error("no case matches `{0}`; `conformance list` prints all cases")]
    NoMatch(String),
    #[error("no case is about `{word}`{}\nthe tags are {}\n`conformance spec` lists the clauses", meant(.near), .tags.join(", "))]
    NoTopic { word: String, near: Option<String>, tags: Vec<String> },
    #[error("there is no command `{word}`{}\nthe commands are {}", meant(.near), .known.join(", "))]
    NoCommand { word: String, near: Option<String>, known: Vec<String> },
    #[error("there is no target `{name}`{}\nthe targets are {}", meant(.near), .known.join(", "))]
    NoTarget { name: String, near: Option<String>, known: Vec<String> },
    #[error("there is no runtime `{name}`{}\nthe runtimes are {}", meant(.near), .known.join(", "))]
    NoRuntime { name: String, near: Option<String>, known: Vec<&'static str> },
    #[error("the target `{target}` is not available: {why}")]
    Absent { target: String, why: String },
    #[error("there is no feature `{word}`{}\nthe features are {}", meant(.near), .known.join(", "))]
    NoFeature { word: String, near: Option<String>, known: Vec<String> },
    #[error("`{glob}` is not a glob: {reason}")]
    Glob { glob: String, reason: String },
    #[error("a page is not for a terminal; name a file: --output report.html")]
    PageOnTerminal,
    #[error("a wptreport is about one target; choose one with --target: {}", .0.join(", "))]
    OneTarget(Vec<String>),
    #[error("`{}` cannot be written: {error}", .path.display())]
    Output { path: PathBuf, error: io::Error },
    #[error("`{}` is not a result of `conformance run --format json`: {reason}", .path.display())]
    Result { path: PathBuf, reason: String },
    #[error("the {0} report could not be made: {1}")]
    Report(&'static str, String),
    #[error("`{}` cannot be used for a comparison: {reason}", .path.display())]
    Earlier { path: PathBuf, reason: String },
    #[error(transparent)]
    Tests(#[from] conformance::test262::suite::Error),
    #[error(transparent)]
    External(#[from] super::external::External),
    #[error(transparent)]
    Unreadable(#[from] conformance::shell::Unreadable),
    #[error(transparent)]
    Io(#[from] io::Error),
}

fn meant(near: &Option<String>) -> String {
    near.as_ref().map_or_else(String::new, |near| format!("; did you mean `{near}`?"))
}

fn like_it(similar: &[String]) -> String {
    if similar.is_empty() { String::new() } else { format!("\nsimilar cases: {}", similar.join(", ")) }
}

/// Returns the exit code of a command, given the files that it read and whether its result is good.
pub(super) fn code(suite: &Suite, good: bool) -> u8 {
    match (suite.is_sound(), good) {
        (false, _) => BAD,
        (true, true) => AGREES,
        (true, false) => DISAGREES,
    }
}
