//! Every flag and every phase, each with a test that passes and one that must not.

use std::path::Path;

use conformance::test262::results::{Kind, Run};
use conformance::test262::suite::Suite;
use conformance::test262::{Options, run};

/// Files with their texts, and what comes of their runs: mode, kind, and a part of the reason.
fn runs(files: &[(&str, &str)]) -> Vec<Run> {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    run_folder(folder.path())
}

fn run_folder(folder: &Path) -> Vec<Run> {
    let suite = Suite::open(folder, None).unwrap();
    let tests = suite.select(&[]).unwrap();
    run(&suite, &tests, &Options::new(env!("CARGO_BIN_EXE_conformance")), &mut |_| ())
}

/// What comes of one test: its modes, whether each passed, and the reasons.
#[track_caller]
fn check(text: &str, expected: &[(&str, Kind, &str)]) {
    let runs = runs(&[
        ("test.js", text),
        ("other_FIXTURE.js", "export let other = 1; export default function () {}"),
        ("bad_FIXTURE.js", "0++;"),
    ]);
    let seen: Vec<_> = runs.iter().map(|run| (run.mode.map_or("none", |mode| mode.word()), run.outcome.kind)).collect();
    let wanted: Vec<_> = expected.iter().map(|(mode, kind, _)| (*mode, *kind)).collect();
    assert_eq!(seen, wanted, "{text}\n{runs:#?}");
    for (run, (_, _, part)) in runs.iter().zip(expected) {
        assert!(run.outcome.reason.contains(part), "{part}\n{run:#?}");
    }
}

use Kind::{Fail, Pass};

#[test]
fn an_ordinary_test_runs_in_both_modes() {
    check("/*---\n---*/\nassert.sameValue(1, 1);", &[("sloppy", Pass, ""), ("strict", Pass, "")]);
    check(
        "/*---\n---*/\nassert.sameValue(1, 2, 'one');",
        &[("sloppy", Fail, "test.js:3:17"), ("strict", Fail, "test.js:3:17")],
    );
    check(
        "/*---\n---*/\nassert.sameValue((function () { return this })(), undefined, 'strict');",
        &[("sloppy", Fail, "strict"), ("strict", Pass, "")],
    );
    check("/*---\nflags: [onlyStrict]\n---*/\nassert(!(function () { return this })());", &[("strict", Pass, "")]);
    check("/*---\nflags: [noStrict]\n---*/\nassert(!(function () { return this })());", &[("sloppy", Fail, "")]);
}
