//! The report for machines, which is also what a later run is compared with.

use serde_json::{Map, Value, json};

use crate::test262::Engine;
use crate::test262::results::{Counts, Kind, Run};

/// The version of this form. It rises when a reader of an older one would misread it.
pub(crate) const VERSION: u32 = 1;

/// The whole report as one value.
pub fn report(engine: Engine, runs: &[Run]) -> Value {
    let counts = Counts::of(runs);
    let kinds: Map<_, _> =
        Kind::ALL.into_iter().map(|kind| (kind.word().to_owned(), json!(counts.get(kind)))).collect();
    let runs: Vec<_> = runs.iter().map(run).collect();
    json!({ "report": VERSION, "bare": engine == Engine::Bare, "runs": counts.total(), "counts": kinds, "results": runs })
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
