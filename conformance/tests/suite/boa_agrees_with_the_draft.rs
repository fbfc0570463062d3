//! Boa with this project's AsyncContext conforms on every statement, on every case and on random programs.
//! Through `node:async_hooks` it has the known deviations only.

use conformance::model::{Quirks, SEARCH_SCHEDULES, Schedule, decide, run};
use conformance::program::ast::Case;
use conformance::program::expected::Expected;
use conformance::program::needs::needs;
use conformance::program::parse::parse;
use conformance::program::print;
use conformance::program::profile::{Api, Profile};
use conformance::program::table::Capability;
use conformance::search::{Features, program};
use conformance::suite::Suite;
use conformance::targets::boa::Boa;
use conformance::targets::{Run, Target, attempt};

const APIS: [Api; 2] = [Api::Ac, Api::Als];

/// Runs cases. Returns those with another outcome than the one that they state for the target, and the number of cases
/// that ran.
fn wrong(api: Api, cases: &[Case]) -> (Vec<String>, usize) {
    let (mut wrong, mut ran, mut reported) = (Vec::new(), 0, 0);
    attempt(&Boa::new(api), &cases.iter().collect::<Vec<_>>(), &mut |i, run| {
        let case = &cases[i];
        let base = case.stated().unwrap();
        let Expected::Outcome(stated) = case.expected(&base, Profile::Boa, Some(api)) else { panic!("{}", case.id) };
        reported += 1;
        match run {
            Run::Outcome(outcome) if outcome.agrees_with(&stated) => ran += 1,
            Run::Outcome(outcome) => wrong.push(format!("{}: {outcome}; stated: {stated}", case.id)),
            Run::Unsupported(_) => {}
            Run::Failed(why) => wrong.push(format!("{}: {why}", case.id)),
        }
    });
    assert_eq!(reported, cases.len());
    (wrong, ran)
}

fn suite() -> Vec<Case> {
    Suite::embedded().cases.into_iter().map(|entry| entry.case).collect()
}

#[test]
fn every_statement_runs_as_stated_through_both_apis() {
    let cases = parse(include_str!("../programs/every_statement.kdl")).0.cases;
    for (api, absent) in [(Api::Ac, 6), (Api::Als, 4)] {
        let (wrong, ran) = wrong(api, &cases);
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        assert_eq!(
            ran,
            cases.len() - absent,
            "only guards, AsyncLocalStorage's own words, process.nextTick, node:diagnostics_channel, operations and some channels may be absent"
        );
    }
}

#[test]
fn every_case_runs_as_stated_through_both_apis() {
    let cases = suite();
    for api in APIS {
        let (wrong, ran) = wrong(api, &cases);
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        assert!(ran > 150, "only {ran} cases ran");
    }
}

#[test]
fn all_statements_of_the_draft_are_expressed() {
    let beyond = [Capability::Guard, Capability::Hide, Capability::Mutate, Capability::Als, Capability::NextTick];
    let hosts = [Capability::Fs, Capability::Http, Capability::Net, Capability::Process];
    let streams = [Capability::Stream, Capability::WebStream, Capability::Diagnostics];
    let beyond = [beyond.as_slice(), &hosts, &streams].concat();
    for case in suite().iter().filter(|case| needs(case).iter().all(|need| !beyond.contains(need))) {
        assert_eq!(Boa::new(Api::Ac).obstacle(case), None, "{}", case.id);
    }
}

#[test]
fn no_case_states_a_deviation_from_the_draft() {
    for case in suite() {
        let base = case.stated().unwrap();
        assert_eq!(case.expected(&base, Profile::Boa, Some(Api::Ac)), Expected::Outcome(base), "{}", case.id);
    }
}

#[test]
fn random_programs_have_the_models_outcome() {
    for api in APIS {
        let boa = Boa::new(api);
        let features = Features { host: true, ..Features::shared(&[&boa]) };
        let quirks = if api == Api::Ac { Quirks::NONE } else { Quirks::of(Profile::Boa) };
        let programs = (0..150).map(|n| Case::new(format!("random-5-{n}").into(), 1, program(5, n, &features), 0..0));
        let cases: Vec<Case> = programs.filter(|case| decide(&case.program, SEARCH_SCHEDULES).is_ok()).collect();
        assert!(cases.len() > 140);
        boa.run(&cases.iter().collect::<Vec<_>>(), &mut |i, seen| {
            let expected = run(&cases[i].program, Schedule::Fifo, &quirks).unwrap();
            assert_eq!(seen, Run::Outcome(expected), "{}", print::block(&cases[i].program));
        });
    }
}

#[test]
fn a_failing_program_does_not_stop_the_next_one() {
    let text = "litmus 1
        case throws { program { throw x } }
        case throws-later { program { timer m { throw x } } }
        case never { program { deferred d; await d } }
        case right { program { var v; run v a { get v } }; expect { main a } }";
    let cases = parse(text).0.cases;
    let mut runs = Vec::new();
    Boa::new(Api::Ac).run(&cases.iter().collect::<Vec<_>>(), &mut |_, run| runs.push(run));
    let [Run::Failed(throws), Run::Failed(later), Run::Failed(never), Run::Outcome(right)] = &runs[..] else {
        panic!("{runs:?}")
    };
    assert!(throws.contains("thrown out of main: x"), "{throws}");
    assert!(later.contains("uncaught") && later.contains('x'), "{later}");
    assert!(never.contains("main never ended"), "{never}");
    assert_eq!(right.to_string(), "main a");
}
