//! The tests in `js/` pass on the embedded engine, with the tool's runner.
//!
//! `cargo test -p asynccontext-conformance --test suite the_javascript_tests_pass_on_boa -- --nocapture`
//! prints the number of tests that passed.

use std::collections::BTreeSet;
use std::path::Path;

use boa_engine::{Context, Source, js_string};
use conformance::engine::{STACK, on_own_thread};
use conformance::program::reading::Reading;
use conformance::test262::results::{Kind, Run};
use conformance::test262::suite::Suite;
use conformance::test262::{Options, run};

/// A language feature that the engine lacks, with or without AsyncContext.
struct Gap {
    lacks: &'static str,
    /// The body of a function without AsyncContext that sets `there` if the engine supports the feature; none for features
    /// of modules.
    probe: Option<&'static str>,
    /// The tests that fail because of it.
    files: &'static [&'static str],
}

const GAPS: [Gap; 5] = [
    Gap {
        lacks: "for-of closes its iterator when `return` ends the generator around it",
        probe: Some(
            "const iterator = { next: () => ({ done: false }), return() { there = true; return {}; } };
             const g = (function* () { for (const x of { [Symbol.iterator]: () => iterator }) yield; })();
             g.next(); g.return()",
        ),
        files: &["generator/abrupt/iterator-closed-by-the-body-during-return.js"],
    },
    Gap {
        lacks: "for-await closes its iterator when `return` ends the async generator around it",
        probe: Some(
            "const iterator = { next: async () => ({ done: false }), async return() { there = true; return {}; } };
             const g = (async function* () { for await (const x of { [Symbol.asyncIterator]: () => iterator }) yield; })();
             g.next().then(() => g.return())",
        ),
        files: &["async-generator/await/for-await-in-the-body.js"],
    },
    Gap {
        lacks: "import defer",
        probe: None,
        files: &["module/deferred-module-is-evaluated-empty.js", "module/deferred-module-that-throws.js"],
    },
    Gap {
        lacks: "`import()` waits for a module whose only top-level await is a for-await",
        probe: None,
        files: &["module/for-await-at-top-level.js"],
    },
    Gap {
        lacks: "ShadowRealm",
        probe: Some("there = typeof ShadowRealm === 'function'"),
        files: &[
            "script/shadow-realm-has-its-own-objects.js",
            "script/shadow-realm-shares-the-mapping.js",
            "script/shadow-realm-snapshot-spans-realms.js",
        ],
    },
];

/// Returns the tests that fail because of a feature that the engine lacks.
pub(crate) fn lacking() -> BTreeSet<&'static str> {
    GAPS.iter().flat_map(|gap| gap.files).copied().collect()
}

#[test]
fn every_test_passes_that_the_engine_supports() {
    let js = Path::new(env!("CARGO_MANIFEST_DIR")).join("js");
    let suite = Suite::open(&js, None).unwrap();
    let mut tests = suite.select(&[]).unwrap();
    Suite::under(Reading::Draft, &mut tests);
    let runs = run(&suite, &tests, &Options::new(env!("CARGO_BIN_EXE_conformance")), &mut |_| ());

    let failed: Vec<&Run> = runs.iter().filter(|run| !run.passed()).collect();
    let paths: BTreeSet<&str> = failed.iter().map(|run| run.path.as_str()).collect();
    let listed = lacking();
    println!(
        "{} of {} tests pass, {} of {} runs",
        tests.len() - paths.len(),
        tests.len(),
        runs.len() - failed.len(),
        runs.len()
    );
    for run in &failed {
        assert!(listed.contains(run.path.as_str()), "{}: {}", run.name(), run.outcome.reason);
        assert_eq!(run.outcome.kind, Kind::Fail, "{}: {}", run.name(), run.outcome.reason);
    }
    let passing: Vec<_> = listed.difference(&paths).collect();
    assert!(passing.is_empty(), "these pass now, so no gap is to be named for them: {passing:?}");
}

#[test]
fn the_readme_states_how_many_tests_pass() {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let Ok(readme) = std::fs::read_to_string(package.join("../README.md")) else {
        return println!("not run: the package is not in its repository");
    };
    let suite = Suite::open(&package.join("js"), None).unwrap();
    let all = suite.select(&[]).unwrap().len();
    let failing = GAPS.iter().map(|gap| gap.files.len()).sum::<usize>();
    let stated = format!("{} of {all} pass", all - failing);
    assert!(readme.contains(&stated), "README.md must say `{stated}`");
}

#[test]
fn a_feature_that_is_missing_is_missing_without_us_too() {
    for gap in &GAPS {
        let Some(probe) = gap.probe else { continue };
        let there = on_own_thread(STACK, || {
            let mut context = Context::default();
            let global = context.global_object();
            global.set(js_string!("there"), false, true, &mut context).unwrap();
            let _ = context.eval(Source::from_bytes(&format!("(function () {{ {probe} }})()")));
            let _ = context.run_jobs();
            global.get(js_string!("there"), &mut context).unwrap().to_boolean()
        });
        // A missing feature may cause a syntax error or a panic, as `using` in a function does.
        assert!(!there.unwrap_or(false), "the engine has it now: {}", gap.lacks);
    }
}
