//! Runs of the tests on the mutants, with the tool's runner.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use conformance::test262::compare::Earlier;
use conformance::test262::results::Run;

use crate::Failure;
use crate::schemata::VARIABLE;

/// The time limit of one run in seconds. A mutant may run forever.
const TIME_LIMIT: &str = "5";

/// Returns the tests below `tests` that fail in any mode, among the named tests or all.
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
        // Other runs use the other processors.
        Some(name) => command.env(VARIABLE, name).args(["--jobs", "1"]),
        None => command.env_remove(VARIABLE),
    };
    let output = command.output().map_err(|error| Failure::File { path: runner.to_owned(), error })?;
    let unreadable = |_| Failure::Runner(String::from_utf8_lossy(&output.stderr).trim().to_owned());
    let report = Earlier::read(&String::from_utf8_lossy(&output.stdout)).map_err(unreadable)?;
    let name = |run: &Run| run.path.strip_suffix(".js").unwrap_or(&run.path).to_owned();
    let run: BTreeSet<String> = report.runs().iter().map(name).collect();
    match files.iter().find(|file| !run.contains(**file)) {
        Some(file) => Err(Failure::Runner(format!("there is no {file}.js"))),
        None => Ok(report.runs().iter().filter(|run| !run.passed()).map(name).collect()),
    }
}
