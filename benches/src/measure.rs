//! Starts the measurements.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::error::{Error, of_file};

/// Where everything that is measured goes.
pub(crate) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/asynccontext-benches")
}

/// Starts `cargo bench`, which has the profile of its own, after the samples of an earlier
/// run are gone.
pub(crate) fn beside_peers(quick: bool) -> Result<(), Error> {
    let samples = folder().join("samples");
    match fs::remove_dir_all(&samples) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(of_file(samples)(error)),
        _ => fs::create_dir_all(&samples).map_err(of_file(&samples))?,
    }
    let log = samples.join("log.txt");
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(["bench", "--package", "asynccontext-benches", "--bench", "beside_peers", "--"]);
    command.arg("--samples").arg(&samples);
    if quick {
        command.args(["--rounds", "3", "--milliseconds", "30"]);
    }
    command.current_dir(env!("CARGO_MANIFEST_DIR"));
    // criterion says much; what counts are the samples
    command.stdout(fs::File::create(&log).map_err(of_file(&log))?);
    let shown = format!("{command:?}");
    match command.status() {
        Err(error) => Err(Error::Start { program: "cargo".to_owned(), error }),
        Ok(status) if status.success() => Ok(()),
        Ok(_) => Err(Error::Measurement { command: shown }),
    }
}
