//! Programs that are written by hand, and random programs, of which only a few run under Miri.

use std::sync::Arc;
use std::time::Duration;

use super::{Outcome, run};
use crate::fault::Kind;
use crate::program::generate::{Options, generate};
use crate::program::{Mood, Program, Step};
use crate::shared::Conditions;

const RIGHT: Conditions = Conditions { wrong: false, lag: Duration::from_secs(60) };
const WRONG: Conditions = Conditions { wrong: true, ..RIGHT };

fn program(variables: usize, body: Vec<Step>) -> Program {
    Program { seed: 0, variables, body: body.into() }
}

/// The features and the number of random programs. Miri is slow and does not support pools.
fn for_this_machine() -> (Options, u64) {
    let all = Options::default();
    if cfg!(miri) { (Options { scale: 0.3, tokio: false, rayon: false, ..all }, 12) } else { (all, 500) }
}

fn enter(key: usize) -> Step {
    Step::Enter { key, value: Mood::Quiet }
}

#[test]
fn the_same_seed_gives_the_same_program_and_outcome() {
    let (options, _) = for_this_machine();
    for seed in [3, 7] {
        let [first, second] = [0, 1].map(|_| generate(seed, &options));
        assert_eq!(first, second);
        assert_eq!(run(&first, RIGHT), run(&second, RIGHT));
    }
    assert_ne!(generate(3, &Options::default()).body, generate(4, &Options::default()).body);
}

#[test]
fn programs_agree_with_the_model() {
    let (options, seeds) = for_this_machine();
    let mut reads = 0;
    for seed in 0..seeds {
        let program = generate(seed, &options);
        let outcome = run(&program, RIGHT);
        assert_eq!((outcome.fault, outcome.left), (None, 0), "{program}");
        reads += outcome.reads;
    }
    assert!(reads > 1000, "{reads}");
}

#[test]
fn the_counters_agree_with_the_steps() {
    let body = Arc::new([Step::Capture]);
    let step = Step::Run { key: 1, value: Mood::Quiet, body };
    // Two variables are read at the start of `run`, after each of the two steps, at the end of the
    // outermost step, and at the end of the program.
    let outcome = run(&program(2, vec![step]), RIGHT);
    assert_eq!(outcome, Outcome { reads: 10, steps: 2, values: 1, ..Outcome::default() });
}

#[test]
fn a_read_detects_a_wrong_model() {
    let program = program(2, vec![enter(0), enter(1), Step::Leave(1)]);
    assert_eq!(run(&program, RIGHT).fault, None);
    let outcome = run(&program, WRONG);
    let fault = outcome.fault.expect("the model keeps a guard that was dropped");
    assert_eq!((fault.kind, outcome.wrong_reads), (Kind::Read, 1));
    assert_eq!(fault.to_string(), "after `drop guard 1`: v0 reads nothing, but should read value 1");
}

#[test]
fn the_live_values_detect_a_wrong_model() {
    let program = program(2, vec![enter(0), enter(0), Step::Leave(1)]);
    assert_eq!(run(&program, RIGHT).fault, None);
    let fault = run(&program, WRONG).fault.expect("the model keeps a guard that was dropped");
    assert_eq!(fault.kind, Kind::Gone);
    assert_eq!(fault.to_string(), "after `drop guard 1`: value 1 was dropped, but can still be reached");
}
