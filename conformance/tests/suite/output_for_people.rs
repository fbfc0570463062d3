//! What people read: one screen, counts with their nouns, suggestions, and the reasons of deviations.

use serde_json::Value;

use crate::command_line::{Program, conformance, exits, stderr, stdout};

/// Targets without a runtime, so that the reports are the same on every machine.
const EMBEDDED: [&str; 6] = ["--target", "model", "--target", "rust", "--target", "boa-als"];

const WRONG: &str = "litmus 1
case wrong {
    program {
        var v
        run v a { get v }
    }
    expect { main b }
}
";

/// A program on which `boa-als` deviates for a known reason that the case does not list.
const LEAK: &str = "litmus 1
case leak {
    program {
        var v
        task t { enter-with v a; get v }
        get v
        await t
    }
}
";

#[track_caller]
fn fits(text: &str) {
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines.len() <= 60, "{} lines\n{text}", lines.len());
    for line in lines {
        assert!(line.chars().count() <= 80, "{} columns: {line}", line.chars().count());
    }
}

#[test]
fn the_suite_fits_on_one_screen() {
    let output = conformance(&[&["run"], &EMBEDDED[..]].concat());
    exits(&output, 0);
    let text = stdout(&output);
    fits(&text);
    for part in ["Verdict: pass", "Next", "conformance explain", "boa-als", "A target is"] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    assert!(text.trim_end().lines().rev().take(6).any(|line| line.starts_with("Next")), "{text}");
}

#[test]
fn without_a_command_the_targets_in_the_tool_run() {
    let output = conformance(&["--case", "then-chain", "--format", "json"]);
    exits(&output, 0);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let ran: Vec<&str> = report["cases"][0]["results"].as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(ran, conformance::targets::EMBEDDED);
}

#[test]
fn options_without_a_command_are_those_of_run() {
    let [short, long] = [&["--target", "model"][..], &["run", "--target", "model"]].map(conformance);
    exits(&short, 0);
    assert_eq!(stdout(&short), stdout(&long));
}

#[test]
fn all_cases_are_printed_on_request() {
    let output = conformance(&["--all", "--target", "model", "--case", "then-*"]);
    exits(&output, 0);
    let text = stdout(&output);
    assert!(text.contains("\nthen-captures-at-registration ") && text.contains("10 cases"), "{text}");
}

#[test]
fn an_expectation_that_the_model_does_not_share_is_named() {
    let wrong = Program::new("wrong.kdl", WRONG);
    for args in [&["run", wrong.path()][..], &["run", "--all", wrong.path()], &["explain", "wrong", wrong.path()]] {
        let output = conformance(&[args, &["--target", "model"]].concat());
        exits(&output, 1);
        let text = stdout(&output);
        assert!(text.contains("wrong.kdl:5  get v  you expect b, the model gives a"), "{text}");
    }
}

#[test]
fn a_program_that_cannot_be_read_gives_its_error_alone() {
    let bad = Program::new("bad.kdl", "litmus 1\ncase bad { program { gte v } }\n");
    let output = conformance(&["run", "--target", "model", bad.path()]);
    exits(&output, 2);
    assert_eq!(stdout(&output), "");
    assert!(stderr(&output).contains("did you mean `get`?"), "{}", stderr(&output));
}

#[test]
fn the_known_reason_of_a_users_deviation_is_named() {
    let leak = Program::new("leak.kdl", LEAK);
    for args in [&["run", leak.path()][..], &["run", "--all", leak.path()], &["explain", "leak", leak.path()]] {
        let output = conformance(&[args, &["--target", "boa-als"]].concat());
        exits(&output, 0);
        let text = stdout(&output);
        assert!(text.contains("enterWith in an async function binds for its caller"), "{text}");
    }
    let output = conformance(&["run", "--strict", "--format", "json", "--target", "boa-als", leak.path()]);
    exits(&output, 0);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let result = &report["cases"][0]["results"]["boa-als"];
    assert_eq!(result["verdict"], "known_deviation");
    assert_eq!(result["cause"][0], "als-enter-prefix");
}

