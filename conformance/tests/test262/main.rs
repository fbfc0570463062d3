//! The runner of test262, on small tests in a temporary folder.

mod a_test_that_misbehaves_is_a_result;
mod compares_and_reports;
mod runs_every_kind_of_test;

use std::fs;
use std::path::Path;
use std::time::Duration;

use conformance::test262::results::Run;
use conformance::test262::suite::Suite;
use conformance::test262::{Options, run};

/// A temporary folder of files, which is deleted when the value is dropped.
struct Tests(tempfile::TempDir);

impl Tests {
    /// Creates the files at these paths.
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

    /// Runs all tests with the tool of this package.
    fn run(&self) -> Vec<Run> {
        self.run_with(&options())
    }

    fn run_with(&self, options: &Options) -> Vec<Run> {
        let suite = Suite::open(self.path(), None).unwrap();
        let tests = suite.select(&[]).unwrap();
        run(&suite, &tests, options, &mut |_| ())
    }
}

/// Returns options with a generous time limit, for slow machines.
fn options() -> Options {
    let mut options = Options::new(env!("CARGO_BIN_EXE_conformance"));
    options.time_limit = Duration::from_secs(60);
    options
}
