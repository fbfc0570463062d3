//! The cases cover every clause of the draft, and each case is well-formed.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use conformance::clauses::Clauses;
use conformance::model::{self, CASE_SCHEDULES, Quirk, Quirks, Schedule};
use conformance::program::ast::Case;
use conformance::program::check::check;
use conformance::program::expected::Expected;
use conformance::program::needs::needs;
use conformance::program::parse::parse;
use conformance::program::profile::{Api, Profile};
use conformance::program::table::Capability;

/// Returns every case in `cases/` with its file. Asserts that the files have no errors.
fn cases() -> Vec<(String, Case)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases");
    let mut cases = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let source = fs::read_to_string(&path).unwrap();
        let (file, mut diagnostics) = parse(&source);
        diagnostics.extend(file.cases.iter().flat_map(check));
        let mistakes: Vec<String> = diagnostics
            .iter()
            .map(|mistake| format!("{name}:{}: {mistake}", source[..mistake.span.start].matches('\n').count() + 1))
            .collect();
        assert!(mistakes.is_empty(), "{}", mistakes.join("\n"));
        cases.extend(file.cases.into_iter().map(|case| (name.clone(), case)));
    }
    cases
}

#[test]
fn there_are_at_least_340_cases_with_unique_ids() {
    let cases = cases();
    assert!(cases.len() >= 340, "{} cases", cases.len());
    let mut files = BTreeMap::new();
    for (file, case) in &cases {
        if let Some(other) = files.insert(case.id.clone(), file) {
            panic!("`{}` is in {other} and in {file}", case.id);
        }
        let kebab = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        assert!(case.id.chars().all(kebab), "`{}` is not in kebab case", case.id);
        assert!(!case.title.is_empty() && !case.tags.is_empty(), "`{}` has no title or no tags", case.id);
        assert!(case.stated().is_some(), "`{}` states no outcome", case.id);
    }
}

#[test]
fn every_clause_that_a_case_cites_is_normative() {
    for (file, case) in cases() {
        for clause in &case.clauses {
            let found = Clauses::get(&clause.text);
            let found =
                found.unwrap_or_else(|| panic!("{file}: `{}` cites `{}`: no such clause", case.id, clause.text));
            assert!(
                found.normative,
                "{file}: `{}` cites `{}`, which contains other clauses only",
                case.id, clause.text
            );
        }
    }
}

#[test]
fn every_normative_clause_has_a_case_or_an_exemption() {
    let cases = cases();
    let cited: BTreeSet<&str> =
        cases.iter().flat_map(|(_, case)| &case.clauses).map(|clause| clause.text.as_ref()).collect();
    for clause in Clauses::all().iter().filter(|clause| clause.normative) {
        let (reached, exempt) = (cited.contains(clause.anchor.as_str()), clause.exempt.is_some());
        assert!(reached || exempt, "`{}` has neither a case nor an exemption", clause.anchor);
        assert!(!(reached && exempt), "`{}` is exempt, yet a case cites it", clause.anchor);
    }
}

// The cases check the model, and the model checks the cases. Neither was derived from the other.
#[test]
fn the_model_gives_each_stated_outcome_under_every_schedule() {
    for (file, case) in cases() {
        let stated = case.stated().unwrap();
        match model::decide(&case.program, CASE_SCHEDULES) {
            Ok(outcome) => {
                assert!(outcome.agrees_with(&stated), "{file}: `{}`: {outcome}; stated: {stated}", case.id);
            }
            Err(fault) => panic!("{file}: `{}`: {}", case.id, fault.message),
        }
    }
}

// The same quirks explain the known deviations of a family on all cases.
#[test]
fn the_quirks_of_node_explain_its_deviations() {
    let profiles = [Profile::NodeAcf, Profile::NodeLegacy].map(|profile| (profile, Quirks::of(profile).without_als()));
    let lacking = [Capability::Guard, Capability::Mutate, Capability::Als];
    for (file, case) in cases() {
        if !needs(&case).is_disjoint(&BTreeSet::from(lacking)) {
            continue; // Quirks concern the draft, which does not have these statements.
        }
        for (profile, quirks) in &profiles {
            let Expected::Outcome(stated) = case.expected(&case.stated().unwrap(), *profile, Some(Api::Ac)) else {
                continue;
            };
            let outcome = model::run(&case.program, Schedule::Fifo, quirks).unwrap();
            let word = profile.word();
            assert!(outcome.agrees_with(&stated), "{file}: `{}`: {word}: {outcome}; stated: {stated}", case.id);
        }
    }
}

#[test]
fn each_fact_on_runtimes_has_a_case_or_a_reason() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec/runtimes.md");
    let Ok(text) = fs::read_to_string(&root) else { return println!("not run: {} is not packed", root.display()) };
    let cases: BTreeSet<String> = cases().into_iter().map(|(_, case)| case.id.to_string()).collect();
    let rows: Vec<&str> = text.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| fact")).collect();
    assert!(rows.len() > 30, "{} facts", rows.len());
    for row in rows {
        let last = row.trim_end_matches([' ', '|']).rsplit(" | ").next().unwrap();
        if last.starts_with("no case") {
            continue;
        }
        let named: Vec<&str> = last.split('`').skip(1).step_by(2).collect();
        assert!(!named.is_empty(), "{row}");
        named.iter().for_each(|id| assert!(cases.contains(*id), "there is no case `{id}`: {row}"));
    }
}

#[test]
fn some_case_shows_each_quirk() {
    let cases = cases();
    for quirk in Quirk::ALL {
        let shown = cases.iter().any(|(_, case)| {
            let run = |quirks: Quirks| model::run(&case.program, Schedule::Fifo, &quirks).unwrap();
            // Some quirks of AsyncLocalStorage are observable only together with others.
            let leak = Quirks::from([Quirk::AlsEnterLeak]);
            let (off, exit) = (leak.with(Quirk::AlsDisableOff), Quirks::from([Quirk::AlsExit]));
            let sets = [Quirks::NONE, leak, off, leak.with(Quirk::AlsUntracked), exit];
            sets.into_iter().any(|set| run(set) != run(set.with(quirk)))
        });
        assert!(shown, "no case shows `{quirk}`");
    }
}
