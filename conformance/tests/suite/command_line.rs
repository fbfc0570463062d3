//! The command line: exit codes, formats, and messages for invalid input.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

const EMBEDDED: [&str; 6] = ["--target", "model", "--target", "rust", "--target", "rust-tokio"];

pub(crate) fn conformance(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_conformance"))
        .args(args)
        // Runtimes that the user has installed must not change what the tests see.
        .env("CONFORMANCE_CACHE", "/no-such-folder")
        .stdin(Stdio::null())
        .output()
        .expect("the tool was built with this test")
}

/// A file in a temporary folder, which is deleted when the value is dropped.
pub(crate) struct Program {
    path: PathBuf,
    _folder: tempfile::TempDir,
}

impl Program {
    pub(crate) fn new(name: &str, text: &str) -> Program {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        Program { path, _folder: folder }
    }

    pub(crate) fn path(&self) -> &str {
        self.path.to_str().unwrap()
    }
}

pub(crate) fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[track_caller]
pub(crate) fn exits(output: &Output, code: i32) {
    assert_eq!(output.status.code(), Some(code), "{}{}", stdout(output), stderr(output));
}

const RIGHT: &str = "litmus 1
case right { program { var v; run v a { get v }; get v }; expect { main a none } }
";
const WRONG: &str = "litmus 1
case wrong {
    program {
        var v
        run v a { get v }
    }
    expect { main b }
}
";

#[test]
fn a_conforming_program_exits_with_0_and_a_wrong_one_with_1() {
    let (right, wrong) = (Program::new("right.kdl", RIGHT), Program::new("wrong.kdl", WRONG));
    exits(&conformance(&[&["run"], &EMBEDDED[..], &[right.path()]].concat()), 0);
    let output = conformance(&[&["run"], &EMBEDDED[..], &[wrong.path()]].concat());
    exits(&output, 1);
    assert!(stdout(&output).contains("wrong.kdl:5  get v  you expect b, the model gives a"), "{}", stdout(&output));
}

#[test]
fn an_invalid_file_exits_with_2_and_the_others_still_run() {
    let bad = Program::new("bad.kdl", "litmus 1\ncase bad { program { var v; gte v } }\n");
    let right = Program::new("right.kdl", RIGHT);
    let output = conformance(&["run", "--target", "model", bad.path(), right.path()]);
    exits(&output, 2);
    let told = stderr(&output);
    assert!(told.contains("bad.kdl:2:29") && told.contains("did you mean `get`?"), "{told}");
    let text = stdout(&output).replace('\n', " ");
    assert!(text.contains("fail. 1 error in the files kept cases from running; model conforms"), "{text}");
}

#[test]
fn errors_are_reported_with_their_place() {
    for (text, place, told) in [
        ("case c { program { get v; var v } }", ":2:24", "`v`"),
        ("case c { clause sec-nope; program { var v } }", ":2:17", "sec-nope"),
        ("case c { program { deferred d; await d } }", ":2:32", "never ends"),
        ("case c { program { throw x } }", ":2:20", "`x`"),
        ("case c { program { var v", ":2:", ""),
    ] {
        let file = Program::new("bad.kdl", &format!("litmus 1\n{text}\n"));
        let output = conformance(&["run", "--target", "model", file.path()]);
        exits(&output, 2);
        let text = stderr(&output);
        assert!(text.contains(&format!("bad.kdl{place}")) && text.contains(told), "{text}\n{text}");
    }
    let output = conformance(&["run", "--target", "model", "no-such-file.kdl"]);
    exits(&output, 2);
    assert!(stderr(&output).contains("no-such-file.kdl"));
}

#[test]
fn invalid_usage_exits_with_2() {
    for args in [
        &["run", "--target", "nodejs"][..],
        &["run", "--case", "no-such-case"],
        &["run", "--case", "["],
        &["run", "--format", "xml"],
        &["explain", "no-such-case"],
        &["search", "--without", "nothing"],
        &["frobnicate"],
    ] {
        exits(&conformance(args), 2);
    }
}

