//! What can go wrong, and what to do then.

use std::io;
use std::path::PathBuf;

/// Why there is no report.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("{path}: {error}")]
    File { path: PathBuf, error: io::Error },
    #[error("{path} is not what was expected: {error}. Measure again, without `--report-only`")]
    Json { path: PathBuf, error: serde_json::Error },
    #[error("{path} is no table of limits: {error}")]
    Limits { path: PathBuf, error: toml::de::Error },
    #[error("there are no samples in {0}. Measure first: leave out `--report-only`")]
    NoSamples(PathBuf),
    #[error("{program} does not start: {error}")]
    Start { program: String, error: io::Error },
    #[error("the measurement failed, see above: {command}")]
    Measurement { command: String },
    #[error("the plot {path} can't be drawn: {error}")]
    Plot { path: PathBuf, error: String },
}

/// Says which file it was.
pub(crate) fn of_file(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Error {
    let path = path.into();
    move |error| Error::File { path, error }
}
