//! Tests that hang, crash, exhaust the memory or are invalid have a result, the other tests continue, and no
//! process remains.

use std::fs;
use std::num::NonZeroUsize;
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::{Tests, options};
use conformance::test262::results::{Kind, Run};
use conformance::test262::{Engine, Options};

fn sloppy(code: &str) -> String {
    format!("/*---\nflags: [noStrict]\n---*/\n{code}")
}

/// Runs a test between two that pass, in one process. Returns the runs of the test.
#[track_caller]
fn between(text: &str, options: &Options) -> Run {
    let good = sloppy("assert(true);");
    let tests = Tests::new([("a.js", &*good), ("b.js", text), ("c.js", &*good)]);
    let mut options = options.clone();
    options.jobs = NonZeroUsize::MIN;
    let mut runs = tests.run_with(&options);
    assert_eq!(runs.len(), 3, "{runs:#?}");
    assert!(runs[0].passed() && runs[2].passed(), "{runs:#?}");
    runs.swap_remove(1)
}

#[track_caller]
fn ends(code: &str, kind: Kind, part: &str) {
    let run = between(&sloppy(code), &options());
    assert_eq!(run.outcome.kind, kind, "{code}\n{run:#?}");
    assert!(run.outcome.reason.contains(part), "{part}\n{run:#?}");
}

#[test]
fn an_endless_test_is_stopped() {
    let mut options = options();
    options.time_limit = Duration::from_secs(3);
    for code in [
        "for (;;);",
        "(function again() { Promise.resolve().then(again); })();",
        "setInterval(() => {}, 1);",
        "new Array(4294967295).fill(0);",
        "throw { get constructor() { for (;;); } };",
        "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);",
        "$262.agent.start('throw new RangeError(\"agent\")'); while ($262.agent.getReport() === null);",
    ] {
        let run = between(&sloppy(code), &options);
        assert_eq!(run.outcome.kind, Kind::Timeout, "{code}\n{run:#?}");
        assert!(run.outcome.reason.starts_with("it did not end within 3 s"), "{run:#?}");
        assert!(run.milliseconds >= 3000, "{run:#?}");
        assert_eq!(code.contains("agent"), run.outcome.reason.contains("an agent threw"), "{run:#?}");
    }
}

#[test]
fn recursion_and_deep_data_end_in_a_limit_or_an_overflow() {
    ends("function f() { f() } f();", Kind::Fail, "recursive calls");
    ends("class A { get x() { return this.x } } new A().x;", Kind::Fail, "recursive calls");
    ends("var a = []; for (var i = 0; i < 300000; i++) a = [a]; JSON.stringify(a);", Kind::StackOverflow, "overflowed");
}

#[test]
fn a_panic_of_the_engine_is_reported_with_its_place() {
    // Boa 0.22 supports `using` partly. When that is fixed, this test needs another defect of the engine.
    let mut options = options();
    options.engine = Engine::Bare;
    let run = between(&sloppy("(function () { using x = null; })();"), &options);
    assert_eq!(run.outcome.kind, Kind::Panic, "{run:#?}");
    assert!(run.outcome.reason.contains("boa_engine") && run.outcome.reason.contains(".rs:"), "{run:#?}");
}

#[test]
fn exhausted_memory_is_reported() {
    let mut options = options();
    options.memory_limit = 512 << 20;
    let run = between(&sloppy("let s = 'x'; for (;;) s += s;"), &options);
    assert_eq!(run.outcome.kind, Kind::OutOfMemory, "{run:#?}");
    assert!(run.outcome.reason.contains("memory allocation of"), "{run:#?}");
    let run = between(&sloppy("assert.throws(RangeError, () => new ArrayBuffer(1e9));"), &options);
    assert_eq!(run.outcome.kind, Kind::Pass, "{run:#?}");
}

