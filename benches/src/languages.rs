//! The same operations in other languages, with each available runtime in a separate process.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde::{Deserialize, Serialize};

use crate::error::{Error, of_file};
use crate::samples::{quantile, read_json};

/// The file that keeps the figures for later reports.
pub(crate) const FILE: &str = "languages.json";

/// The executables that are looked up on the PATH, and their names in reports.
const LANGUAGES: [(&str, &str); 4] = [("node", "Node"), ("deno", "Deno"), ("bun", "Bun"), ("python3", "Python")];

/// A runtime. Without costs, it was not run.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Runtime {
    pub(crate) name: String,
    pub(crate) costs: BTreeMap<String, Cost>,
}

/// Nanoseconds.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Cost {
    pub(crate) median: f64,
    pub(crate) low: f64,
    pub(crate) high: f64,
}

/// The output of a script.
#[derive(Deserialize)]
struct Printed {
    name: String,
    rounds: BTreeMap<String, Vec<f64>>,
}

/// Measures each runtime on the PATH, and `more`. Writes the figures to `folder`.
pub(crate) fn measure(more: &[PathBuf], folder: &Path) -> Result<(), Error> {
    let on_path = LANGUAGES.map(|(program, name)| (PathBuf::from(program), name));
    let given = more.iter().map(|path| (path.clone(), path.to_str().unwrap_or("a runtime")));
    let runtimes: Vec<Runtime> = on_path.into_iter().chain(given).map(|(path, name)| run(&path, name)).collect();
    let path = folder.join(FILE);
    let text = serde_json::to_vec_pretty(&runtimes).map_err(|error| Error::Json { path: path.clone(), error })?;
    fs::write(&path, text).map_err(of_file(path))
}

/// Returns the figures of the last measurement. A language whose runtime is not on the PATH is left out if
/// another runtime of it was given.
pub(crate) fn read(folder: &Path) -> Result<Vec<Runtime>, Error> {
    let path = folder.join(FILE);
    let mut runtimes: Vec<Runtime> = if path.exists() { read_json(&path)? } else { Vec::new() };
    let run: Vec<String> = runtimes.iter().filter(|r| !r.costs.is_empty()).map(|r| r.name.clone()).collect();
    runtimes.retain(|r| !r.costs.is_empty() || !run.iter().any(|name| name.split(' ').next() == Some(&r.name)));
    Ok(runtimes)
}

/// Measures one runtime. If it does not start, fails or prints unexpected output, the reason is printed and
/// it counts as not run.
fn run(program: &Path, name: &str) -> Runtime {
    match start(program) {
        Ok(Printed { name, rounds }) => {
            let costs = rounds.into_iter().filter_map(|(operation, all)| Some((operation, cost(all)?)));
            Runtime { name, costs: costs.collect() }
        }
        Err(why) => {
            eprintln!("{name}: not run ({why})");
            Runtime { name: name.to_owned(), costs: BTreeMap::new() }
        }
    }
}

fn start(program: &Path) -> Result<Printed, String> {
    let kind = program.file_stem().and_then(|stem| stem.to_str()).unwrap_or("");
    let script = if kind.starts_with("python") { "context_variables.py" } else { "async_local_storage.mjs" };
    let mut command = Command::new(program);
    if kind.starts_with("deno") {
        command.arg("run");
    }
    command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("languages").join(script));
    let output = command.stdin(Stdio::null()).output().map_err(|error| error.to_string())?;
    if !output.status.success() {
        return Err(format!("{}: {}", output.status, String::from_utf8_lossy(&output.stderr).trim()));
    }
    serde_json::from_slice(&output.stdout).map_err(|error| format!("it prints no valid figures: {error}"))
}

fn cost(rounds: Vec<f64>) -> Option<Cost> {
    Some(Cost {
        median: quantile(rounds.clone(), 0.5)?,
        low: quantile(rounds.clone(), 0.25)?,
        high: quantile(rounds, 0.75)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_runtimes_are_not_run() {
        let runtime = run(Path::new("no-such-runtime"), "Nothing");
        assert_eq!((runtime.name.as_str(), runtime.costs.len()), ("Nothing", 0));
    }

    #[test]
    fn a_script_without_figures_counts_as_not_run() {
        assert!(start(Path::new("true")).is_err_and(|why| why.starts_with("it prints no valid figures")));
        assert!(start(Path::new("false")).is_err());
    }
}
