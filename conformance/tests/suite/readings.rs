//! Every reading of the draft: the cases state its outcomes, and the model and the engine follow it.

use std::collections::BTreeSet;
use std::path::Path;

use conformance::model::{CASE_SCHEDULES, FaultKind, Quirks, SEARCH_SCHEDULES, Schedule, decide_under, run};
use conformance::program::ast::Case;
use conformance::program::print;
use conformance::program::profile::{Api, Profile};
use conformance::program::reading::Reading;
use conformance::search::{Features, program};
use conformance::suite::{Entry, Suite};
use conformance::targets::boa::Boa;
use conformance::targets::{Run, Target, attempt};
use conformance::test262::{self, Options};

use crate::the_javascript_tests_pass_on_boa::lacking;

/// The readings besides the draft.
fn others() -> impl Iterator<Item = Reading> {
    Reading::ALL.into_iter().filter(|reading| *reading != Reading::Draft)
}

fn entries(reading: Reading) -> Vec<Entry> {
    Suite::embedded().under(reading).cases
}

#[test]
fn the_model_gives_each_outcome_that_a_case_states() {
    for reading in others() {
        for entry in entries(reading) {
            let id = &entry.case.id;
            let quirks = Quirks::of_reading(reading);
            let seen = decide_under(&entry.case.program, CASE_SCHEDULES / 10, &quirks);
            // Messages from two flows to one listener arrive in any order, and under this reading the order shows.
            let seen = match seen {
                Err(fault) if reading == Reading::EventsCause && fault.kind == FaultKind::Schedule => {
                    run(&entry.case.program, Schedule::Fifo, &quirks)
                }
                seen => seen,
            };
            match seen {
                Ok(seen) => assert!(seen.agrees_with(&entry.base), "{reading}: `{id}`: {seen}; stated: {}", entry.base),
                Err(fault) => panic!("{reading}: `{id}`: {}", fault.message),
            }
        }
    }
}

#[test]
fn some_case_shows_each_reading() {
    for reading in others() {
        assert!(entries(reading).iter().any(|entry| entry.base != entry.pinned), "no case shows `{reading}`");
    }
}

#[test]
fn boa_has_each_outcome_that_a_case_states() {
    for reading in others() {
        let entries = entries(reading);
        let cases: Vec<&Case> = entries.iter().map(|entry| &entry.case).collect();
        let mut ran = 0;
        attempt(&Boa::new(Api::Ac).under(reading), &cases, &mut |i, run| match run {
            Run::Outcome(seen) => {
                ran += 1;
                let (id, base) = (&cases[i].id, &entries[i].base);
                assert!(seen.agrees_with(base), "{reading}: `{id}`: {seen}; stated: {base}");
            }
            Run::Unsupported(_) => {}
            Run::Failed(why) => panic!("{reading}: `{}`: {why}", cases[i].id),
        });
        assert!(ran > 150, "{reading}: only {ran} cases ran");
    }
}

#[test]
fn boa_follows_the_model_on_random_programs() {
    for reading in others() {
        let (boa, quirks) = (Boa::new(Api::Ac).under(reading), Quirks::of_reading(reading));
        let features = Features { host: true, ..Features::shared(&[&boa]) };
        let programs = (0..60).map(|n| Case::new(format!("random-6-{n}").into(), 1, program(6, n, &features), 0..0));
        let cases: Vec<Case> =
            programs.filter(|case| decide_under(&case.program, SEARCH_SCHEDULES, &quirks).is_ok()).collect();
        assert!(cases.len() > 50, "{reading}: {} programs", cases.len());
        boa.run(&cases.iter().collect::<Vec<_>>(), &mut |i, seen| {
            let expected = run(&cases[i].program, Schedule::Fifo, &quirks).unwrap();
            assert_eq!(seen, Run::Outcome(expected), "{reading}: {}", print::block(&cases[i].program));
        });
    }
}

#[test]
fn the_javascript_tests_of_a_reading_pass_on_boa() {
    let js = Path::new(env!("CARGO_MANIFEST_DIR")).join("js");
    let suite = test262::suite::Suite::open(&js, None).unwrap();
    let readings = [
        Reading::YieldStar2025,
        Reading::RejectionEmpty,
        Reading::EventsRegistration,
        Reading::EventsCause,
        Reading::ErrorSnapshot,
    ];
    for reading in readings {
        let folders = ["generator", "async-generator", "host", "Error"].map(Into::into);
        let mut tests = suite.select(&folders).unwrap();
        test262::suite::Suite::under(reading, &mut tests);
        let options = Options { reading, ..Options::new(env!("CARGO_BIN_EXE_conformance")) };
        let runs = test262::run(&suite, &tests, &options, &mut |_| ());
        let failed: BTreeSet<&str> = runs.iter().filter(|run| !run.passed()).map(|run| run.path.as_str()).collect();
        let unexpected: Vec<_> = failed.difference(&lacking()).copied().collect();
        assert!(unexpected.is_empty(), "{reading}: {unexpected:?}");
    }
}

#[test]
fn a_target_that_cannot_follow_is_expected_to_behave_as_pinned() {
    let entry = entries(Reading::YieldStar2025).into_iter().find(|entry| entry.base != entry.pinned).unwrap();
    let expected = |profile| entry.expected(profile, None);
    assert_ne!(expected(Profile::Spec), expected(Profile::Rust));
    assert_eq!(expected(Profile::Boa), expected(Profile::Spec));
}
