//! The exported web platform tests on Boa, with a small replacement for their harness.

use std::fs;

use conformance::suite::Suite;
use conformance::wpt::{self, RESOURCE};

use crate::command_line::{conformance, exits, stdout};

const HARNESS: &str = include_str!("../wpt/harness.js");

/// Runs a test file, and returns the lines that the harness prints.
fn run(text: &str) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("test.js");
    fs::write(&path, format!("{HARNESS}\n{RESOURCE}\n{text}\nreportAll();\n")).unwrap();
    let output = conformance(&["js", "--script", path.to_str().unwrap()]);
    exits(&output, 0);
    stdout(&output).lines().map(str::to_owned).collect()
}

#[test]
fn every_exported_test_passes() {
    let suite = Suite::embedded();
    let files = wpt::files(&suite);
    assert!(files.len() >= 55, "{} files", files.len());
    for file in &files {
        let lines = run(&file.text);
        let (_, id) = file.path.rsplit_once('/').unwrap();
        let entry = suite.cases.iter().find(|entry| format!("{}.any.js", entry.case.id) == id).unwrap();
        let observations: usize = entry.base.strands.values().map(Vec::len).sum();
        assert_eq!(lines.len(), observations + 1, "{}: a subtest per observation, and one for others", file.path);
        assert!(lines.iter().all(|line| line.starts_with("PASS ")), "{}\n{}", file.path, lines.join("\n"));
    }
}

#[test]
fn a_wrong_observation_fails_its_subtest_alone() {
    let file = wpt::files(&Suite::embedded()).into_iter().find(|file| file.text.contains("\"main\": [\"none\"]"));
    let text = file.unwrap().text.replace("\"main\": [\"none\"]", "\"main\": [\"wrong\"]");
    let failed: Vec<String> = run(&text).into_iter().filter(|line| line.starts_with("FAIL ")).collect();
    assert_eq!(failed.len(), 1, "{failed:?}");
    assert!(failed[0].contains("main, observation 1") && failed[0].contains("none instead of wrong"), "{failed:?}");
}