#[test]
fn every_thrown_value_is_reported() {
    ends("throw null;", Kind::Fail, "null");
    ends("throw undefined;", Kind::Fail, "undefined");
    ends("throw Symbol('mine');", Kind::Fail, "Symbol(mine)");
    let hostile = "get constructor() { throw 1 }, get name() { throw 2 }, get message() { throw 3 }";
    ends(&format!("throw {{ {hostile}, toString() {{ throw this }} }};"), Kind::Fail, "b.js:4");
    ends("var p = Proxy.revocable(function () {}, {}); p.revoke(); throw p.proxy;", Kind::Fail, "b.js:4");
    ends("var p = Proxy.revocable({}, {}); p.revoke(); p.proxy.x;", Kind::Fail, "TypeError");
    ends("var p = Proxy.revocable({}, {}); p.revoke(); print(p.proxy);", Kind::Fail, "TypeError");
    ends("print({ toString() { throw new RangeError('print') } });", Kind::Fail, "RangeError: print");
    let thenable = "Object.defineProperty(Object.prototype, 'then', { get() { throw new RangeError('then') } });";
    ends(&format!("{thenable} Promise.resolve({{}}).then(() => ({{}}));"), Kind::Pass, "");
    let done = format!("/*---\nflags: [async, noStrict]\n---*/\n{thenable} Promise.resolve({{}}).then($DONE, $DONE);");
    let run = between(&done, &options());
    assert!(run.outcome.kind == Kind::Fail && run.outcome.reason.contains("RangeError: then"), "{run:#?}");
}

#[test]
fn a_file_that_is_not_a_test_is_an_error_with_its_place() {
    for (text, part) in [
        ("1;", "line 1, column 1: the test has no frontmatter"),
        ("/*---\nflags: [fast]\n---*/", "line 2, column 9: there is no flag `fast`"),
        ("/*---\nflags: [\n---*/", "invalid YAML"),
    ] {
        let run = between(text, &options());
        assert_eq!((run.mode, run.outcome.kind), (None, Kind::Error), "{run:#?}");
        assert!(run.outcome.reason.contains(part), "{run:#?}");
    }
    let tests = Tests::new([("a.js", "")]);
    fs::write(tests.path().join("a.js"), b"/*---\n---*/ '\xff'").unwrap();
    let runs = tests.run();
    assert_eq!(runs[0].outcome.kind, Kind::Error);
    assert!(runs[0].outcome.reason.contains("cannot be read"), "{runs:#?}");
}

