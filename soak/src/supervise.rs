//! A program that breaks memory safety may end the whole process. So programs run in a child,
//! which notes what it runs in a file, and this process tells what that was.

use std::fs::{self, File};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::Path;
use std::process::{Command, ExitStatus};
use std::sync::Mutex;

use tempfile::NamedTempFile;

/// The bytes of one thread's line.
const LINE: usize = 32;

/// Where a child notes what each of its threads runs.
#[derive(Debug)]
pub(crate) struct Notes(Option<Mutex<File>>);

impl Notes {
    /// Notes in this file; without one, nothing is noted.
    pub(crate) fn new(path: Option<&Path>) -> io::Result<Notes> {
        let open = |path| File::options().write(true).open(path).map(Mutex::new);
        Ok(Notes(path.map(open).transpose()?))
    }

    /// Thread `at` runs the program of `seed`. A note that can't be written is none.
    pub(crate) fn runs(&self, at: usize, phase: &str, seed: u64) {
        if let Some(file) = &self.0 {
            let mut file = file.lock().expect("no panic under the lock");
            let line = format!("{phase:10} {seed:<20}\n");
            let _ = file.seek(SeekFrom::Start((at * LINE) as u64)).and_then(|_| file.write_all(line.as_bytes()));
        }
    }
}

/// How a child ended, and what it ran then.
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
