//! Installation of pinned runtimes by the npm client, which checks each package against the pinned checksum.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use serde_json::{Map, Value, json};

use super::{Cache, Package, Pin, SPECS};
use crate::child;

/// The time limit for the download of one runtime.
const LIMIT: Duration = Duration::from_secs(30 * 60);
/// The start of the name of folders of installations that are not complete.
const PART: &str = ".part-";

/// What an installation did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Done {
    /// It installed the runtime.
    Installed,
    /// The runtime was installed, and works.
    AlreadyThere,
}

/// The reason why a runtime was not installed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No folder is known.
    #[error("there is no folder to install runtimes in: set CONFORMANCE_CACHE, or use --cache")]
    NoFolder,
    /// The folder cannot be written.
    #[error("`{}` cannot be used: {error}; choose another folder with --cache or CONFORMANCE_CACHE", .folder.display())]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// The reason.
        error: io::Error,
    },
    /// The runtime has no package for this machine.
    #[error(
        "{name} {version} is not pinned for {} on {}: install it by other means, and have it on the PATH",
        std::env::consts::OS,
        std::env::consts::ARCH
    )]
    Platform {
        /// The runtime.
        name: &'static str,
        /// Its version.
        version: &'static str,
    },
    /// There is no npm client.
    #[error("`{0}` was not found: install Node.js with npm, or name the client with --npm")]
    NoNpm(String),
    /// The registry was not reached.
    #[error(
        "npm cannot reach its registry ({0}): connect to the network and repeat the command, which continues where it stopped"
    )]
    Offline(String),
    /// The package is not the pinned one.
    #[error("{package} {version} does not have the pinned checksum, and was not installed: {detail}")]
    Checksum {
        /// The package.
        package: &'static str,
        /// Its version.
        version: &'static str,
        /// What npm said.
        detail: String,
    },
    /// The disk is full.
    #[error("no space is left for {}: free some, or choose another folder with --cache", .0.display())]
    Full(PathBuf),
    /// Another failure of npm.
    #[error("npm failed: {0}")]
    Npm(String),
    /// What was installed does not work.
    #[error("{name} was installed but does not work: {why}")]
    Broken {
        /// The runtime.
        name: &'static str,
        /// The reason.
        why: String,
    },
}

/// Installs a runtime, unless it is installed and works. `waiting` is called before a wait for another installation
/// into the same folder.
///
/// A runtime is installed in a new folder, which gets its name when it is complete. So an installation that is
/// interrupted leaves nothing that looks complete.
///
/// # Errors
///
/// Returns the reason why the runtime is not installed.
pub fn install(cache: &Cache, pin: &Pin, npm: &OsStr, waiting: &mut dyn FnMut()) -> Result<Done, Error> {
    let folder = cache.folder().ok_or(Error::NoFolder)?;
    let target = cache.folder_of(pin).ok_or(Error::NoFolder)?;
    let package = pin.package().ok_or(Error::Platform { name: pin.name, version: pin.version })?;
    if works(pin, cache).is_ok() {
        return Ok(Done::AlreadyThere);
    }
    let unusable = |error: io::Error| match error.kind() {
        io::ErrorKind::StorageFull => Error::Full(folder.to_owned()),
        _ => Error::Folder { folder: folder.to_owned(), error },
    };
    let lock = lock(folder, waiting).map_err(unusable)?;
    // Another process may have installed it in the meantime.
    if works(pin, cache).is_ok() {
        return Ok(Done::AlreadyThere);
    }
    remove_parts(folder).map_err(unusable)?;
    let part = tempfile::Builder::new().prefix(PART).tempdir_in(folder).map_err(unusable)?;
    describe(part.path(), pin, package).map_err(unusable)?;
    download(part.path(), npm, pin, package, folder)?;
    if target.exists() {
        fs::remove_dir_all(&target).map_err(unusable)?;
    }
    fs::rename(part.path(), &target).map_err(unusable)?;
    drop(lock);
    works(pin, cache).map_err(|why| Error::Broken { name: pin.name, why })?;
    Ok(Done::Installed)
}