#[test]
fn misspelt_words_get_a_suggestion_and_the_list() {
    for (args, parts) in [
        (&["rnu"][..], &["did you mean `run`?", "search"][..]),
        (&["EXPLIAN"], &["did you mean `explain`?"]),
        (&["run", "--target", "Rust-Tokyo"], &["did you mean `rust-tokio`?", "boa-als"]),
        (&["run", "--case", "then-captures-at-registraton"], &["did you mean `then-captures-at-registration`?"]),
        (&["explain", "THEN-CAPTURES-AT-REGISTRATION"], &["did you mean `then-captures-at-registration`?"]),
        (&["explain", "generator"], &["similar cases: ", "conformance list"]),
        (&["search", "--without", "Agn"], &["did you mean `agen`?"]),
        (&["list", "--about", "promse"], &["did you mean `promise`?", "generator"]),
        (&["list", "--case", "no-such-*"], &["no case matches"]),
    ] {
        let output = conformance(args);
        exits(&output, 2);
        parts.iter().for_each(|part| assert!(stderr(&output).contains(part), "{part}\n{}", stderr(&output)));
    }
    let profile = Program::new("p.kdl", "litmus 1\ncase c { program { var v; get v }; expect Node-ACF { main a } }\n");
    let output = conformance(&["run", "--target", "model", profile.path()]);
    exits(&output, 2);
    assert!(stderr(&output).contains("node-acf"), "{}", stderr(&output));
}

#[test]
fn a_command_may_have_capital_letters() {
    exits(&conformance(&["LIST", "--case", "then-*", "--format", "JSON"]), 0);
}

#[test]
fn counts_agree_with_their_nouns() {
    let one = conformance(&["run", "--target", "model", "--case", "then-captures-at-registration"]);
    assert!(stdout(&one).starts_with("1 case on 1 target."), "{}", stdout(&one));
    let two = conformance(&["run", "--target", "model", "--target", "rust", "--case", "then-*"]);
    let text = stdout(&two);
    assert!(text.contains("cases on 2 targets."), "{text}");
}

#[test]
fn the_markdown_report_names_targets_and_reasons() {
    let output = conformance(&["run", "--format", "markdown", "--target", "boa-als", "--target", "model"]);
    exits(&output, 0);
    let text = stdout(&output);
    for part in ["## AsyncContext conformance: pass", "| boa-als | Boa", "enterWith in an async function"] {
        assert!(text.contains(part), "{part}\n{text}");
    }
}

#[test]
fn the_wptreport_has_a_test_for_each_case_of_one_target() {
    let output = conformance(&["run", "--format", "wptreport", "--target", "boa-als", "--case", "*-async-*"]);
    exits(&output, 0);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["run_info"]["product"], "boa-als");
    assert_eq!(report["run_info"]["revision"].as_str().unwrap().len(), 40);
    for result in report["results"].as_array().unwrap() {
        let statuses = ["OK", "ERROR", "TIMEOUT", "PRECONDITION_FAILED"];
        assert!(statuses.contains(&result["status"].as_str().unwrap()), "{result}");
        for subtest in result["subtests"].as_array().unwrap() {
            assert!(["PASS", "FAIL"].contains(&subtest["status"].as_str().unwrap()), "{subtest}");
        }
    }
    let two = conformance(&["run", "--format", "wptreport", "--target", "model", "--target", "rust"]);
    exits(&two, 2);
    assert!(stderr(&two).contains("one target"), "{}", stderr(&two));
}

