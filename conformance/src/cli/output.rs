//! The destination of a report: standard output or a file.

use std::fs::File;
use std::io::{self, IsTerminal as _, Write};
use std::path::Path;

use super::exit::Failure;

/// Makes a report, and writes it to standard output or to a file. A file is replaced only by a whole report, which has
/// no colors.
pub(super) fn write(
    path: Option<&Path>,
    make: impl FnOnce(&mut dyn Write) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let Some(path) = path else {
        let mut out = anstream::stdout().lock();
        make(&mut out)?;
        return Ok(out.flush()?);
    };
    let failed = |error: io::Error| Failure::Output { path: path.to_owned(), error };
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut report = Vec::new();
    make(&mut report)?;
    let file = tempfile::Builder::new().prefix(".conformance-").tempfile_in(folder).map_err(failed)?;
    file.as_file().write_all(&anstream::adapter::strip_bytes(&report).into_vec()).map_err(failed)?;
    publish(file.as_file()).map_err(failed)?;
    file.persist(path).map_err(|error| failed(error.error))?;
    Ok(())
}

/// Gives a temporary file the access rights of ordinary files: others may read it.
#[cfg(unix)]
fn publish(file: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    file.set_permissions(std::fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn publish(_: &File) -> io::Result<()> {
    Ok(())
}

/// Whether the report would be printed on a terminal.
pub(super) fn is_terminal(path: Option<&Path>) -> bool {
    path.is_none() && io::stdout().is_terminal()
}