/// Returns the reason why a pinned runtime does not work, if it is not installed or does not answer as it should.
fn works(pin: &Pin, cache: &Cache) -> Result<(), String> {
    let executable = cache.executable(pin.name).ok_or_else(|| "it has no executable".to_owned())?;
    // npm has checked the package; an engine that is not a program cannot be asked.
    let Some(spec) = SPECS.iter().find(|spec| spec.pin == Some(pin.name)) else { return Ok(()) };
    let runtime = crate::targets::runtime::Runtime::at(spec.name, spec.kind, executable, spec.options);
    runtime.map(|_| ()).map_err(|missing| missing.to_string())
}

/// Creates the folder, and waits until no other process installs into it.
fn lock(folder: &Path, waiting: &mut dyn FnMut()) -> io::Result<File> {
    fs::create_dir_all(folder)?;
    let file = File::create(folder.join(".lock"))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(fs::TryLockError::WouldBlock) => {
            waiting();
            file.lock()?;
        }
        Err(fs::TryLockError::Error(error)) => return Err(error),
    }
    Ok(file)
}

/// Removes the remains of interrupted installations. The caller has the lock, so none of them goes on.
fn remove_parts(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with(PART) {
            fs::remove_dir_all(entry.path())?;
        }
    }
    Ok(())
}

/// Writes what npm reads: one dependency, and the lock file that pins its version and checksum.
fn describe(folder: &Path, pin: &Pin, package: &Package) -> io::Result<()> {
    let dependencies = Map::from_iter([(package.name.to_owned(), Value::from(pin.version))]);
    let manifest = json!({ "name": "runtimes", "version": "0.0.0", "private": true, "dependencies": dependencies });
    let mut packages = Map::from_iter([(
        String::new(),
        json!({ "name": "runtimes", "version": "0.0.0", "dependencies": dependencies }),
    )]);
    let place = format!("node_modules/{}", package.name);
    packages.insert(place, json!({ "version": pin.version, "integrity": package.integrity }));
    let lock = json!({
        "name": "runtimes", "version": "0.0.0", "lockfileVersion": 3, "requires": true, "packages": packages,
    });
    fs::write(folder.join("package.json"), manifest.to_string())?;
    fs::write(folder.join("package-lock.json"), lock.to_string())
}

fn download(part: &Path, npm: &OsStr, pin: &Pin, package: &Package, folder: &Path) -> Result<(), Error> {
    let mut command = Command::new(npm);
    // Packages come from the registry that npm is configured for. No script of a package runs.
    command.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", "--fetch-retries=1"]);
    command.args(["--update-notifier=false", "--offline=false"]).current_dir(part);
    let why = match child::ask(&mut command, LIMIT) {
        Ok(Ok(_)) => return Ok(()),
        Ok(Err(why)) => why,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(Error::NoNpm(npm.to_string_lossy().into_owned()));
        }
        Err(error) => return Err(Error::Npm(error.to_string())),
    };
    let mentions = |codes: &[&str]| codes.iter().find(|code| why.contains(**code)).map(|code| (*code).to_owned());
    let detail = || why.lines().filter(|line| !line.contains("A complete log")).collect::<Vec<_>>().join(" ");
    if mentions(&["EINTEGRITY"]).is_some() {
        return Err(Error::Checksum { package: package.name, version: pin.version, detail: detail() });
    }
    if mentions(&["ENOSPC"]).is_some() {
        return Err(Error::Full(folder.to_owned()));
    }
    let network =
        ["ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ECONNRESET", "ETIMEDOUT", "ENETUNREACH", "ERR_SOCKET_TIMEOUT"];
    match mentions(&network) {
        Some(code) => Err(Error::Offline(code)),
        None => Err(Error::Npm(detail())),
    }
}
