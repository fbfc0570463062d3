//! If a runtime hangs, crashes or prints unreadable text, the failure is attributed to the right program,
//! the others get their results, and no process or file remains. The runtimes here are shell scripts.
#![cfg(unix)]

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use conformance::program::ast::Case;
use conformance::program::parse::parse;
use conformance::targets::runtime::{Form, Kind, Missing, Runtime, RuntimeTarget};
use conformance::targets::{Run, Target};

/// Answers the probe like Node. Then it reports its process and folder, and answers each program with an empty outcome,
/// unless the program contains a word for another behavior.
const FAKE: &str = r#"
if [ "$1" = --expose-internals ]; then
    echo 'litmus-probe:{"runtime":"node","version":"99.1.2","complete":true,"frame":true,"options":true,"guard":true}'
    exit
fi
echo "$$ $(dirname "$5")" >> "$(dirname "$0")/started"
awk -v RS='[{]"id":' -v token="$6" -v here="$(dirname "$0")" '
    NR == 1 { next }
    /hang/ { system("echo $$ >> " here "/children; sleep 100") }
    /crash/ { print "a reason" > "/dev/stderr"; exit 3 }
    /rubbish/ { print "hello" }
    /memory/ { x = "x"; while (1) x = x x }
    /forged/ { print "litmus-0000000000000000:{\"id\":" $0 + 0 ",\"strands\":{}}" }
    /endless-lines/ { while (1) print "more" }
    /endless-line/ { while (1) printf "more" }
    /errors/ { for (i = 0; i < 100000; i++) print "noise " i > "/dev/stderr" }
    { print token "{\"id\":" $0 + 0 ",\"strands\":{}}"; fflush() }
' "$5"
"#;

struct Fake {
    folder: tempfile::TempDir,
    node: RuntimeTarget,
}

fn script(folder: &Path, text: &str) -> String {
    let script = folder.join("fake-node");
    fs::write(&script, text).unwrap();
    script.to_str().unwrap().to_owned()
}

fn find(script: &str) -> Result<Runtime, Missing> {
    Runtime::at("node", Kind::Node, "sh", &[script])
}

fn fake(limit: Duration) -> Fake {
    let folder = tempfile::tempdir().unwrap();
    let script = script(folder.path(), FAKE);
    let node = find(&script).unwrap().target(Form::Als).answer_within(limit);
    Fake { folder, node }
}

impl Fake {
    /// Runs a program for each word, and returns the results.
    fn run(&self, words: &[&str]) -> Vec<Run> {
        let cases: String = words
            .iter()
            .enumerate()
            .map(|(i, word)| format!("case c{i} {{\n title t\n program {{ log {word} }}\n}}\n"))
            .collect();
        let (file, diagnostics) = parse(&format!("litmus 1\n{cases}"));
        assert!(diagnostics.is_empty(), "{diagnostics:?}");
        let mut runs: Vec<Option<Run>> = vec![None; words.len()];
        self.node.run(&file.cases.iter().collect::<Vec<&Case>>(), &mut |i, run| {
            assert!(runs[i].replace(run).is_none(), "{i} was reported twice");
        });
        runs.into_iter().map(|run| run.expect("every program is reported")).collect()
    }

    fn lines(&self, file: &str) -> Vec<String> {
        fs::read_to_string(self.folder.path().join(file)).unwrap().lines().map(str::to_owned).collect()
    }
}

fn failure(run: &Run) -> &str {
    let Run::Failed(why) = run else { panic!("{run:?}") };
    why
}

fn answered(run: &Run) -> bool {
    matches!(run, Run::Outcome(outcome) if outcome.strands.is_empty())
}

const SOON: Duration = Duration::from_secs(2);
/// Generous limits for runtimes that answer, so that a slow machine does not look like a hang.
const LATE: Duration = Duration::from_secs(60);

#[test]
fn only_the_program_that_causes_the_failure_fails() {
    let runs = fake(LATE).run(&["a", "crash", "b", "rubbish", "forged", "c", "endless-lines", "endless-line", "d"]);
    assert_eq!(failure(&runs[1]), "exit status: 3; standard error: a reason");
    assert_eq!(failure(&runs[3]), "unreadable answer: hello");
    let forged = "unreadable answer: litmus-0000000000000000:{\\\"id\\\":4,";
    assert!(failure(&runs[4]).starts_with(forged), "{:?}", runs[4]);
    assert_eq!(failure(&runs[6]), "unreadable answer: more");
    assert!(failure(&runs[7]).starts_with("unreadable answer: moremoremore"), "{:?}", runs[7]);
    assert!([0, 2, 5, 8].iter().all(|i| answered(&runs[*i])), "{runs:?}");
}

// The limit of memory is there on Linux only.
#[cfg(target_os = "linux")]
#[test]
fn a_program_that_exhausts_memory_fails_alone() {
    let mut fake = fake(LATE);
    fake.node = fake.node.within_memory(200 << 20);
    let runs = fake.run(&["a", "memory", "b"]);
    assert!(failure(&runs[1]).contains("standard error"), "{runs:?}");
    assert!(answered(&runs[0]) && answered(&runs[2]), "{runs:?}");
}

