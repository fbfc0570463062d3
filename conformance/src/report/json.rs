//! The JSON report.

use serde_json::{Map, Value, json};

use super::difference::differences;
use crate::clauses::Clauses;
use crate::compare::{Cell, Comparison, Verdict};
use crate::program::outcome::Outcome;
use crate::suite::{Entry, Suite};

/// The version of the report's form. It rises with each change that a reader of an older version would misread.
const VERSION: u32 = 2;

/// Returns the whole report as one value.
pub fn report(suite: &Suite, comparison: &Comparison) -> Value {
    let targets: Vec<_> = comparison
        .columns
        .iter()
        .map(|column| {
            let counts: Map<_, _> =
                Verdict::ALL.into_iter().map(|v| (v.key().to_owned(), json!(column.count(v)))).collect();
            json!({ "name": column.target, "describe": column.describe, "profile": column.profile.word(),
                "must_conform": column.must_conform, "conforms": column.conforms(), "counts": counts })
        })
        .collect();
    let missing: Vec<_> =
        comparison.missing.iter().map(|missing| json!({ "name": missing.target, "why": missing.why })).collect();
    let cases: Vec<_> = suite.cases.iter().enumerate().map(|(i, entry)| case(suite, comparison, i, entry)).collect();
    json!({ "report": VERSION, "tool": env!("CARGO_PKG_VERSION"), "draft_commit": Clauses::commit(), "targets": targets, "not_run": missing, "cases": cases,
        "passes": comparison.passes() && suite.is_agreed(), "problems": problems(suite) })
}

fn case(suite: &Suite, comparison: &Comparison, i: usize, entry: &Entry) -> Value {
    let results: Map<_, _> = comparison
        .columns
        .iter()
        .map(|column| (column.target.clone(), result(suite, entry, &column.cells[i])))
        .collect();
    let clauses: Vec<_> = entry.case.clauses.iter().map(|clause| &*clause.text).collect();
    let mut case = json!({ "id": &*entry.case.id, "title": entry.case.title, "file": suite.source(entry).path,
        "clause": clauses, "draft": outcome(&entry.base), "draft_from": if entry.stated { "case" } else { "model" },
        "results": results });
    if let Some(disputed) = &entry.disputed {
        case["disputed"] = outcome(disputed);
    }
    case
}

fn result(suite: &Suite, entry: &Entry, cell: &Cell) -> Value {
    let mut result = Map::new();
    result.insert("verdict".to_owned(), json!(cell.verdict.key()));
    if let Some(reason) = &cell.reason {
        result.insert("reason".to_owned(), json!(reason));
    }
    if let Some(quirks) = cell.quirks {
        let cause: Vec<_> = quirks.iter().map(|quirk| quirk.word()).collect();
        result.insert("cause".to_owned(), json!(cause));
    }
    if let Some(seen) = &cell.seen {
        result.insert("strands".to_owned(), outcome(seen));
        let lines: Vec<_> = differences(entry, suite.source(entry), cell)
            .into_iter()
            .flat_map(|difference| {
                let strand = difference.strand;
                difference.lines.into_iter().map(move |line| {
                    json!({ "strand": &*strand, "line": line.number, "text": line.text,
                        "draft": line.draft.as_deref(), "observed": line.seen.as_deref() })
                })
            })
            .collect();
        if !lines.is_empty() {
            result.insert("differences".to_owned(), json!(lines));
        }
    }
    Value::Object(result)
}

/// Returns an outcome in the form of a target's answer: `[value]` or `[value, label]` per observation.
pub fn outcome(outcome: &Outcome) -> Value {
    let strands: Map<_, _> = outcome
        .strands
        .iter()
        .map(|(strand, seen)| {
            let seen: Vec<_> = seen
                .iter()
                .map(|observation| match &observation.label {
                    None => json!([&*observation.value]),
                    Some(label) => json!([&*observation.value, &**label]),
                })
                .collect();
            (strand.to_string(), json!(seen))
        })
        .collect();
    Value::Object(strands)
}

fn problems(suite: &Suite) -> Value {
    let in_files = suite.problems.iter().map(|problem| {
        let (source, diagnostic) = (&suite.sources[problem.source], &problem.diagnostic);
        let (line, column) = source.position(diagnostic.span.start);
        json!({ "file": source.path, "line": line, "column": column, "message": diagnostic.message,
            "help": diagnostic.help })
    });
    let unreadable = suite.unreadable.iter().map(|(path, error)| json!({ "file": path, "message": error.to_string() }));
    Value::Array(in_files.chain(unreadable).collect())
}
