//! The crate has the model's outcome on every case and on random programs.

use std::path::Path;

use conformance::model::{SEARCH_SCHEDULES, decide};
use conformance::program::ast::Case;
use conformance::program::parse::parse;
use conformance::program::print;
use conformance::search::{Features, program};
use conformance::targets::rust::{Rust, RustAls, RustRayon, RustThreads, RustTokio};
use conformance::targets::{Run, Target, attempt};

/// `.ci/run search` runs more.
const PROGRAMS: u64 = 400;

/// Compares a target with the model. Returns the number of cases that ran on it.
fn compare(target: &dyn Target, cases: &[Case]) -> usize {
    let (cases, expected): (Vec<&Case>, Vec<_>) =
        cases.iter().filter_map(|case| Some((case, decide(&case.program, SEARCH_SCHEDULES).ok()?))).unzip();
    let mut compared = 0;
    attempt(target, &cases, &mut |i, run| match run {
        Run::Outcome(outcome) => {
            let (id, text) = (&cases[i].id, print::block(&cases[i].program));
            assert!(outcome == expected[i], "{id}: {outcome}; the model: {}\n{text}", expected[i]);
            compared += 1;
        }
        Run::Unsupported(_) => {}
        Run::Failed(why) => panic!("{}: {why}\n{}", cases[i].id, print::block(&cases[i].program)),
    });
    compared
}

fn every_case() -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases");
    let files = folder.read_dir().expect("the cases are there").map(|file| file.expect("a file").path());
    let texts = files.map(|path| std::fs::read_to_string(path).expect("a readable file"));
    texts.flat_map(|text| parse(&text).0.cases).collect()
}

fn random(n: u64, target: &dyn Target) -> Case {
    Case::new(format!("random {n}").into(), 1, program(3, n, &Features::shared(&[target])), 0..0)
}

#[test]
fn on_every_case_that_it_can_express() {
    let cases = every_case();
    let (tokio, facade) = (RustTokio::default(), RustAls::default());
    for target in [&Rust as &dyn Target, &tokio, &RustThreads, &RustRayon, &facade] {
        let compared = compare(target, &cases);
        assert!(compared >= 80, "only {compared} of {} cases ran on {}", cases.len(), target.name());
    }
}

#[test]
fn on_random_programs() {
    let (tokio, facade) = (RustTokio::default().repetitions(4), RustAls::default());
    for target in [&Rust as &dyn Target, &tokio, &RustThreads, &RustRayon, &facade] {
        let cases: Vec<Case> = (0..PROGRAMS).map(|n| random(n, target)).collect();
        let compared = compare(target, &cases);
        assert!(compared as u64 > PROGRAMS / 100 * 97, "the model decides only {compared} of {PROGRAMS} programs");
    }
}
