//! Supervision of the process that runs programs. A program that violates memory safety may end the
//! process. So programs run in a child, which records them in a file, and this process reports them.

use std::fs::{self, File};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::Path;
use std::process::{Command, ExitStatus};
use std::sync::Mutex;

use tempfile::NamedTempFile;

/// The length in bytes of a thread's line.
const LINE: usize = 32;

/// The file in which a child records the program of each of its threads.
#[derive(Debug)]
pub(crate) struct Notes(Option<Mutex<File>>);

impl Notes {
    /// Records in this file, or nowhere if there is none.
    pub(crate) fn new(path: Option<&Path>) -> io::Result<Notes> {
        let open = |path| File::options().write(true).open(path).map(Mutex::new);
        Ok(Notes(path.map(open).transpose()?))
    }

    /// Records that thread `at` runs the program of `seed`. Errors are ignored.
    pub(crate) fn runs(&self, at: usize, phase: &str, seed: u64) {
        if let Some(file) = &self.0 {
            let mut file = file.lock().expect("no panic under the lock");
            let line = format!("{phase:10} {seed:<20}\n");
            let _ = file.seek(SeekFrom::Start((at * LINE) as u64)).and_then(|_| file.write_all(line.as_bytes()));
        }
    }
}

/// The exit status of a child, and the programs that it ran.
pub(crate) struct Ended {
    pub(crate) status: ExitStatus,
    /// Pairs of a phase and a seed.
    pub(crate) running: Vec<(String, String)>,
}

/// Runs this program again as a child, with the same arguments.
pub(crate) fn run_child() -> io::Result<Ended> {
    let notes = NamedTempFile::new()?;
    let arguments = std::env::args_os().skip(1);
    let status = Command::new(std::env::current_exe()?).args(arguments).arg("--notes").arg(notes.path()).status()?;
    let text = fs::read_to_string(notes.path())?;
    let pair = |line: &str| line.split_once(' ').map(|(phase, seed)| (phase.to_owned(), seed.trim().to_owned()));
    Ok(Ended { status, running: text.lines().filter_map(pair).collect() })
}
