//! Implementations of the user's own: shells, commands that answer in JSON, recorded answers, known deviations.
#![cfg(unix)]

use std::fs;
use std::path::Path;
use std::time::Duration;

use conformance::program::ast::Case;
use conformance::program::parse::parse;
use conformance::suite::Suite;
use conformance::targets::external::{CommandTarget, Deviations, NoShell, Recorded, Shell, answers, python};
use conformance::targets::js::runnable;
use conformance::targets::{Run, Target, attempt};

const LATE: Duration = Duration::from_secs(60);

fn cases(words: &[&str]) -> Vec<Case> {
    let cases: String =
        words.iter().map(|word| format!("case {word} {{\n title t\n program {{ log {word} }}\n}}\n")).collect();
    let (file, mistakes) = parse(&format!("litmus 1\n{cases}"));
    assert!(mistakes.is_empty(), "{mistakes:?}");
    file.cases
}

fn run(target: &dyn Target, cases: &[Case]) -> Vec<Run> {
    let mut runs = vec![None; cases.len()];
    attempt(target, &cases.iter().collect::<Vec<_>>(), &mut |i, run| {
        assert!(runs[i].replace(run).is_none(), "{i} was reported twice");
    });
    runs.into_iter().map(|run| run.expect("every case is reported")).collect()
}

fn failure(run: &Run) -> &str {
    let Run::Failed(why) = run else { panic!("{run:?}") };
    why
}

fn answered(run: &Run) -> bool {
    matches!(run, Run::Outcome(outcome) if outcome.strands.is_empty())
}

/// A command that answers each case with an empty outcome, unless its id is a word for another behavior.
const COMMAND: &str = r#"
while read -r line; do
    id=${line#*\"id\":\"}; id=${id%%\"*}
    case $id in
        crash) echo a reason >&2; exit 3 ;;
        garbage) echo hello ;;
        half) printf '{"id":"half","stra'; exit 0 ;;
        other) echo '{"id":"another","strands":{}}' ;;
        wrong) echo '{"id":"wrong","strands":{"main":[1]}}' ;;
        lacks) echo '{"id":"lacks","unsupported":"there is none"}' ;;
        fails) echo '{"id":"fails","failed":"it broke"}' ;;
        hang) sleep 100 ;;
        *) echo "{\"id\":\"$id\",\"strands\":{}}" ;;
    esac
done
"#;

fn command(folder: &Path, limit: Duration) -> CommandTarget {
    let script = folder.join("mine.sh");
    fs::write(&script, COMMAND).unwrap();
    CommandTarget::new("mine", &format!("sh '{}'", script.display()), None).unwrap().answer_within(limit)
}

#[test]
fn a_command_that_misbehaves_fails_that_case_alone() {
    let folder = tempfile::tempdir().unwrap();
    let words = ["a", "crash", "garbage", "b", "half", "other", "wrong", "lacks", "fails", "c"];
    let runs = run(&command(folder.path(), LATE), &cases(&words));
    assert_eq!(failure(&runs[1]), "exit status: 3; standard error: a reason");
    assert!(failure(&runs[2]).starts_with("unreadable answer: invalid JSON"), "{runs:?}");
    assert!(failure(&runs[4]).starts_with("unreadable answer: invalid JSON"), "{runs:?}");
    assert_eq!(failure(&runs[5]), "unreadable answer: an answer to `another` instead of `other`");
    let wrong = "unreadable answer: /strands/main/0: expected an observation, found a number:";
    assert!(failure(&runs[6]).starts_with(wrong), "{runs:?}");
    assert_eq!(runs[7], Run::Unsupported("there is none".to_owned()));
    assert_eq!(failure(&runs[8]), "it broke");
    assert!([0, 3, 9].iter().all(|i| answered(&runs[*i])), "{runs:?}");
}

#[test]
fn a_command_that_hangs_ends_at_the_limit() {
    let folder = tempfile::tempdir().unwrap();
    let runs = run(&command(folder.path(), Duration::from_secs(2)), &cases(&["a", "hang", "b"]));
    assert_eq!(failure(&runs[1]), "hang after 2 s");
    assert!(answered(&runs[0]) && answered(&runs[2]), "{runs:?}");
}

#[test]
fn a_command_line_without_a_command_is_refused() {
    for line in ["", "  ", "mine 'unclosed"] {
        let error = CommandTarget::new("mine", line, None).unwrap_err();
        assert!(error.to_string().contains("is not a command line"), "{error}");
    }
    let missing = CommandTarget::new("mine", "no-such-command", None).unwrap();
    assert!(failure(&run(&missing, &cases(&["a"]))[0]).starts_with("no-such-command cannot be started"));
}

