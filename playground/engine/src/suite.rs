//! The embedded suite, and the tests of test262: for the page's list, and to compare this build with the command line.

use std::path::Path;

use conformance::compare::Comparison;
use conformance::report::json::report;
use conformance::suite::Suite;
use serde_json::json;

use crate::litmus::targets;
use crate::output::line;

/// Answers with the cases of the suite and their texts.
pub(crate) fn list() {
    let suite = Suite::embedded();
    for entry in &suite.cases {
        let source = suite.source(entry);
        let text = source.text.get(entry.case.span.clone()).unwrap_or_default();
        line(&json!({ "event": "case", "id": &*entry.case.id, "title": entry.case.title, "file": source.path,
            "text": format!("litmus {}\n\n{}\n", entry.case.version, text.trim_end()) }));
    }
}

/// Answers with the command line's report on the embedded targets.
pub(crate) fn run() {
    let suite = Suite::embedded();
    let comparison = Comparison::run(&suite, &targets(), Vec::new(), &|_| ());
    line(&json!({ "event": "report", "report": report(&suite, &comparison) }));
}

/// Runs the tests of a folder in the format of test262, and answers with each result. The host gives access to the folder.
pub(crate) fn test262(root: &str, filter: &str) {
    let ran = conformance::test262::run_here(Path::new(root), filter, &mut |test, mode, outcome| {
        line(
            &json!({ "event": "test", "test": test, "mode": mode, "result": outcome.kind.word(), "reason": outcome.reason }),
        );
    });
    if let Err(error) = ran {
        line(&json!({ "event": "refused", "text": error.to_string() }));
    }
}
