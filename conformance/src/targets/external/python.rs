//! The target `python`: contextvars and asyncio, by a program that answers in the JSON form.

use std::process::Command;
use std::time::Duration;

use super::{CommandTarget, Deviations};
use crate::child;
use crate::targets::Missing;

/// The name of the target.
pub const PYTHON: &str = "python";
const PROGRAM: &str = include_str!("../../../implementations/python.py");
const DEVIATIONS: &str = include_str!("../../../implementations/python.kdl");
/// The executable.
const EXECUTABLE: &str = if cfg!(windows) { "python" } else { "python3" };
/// Prints the version and whether it is recent enough: tasks take a context since Python 3.11.
const VERSION: &str = "import sys; print('%d.%d.%d' % sys.version_info[:3], sys.version_info >= (3, 11))";

/// Returns the Python on the PATH as a target.
///
/// # Errors
///
/// Returns the reason why there is none.
pub fn python() -> Result<CommandTarget, Missing> {
    let missing = |why: String| Missing { target: PYTHON.to_owned(), why, installable: false };
    let output = match child::ask(Command::new(EXECUTABLE).args(["-c", VERSION]), Duration::from_secs(30)) {
        Ok(output) => output.map_err(|why| missing(format!("`{EXECUTABLE}` does not behave like Python: {why}")))?,
        Err(error) => return Err(missing(format!("`{EXECUTABLE}` cannot be run ({error}): install Python 3.11"))),
    };
    match output.trim().split_once(' ') {
        Some((version, "True")) => {
            // The file belongs to the tool; a test reads it.
            let deviations = Deviations::read(DEVIATIONS).ok();
            let words = [EXECUTABLE, "-c", PROGRAM].map(str::to_owned).to_vec();
            let describe = format!("Python {version} (contextvars and asyncio)");
            Ok(CommandTarget::of(PYTHON, &describe, words, deviations))
        }
        Some((version, "False")) => Err(missing(format!("Python {version} is too old: install Python 3.11"))),
        _ => Err(missing(format!("`{EXECUTABLE}` does not behave like Python: it printed {:?}", output.trim()))),
    }
}
