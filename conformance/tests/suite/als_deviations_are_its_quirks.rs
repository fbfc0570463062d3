//! The outcomes that the cases state for AsyncLocalStorage of Node, Deno and Boa are those of the model under the
//! quirks of each family, so the quirks explain every known deviation.

use std::path::Path;

use conformance::model::{Quirks, Schedule, run};
use conformance::program::ast::Case;
use conformance::program::expected::Expected;
use conformance::program::needs::needs;
use conformance::program::parse::parse;
use conformance::program::profile::{Api, Profile};
use conformance::program::table::Capability;
use conformance::targets::{Target, boa::Boa};

fn check(profile: Profile, at_least: usize, able: impl Fn(&Case) -> bool) {
    let mut mistakes = Vec::new();
    let mut deviations = 0;
    for entry in Path::new(env!("CARGO_MANIFEST_DIR")).join("cases").read_dir().expect("the cases are there") {
        let source = std::fs::read_to_string(entry.expect("it can be read").path()).expect("it can be read");
        for case in parse(&source).0.cases.into_iter().filter(&able) {
            let Some(base) = case.stated() else { continue };
            let Expected::Outcome(stated) = case.expected(&base, profile, Some(Api::Als)) else { continue };
            deviations += usize::from(stated != base);
            match run(&case.program, Schedule::Fifo, &Quirks::of(profile)) {
                Ok(outcome) if outcome.agrees_with(&stated) => {}
                Ok(outcome) => mistakes.push(format!("{}: stated {stated}, but the model gives {outcome}", case.id)),
                Err(fault) => mistakes.push(format!("{}: {fault}", case.id)),
            }
        }
    }
    assert!(deviations >= at_least, "only {deviations} deviations are stated");
    assert!(mistakes.is_empty(), "{}", mistakes.join("\n"));
}

/// No Node can hide a variable.
fn hides_nothing(case: &Case) -> bool {
    !needs(case).contains(&Capability::Hide)
}

#[test]
fn legacy_node() {
    check(Profile::NodeLegacy, 10, hides_nothing);
}

#[test]
fn node_with_async_context_frame() {
    check(Profile::NodeAcf, 10, hides_nothing);
}

#[test]
fn deno_on_what_it_can_run() {
    // Its AsyncLocalStorage has no `withScope`.
    check(Profile::Deno, 10, |case| hides_nothing(case) && !needs(case).contains(&Capability::Guard));
}

#[test]
fn boa_on_what_it_can_run() {
    let boa = Boa::new(Api::Als);
    check(Profile::Boa, 3, |case| boa.obstacle(case).is_none());
}
