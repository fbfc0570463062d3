//! `conformance list`.

use std::io::Write as _;

use conformance::report::families;
use serde_json::json;

use super::args::{List, ListFormat};
use super::exit::{Failure, code};
use super::selection::{load, select};

pub(super) fn list(args: &List) -> Result<u8, Failure> {
    let mut suite = load(&args.files)?;
    select(&mut suite, &args.cases)?;
    if !args.about.is_empty() {
        suite.cases.retain(|entry| {
            let case = &entry.case;
            let mut words = case.tags.iter().chain(case.clauses.iter().map(|clause| &clause.text));
            words.any(|word| args.about.iter().any(|about| **about == **word))
        });
    }
    let mut out = anstream::stdout().lock();
    match args.format {
        ListFormat::Table => {
            let width = suite.cases.iter().map(|entry| entry.case.id.chars().count()).max().unwrap_or(0);
            for entry in &suite.cases {
                writeln!(out, "{:<width$}  {}", entry.case.id, entry.case.title)?;
            }
        }
        ListFormat::Json => {
            let cases: Vec<_> = suite
                .cases
                .iter()
                .map(|entry| {
                    let case = &entry.case;
                    let clauses: Vec<_> = case.clauses.iter().map(|clause| &*clause.text).collect();
                    let tags: Vec<_> = case.tags.iter().map(|tag| &**tag).collect();
                    json!({ "id": &*case.id, "title": case.title, "file": suite.source(entry).path,
                        "clause": clauses, "tags": tags })
                })
                .collect();
            writeln!(out, "{:#}", json!(cases))?;
        }
        ListFormat::Markdown => write!(out, "{}", families::markdown(&suite))?,
    }
    out.flush()?;
    Ok(code(&suite, true))
}
