//! Errors, with suggestions for a fix.

use std::io;
use std::path::PathBuf;

/// The reason why there is no report.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("{path}: {error}")]
    File { path: PathBuf, error: io::Error },
    #[error("{path} is invalid: {error}; measure again without `--report-only`")]
    Json { path: PathBuf, error: serde_json::Error },
    #[error("{path} is not a table of limits: {error}")]
    Limits { path: PathBuf, error: toml::de::Error },
    #[error("there are no samples in {0}; measure first, without `--report-only`")]
    NoSamples(PathBuf),
    #[error("{program} cannot be started: {error}")]
    Start { program: String, error: io::Error },
    #[error("the measurement failed, see above: {command}")]
    Measurement { command: String },
    #[error("the plot {path} cannot be drawn: {error}")]
    Plot { path: PathBuf, error: String },
}

/// Adds the path of the file to an error.
pub(crate) fn of_file(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Error {
    let path = path.into();
    move |error| Error::File { path, error }
}
