//! The report in the form `wptreport`, which wpt.fyi takes: a test per case, a subtest per strand.

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use super::difference::observations;
use crate::clauses::Clauses;
use crate::compare::{Cell, Column, Comparison, Verdict};
use crate::program::ast::Word;
use crate::suite::{Entry, Suite};

/// Returns the report of the first target. `started` is when its run began.
///
/// The revision is the commit of the draft that the cases test, since they are not in the repository of web platform
/// tests.
pub fn report(suite: &Suite, comparison: &Comparison, started: SystemTime) -> Value {
    let column = comparison.columns.first();
    let results: Vec<Value> = suite
        .cases
        .iter()
        .enumerate()
        .filter_map(|(i, entry)| Some(result(suite, entry, column?.cells.get(i)?)))
        .collect();
    json!({ "run_info": run_info(column), "time_start": milliseconds(started),
        "time_end": milliseconds(SystemTime::now()), "results": results })
}

fn run_info(column: Option<&Column>) -> Value {
    let describe = column.map_or("", |column| &column.describe);
    let is_version = |word: &&str| word.starts_with(|c: char| c.is_ascii_digit()) && word.contains('.');
    let version = describe.split_whitespace().find(is_version).unwrap_or(env!("CARGO_PKG_VERSION"));
    json!({ "product": column.map_or("", |column| &column.target), "browser_version": version,
        "description": describe, "revision": Clauses::commit(), "os": os(), "os_version": "", "version": "",
        "processor": std::env::consts::ARCH, "bits": usize::BITS, "automation": true, "headless": true,
        "debug": false, "verify": false, "wasm": false, "has_sandbox": false })
}

/// Returns the system's name as wpt.fyi spells it.
fn os() -> &'static str {
    match std::env::consts::OS {
        "macos" => "mac",
        "windows" => "win",
        other => other,
    }
}

fn milliseconds(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH).ok().and_then(|since| u64::try_from(since.as_millis()).ok()).unwrap_or(0)
}

fn result(suite: &Suite, entry: &Entry, cell: &Cell) -> Value {
    let path = &suite.source(entry).path;
    let test = format!("/asynccontext/litmus/{}/{}", path.strip_suffix(".kdl").unwrap_or(path), entry.case.id);
    let (status, message) = match cell.verdict {
        Verdict::Error if cell.reason.as_ref().is_some_and(|reason| reason.contains("hang")) => {
            ("TIMEOUT", cell.reason.clone())
        }
        Verdict::Error => ("ERROR", cell.reason.clone()),
        Verdict::NotSupported => ("PRECONDITION_FAILED", cell.reason.clone()),
        _ => ("OK", None),
    };
    json!({ "test": test, "status": status, "message": message, "subtests": subtests(entry, cell) })
}

fn subtests(entry: &Entry, cell: &Cell) -> Vec<Value> {
    let Some(seen) = &cell.seen else { return Vec::new() };
    let mut strands: Vec<&Word> = entry.base.strands.keys().chain(seen.strands.keys()).collect();
    strands.sort();
    strands.dedup();
    let differing = seen.differences(&entry.base);
    let subtest = |strand: &Word| {
        let name = format!("{}: strand {strand}", entry.case.title);
        let message = differing.contains(strand).then(|| {
            let (draft, seen) = (observations(entry.base.strand(strand)), observations(seen.strand(strand)));
            format!("the draft requires {draft}; observed {seen}")
        });
        json!({ "name": name, "status": if message.is_some() { "FAIL" } else { "PASS" }, "message": message })
    };
    strands.into_iter().map(subtest).collect()
}
