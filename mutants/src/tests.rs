//! The tests of the copy: the switches that they reach, their durations, and runs with a mutant.

use std::collections::BTreeSet;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};
use std::{fs, io};

use rustix::process::{Pid, Resource, Rlimit, Signal, kill_process_group, prlimit};
use wait_timeout::ChildExt;

use crate::copy::{Executable, Manner};
use crate::failure::Failure;
use crate::pool::each;
use crate::progress::Progress;

/// Tests that read sources instead of running them.
const LEFT_OUT: [&str; 1] = ["clippy_rejects_every_bare_spawn"];

/// The scale of long tests, as under valgrind.
const SCALE: &str = "0.02";

/// The memory limit of a test, since a mutant may allocate without end.
const MEMORY: u64 = 3 << 30;

/// One test.
pub(crate) struct Test {
    /// The name of its executable and its own name.
    pub(crate) name: String,
    executable: PathBuf,
    filter: String,
    /// Its duration without a mutant.
    pub(crate) time: Duration,
    /// The mutants whose switches it reaches.
    pub(crate) reached: BTreeSet<u32>,
}

/// The end of a run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum End {
    Passed,
    /// The process exited with this status.
    Failed(i32),
    /// A signal ended the process.
    Crashed(i32),
    TimedOut,
}

impl std::fmt::Display for End {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            End::Passed => f.write_str("passed"),
            End::Failed(status) => write!(f, "failed with {status}"),
            End::Crashed(signal) => write!(f, "ended by signal {signal}"),
            End::TimedOut => f.write_str("timed out"),
        }
    }
}

/// The tests of one build.
pub(crate) struct Suite {
    pub(crate) tests: Vec<Test>,
    manner: Manner,
    folder: PathBuf,
}

impl Suite {
    /// Runs every test of the executables without a mutant.
    pub(crate) fn new(
        executables: &[Executable],
        manner: Manner,
        copy: &Path,
        mutants: usize,
        jobs: usize,
    ) -> Result<Suite, Failure> {
        let mut tests = Vec::new();
        for executable in executables.iter().filter(|executable| !LEFT_OUT.contains(&executable.name.as_str())) {
            for filter in names(&executable.path)? {
                tests.push(Test {
                    name: format!("{}: {filter}", executable.name),
                    executable: executable.path.clone(),
                    filter,
                    time: Duration::ZERO,
                    reached: BTreeSet::new(),
                });
            }
        }
        let mut suite = Suite { tests, manner, folder: copy.to_owned() };
        let progress = Progress::new(suite.tests.len() as u64, "without a mutant");
        let measured = Mutex::new(Vec::new());
        let numbers: Vec<usize> = (0..suite.tests.len()).collect();
        each(&numbers, jobs, |&number| {
            let test = &suite.tests[number];
            let file = copy.with_file_name(format!("reached-{number}"));
            let failed = |error| Failure::File { path: file.clone(), error };
            let mut attempts = 0;
            loop {
                fs::write(&file, vec![0; mutants + 1]).map_err(failed)?;
                let begin = Instant::now();
                let end = suite.run(test, Asked::Record(&file), Duration::from_secs(120))?;
                attempts += 1;
                if end == End::Passed {
                    let bytes = fs::read(&file).map_err(failed)?;
                    let reached = (1..=mutants).filter(|id| bytes.get(*id) == Some(&1)).map(|id| id as u32).collect();
                    crate::pool::lock(&measured).push((number, begin.elapsed(), reached));
                    break;
                }
                if attempts == 3 {
                    return Err(Failure::Unmutated { test: test.name.clone(), end: end.to_string() });
                }
            }
            fs::remove_file(&file).map_err(failed)?;
            progress.step();
            Ok(())
        })?;
        progress.finish();
        for (number, time, reached) in measured.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner()) {
            suite.tests[number].time = time;
            suite.tests[number].reached = reached;
        }
        Ok(suite)
    }

    /// Runs one test with a mutant.
    pub(crate) fn with_mutant(&self, test: &Test, mutant: u32) -> Result<End, Failure> {
        // The limit is generous, since a slow test must not count as a detection.
        let limit = Duration::from_secs(3) + test.time * 20;
        self.run(test, Asked::Mutant(mutant), limit)
    }

    fn run(&self, test: &Test, asked: Asked<'_>, limit: Duration) -> Result<End, Failure> {
        let mut command = Command::new(&test.executable);
        command.args(["--exact", &test.filter, "--quiet"]).current_dir(&self.folder);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).process_group(0);
        command.env("ASYNCCONTEXT_TEST_SCALE", SCALE).env("RUST_BACKTRACE", "0");
        // Code that asks at each step whether it is mutated takes more of the stack.
        command.env("RUST_MIN_STACK", (16 << 20).to_string());
        // Freed memory is overwritten, so that a use after free reads invalid data.
        command.env("MALLOC_PERTURB_", "165");
        command.env_remove("ASYNCCONTEXT_MUTANT").env_remove("ASYNCCONTEXT_REACHED");
        match asked {
            Asked::Mutant(id) => command.env("ASYNCCONTEXT_MUTANT", id.to_string()),
            Asked::Record(file) => command.env("ASYNCCONTEXT_REACHED", file),
        };
        let failed = |error| Failure::File { path: test.executable.clone(), error };
        let mut child = command.spawn().map_err(failed)?;
        let pid = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
        let limit_to = |resource, bytes| {
            // An error means that the process has already ended.
            let _ = prlimit(pid, resource, Rlimit { current: Some(bytes), maximum: Some(bytes) });
        };
        limit_to(Resource::Core, 0);
        if self.manner != Manner::Sanitized {
            limit_to(Resource::Data, MEMORY);
        }
        let status = child.wait_timeout(limit).map_err(failed)?;
        // This includes its child processes.
        if let Some(pid) = pid {
            let _ = kill_process_group(pid, Signal::KILL);
        }
        let Some(status) = status else {
            child.wait().map_err(failed)?;
            return Ok(End::TimedOut);
        };
        Ok(match (status.code(), status.signal()) {
            (Some(0), _) => End::Passed,
            (Some(code), _) => End::Failed(code),
            (None, signal) => End::Crashed(signal.unwrap_or_default()),
        })
    }
}

enum Asked<'a> {
    Mutant(u32),
    Record(&'a Path),
}

/// The tests that read the sources, which have the switches of the mutants in the copy.
const OF_SOURCES: &str = "imports_point_down::";

/// Returns the names of an executable's tests that are not ignored.
fn names(executable: &Path) -> Result<Vec<String>, Failure> {
    let list = |more: &[&str]| -> io::Result<BTreeSet<String>> {
        let output = Command::new(executable).args(["--list", "--format", "terse"]).args(more).output()?;
        let lines = String::from_utf8_lossy(&output.stdout);
        Ok(lines.lines().filter_map(|line| line.strip_suffix(": test")).map(str::to_owned).collect())
    };
    let failed = |error| Failure::File { path: executable.to_owned(), error };
    let ignored = list(&["--ignored"]).map_err(failed)?;
    let of_sources = |name: &String| name.starts_with(OF_SOURCES);
    Ok(list(&[]).map_err(failed)?.difference(&ignored).filter(|name| !of_sources(name)).cloned().collect())
}