#[test]
fn compare_tells_better_from_worse() {
    let result = |args: &[&str]| {
        let output = conformance(&[&["run", "--format", "json", "--target", "boa-als"], args].concat());
        Program::new("result.json", &stdout(&output))
    };
    let conforming = "litmus 1\ncase leak { program { var v; task t { run v a { get v } }; get v; await t } }\n";
    let (leak, fixed) = (Program::new("leak.kdl", LEAK), Program::new("fixed.kdl", conforming));
    let (old, new) = (result(&[leak.path()]), result(&[fixed.path()]));
    let better = conformance(&["compare", old.path(), new.path()]);
    exits(&better, 0);
    assert!(
        stdout(&better).contains("better  leak on boa-als: was known deviation, is conforms"),
        "{}",
        stdout(&better)
    );
    let worse = conformance(&["compare", new.path(), old.path(), "--format", "json"]);
    exits(&worse, 1);
    let report: Value = serde_json::from_slice(&worse.stdout).unwrap();
    assert_eq!(report["changes"][0]["kind"], "worse");
    let equal = conformance(&["compare", old.path(), old.path()]);
    exits(&equal, 0);
    assert!(stdout(&equal).contains("0 worse, 0 better"), "{}", stdout(&equal));
}

#[test]
fn compare_rejects_what_is_no_result() {
    let good = Program::new("good.json", r#"{ "report": 2, "targets": [], "cases": [] }"#);
    for (text, told) in [
        ("", "invalid JSON"),
        ("{}", "no `report`"),
        (r#"{ "report": 99, "targets": [], "cases": [] }"#, "version 99"),
        (r#"{ "report": 2, "targets": [], "cases": [{ "id": 7 }] }"#, "no `report` and `cases`"),
    ] {
        let bad = Program::new("bad.json", text);
        let output = conformance(&["compare", good.path(), bad.path()]);
        exits(&output, 2);
        assert!(stderr(&output).contains(told) && stderr(&output).contains("bad.json"), "{}", stderr(&output));
    }
    exits(&conformance(&["compare", good.path(), "no-such-file.json"]), 2);
}

#[test]
fn spec_prints_the_coverage_of_each_clause() {
    let output = conformance(&["spec"]);
    exits(&output, 0);
    let text = stdout(&output);
    assert!(text.contains("sec-performpromisethen") && text.contains(", 0 without either"), "{text}");
    let output = conformance(&["spec", "--format", "json"]);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(report["clauses"].as_array().unwrap().iter().any(|clause| !clause["cases"].as_array().unwrap().is_empty()));
}

#[test]
fn a_report_is_written_to_a_file_as_a_whole() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("report.html");
    let name = path.to_str().unwrap();
    let args = ["run", "--target", "model", "--case", "then-*", "--format", "html", "--output", name];
    let output = conformance(&args);
    exits(&output, 0);
    assert_eq!(stdout(&output), "");
    let page = std::fs::read_to_string(&path).unwrap();
    assert!(page.starts_with("<!doctype html>") && page.trim_end().ends_with("</html>"));
    let nowhere = folder.path().join("no-such-folder/report.html");
    let output = conformance(&["run", "--target", "model", "--case", "then-*", "--output", nowhere.to_str().unwrap()]);
    exits(&output, 2);
    assert!(stderr(&output).contains("cannot be written"), "{}", stderr(&output));
}

#[test]
fn the_page_needs_nothing_but_its_file() {
    let hostile = Program::new("hostile.kdl", include_str!("../page/hostile.kdl"));
    let output = conformance(&["run", "--target", "model", "--format", "html", hostile.path()]);
    exits(&output, 1);
    let page = stdout(&output);
    for part in ["src=\"", "@import", "url(", "<link rel=\"stylesheet"] {
        assert!(!page.contains(part), "{part}");
    }
    let (_, data) = page.split_once("id=\"data\">").unwrap();
    let (data, rest) = data.split_once("</script>").unwrap();
    let data: Value = serde_json::from_str(data).unwrap();
    assert!(data["cases"][0]["title"].as_str().unwrap().starts_with("</script>"));
    assert_eq!(rest.matches("</script>").count(), 1, "the text of the program ends no script");
    assert!(!data["cases"][0]["steps"].as_array().unwrap().is_empty());
}