#[test]
fn a_missing_runtime_is_named_and_counts_as_not_run() {
    let right = Program::new("right.kdl", RIGHT);
    let output = conformance(&["run", "--node", "no-such-node", right.path()]);
    exits(&output, 0);
    let text = stdout(&output);
    assert!(text.contains("node          not run: `no-such-node`"), "{text}");
    let output = conformance(&["run", "--node", "no-such-node", "--target", "node-ac", right.path()]);
    exits(&output, 2);
    assert!(stderr(&output).contains("no-such-node"));
}

#[test]
fn the_json_report_agrees_with_the_table() {
    let wrong = Program::new("wrong.kdl", WRONG);
    let output = conformance(&["run", "--format", "json", "--target", "rust", wrong.path()]);
    exits(&output, 1);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["passes"], false);
    let case = &report["cases"][0];
    assert_eq!(case["draft_from"], "model");
    assert_eq!(case["draft"]["main"][0][0], "a");
    assert_eq!(case["disputed"]["main"][0][0], "b");
    assert_eq!(case["results"]["rust"]["verdict"], "conforms");
    assert_eq!(case["results"]["rust"]["strands"]["main"][0][0], "a");
}

#[test]
fn the_junit_report_counts_a_wrong_expectation_as_a_failure() {
    let wrong = Program::new("wrong.kdl", WRONG);
    let output = conformance(&["run", "--format", "junit", "--target", "model", wrong.path()]);
    exits(&output, 1);
    assert!(stdout(&output).contains(r#"failures="1""#), "{}", stdout(&output));
}

#[test]
fn a_program_may_be_standard_input_or_json() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_conformance"))
        .args(["run", "--target", "model", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(WRONG.as_bytes()).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(1));

    let right = Program::new("right.kdl", RIGHT);
    let exported = conformance(&["export", right.path()]);
    exits(&exported, 0);
    let json = Program::new("right.json", &stdout(&exported));
    exits(&conformance(&["run", "--target", "model", json.path()]), 0);
}

#[test]
fn a_case_without_an_outcome_is_compared_with_the_model() {
    let file = Program::new("open.kdl", "litmus 1\ncase open { program { var v; run v a { get v } } }\n");
    let output = conformance(&[&["run"], &EMBEDDED[..], &[file.path()]].concat());
    exits(&output, 0);
    let text = stdout(&output).replace('\n', " ");
    assert!(text.contains("1 case states no outcome and is compared with the model's"), "{text}");
}

#[test]
fn a_later_version_and_an_experiment_are_not_supported() {
    let later = Program::new("later.kdl", "litmus 2\ncase later { program { whatever x } }\n");
    let output = conformance(&["run", "--all", "--target", "model", later.path()]);
    exits(&output, 0);
    assert!(stdout(&output).contains("version 2"), "{}", stdout(&output));
    let experiment = Program::new("x.kdl", "litmus 1\ncase x { program { x-thing a }; expect {} }\n");
    let output = conformance(&["run", "--all", "--target", "model", experiment.path()]);
    exits(&output, 0);
    assert!(stdout(&output).contains("x-thing"), "{}", stdout(&output));
}

#[test]
fn explain_prints_program_javascript_values_and_clause() {
    let output = conformance(&[&["explain", "then-captures-at-registration"], &EMBEDDED[..]].concat());
    exits(&output, 0);
    let told = stdout(&output);
    for part in ["sec-performpromisethen", "then d q", "d.promise.then(", "strand q", "rust-tokio"] {
        assert!(told.contains(part), "{part}\n{told}");
    }
}

#[test]
fn a_case_of_the_suite_has_a_link_to_a_playground() {
    let (case, address) = ("then-captures-at-registration", "https://example.org/play/");
    let explained = conformance(&["explain", case, "--target", "model", "--playground", address]);
    exits(&explained, 0);
    assert!(
        stdout(&explained).ends_with(&format!("\nplayground\n  {address}#case={case}\n")),
        "{}",
        stdout(&explained)
    );
    let without = conformance(&["explain", case, "--target", "model"]);
    assert!(!stdout(&without).contains("playground"), "{}", stdout(&without));

    let own = Program::new("right.kdl", RIGHT);
    let explained = conformance(&["explain", "right", own.path(), "--target", "model", "--playground", address]);
    assert!(!stdout(&explained).contains("playground"), "a playground has the suite's cases only");
    let page = |rest: &[&str]| {
        let page = conformance(&[&["run", "--target", "model", "--format", "html"], rest].concat());
        exits(&page, 0);
        stdout(&page)
    };
    let link = |page: &str| page.contains(&format!(r#""playground":"{address}""#));
    assert!(link(&page(&["--case", case, "--playground", address])));
    assert!(!link(&page(&["--playground", address, own.path()])));
}

#[test]
fn a_search_finds_no_difference_in_the_core() {
    let output = conformance(&["search", "--count", "40", "--target", "rust"]);
    exits(&output, 0);
    assert!(stdout(&output).contains("no difference"), "{}", stdout(&output));
}

#[test]
fn a_search_emits_its_programs_with_the_drafts_outcome() {
    let listed = conformance(&["search", "--programs", "30", "--seed", "3", "--emit", "-"]);
    exits(&listed, 0);
    assert!(stderr(&listed).starts_with("30 programs with the features gen "), "{}", stderr(&listed));
    let programs: Vec<Value> = serde_json::from_str(&stdout(&listed)).unwrap();
    assert_eq!(programs.len(), 30);
    assert!(programs.iter().all(|program| program["expect"][0]["strands"].is_object()));

    // The tool reads the list, and its own targets agree with what it states.
    let file = Program::new("programs.json", &stdout(&listed));
    exits(&conformance(&["check", file.path()]), 0);
    exits(&conformance(&["run", file.path(), "--target", "model,boa"]), 0);
    let answers: Vec<Value> = programs
        .iter()
        .map(|program| {
            let mut strands = program["expect"][0]["strands"].clone();
            for seen in strands.as_object_mut().unwrap().values_mut().flat_map(|seen| seen.as_array_mut().unwrap()) {
                *seen = Value::Array(vec![seen.clone()]);
            }
            serde_json::json!({ "id": program["id"], "strands": strands })
        })
        .collect();
    let answers = Program::new("answers.json", &Value::Array(answers).to_string());
    exits(&conformance(&["run", file.path(), "--answers", answers.path(), "--strict"]), 0);

    let folder = tempfile::tempdir().unwrap();
    let inside = folder.path().join("new");
    let path = inside.to_str().unwrap();
    exits(&conformance(&["search", "--programs", "2", "--seed", "3", "--emit", path, "--target", "rust"]), 0);
    let mut names: Vec<_> = std::fs::read_dir(&inside).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, ["random-3-0.json", "random-3-1.json"]);
    exits(&conformance(&["run", inside.join(&names[0]).to_str().unwrap(), "--target", "model,rust"]), 0);

    let none = conformance(&["search", "--programs", "0", "--emit", "-"]);
    exits(&none, 0);
    assert_eq!(stdout(&none), "[]\n");
    let file = conformance(&["search", "--programs", "1", "--emit", answers.path()]);
    exits(&file, 2);
    assert!(stderr(&file).contains("cannot be written"), "{}", stderr(&file));
}

#[test]
fn a_program_of_ten_thousand_strands_has_a_result() {
    let strands: String = (0..5000)
        .map(|n| format!("run v x{n} {{ task t{n} {{ await tick; get v }}; timer m{n} {{ get v }} }}\n"))
        .collect();
    let many = Program::new("many.kdl", &format!("litmus 1\ncase many {{ program {{\nvar v\n{strands}}} }}\n"));
    let output = conformance(&["run", "--target", "model,rust", "--format", "json", many.path()]);
    exits(&output, 0);
    let report: Value = serde_json::from_str(&stdout(&output)).unwrap();
    for target in ["model", "rust"] {
        let strands = &report["cases"][0]["results"][target]["strands"];
        for strand in ["m4999", "t4999"] {
            assert_eq!(strands[strand], serde_json::json!([["x4999"]]), "{strand} on {target}");
        }
    }

    // One that never ends is an error that names the strand which waits.
    let waits: String = (0..10_000).map(|n| format!("task t{n} {{ await d }}\n")).collect();
    let many = Program::new("many.kdl", &format!("litmus 1\ncase many {{ program {{\ndeferred d\n{waits}}} }}\n"));
    let output = conformance(&["run", "--target", "model", many.path()]);
    exits(&output, 2);
    assert!(stderr(&output).contains("never ends"), "{}", stderr(&output));
    assert!(stderr(&output).len() < 4000, "the message lists each of them: {} bytes", stderr(&output).len());
}
