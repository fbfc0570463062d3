//! WinterTC's portable subset of AsyncLocalStorage: what is in it, and runtimes through it alone.

use std::collections::BTreeSet;

use conformance::model::{Schedule, run};
use conformance::program::ast::Case;
use conformance::program::expected::Expected;
use conformance::program::parse::parse;
use conformance::program::portable::outside;
use conformance::program::profile::{Api, Profile};
use conformance::program::table::TABLE;
use conformance::suite::Suite;
use conformance::targets::runtime::{Form, Kind, Runtime};
use conformance::targets::{Run, Target, attempt, model::Portable};

fn suite() -> Vec<Case> {
    Suite::embedded().cases.into_iter().map(|entry| entry.case).collect()
}

fn inside() -> Vec<Case> {
    suite().into_iter().filter(|case| outside(case).is_none()).collect()
}

#[test]
fn a_program_outside_it_is_not_supported_and_says_why() {
    for (program, reason) in [
        ("var v; run v a { enter-with v b }", "`enter-with` is not in WinterTC's portable subset of AsyncLocalStorage"),
        (
            "var v default=d",
            "`default=` is not in WinterTC's portable subset of AsyncLocalStorage, which has no options",
        ),
        ("generator g { yield }; next g", "does not say in which context it runs"),
        ("var v; task t { try { disable v }; finally {} }", "`disable` is not in"),
        ("channel c; listen c p {}", "`channel` is not in"),
    ] {
        let (file, diagnostics) = parse(&format!("litmus 1; case c {{ program {{ {program} }} }}"));
        assert_eq!(diagnostics, []);
        let mut runs = Vec::new();
        attempt(&Portable, &[&file.cases[0]], &mut |_, run| runs.push(run));
        let [Run::Unsupported(why)] = runs.as_slice() else { panic!("{program}: {runs:?}") };
        assert!(why.contains(reason), "{program}: {why}");
    }
}

#[test]
fn it_requires_what_the_draft_requires() {
    let cases = inside();
    assert!(cases.len() >= 100, "{} cases", cases.len());
    for case in cases {
        let base = case.stated().unwrap();
        assert_eq!(case.expected(&base, Profile::Wintertc, None), Expected::Outcome(base.clone()), "{}", case.id);
        let outcome = run(&case.program, Schedule::Fifo, &conformance::model::Quirks::NONE).unwrap();
        assert!(outcome.agrees_with(&base), "{}: {outcome}", case.id);
    }
}

#[test]
fn the_reference_lists_its_statements() {
    let text = include_str!("../../LITMUS.md");
    let (_, section) = text.split_once("**The portable subset.**").unwrap();
    let table = section.split("\n\n").nth(1).unwrap();
    let listed: BTreeSet<&str> = table.split('`').skip(1).step_by(2).collect();
    for row in TABLE {
        assert!(listed.contains(row.word), "`{}` is in no row of\n{table}", row.word);
    }
    let first = table.lines().nth(2).unwrap();
    let within: BTreeSet<&str> = first.split('`').skip(1).step_by(2).collect();
    for case in inside() {
        conformance_ops(&case.program, &mut |word| assert!(within.contains(word), "`{word}` of {}", case.id));
    }
}

fn conformance_ops(block: &[conformance::program::ast::Stmt], visit: &mut impl FnMut(&'static str)) {
    for stmt in block {
        visit(stmt.op.word());
        stmt.blocks().for_each(|block| conformance_ops(block, visit));
    }
}

// The host gives programs classes with the members of the subset, and no others.
#[test]
fn node_runs_every_case_with_its_members_alone() {
    let node = match Runtime::at("node", Kind::Node, "node", &[]) {
        Ok(node) => node.target(Form::Portable),
        Err(missing) => return println!("not run: {missing}"),
    };
    let cases = suite();
    let mut ran = 0;
    attempt(&node, &cases.iter().collect::<Vec<_>>(), &mut |i, run| {
        let case = &cases[i];
        match run {
            Run::Outcome(outcome) => {
                let base = case.stated().unwrap();
                let expected = case.expected(&base, node.profile(), Some(Api::Als));
                let Expected::Outcome(expected) = expected else { panic!("{}: {expected:?}", case.id) };
                assert!(outcome.agrees_with(&expected), "{}: {outcome}, expected {expected}", case.id);
                ran += 1;
            }
            Run::Unsupported(_) => assert!(outside(case).is_some(), "{}", case.id),
            Run::Failed(why) => panic!("{}: {why}", case.id),
        }
    });
    assert_eq!(ran, inside().len());
}
