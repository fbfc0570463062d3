//! What the cases state for Node's AsyncLocalStorage is what the model gives under the quirks of
//! that Node: they explain every stated deviation, and no other.

use std::path::Path;

use conformance::model::Quirk::{
    Agen, AlsDefaultLost, AlsDisableInPlace, AlsDisableOff, AlsEnterLeak, AlsExit, AlsResourceKeeps, AlsRunSame,
    FinalizerEmpty, Gen, ModuleInherit, RejectCreate, ThenableCreate,
};
use conformance::model::{Quirk, Quirks, Schedule, run};
use conformance::outcome::Expected;
use conformance::program::parse::parse;
use conformance::program::profile::{Api, Profile};

fn check<const N: usize>(profile: Profile, quirks: [Quirk; N]) {
    let mut mistakes = Vec::new();
    let mut deviations = 0;
    for entry in Path::new(env!("CARGO_MANIFEST_DIR")).join("cases").read_dir().expect("the cases are there") {
        let source = std::fs::read_to_string(entry.expect("it can be read").path()).expect("it can be read");
        for case in parse(&source).0.cases {
            let Some(base) = case.stated() else { continue };
            let Expected::Outcome(stated) = case.expected(&base, profile, Some(Api::Als)) else { continue };
            deviations += usize::from(stated != base);
            match run(&case.program, Schedule::Fifo, &Quirks::from(quirks)) {
                Ok(outcome) if outcome.agrees_with(&stated) => {}
                Ok(outcome) => mistakes.push(format!("{}: stated {stated}, but the model gives {outcome}", case.id)),
                Err(fault) => mistakes.push(format!("{}: {fault}", case.id)),
            }
        }
    }
    assert!(deviations > 10, "only {deviations} deviations are stated");
    assert!(mistakes.is_empty(), "{}", mistakes.join("\n"));
}

#[test]
fn legacy_node() {
    let quirks = [
        Gen,
        Agen,
        ThenableCreate,
        RejectCreate,
        FinalizerEmpty,
        ModuleInherit,
        AlsEnterLeak,
        AlsRunSame,
        AlsExit,
        AlsDisableOff,
        AlsDefaultLost,
        AlsResourceKeeps,
    ];
    check(Profile::NodeLegacy, quirks);
}

#[test]
fn node_with_async_context_frame() {
    let quirks = [Gen, Agen, FinalizerEmpty, ModuleInherit, AlsEnterLeak, AlsRunSame, AlsDisableInPlace];
    check(Profile::NodeAcf, quirks);
}