#[test]
fn what_does_not_run_javascript_is_no_shell() {
    for (line, why) in [
        ("no-such-shell", "does not run a JavaScript file"),
        ("true", "it printed \"\""),
        ("echo hello", "it printed \"hello"),
        ("sh -c 'exit 7'", "exit status: 7"),
    ] {
        let error = Shell::new("mine", line, None).unwrap_err();
        assert!(matches!(error, NoShell::NoAnswer { .. }), "{error:?}");
        assert!(error.to_string().contains(why), "{error}");
    }
    let without = r#"sh -c 'echo "litmus-probe:{\"native\":false,\"hooks\":false}"'"#;
    assert!(matches!(Shell::new("mine", without, None), Err(NoShell::NoApi(_))));
}

#[test]
fn node_as_a_shell_gives_the_draft_outcome() {
    let shell = match Shell::new("mine", "node", None) {
        Ok(shell) => shell,
        Err(why) => return println!("not run: {why}"),
    };
    let suite = Suite::embedded();
    let ids = ["then-captures-at-registration", "timer-captures-when-set", "sibling-tasks"];
    let entries: Vec<_> = suite.cases.iter().filter(|entry| ids.contains(&&*entry.case.id)).collect();
    assert_eq!(entries.len(), ids.len());
    let cases: Vec<Case> = entries.iter().map(|entry| entry.case.clone()).collect();
    let targets: Vec<_> = shell.targets().collect();
    assert!(targets.iter().any(|target| target.name() == "mine:ac-als"));
    for target in targets {
        for (run, entry) in run(&target, &cases).iter().zip(&entries) {
            let Run::Outcome(outcome) = run else { panic!("{}: {run:?}", target.name()) };
            assert!(outcome.agrees_with(&entry.base), "{} on {}: {outcome}", entry.case.id, target.name());
        }
    }
}

#[test]
fn exported_javascript_runs_by_itself() {
    let suite = Suite::embedded();
    let entry = |id: &str| suite.cases.iter().find(|entry| &*entry.case.id == id).unwrap();
    let (right, wrong) = (entry("then-captures-at-registration"), entry("generator-keeps-its-creation"));
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("cases.js");
    fs::write(&file, runnable(&[(&right.case, &right.base), (&wrong.case, &wrong.base)])).unwrap();
    let output = match std::process::Command::new("node").arg(&file).output() {
        Ok(output) => output,
        Err(why) => return println!("not run: node: {why}"),
    };
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("as the draft requires: then-captures-at-registration"), "{text}");
    assert!(text.contains("not as the draft requires: generator-keeps-its-creation"), "{text}");
    assert!(text.contains("1 of 2 not as the draft requires"), "{text}");
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn recorded_answers_are_a_target() {
    let (answers, mistakes) = answers::read("{\"id\":\"a\",\"strands\":{}}\n\n{\"id\":\"b\",\"failed\":\"x\"}\n");
    assert!(mistakes.is_empty(), "{mistakes:?}");
    let runs = run(&Recorded::new("mine", "mine", answers, None), &cases(&["a", "b", "c"]));
    assert!(answered(&runs[0]));
    assert_eq!(failure(&runs[1]), "x");
    assert_eq!(runs[2], Run::Unsupported("the file has no answer".to_owned()));
}

