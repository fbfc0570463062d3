//! Random programs: the properties of the generator, agreement of the targets with the model, and reports of
//! deviations.

use std::collections::BTreeSet;

use conformance::model::{self, Quirk, Quirks, Schedule};
use conformance::program::ast::Case;
use conformance::program::outcome::Outcome;
use conformance::program::parse::parse;
use conformance::program::profile::{Api, Profile};
use conformance::program::table::Capability;
use conformance::program::{json, print};
use conformance::search::{self, Class, Example, Features, Options, Report, hunt};
use conformance::targets::runtime::{Form, Kind, Runtime};
use conformance::targets::rust::{Rust, RustAls, RustRayon, RustThreads, RustTokio};
use conformance::targets::{Run, Target};

/// The model as a target, with quirks that the search must find.
struct Quirky(Quirks);

impl Target for Quirky {
    fn name(&self) -> &str {
        "quirky"
    }
    fn describe(&self) -> String {
        format!("the model with {}", self.0)
    }
    fn profile(&self) -> Profile {
        Profile::Spec
    }
    fn must_conform(&self) -> bool {
        false
    }
    fn capabilities(&self) -> BTreeSet<Capability> {
        Capability::ALL.into()
    }
    fn run(&self, cases: &[&Case], report: &mut dyn FnMut(usize, Run)) {
        for (i, case) in cases.iter().enumerate() {
            let outcome = model::run(&case.program, Schedule::Fifo, &self.0);
            report(i, outcome.map_or_else(|fault| Run::Failed(fault.message), Run::Outcome));
        }
    }
}

/// A target that never answers.
struct Silent;

impl Target for Silent {
    fn name(&self) -> &str {
        "silent"
    }
    fn describe(&self) -> String {
        "a target that never answers".to_owned()
    }
    fn profile(&self) -> Profile {
        Profile::Rust
    }
    fn must_conform(&self) -> bool {
        true
    }
    fn capabilities(&self) -> BTreeSet<Capability> {
        BTreeSet::new()
    }
    fn run(&self, _: &[&Case], _: &mut dyn FnMut(usize, Run)) {}
}

fn search(options: &Options, targets: &[&dyn Target]) -> Report {
    hunt(options, targets, &mut |_| {})
}

/// Returns a report as text, for failure messages.
fn told(report: &Report) -> String {
    let mut text = String::new();
    for rejection in &report.rejections {
        text += &format!("rejected: {}\n{}\n", rejection.reason, rejection.text);
    }
    for difference in &report.differences {
        let Example { text: program, expected, seen, .. } = difference.example();
        text += &format!("{}: {}\n{program}\nexpected {expected}\n", difference.target, difference.class);
        text += &seen.as_ref().map_or_else(|why| format!("failed: {why}\n"), |seen| format!("seen     {seen}\n"));
    }
    text
}

#[test]
fn fewer_than_three_in_a_hundred_programs_are_rejected() {
    let report = search(&Options { count: 600, features: Features::ALL, ..Options::default() }, &[]);
    assert_eq!(report.generated, 600);
    assert!(report.rejected * 100 < report.generated * 3, "{} rejected\n{}", report.rejected, told(&report));
}

#[test]
fn every_program_survives_the_text_and_the_json_form() {
    for n in 0..300 {
        let case = search::case(1, n, &Features::ALL).unwrap();
        let text = print::file([&case]);
        let (file, mistakes) = parse(&text);
        assert!(mistakes.is_empty(), "{text}");
        assert_eq!(print::file(&file.cases), text);
        let (file, mistakes) = json::read(&json::case(&case).to_string());
        assert!(mistakes.is_empty(), "{text}");
        assert_eq!(print::file(&file.cases), text);
    }
}

#[test]
fn every_decided_program_is_compared_on_each_target() {
    let (tokio, facade) = (RustTokio::default().repetitions(3), RustAls::default());
    let groups: [Vec<&dyn Target>; 2] = [vec![&Rust, &tokio, &RustThreads, &RustRayon], vec![&facade]];
    for targets in groups {
        let features = Features::shared(&targets);
        let report = search(&Options { count: 100, features, shrink: false, ..Options::default() }, &targets);
        assert!(report.passes(), "{}", told(&report));
        for tally in &report.targets {
            assert_eq!(tally.compared, report.generated - report.rejected, "{}", tally.target);
        }
    }
}

#[test]
fn a_quirk_is_found_named_and_shrunk() {
    let others = [Quirk::FinalizerEmpty, Quirk::ModuleInherit, Quirk::MessageCreate];
    for quirk in [Quirk::Gen, Quirk::Agen, Quirk::ThenableCreate].into_iter().chain(others) {
        let quirks = Quirks::from([quirk]);
        let features = if others.contains(&quirk) { Features::ALL } else { Features::default() };
        let report = search(&Options { count: 300, features, ..Options::default() }, &[&Quirky(quirks)]);
        assert!(report.passes(), "{}", told(&report));
        let exact = report.differences.iter().find(|difference| difference.class == Class::Quirks(quirks));
        let difference = exact.unwrap_or_else(|| panic!("{quirk} is not found\n{}", told(&report)));
        let shrunk = difference.shrunk.as_ref().unwrap();
        assert!(shrunk.statements <= 6, "{quirk}\n{}", shrunk.text);
        assert_ne!(Ok(&shrunk.expected), shrunk.seen.as_ref(), "{}", shrunk.text);
    }
}

#[test]
fn combined_quirks_are_distinguished() {
    let both = Quirks::from([Quirk::Gen, Quirk::Agen]);
    // About one program in 2000 needs both. One of these does.
    let options = Options { seed: 2, count: 700, shrink: false, ..Options::default() };
    let report = search(&options, &[&Quirky(both)]);
    let classes: BTreeSet<Class> = report.targets[0].classes.keys().copied().collect();
    for quirks in [Quirks::from([Quirk::Gen]), Quirks::from([Quirk::Agen]), both] {
        assert!(classes.contains(&Class::Quirks(quirks)), "{classes:?}");
    }
}

#[test]
fn a_target_without_an_answer_does_not_pass() {
    let report = search(&Options { count: 5, ..Options::default() }, &[&Silent]);
    assert!(!report.passes());
    assert_eq!(report.targets[0].classes.get(&Class::Error), Some(&5));
}

#[test]
fn an_outcome_that_no_quirk_gives_is_unexplained() {
    let text = "litmus 1; case c { program { var v; run v a { generator g { get v } }; try { next g }; catch {} } }";
    let mut wrong = Outcome::default();
    wrong.observe(&"g".into(), "b", None);
    assert_eq!(
        search::classify(&parse(text).0.cases[0].program, &wrong, Profile::NodeAcf, Some(Api::Ac)),
        Class::Unexplained
    );
}

#[test]
fn node_differs_by_known_quirks_only() {
    let node = match Runtime::at("node", Kind::Node, "node", &[]) {
        Ok(node) => node,
        Err(missing) => return println!("not run: {missing}"),
    };
    for form in [Form::AcAls, Form::Als] {
        let (node, api) = (node.target(form), form.api());
        let features = Features::shared(&[&node]);
        assert_eq!(features.als, api == Api::Als);
        let report = search(&Options { count: 200, features, shrink: false, ..Options::default() }, &[&node]);
        assert!(report.passes(), "{}", told(&report));
        assert_eq!(report.targets[0].compared, report.generated - report.rejected);
    }
}
