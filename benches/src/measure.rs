//! Starts the measurements.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::error::{Error, of_file};

/// Returns the folder of all measurements, which is in cargo's target folder.
pub(crate) fn folder() -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR");
    target
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../target"), PathBuf::from)
        .join("asynccontext-benches")
}

/// Runs the test that counts allocations and sizes, and writes figures beside the samples. A figure beyond its
/// limit fails that test, and is reported here too.
pub(crate) fn counts() -> Result<(), Error> {
    let folder = folder();
    fs::create_dir_all(&folder).map_err(of_file(&folder))?;
    let mut command = cargo();
    command.args(["test", "--quiet", "--release", "--package", "asynccontext-benches-counts"]);
    let log = folder.join("counts.txt");
    command.stdout(fs::File::create(&log).map_err(of_file(&log))?);
    let status = command.status().map_err(|error| Error::Start { program: "cargo".to_owned(), error })?;
    if !status.success() {
        eprintln!("the counts fail, see {}", log.display());
    }
    Ok(())
}

/// Deletes the samples of an earlier run, and starts `cargo bench`, which has its own profile.
pub(crate) fn beside_peers(quick: bool) -> Result<(), Error> {
    let samples = folder().join("samples");
    match fs::remove_dir_all(&samples) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(of_file(samples)(error)),
        _ => fs::create_dir_all(&samples).map_err(of_file(&samples))?,
    }
    let log = samples.join("log.txt");
    let mut command = cargo();
    command.args(["bench", "--package", "asynccontext-benches-beside-peers", "--bench", "beside_peers", "--"]);
    command.arg("--samples").arg(&samples);
    if quick {
        command.args(["--rounds", "3", "--milliseconds", "30"]);
    }
    // criterion's own output is not needed, only its samples.
    command.stdout(fs::File::create(&log).map_err(of_file(&log))?);
    let shown = format!("{command:?}");
    match command.status() {
        Err(error) => Err(Error::Start { program: "cargo".to_owned(), error }),
        Ok(status) if status.success() => Ok(()),
        Ok(_) => Err(Error::Measurement { command: shown }),
    }
}

/// Returns the cargo that started this program, or the one on the PATH.
fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(env!("CARGO_MANIFEST_DIR"));
    command
}