#[test]
fn a_hang_ends_at_the_limit_and_the_others_get_a_result() {
    let start = Instant::now();
    let runs = fake(SOON).run(&["a", "hang", "b"]);
    assert_eq!(failure(&runs[1]), "hang after 2 s");
    assert!(answered(&runs[0]) && answered(&runs[2]), "{runs:?}");
    assert!(start.elapsed() < Duration::from_secs(30));
}

#[test]
fn noise_on_standard_error_is_no_failure() {
    assert!(fake(LATE).run(&["errors", "a"]).iter().all(answered));
}

#[test]
fn failing_programs_do_not_lose_results_of_others() {
    let runs = fake(LATE).run(&["crash", "crash", "crash", "crash", "crash", "a"]);
    assert!(runs[..5].iter().all(|run| failure(run) == "exit status: 3; standard error: a reason"), "{runs:?}");
    assert!(answered(&runs[5]));
}

#[test]
fn a_runtime_that_always_fails_is_abandoned() {
    let mut fake = fake(LATE);
    let probe = &FAKE[..FAKE.find("echo \"$$").unwrap()];
    let script = script(fake.folder.path(), &format!("{probe}\nexit 9"));
    fake.node = find(&script).unwrap().target(Form::Als);
    let runs = fake.run(&["a"; 500]);
    assert_eq!(failure(&runs[0]), "exit status: 9");
    let rest = "not run: the runtime does not answer an empty program: exit status: 9";
    assert_eq!(failure(&runs[499]), rest);
}

#[test]
fn nothing_is_left_behind() {
    let fake = fake(SOON);
    fake.run(&["a", "hang", "crash", "b"]);
    let started = fake.lines("started");
    assert!(started.len() >= 3);
    for line in started {
        let (process, folder) = line.split_once(' ').unwrap();
        assert!(!PathBuf::from(folder).exists(), "{folder} is still there");
        assert!(!is_process(process), "{process} is still there");
    }
    for child in fake.lines("children") {
        // Its parent is gone too, so the system reaps it soon.
        let deadline = Instant::now() + Duration::from_secs(10);
        while is_process(&child) && Instant::now() < deadline {
            std::thread::sleep(Duration::from_millis(10));
        }
        assert!(!is_process(&child), "{child} is still there");
    }
}

/// Whether a process runs or waits to be reaped by this process. Known only on systems with /proc.
fn is_process(process: &str) -> bool {
    let Ok(stat) = fs::read_to_string(format!("/proc/{process}/stat")) else { return false };
    let mut fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    let (state, parent) = (fields.next(), fields.next());
    state != Some("Z") || parent == Some(&*std::process::id().to_string())
}

#[test]
fn a_missing_runtime_is_named_with_instructions() {
    let missing = Runtime::at("node", Kind::Node, "no-such-node", &[]).unwrap_err();
    assert!(matches!(missing, Missing::NotFound { .. }), "{missing:?}");
    let text = missing.to_string();
    assert!(text.starts_with("`no-such-node` was not found: install Node 18.16 or later, and have"), "{text}");
}

#[test]
fn an_old_node_is_named_with_its_version() {
    let folder = tempfile::tempdir().unwrap();
    let old = r#"echo 'litmus-probe:{"runtime":"node","version":"12.1.0","complete":false}'"#;
    let missing = find(&script(folder.path(), old)).unwrap_err();
    assert!(missing.to_string().starts_with("`sh` is Node 12.1.0, which is too old: install"), "{missing}");
}

#[test]
fn another_program_named_node_is_reported() {
    let folder = tempfile::tempdir().unwrap();
    for (script_text, why) in [
        ("echo hello", "it printed \"hello\""),
        ("echo 'litmus-probe:{\"runtime\":\"no'", "it printed \"litmus-probe:{\\\"runtime\\\":\\\"no\""),
        ("echo no >&2; exit 4", "exit status: 4: no"),
    ] {
        let missing = find(&script(folder.path(), script_text)).unwrap_err();
        let text = format!("`sh` does not behave like Node ({why}): install");
        assert!(missing.to_string().starts_with(&text), "{missing}");
    }
}

#[test]
fn bun_under_the_name_of_node_is_not_node() {
    let folder = tempfile::tempdir().unwrap();
    let bun = r#"echo 'litmus-probe:{"runtime":"bun","version":"1.4.4","complete":true}'"#;
    let missing = find(&script(folder.path(), bun)).unwrap_err();
    assert!(matches!(missing, Missing::Another { .. }), "{missing:?}");
    assert!(missing.to_string().starts_with("`sh` is Bun 1.4.4, not Node: install"), "{missing}");
}

#[test]
fn only_forms_that_the_runtime_has_are_targets() {
    let folder = tempfile::tempdir().unwrap();
    let found = |more: &str| {
        let answer = format!(r#"{{"runtime":"node","version":"99.1.2","complete":true,"frame":true{more}}}"#);
        find(&script(folder.path(), &format!("echo 'litmus-probe:{answer}'"))).unwrap().forms().to_vec()
    };
    assert_eq!(found(""), [Form::Als, Form::AcAls]);
    assert_eq!(found(r#","continuation":true"#), [Form::Als, Form::AcAls, Form::AcCped]);
    assert_eq!(found(r#","continuation":true,"frame":false"#), [Form::Als, Form::AcAls]);
    assert_eq!(found(r#","native":true"#), [Form::Als, Form::AcAls, Form::Ac]);
}
