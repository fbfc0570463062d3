//! A litmus file: its errors, and for each case what the model and Boa give, and its text in JavaScript.

use conformance::compare::Comparison;
use conformance::engine;
use conformance::model::{self, Quirks, Schedule};
use conformance::program::ast::Case;
use conformance::program::profile::Api;
use conformance::program::reading::Reading;
use conformance::report::json::outcome;
use conformance::report::outline;
use conformance::suite::{Entry, Suite};
use conformance::targets::boa::Boa;
use conformance::targets::model::Model;
use conformance::targets::{Run, Target, attempt, js};
use serde_json::{Value, json};

use crate::output::line;

/// The name of the file in messages.
const NAME: &str = "program.kdl";

/// Answers with the errors and the cases of a file.
pub(crate) fn run(text: &str) {
    let suite = Suite::of(NAME, text);
    let mut problems = Vec::new();
    for problem in &suite.problems {
        let Some(source) = suite.sources.get(problem.source) else { continue };
        let diagnostic = &problem.diagnostic;
        let (row, column) = source.position(diagnostic.span.start);
        let units = |offset: usize| source.text.get(..offset).unwrap_or(&source.text).encode_utf16().count();
        problems.push(json!({
            "line": row, "column": column, "from": units(diagnostic.span.start), "to": units(diagnostic.span.end),
            "message": diagnostic.message, "help": diagnostic.help,
        }));
    }
    let comparison = Comparison::run(&suite, &targets(), Vec::new(), &|_| ());
    let cases: Vec<Value> =
        suite.cases.iter().enumerate().map(|(index, entry)| case(index, entry, &comparison)).collect();
    line(&json!({ "event": "litmus", "problems": problems, "cases": cases }));
}

/// The implementations that the engine contains.
pub(crate) fn targets() -> Vec<Box<dyn Target>> {
    vec![Box::new(Model::default()), Box::new(Boa::new(Api::Ac)), Box::new(Boa::new(Api::Als))]
}

fn case(index: usize, entry: &Entry, comparison: &Comparison) -> Value {
    let columns = comparison.columns.iter().filter_map(|column| {
        let cell = column.cells.get(index)?;
        Some(json!({ "target": column.target, "describe": column.describe, "verdict": cell.verdict.word(),
            "meaning": cell.verdict.meaning(), "reason": cell.reason, "seen": cell.seen.as_ref().map(outcome) }))
    });
    json!({
        "id": &*entry.case.id, "title": entry.case.title, "stated": entry.stated, "draft": outcome(&entry.base),
        "clauses": entry.case.clauses.iter().map(|clause| clause.text.to_string()).collect::<Vec<_>>(),
        "columns": columns.collect::<Vec<_>>(), "readings": readings(&entry.case),
        "javascript": js::javascript(&entry.case, Api::Ac), "als": js::javascript(&entry.case, Api::Als),
        "rust": outline::rust(&entry.case.program),
    })
}

/// Returns the readings under which the model gives another outcome than under the pinned draft, with that outcome
/// and Boa's.
fn readings(case: &Case) -> Vec<Value> {
    let under = |reading| model::run(&case.program, Schedule::Fifo, &Quirks::of_reading(reading)).ok();
    let Some(pinned) = under(Reading::Draft) else { return Vec::new() };
    let others = Reading::ALL.into_iter().filter(|&reading| reading != Reading::Draft);
    others
        .filter_map(|reading| {
            let model = under(reading).filter(|seen| *seen != pinned)?;
            let (boa, reason) = boa(case, reading);
            Some(json!({ "reading": reading.word(), "rule": reading.rule(), "model": outcome(&model), "boa": boa,
                "reason": reason }))
        })
        .collect()
}

/// Returns what Boa gives under a reading, or the reason why it gives nothing.
fn boa(case: &Case, reading: Reading) -> (Option<Value>, Option<String>) {
    if let Some(reason) = engine::obstacle(reading) {
        return (None, Some(reason.to_owned()));
    }
    let mut answer = (None, None);
    attempt(&Boa::new(Api::Ac).under(reading), &[case], &mut |_, run| {
        answer = match run {
            Run::Outcome(seen) => (Some(outcome(&seen)), None),
            Run::Unsupported(reason) | Run::Failed(reason) => (None, Some(reason)),
        };
    });
    answer
}
