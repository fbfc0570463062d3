//! Instruction counts: runs the benchmark `hot_path` and parses its output.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io;
use std::path::PathBuf;
use std::process::{Command, ExitStatus, Stdio};

use serde_json::{Deserializer, Value};
use thiserror::Error;

/// The reason why there are no counts.
#[derive(Debug, Error)]
pub(crate) enum Failure {
    #[error("`cargo bench` cannot be started: {0}")]
    Start(#[source] io::Error),
    #[error(
        "the benchmark ended with {0}, see above; it needs valgrind and gungraun-runner, see benches/counts/README.md"
    )]
    Bench(ExitStatus),
    #[error("the benchmark printed unknown JSON: {0}")]
    Output(#[from] serde_json::Error),
    #[error("the benchmark printed a summary without `{0}`; another version of gungraun-runner may be installed")]
    Summary(&'static str),
}

/// Returns the folder for builds and measurements.
pub(crate) fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| [env!("CARGO_MANIFEST_DIR"), "../../target"].iter().collect(), PathBuf::from)
}

/// Returns the instructions of each benchmark, for all of its operations.
pub(crate) fn instructions() -> Result<BTreeMap<String, u64>, Failure> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let mut bench = Command::new(cargo);
    bench
        .args(["bench", "--quiet", "-p", "asynccontext-benches-hot-path", "--", "--output-format=json"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .stderr(Stdio::inherit());
    // The path where the gate installs the runner. Otherwise it is looked up on the PATH.
    let runner = target().join("tools/bin/gungraun-runner");
    if std::env::var_os("GUNGRAUN_RUNNER").is_none() && runner.is_file() {
        bench.env("GUNGRAUN_RUNNER", runner);
    }
    let output = bench.output().map_err(Failure::Start)?;
    if !output.status.success() {
        return Err(Failure::Bench(output.status));
    }
    Deserializer::from_slice(&output.stdout).into_iter::<Value>().map(|summary| count(&summary?)).collect()
}

fn count(summary: &Value) -> Result<(String, u64), Failure> {
    let name = summary["function_name"].as_str().ok_or(Failure::Summary("function_name"))?;
    let profile = summary["profiles"].get(0).ok_or(Failure::Summary("profiles"))?;
    let counted = &profile["data"]["total"]["metrics"]["Ir"]["values"];
    // The figure of the previous run follows, if there is one.
    let new = counted.get("new").or_else(|| counted["both"].get(0));
    Ok((name.to_owned(), new.and_then(Value::as_u64).ok_or(Failure::Summary("Ir"))?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn summary(values: &Value) -> Value {
        json!({ "function_name": "get", "profiles": [{ "data": { "total": { "metrics": { "Ir": { "values": values }}}}}]})
    }

    #[test]
    fn the_count_is_that_of_this_run() {
        let counted = |values| count(&summary(&values)).map_err(|failure| failure.to_string());
        assert_eq!(counted(json!({ "new": 7 })), Ok(("get".to_owned(), 7)));
        assert_eq!(counted(json!({ "both": [7, 8] })), Ok(("get".to_owned(), 7)));
        assert!(counted(json!({ "old": 8 })).unwrap_err().contains("`Ir`"));
        assert!(count(&json!({})).unwrap_err().to_string().contains("`function_name`"));
    }
}
