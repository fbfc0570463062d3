//! Random programs see the same on the deterministic executor and on tokio's workers.

use conformance::program::ast::Case;
use conformance::program::print;
use conformance::search::{Features, program};
use conformance::targets::rust::{Rust, RustTokio};
use conformance::targets::{Run, Target};

const PROGRAMS: u64 = 1_000;

fn cases(features: &Features) -> Vec<Case> {
    let case = |n| Case {
        id: format!("random-{n}").into(),
        title: String::new(),
        clauses: Vec::new(),
        tags: Vec::new(),
        contested: Vec::new(),
        notes: Vec::new(),
        program: program(3, n, features),
        expects: Vec::new(),
        experiments: Vec::new(),
        version: 1,
        span: 0..0,
    };
    (0..PROGRAMS).map(case).collect()
}

fn runs(target: &dyn Target, cases: &[&Case]) -> Vec<Run> {
    let mut runs: Vec<Option<Run>> = vec![None; cases.len()];
    target.run(cases, &mut |i, run| runs[i] = Some(run));
    runs.into_iter().map(|run| run.expect("every case is reported")).collect()
}

#[test]
fn one_thread_and_four_workers() {
    let cases = cases(&Features::within(&Rust.capabilities()));
    let cases: Vec<&Case> = cases.iter().collect();
    let single = runs(&Rust, &cases);
    let several = runs(&RustTokio::default().repetitions(4), &cases);
    for ((case, single), several) in cases.iter().zip(&single).zip(&several) {
        assert!(matches!(single, Run::Outcome(_)), "{single:?}\n{}", print::block(&case.program));
        assert_eq!(single, several, "{}", print::block(&case.program));
    }
}
