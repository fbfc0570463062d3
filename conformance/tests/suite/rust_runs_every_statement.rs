//! Every statement that Rust can express runs on the Rust targets, with the outcome that is stated by hand.

use conformance::program::outcome::Outcome;
use conformance::program::parse::parse;
use conformance::program::table::TABLE;
use conformance::targets::rust::{Rust, RustAls, RustTokio};
use conformance::targets::{Run, Target, attempt};

const CASES: &str = include_str!("../programs/rust_statements.kdl");

fn check(target: &dyn Target) {
    let (file, mistakes) = parse(CASES);
    assert!(mistakes.is_empty(), "{mistakes:?}");
    let cases: Vec<_> = file.cases.iter().collect();
    let mut reported = vec![false; cases.len()];
    let mut wrong = Vec::new();
    attempt(target, &cases, &mut |i, run| {
        assert!(!std::mem::replace(&mut reported[i], true), "{} is reported twice", cases[i].id);
        let stated = cases[i].stated().expect("every case here states its outcome");
        match run {
            Run::Outcome(outcome) if outcome.agrees_with(&stated) => {}
            Run::Outcome(outcome) => wrong.push(format!("{}: {outcome}; stated: {stated}", cases[i].id)),
            other => wrong.push(format!("{}: {other:?}", cases[i].id)),
        }
    });
    assert!(reported.iter().all(|reported| *reported), "a case is not reported");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_core_with_closures_and_futures_runs_them() {
    check(&Rust);
}

#[test]
fn tokio_with_four_workers() {
    check(&RustTokio::default().repetitions(40));
}

#[test]
fn tokio_with_one_worker() {
    check(&RustTokio::default().workers(1).repetitions(8));
}

#[test]
fn the_facade() {
    check(&RustAls::default());
}

/// A program with all statements that only the facade has. Each has an effect.
#[test]
fn the_facade_runs_its_additional_statements() {
    let program = "litmus 1
        case c {
            program {
                var v default=d name=storage
                name v
                run v a {
                    resource r
                    exit v { get v; run v b { get v }; get v }
                    enter-with v b
                    get v
                    enter g v c
                    disable v
                    get v
                    leave g
                    get v
                    in-resource r { get v; enter-with v e; get v }
                    in-resource r { get v }
                }
                get v
            }
            expect { main storage none b none b d d a e a d }
        }";
    let (file, mistakes) = parse(program);
    assert!(mistakes.is_empty(), "{mistakes:?}");
    let stated: Outcome = file.cases[0].stated().expect("it is stated");
    let mut seen = None;
    RustAls::default().run(&[&file.cases[0]], &mut |_, run| seen = Some(run));
    assert_eq!(seen, Some(Run::Outcome(stated)));
    let why = RustTokio::default().obstacle(&file.cases[0]).expect("the core lacks it");
    assert!(why.contains("`als`"), "{why}");
}

const HIDE: &str = "litmus 1
    case c {
        program {
            var v default=d
            run v a { hide v { get v; run v b { hide v { get v }; get v }; enter g v c; get v }; get v }
        }
        expect { main d d b c a }
    }";

/// The statement that only the core has.
#[test]
fn the_core_runs_its_additional_statement() {
    let (file, mistakes) = parse(HIDE);
    assert!(mistakes.is_empty(), "{mistakes:?}");
    let stated: Outcome = file.cases[0].stated().expect("it is stated");
    for target in [&Rust as &dyn Target, &RustTokio::default()] {
        attempt(target, &[&file.cases[0]], &mut |_, run| assert_eq!(run, Run::Outcome(stated.clone())));
    }
    let why = RustAls::default().obstacle(&file.cases[0]).expect("the facade lacks it");
    assert!(why.contains("`hide`"), "{why}");
}

#[test]
fn no_statement_is_left_out() {
    let text = [CASES, HIDE].concat();
    let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric() && c != '-').collect();
    let capabilities = Rust.capabilities();
    let unused = TABLE.iter().filter(|row| row.needs.is_none_or(|need| capabilities.contains(&need)));
    let unused: Vec<_> = unused.map(|row| row.word).filter(|word| !words.contains(word)).collect();
    let hosts = ["operation", "channel", "listen", "post", "in-resource", "bind-store", "run-stores"];
    assert_eq!(unused, hosts, "each needs an object of a host, and Rust has none");
}
