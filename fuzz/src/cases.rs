//! Properties of every litmus case, read from either form.

use conformance::program::ast::{Block, Case, Span};
use conformance::program::check::check;
use conformance::program::diagnostic::Diagnostic;
use conformance::program::{json, parse::parse, print};
use conformance::report::problems;
use conformance::suite::{Problem, Source, Suite};

/// Checks that each diagnostic points into the text and can be rendered.
pub(crate) fn diagnostics_point_into(source: &str, diagnostics: &[Diagnostic]) {
    for diagnostic in diagnostics {
        points_into(source, &diagnostic.span);
    }
    let file = Source { path: "input".to_owned(), text: source.to_owned() };
    let problem = |diagnostic: &Diagnostic| Problem { source: 0, diagnostic: diagnostic.clone() };
    let problems = diagnostics.iter().take(3).map(problem).collect();
    let suite = Suite { sources: vec![file], problems, ..Suite::default() };
    problems::print(&mut std::io::sink(), &suite).expect("a sink takes everything");
}

fn points_into(source: &str, span: &Span) {
    assert!(source.get(span.clone()).is_some(), "{span:?} is no part of a text of {} bytes", source.len());
}

/// Checks that the positions of the case are in the text, that the static rules can be applied, and
/// that the case is equal after being written in either form and read again. Returns the problems
/// that the static rules report.
pub(crate) fn holds(source: &str, case: &Case) -> Vec<Diagnostic> {
    points_into(source, &case.span);
    case.clauses.iter().for_each(|clause| points_into(source, &clause.span));
    block_points_into(source, &case.program);
    for expect in &case.expects {
        points_into(source, &expect.span);
        expect.places.iter().for_each(|place| points_into(source, place));
        assert_eq!(expect.places.len(), expect.strands.len());
    }
    let mistakes = check(case);
    diagnostics_point_into(source, &mistakes);
    text_round_trips(case);
    if !lists_a_strand_twice(case) {
        json_round_trips(case);
    }
    mistakes
}

fn block_points_into(source: &str, block: &Block) {
    for stmt in block {
        points_into(source, &stmt.span);
        stmt.operands.iter().for_each(|(_, operand)| points_into(source, &operand.span));
        stmt.blocks().for_each(|block| block_points_into(source, block));
    }
}

/// Whether an outcome has two strands of one name, which the static rules reject and the JSON form
/// can't express.
fn lists_a_strand_twice(case: &Case) -> bool {
    case.expects.iter().any(|expect| {
        let names = || expect.strands.iter().map(|(name, _)| name);
        names().enumerate().any(|(at, name)| names().take(at).any(|before| before == name))
    })
}

fn text_round_trips(case: &Case) {
    let written = print::file([case]);
    let (file, diagnostics) = parse(&written);
    assert_eq!(diagnostics, [], "{written}");
    let [again] = &file.cases[..] else { panic!("{} cases: {written}", file.cases.len()) };
    assert_eq!(again.without_places(), case.without_places(), "{written}");
    assert_eq!(print::file([again]), written);
}

fn json_round_trips(case: &Case) {
    let written = json::case(case).to_string();
    let (file, diagnostics) = json::read(&written);
    assert_eq!(diagnostics, [], "{written}");
    let [again] = &file.cases[..] else { panic!("{} cases: {written}", file.cases.len()) };
    assert_eq!(again.without_places(), case.without_places(), "{written}");
    assert_eq!(json::case(again).to_string(), written);
}
