//! The tests on the mutants, by the tool's own runner.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use conformance::mutations::schemata::VARIABLE;

use crate::Failure;

/// Seconds for one run. A mutant may well run for ever.
const TIME_LIMIT: &str = "5";

/// The tests that fail in any mode, of those below `tests` that are named, or of all.
pub(crate) fn failing(
    runner: &Path,
    tests: &Path,
    mutation: Option<&str>,
    files: &[&str],
) -> Result<BTreeSet<String>, Failure> {
    let mut command = Command::new(runner);
    command.args(["test262", "--format", "json", "--time-limit", TIME_LIMIT, "--root"]).arg(tests);
    for file in files {
        command.args(["--filter", &format!("{file}.js")]);
    }
    match mutation {
        // Others run beside this.
        Some(name) => command.env(VARIABLE, name).args(["--jobs", "1"]),
        None => command.env_remove(VARIABLE),
    };
    let output = command.output().map_err(|error| Failure::File { path: runner.to_owned(), error })?;
    let unreadable = || Failure::Runner(String::from_utf8_lossy(&output.stderr).trim().to_owned());
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).map_err(|_| unreadable())?;
    let results = report["results"].as_array().ok_or_else(unreadable)?;
    let mut run = BTreeSet::new();
    let mut failing = BTreeSet::new();
    for result in results {
        let name = result["path"].as_str().and_then(|path| path.strip_suffix(".js")).ok_or_else(unreadable)?;
        run.insert(name);
        if result["outcome"] != "pass" {
            failing.insert(name.to_owned());
        }
    }
    match files.iter().find(|file| !run.contains(**file)) {
        Some(file) => Err(Failure::Runner(format!("there is no {file}.js"))),
        None => Ok(failing),
    }
}
