//! Implementations that the tool does not know: commands, shells that run JavaScript, and answers from elsewhere.

pub mod answers;
mod command;
mod deviations;
mod engine262;
mod python;
mod recorded;
mod shell;

pub use self::command::CommandTarget;
pub use self::deviations::Deviations;
pub use self::engine262::{ENGINE262, engine262};
pub use self::python::{PYTHON, python};
pub use self::recorded::Recorded;
pub use self::shell::{NoShell, Shell, ShellTarget};

/// A command line without a command.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` is not a command line: it is empty, or a quote is not closed")]
pub struct NoCommand(pub String);

/// Splits a command line into words as a POSIX shell does, without expansions.
fn split(line: &str) -> Result<Vec<String>, NoCommand> {
    shlex::split(line).filter(|words| !words.is_empty()).ok_or_else(|| NoCommand(line.to_owned()))
}
