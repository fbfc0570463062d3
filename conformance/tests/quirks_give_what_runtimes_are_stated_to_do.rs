//! What the cases state for Node is what the model gives under the quirks of that Node: the quirks
//! explain every stated deviation, and no other.

use std::path::Path;

use conformance::model::Quirk::{
    Agen, AlsDefaultLost, AlsDisableInPlace, AlsDisableOff, AlsEnterLeak, AlsExit, AlsResourceKeeps, AlsRunSame,
    FinalizerEmpty, Gen, ModuleInherit, RejectCreate, ThenableCreate,
};
use conformance::model::{Quirks, Schedule, run};
use conformance::outcome::Expected;
use conformance::program::needs::needs;
use conformance::program::parse::parse;
use conformance::program::profile::{Api, Profile};
use conformance::program::table::Capability;

fn check(profile: Profile, api: Api, quirks: Quirks) {
    let mut mistakes = Vec::new();
    let mut deviations = 0;
    for entry in Path::new(env!("CARGO_MANIFEST_DIR")).join("cases").read_dir().expect("the cases are there") {
        let source = std::fs::read_to_string(entry.expect("it can be read").path()).expect("it can be read");
        for case in parse(&source).0.cases {
            let needs = needs(&case);
            let lacks = api == Api::Ac
                && [Capability::Als, Capability::Mutate, Capability::Guard].iter().any(|c| needs.contains(c));
            let Some(base) = case.stated().filter(|_| !lacks) else { continue };
            let Expected::Outcome(stated) = case.expected(&base, profile, Some(api)) else { continue };
            deviations += usize::from(stated != base);
            match run(&case.program, Schedule::Fifo, &quirks) {
                Ok(outcome) if outcome.agrees_with(&stated) => {}
                Ok(outcome) => mistakes.push(format!("{}: stated {stated}, but the model gives {outcome}", case.id)),
                Err(fault) => mistakes.push(format!("{}: {fault}", case.id)),
            }
        }
    }
    assert!(deviations > 10, "only {deviations} deviations are stated");
    assert!(mistakes.is_empty(), "{profile:?} through {api:?}:\n{}", mistakes.join("\n"));
}

#[test]
fn legacy_node() {
    let quirks = Quirks::from([Gen, Agen, ThenableCreate, RejectCreate, FinalizerEmpty, ModuleInherit]);
    check(Profile::NodeLegacy, Api::Ac, quirks);
    let als = [AlsEnterLeak, AlsRunSame, AlsExit, AlsDisableOff, AlsDefaultLost, AlsResourceKeeps];
    check(Profile::NodeLegacy, Api::Als, quirks.iter().chain(als).collect());
}

#[test]
fn node_with_async_context_frame() {
    let quirks = Quirks::from([Gen, Agen, FinalizerEmpty, ModuleInherit]);
    check(Profile::NodeAcf, Api::Ac, quirks);
    let als = [AlsEnterLeak, AlsRunSame, AlsDisableInPlace];
    check(Profile::NodeAcf, Api::Als, quirks.iter().chain(als).collect());
}
