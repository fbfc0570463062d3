//! The Rust targets report programs that cannot end, throw out of `main`, need a missing capability, or
//! depend on the schedule.

use std::time::Duration;

use conformance::program::parse::parse;
use conformance::targets::rust::{Rust, RustTokio};
use conformance::targets::{Run, Target, attempt};

fn run(target: &dyn Target, program: &str) -> Run {
    let (file, mistakes) = parse(&format!("litmus 1; case c {{ program {{ {program} }} }}"));
    assert!(mistakes.is_empty(), "{mistakes:?}");
    let mut result = None;
    attempt(target, &[&file.cases[0]], &mut |i, run| {
        assert_eq!(i, 0);
        assert!(result.replace(run).is_none(), "reported twice");
    });
    result.expect("the case is reported")
}

fn both(program: &str) -> [Run; 2] {
    let tokio = RustTokio::default().limit(Duration::from_millis(200));
    [run(&Rust, program), run(&tokio, program)]
}

#[test]
fn a_strand_that_never_ends_is_named() {
    for run in both("deferred d; task t { await d }; await tick") {
        assert!(matches!(&run, Run::Failed(why) if why.contains("`t` waits for `d`")), "{run:?}");
    }
    for run in both("deferred d; async-generator g { await d }; next g") {
        assert!(matches!(&run, Run::Failed(why) if why.contains("`g` waits for `d`")), "{run:?}");
    }
}

#[test]
fn an_uncaught_throw_is_named() {
    for program in ["throw x", "await tick; throw x", "microtask main2 { throw x }", "timer main2 { throw x }"] {
        for run in both(program) {
            assert!(matches!(&run, Run::Failed(why) if why.contains("`x` is thrown out of `main")), "{run:?}");
        }
    }
}

#[test]
fn a_capability_that_rust_lacks_is_not_supported() {
    let programs = ["module m { log x }", "unhandled u { log x }", "var v; exit v { get v }", "var v; enter-with v x"];
    for (program, word) in programs.into_iter().zip(["module", "unhandled", "exit", "enter-with"]) {
        for run in both(program) {
            assert!(matches!(&run, Run::Unsupported(why) if why.starts_with(&format!("`{word}`"))), "{run:?}");
        }
    }
}

#[test]
fn a_schedule_that_decides_the_outcome_is_a_failure() {
    // Two tasks race on one emitter, which rule R3 forbids.
    let program = "emitter e; task a { await tick; on e { log heard } }; task b { await tick; emit e }";
    let result = run(&RustTokio::default().repetitions(2_000), program);
    assert!(matches!(&result, Run::Failed(why) if why.starts_with("schedule-dependent: seed")), "{result:?}");
}
