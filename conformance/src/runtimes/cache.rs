//! The folder in which runtimes are installed.

use std::env;
use std::path::{Path, PathBuf};

use super::{PINNED, Pin};

/// The environment variable with the folder.
pub const VARIABLE: &str = "CONFORMANCE_CACHE";

/// The folder in which runtimes are installed, each version in a folder of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cache {
    folder: Option<PathBuf>,
}

impl Cache {
    /// Returns the cache in a folder; without one, in that of the environment variable [`VARIABLE`], or in the user's
    /// folder for caches.
    pub fn new(folder: Option<PathBuf>) -> Cache {
        let named = || env::var_os(VARIABLE).filter(|value| !value.is_empty()).map(PathBuf::from);
        Cache { folder: folder.or_else(named).or_else(|| Some(caches()?.join("asynccontext-conformance"))) }
    }

    /// Returns the folder. There is none if the environment names neither it nor the user's home.
    pub fn folder(&self) -> Option<&Path> {
        self.folder.as_deref()
    }

    /// Returns the folder of a pinned version.
    pub fn folder_of(&self, pin: &Pin) -> Option<PathBuf> {
        Some(self.folder()?.join(format!("{}-{}", pin.name, pin.version)))
    }

    /// Returns the executable of the runtime that is installed under this name. Whether it works is not known yet.
    pub fn executable(&self, name: &str) -> Option<PathBuf> {
        let pin = PINNED.iter().find(|pin| pin.name == name)?;
        let executable = pin.package()?.executable_in(&self.folder_of(pin)?);
        executable.exists().then_some(executable)
    }
}

/// Returns the user's folder for caches.
fn caches() -> Option<PathBuf> {
    let folder = |name| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    if cfg!(windows) {
        return folder("LOCALAPPDATA");
    }
    let home = || folder("HOME");
    if cfg!(target_os = "macos") {
        return Some(home()?.join("Library/Caches"));
    }
    folder("XDG_CACHE_HOME").or_else(|| Some(home()?.join(".cache")))
}
