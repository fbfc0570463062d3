//! `conformance test262` on the command line: formats, exit codes, and the changes since an earlier run.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use crate::Tests;
use serde_json::Value;

fn tool(root: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_conformance"))
        .args(["test262", "--time-limit", "60", "--root"])
        .arg(root)
        .args(args)
        .output()
        .unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[track_caller]
fn exits(output: &Output, code: i32) {
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{}{errors}", out(output));
}

const PASS: &str = "/*---\nflags: [onlyStrict]\n---*/\nassert(true);";
const FAIL: &str = "/*---\nflags: [onlyStrict]\nfeatures: [one, two]\n---*/\n\nassert(false, '<why>');";

#[test]
fn the_table_has_a_line_per_folder_and_each_failure() {
    let tests = Tests::new([("a/b/c/pass.js", PASS), ("a/b/fail.js", FAIL), ("d.js", PASS)]);
    let output = tool(tests.path(), &[]);
    exits(&output, 1);
    let told = out(&output);
    let lines: Vec<_> = told.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    assert_eq!(lines[..3], [". 1 of 1 passed", "a/b 1 of 2 passed 1 fail", "all 2 of 3 passed 1 fail"], "{told}");
    for part in ["fail  a/b/fail.js (strict)", "<why>", "a/b/fail.js:6:7", "features: one, two"] {
        assert!(told.contains(part), "{part}\n{told}");
    }
    exits(&tool(tests.path(), &["--filter", "d.js"]), 0);
    exits(&tool(tests.path(), &["--filter", "a/b/c", "--bare", "--jobs", "1"]), 0);
}

#[test]
fn the_json_report_contains_every_run() {
    let tests = Tests::new([("a/pass.js", PASS), ("a/fail.js", FAIL), ("broken.js", "1;")]);
    let output = tool(tests.path(), &["--format", "json"]);
    exits(&output, 1);
    let report: Value = serde_json::from_str(&out(&output)).unwrap();
    assert_eq!((&report["runs"], &report["counts"]["pass"], &report["bare"]), (&3.into(), &1.into(), &false.into()));
    let fail = &report["results"][0];
    assert_eq!(
        (&fail["path"], &fail["mode"], &fail["outcome"]),
        (&"a/fail.js".into(), &"strict".into(), &"fail".into())
    );
    assert!(fail["reason"].as_str().unwrap().contains("<why>") && fail["milliseconds"].is_u64());
    assert_eq!(report["results"][2]["mode"], Value::Null);

    let output = tool(tests.path(), &["--format", "junit"]);
    exits(&output, 1);
    let told = out(&output);
    assert!(
        told.contains(r#"tests="3" skipped="0" failures="1" errors="1""#) && told.contains("&lt;why&gt;"),
        "{told}"
    );
}

#[test]
fn a_comparison_lists_better_worse_new_and_missing_runs() {
    let files =
        [("x/better.js", FAIL), ("x/gone.js", PASS), ("x/same.js", FAIL), ("x/worse.js", PASS), ("y/out.js", PASS)];
    let before = Tests::new(files);
    let earlier = before.path().join("earlier.json");
    fs::write(&earlier, &tool(before.path(), &["--format", "json"]).stdout).unwrap();
    let earlier = earlier.to_str().unwrap();

    let now = [("x/better.js", PASS), ("x/new.js", FAIL), ("x/same.js", FAIL), ("x/worse.js", FAIL)];
    let now = Tests::new(now);
    let output = tool(now.path(), &["--compare", earlier, "--filter", "x"]);
    exits(&output, 1);
    let told = out(&output);
    for part in [
        "1 worse\n       x/worse.js (strict)  pass, now fail",
        "1 better\n       x/better.js (strict)  fail, now pass",
        "1 appeared\n       x/new.js (strict)  fail",
        "1 vanished\n       x/gone.js (strict)  pass",
    ] {
        assert!(told.contains(part), "{part}\n{told}");
    }
    let output = tool(now.path(), &["--compare", earlier, "--filter", "x", "--format", "json"]);
    let report: Value = serde_json::from_str(&out(&output)).unwrap();
    assert_eq!(report["comparison"]["worse"][0]["path"], "x/worse.js");
    // No selected run got worse, although others fail.
    exits(&tool(now.path(), &["--compare", earlier, "--filter", "x/[bns]*"]), 0);
}

#[test]
fn a_failure_that_becomes_a_crash_is_worse() {
    let test = Tests::new([("a.js", FAIL)]);
    let earlier = test.path().join("earlier.json");
    fs::write(&earlier, &tool(test.path(), &["--format", "json"]).stdout).unwrap();
    fs::write(test.path().join("a.js"), "/*---\nflags: [onlyStrict, oops]\n---*/").unwrap();
    fs::write(
        test.path().join("b.js"),
        "/*---\nflags: [onlyStrict]\n---*/\nlet a = []; for (let i = 0; i < 300000; i++) a = [a]; JSON.stringify(a);",
    )
    .unwrap();
    let output = tool(test.path(), &["--compare", earlier.to_str().unwrap()]);
    exits(&output, 0); // both are other runs than before
    fs::write(test.path().join("a.js"), fs::read_to_string(test.path().join("b.js")).unwrap()).unwrap();
    let output = tool(test.path(), &["--compare", earlier.to_str().unwrap()]);
    exits(&output, 1);
    assert!(out(&output).contains("a.js (strict)  fail, now stack-overflow"), "{}", out(&output));
}

#[test]
fn invalid_usage_exits_with_2_and_a_suggestion() {
    let tests = Tests::new([("a.js", PASS), ("text.json", "{}"), ("none.json", "no")]);
    let text = tests.path().join("text.json");
    let none = tests.path().join("none.json");
    for (args, part) in [
        (&["--filter", "b"][..], "no test below"),
        (&["--filter", "["], "is not a glob"),
        (&["--compare", "/no/such/file"], "cannot be used for a comparison"),
        (&["--compare", text.to_str().unwrap()], "not a report of version 1"),
        (&["--compare", none.to_str().unwrap()], "it is not JSON"),
        (&["--harness", "/no/such/folder"], "is not a folder"),
        (&["--time-limit", "0"], "--time-limit"),
        (&["--memory-limit", "1"], "--memory-limit"),
        (&["--jobs", "0"], "--jobs"),
    ] {
        let output = tool(tests.path(), args);
        exits(&output, 2);
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(told.contains(part), "{part}\n{told}");
    }
    exits(&tool("/no/such/folder".as_ref(), &[]), 2);
}
