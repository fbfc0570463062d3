//! The runner of test262, on small tests that are written into a folder and run there.

mod a_test_that_misbehaves_is_a_result;
mod compares_and_reports;
mod runs_every_kind_of_test;

use std::fs;
use std::path::Path;
use std::time::Duration;

use conformance::test262::results::Run;
use conformance::test262::suite::Suite;
use conformance::test262::{Options, run};

/// A folder of files that goes with the value.
struct Tests(tempfile::TempDir);

impl Tests {
    /// Files by their paths.
    fn new<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Tests {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        Tests(folder)
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    /// Runs all of them with the tool that was built with these tests.
    fn run(&self) -> Vec<Run> {
        self.run_with(&options())
    }

    fn run_with(&self, options: &Options) -> Vec<Run> {
        let suite = Suite::open(self.path(), None).unwrap();
        let tests = suite.select(&[]).unwrap();
        run(&suite, &tests, options, &mut |_| ())
    }
}

/// The tool, with time for a machine that does other things too.
fn options() -> Options {
    let mut options = Options::new(env!("CARGO_BIN_EXE_conformance"));
    options.time_limit = Duration::from_secs(60);
    options
}
