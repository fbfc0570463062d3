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

/// Returns the exit code of a command, given the files that it read and whether its result is good.
pub(super) fn code(suite: &Suite, good: bool) -> u8 {
    match (suite.is_sound(), good) {
        (false, _) => BAD,
        (true, true) => AGREES,
        (true, false) => DISAGREES,
    }
}