/// Returns a worker whose answers a shell script determines; `$n` is the number of the order.
fn fake(tests: &Tests, answer: &str) -> Options {
    let path = tests.path().join("fake");
    let number = r#"n=${line#*'"number":'}; n=${n%%,*}"#;
    fs::write(&path, format!("#!/bin/sh\nwhile read -r line; do {number}\n{answer}\ndone\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    let mut options = options();
    (options.program, options.jobs) = (path, NonZeroUsize::MIN);
    options
}

#[test]
fn a_child_with_an_unreadable_answer_is_replaced() {
    let good = r#"echo "{\"number\":$n,\"end\":\"completed\",\"printed\":[],\"spent\":false}""#;
    for (answer, kind, part) in [
        ("echo hello", Kind::Crash, "unreadable answer: hello"),
        (r#"echo "{\"number\":7777,\"end\":\"completed\",\"printed\":[],\"spent\":false}""#, Kind::Crash, "unreadable"),
        (r"printf '\377\n'", Kind::Crash, "unreadable"),
        ("exit 3", Kind::Crash, "exit status: 3"),
        ("echo a reason >&2; exit 3", Kind::Crash, "standard error: a reason"),
        ("echo memory allocation of 7 bytes failed >&2; kill -ABRT $$", Kind::OutOfMemory, "7 bytes"),
        ("kill -SEGV $$", Kind::Crash, "signal: 11"),
        (
            r#"echo "{\"number\":$n,\"end\":{\"panicked\":\"no opcode\"},\"printed\":[],\"spent\":true}""#,
            Kind::Panic,
            "no opcode",
        ),
        (good, Kind::Pass, ""),
    ] {
        let tests = Tests::new([
            ("a.js", "/*---\nflags: [noStrict]\n---*/"),
            ("b.js", "/*---\nflags: [raw]\n---*/"),
            ("c.js", "/*---\nflags: [noStrict]\n---*/"),
        ]);
        let script = format!("case $line in *raw*) {answer};; *) {good};; esac");
        let runs = tests.run_with(&fake(&tests, &script));
        assert_eq!(runs[1].outcome.kind, kind, "{answer}\n{runs:#?}");
        assert!(runs[1].outcome.reason.contains(part), "{answer}\n{runs:#?}");
        assert!(runs[0].passed() && runs[2].passed(), "{answer}\n{runs:#?}");
    }
    let tests = Tests::new([("a.js", "/*---\nflags: [raw]\n---*/")]);
    let mut missing = options();
    missing.program = "/no/such/tool".into();
    let runs = tests.run_with(&missing);
    assert_eq!(runs[0].outcome.kind, Kind::Error);
    assert!(runs[0].outcome.reason.contains("cannot be started"), "{runs:#?}");
}

#[test]
fn a_crash_after_other_runs_is_repeated_alone() {
    // The second run in a process always fails, which is an effect of the process.
    let good = r#"echo "{\"number\":$n,\"end\":\"completed\",\"printed\":[],\"spent\":false}""#;
    let text = "/*---\nflags: [raw]\n---*/";
    let tests = Tests::new([("a.js", text), ("b.js", text), ("c.js", text)]);
    let runs = tests.run_with(&fake(&tests, &format!("i=$((i+1)); [ $i = 2 ] && exit 9; {good}")));
    assert!(runs.iter().all(Run::passed), "{runs:#?}");
}

#[test]
fn nothing_is_left_behind_when_the_tool_is_killed() {
    let tests = Tests::new([("a.js", &*sloppy("for (;;);"))]);
    let mut tool = Command::new(env!("CARGO_BIN_EXE_conformance"))
        .args(["test262", "--time-limit", "600", "--root"])
        .arg(tests.path())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let deadline = Instant::now() + Duration::from_secs(30);
    let mut workers = Vec::new();
    while workers.is_empty() && Instant::now() < deadline {
        // Any thread may have started it.
        let tasks = fs::read_dir(format!("/proc/{}/task", tool.id())).unwrap();
        for task in tasks.flatten() {
            let listed = fs::read_to_string(task.path().join("children")).unwrap_or_default();
            workers.extend(listed.split_whitespace().map(str::to_owned));
        }
        thread::sleep(Duration::from_millis(10));
    }
    assert!(!workers.is_empty(), "the tool started no worker");
    thread::sleep(Duration::from_millis(300));
    // SIGKILL, so that the process cannot clean up.
    tool.kill().unwrap();
    tool.wait().unwrap();
    let runs = |process: &String| {
        let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
        !stat.is_empty() && !stat.rsplit(')').next().unwrap_or_default().trim_start().starts_with('Z')
    };
    while workers.iter().any(runs) && Instant::now() < deadline {
        thread::sleep(Duration::from_millis(10));
    }
    assert!(!workers.iter().any(runs), "{workers:?} still run");
}

#[test]
fn results_are_in_order() {
    let good = sloppy("assert(true);");
    let files: Vec<_> = (0..20).map(|i| format!("{i:02}.js")).collect();
    let tests = Tests::new(files.iter().map(|name| (&**name, &*good)));
    let mut options = options();
    options.jobs = NonZeroUsize::new(4).unwrap();
    let seen: Vec<_> = tests.run_with(&options).iter().map(|run| run.name().to_string()).collect();
    let wanted: Vec<_> = files.iter().map(|name| format!("{name} (sloppy)")).collect();
    assert_eq!(seen, wanted);
}
