//! The JSON report, with which a later run can be compared.

use serde_json::{Map, Value, json};

use crate::test262::Engine;
use crate::test262::compare::{Change, Comparison, VERSION};
use crate::test262::results::{Counts, Kind, Outcome, Run};

/// Returns the whole report as one value.
pub fn report(engine: Engine, runs: &[Run], comparison: Option<&Comparison>) -> Value {
    let counts = Counts::of(runs);
    let kinds: Map<_, _> =
        Kind::ALL.into_iter().map(|kind| (kind.word().to_owned(), json!(counts.get(kind)))).collect();
    let runs: Vec<_> = runs.iter().map(run).collect();
    let comparison = comparison.map(|comparison| {
        json!({ "better": changes(&comparison.better), "worse": changes(&comparison.worse),
            "appeared": changes(&comparison.appeared), "vanished": changes(&comparison.vanished) })
    });
    json!({ "report": VERSION, "bare": engine == Engine::Bare, "runs": counts.total(), "counts": kinds,
        "comparison": comparison, "results": runs })
}

fn changes(changes: &[Change]) -> Vec<Value> {
    let word = |outcome: &Option<Outcome>| outcome.as_ref().map(|outcome| outcome.kind.word());
    let change = |change: &Change| {
        json!({ "path": change.path, "mode": change.mode.map(|mode| mode.word()), "then": word(&change.then),
            "now": word(&change.now) })
    };
    changes.iter().map(change).collect()
}

fn run(run: &Run) -> Value {
    let mut value = Map::new();
    value.insert("path".to_owned(), json!(run.path));
    value.insert("mode".to_owned(), json!(run.mode.map(|mode| mode.word())));
    value.insert("outcome".to_owned(), json!(run.outcome.kind.word()));
    if !run.outcome.reason.is_empty() {
        value.insert("reason".to_owned(), json!(run.outcome.reason));
    }
    value.insert("milliseconds".to_owned(), json!(run.milliseconds));
    value.insert("features".to_owned(), json!(run.features));
    Value::Object(value)
}