#[test]
fn wrong_answers_are_named_with_their_place() {
    for (text, message) in [
        ("[", "invalid JSON: EOF while parsing a list"),
        ("[1]", "/0: expected an answer, an object, found a number"),
        (r#"[{"id":"a"}]"#, "/0: an answer has an `id`, and one of `strands`, `unsupported`, `failed`"),
        (r#"[{"id":"a","strands":{},"failed":"x"}]"#, "/0: an answer has an `id`, and one of"),
        (r#"[{"id":1,"strands":{}}]"#, "/0/id: expected the id of a case, found a number"),
        (r#"[{"id":"a","strands":[]}]"#, "/0/strands: expected an object from strands to observations, found an array"),
        (r#"[{"id":"a","strands":{"main":"x"}}]"#, "/0/strands/main: expected an array of observations"),
        (r#"[{"id":"a","strands":{"main":[["a","b","c"]]}}]"#, "/0/strands/main/0: expected a value"),
        (r#"[{"id":"a","strand":{}}]"#, "/0: an answer has no field `strand`"),
        (r#"[{"id":"a","strands":{}},{"id":"a","strands":{}}]"#, "`a` is answered twice"),
        ("{\"id\":\"a\",\"strands\":{}}\n{\"id\":\"b\"}", "an answer has an `id`, and one of"),
    ] {
        let (_, mistakes) = answers::read(text);
        assert_eq!(mistakes.len(), 1, "{text}: {mistakes:?}");
        assert!(mistakes[0].message.starts_with(message), "{text}: {}", mistakes[0].message);
    }
    let (_, mistakes) = answers::read("{\"id\":\"a\",\"strands\":{}}\nrubbish");
    assert!(mistakes[0].span.start >= 24, "the place is that of the line: {mistakes:?}");
    let (answers, _) = answers::read(r#"[{"id":"sibling-task","strands":{}}]"#);
    let unknown = answers::unknown(&answers, &Suite::embedded());
    assert_eq!(unknown[0].to_string(), "there is no case `sibling-task` (did you mean `sibling-tasks`?)");
}

#[test]
fn the_schemas_agree_with_the_readers() {
    let validates = |schema: &serde_json::Value, text: &str| {
        let mut compiler = boon::Compiler::new();
        compiler.add_resource("schema.json", schema.clone()).unwrap();
        let mut schemas = boon::Schemas::new();
        let index = compiler.compile("schema.json", &mut schemas).unwrap();
        schemas.validate(&serde_json::from_str(text).unwrap(), index).is_ok()
    };
    for text in [
        r#"[{"id":"a","strands":{"main":[["a"],["b","l"],"c"],"q":[]}}]"#,
        r#"[{"id":"a","unsupported":"x"},{"id":"b","failed":"y","x-time":3}]"#,
        r#"[{"id":"a"}]"#,
        r#"[{"id":"a","strands":{},"failed":"x"}]"#,
        r#"[{"id":"a","unsupported":"x","failed":"x"}]"#,
        r#"[{"id":1,"strands":{}}]"#,
        r#"[{"id":"a","strands":{"main":[["a","b","c"]]}}]"#,
        r#"[{"id":"a","strands":{"main":[[]]}}]"#,
        r#"[{"id":"a","strands":{"main":[1]}}]"#,
        r#"[{"id":"a","strand":{}}]"#,
        "[1]",
    ] {
        assert_eq!(validates(&answers::schema(), text), answers::read(text).1.is_empty(), "{text}");
    }
}

#[test]
fn known_deviations_are_checked() {
    for (text, message) in [
        ("", "the file does not name its target"),
        ("target a b", "expected the name of the target after `target`"),
        ("target a; quirk gne", "there is no quirk `gne`"),
        ("target a; case c", "expected one statement about the case `c`"),
        ("target a; case c unsupported=x { main a }", "expected one statement about the case `c`"),
        ("target a; case c { main a }; case c { main b }", "the case `c` is stated twice"),
        ("target a; case c resaon=x { main a }", "`case` has no property `resaon`"),
        ("target a; cases c", "the file cannot contain `cases`"),
    ] {
        let mistakes = Deviations::read(text).unwrap_err();
        assert!(mistakes.iter().any(|mistake| mistake.message.starts_with(message)), "{text}: {mistakes:?}");
    }
}

#[test]
fn the_reason_of_a_known_deviation_is_that_of_its_case_or_quirk() {
    let text = "target mine; quirk gen reason=\"issue 12\"; quirk agen; case then-chain reason=\"issue 15\" { main a }";
    let known = Deviations::read(text).unwrap();
    let suite = Suite::embedded();
    let reason = |id: &str| known.reason(&suite.cases.iter().find(|entry| &*entry.case.id == id).unwrap().case);
    let reasons = ["generator-keeps-its-creation", "then-chain", "await-restores"].map(reason);
    assert_eq!(reasons, [Some("issue 12".to_owned()), Some("issue 15".to_owned()), None]);
}

#[test]
fn the_deviations_of_python_are_about_cases_of_the_suite() {
    let known = Deviations::read(include_str!("../../implementations/python.kdl")).unwrap();
    let suite = Suite::embedded();
    for id in known.cases() {
        assert!(suite.cases.iter().any(|entry| &*entry.case.id == id), "there is no case `{id}`");
    }
}

#[test]
fn python_answers_every_case_as_stated() {
    let python = match python() {
        Ok(python) => python.answer_within(LATE),
        Err(missing) => return println!("not run: {}", missing.why),
    };
    let found = conformance::compare::Comparison::run(&Suite::embedded(), &[Box::new(python)], Vec::new(), &|_| {});
    let column = &found.columns[0];
    let open: Vec<_> = Suite::embedded()
        .cases
        .iter()
        .zip(&column.cells)
        .filter(|(_, cell)| cell.verdict.is_open())
        .map(|(entry, cell)| {
            format!("{}: {:?} {:?}", entry.case.id, cell.seen.as_ref().map(ToString::to_string), cell.reason)
        })
        .collect();
    assert!(open.is_empty(), "{}", open.join("\n"));
    assert!(column.count(conformance::compare::Verdict::Conforms) >= 100);
}
