//! The reasons why the program cannot do its work.

use std::io;
use std::path::PathBuf;

use crate::explained::Mistake;

/// The reason why the mutants cannot be tried.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error(transparent)]
    Mistake(#[from] Mistake),
    #[error("no mutant has the number or the text `{0}`; `--list` prints all mutants")]
    NoMutant(String),
    #[error("{path}: {error}")]
    File { path: PathBuf, error: io::Error },
    #[error("{path}: {error}")]
    Syntax { path: PathBuf, error: syn::Error },
    #[error("a module is declared, but neither {0}.rs nor {0}/mod.rs exists")]
    NoModule(PathBuf),
    #[error("cargo cannot be run: {0}")]
    Cargo(io::Error),
    #[error("the copy cannot be built:\n{0}")]
    Build(String),
    #[error("this test {end} three times without a mutant: {test}")]
    Unmutated { test: String, end: String },
    #[error("the report cannot be written: {0}")]
    Report(io::Error),
}
