//! `conformance list`.

use std::collections::BTreeSet;
use std::io::Write as _;

use conformance::program::diagnostic::nearest;
use conformance::report::families;
use conformance::suite::{Entry, Suite};
use serde_json::json;

use super::args::{List, ListFormat};
use super::exit::{Failure, code};
use super::selection::{load, select};

pub(super) fn list(args: &List) -> Result<u8, Failure> {
    let mut suite = load(&args.files)?;
    select(&mut suite, &args.cases)?;
    if !args.about.is_empty() {
        let topics = topics(&suite);
        suite.cases.retain(|entry| {
            let case = &entry.case;
            let mut words = case.tags.iter().chain(case.clauses.iter().map(|clause| &clause.text));
            words.any(|word| args.about.iter().any(|about| about.eq_ignore_ascii_case(word)))
        });
        if suite.cases.is_empty() && suite.is_sound() {
            return Err(no_topic(&topics, &args.about.join(" ")));
        }
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

/// Returns the tags and the clauses of the cases, in alphabetical order.
fn topics(suite: &Suite) -> BTreeSet<String> {
    let words = |entry: &Entry| {
        let case = &entry.case;
        let clauses = case.clauses.iter().map(|clause| clause.text.to_string());
        case.tags.iter().map(|tag| tag.to_string()).chain(clauses).collect::<Vec<_>>()
    };
    suite.cases.iter().flat_map(words).collect()
}

fn no_topic(topics: &BTreeSet<String>, word: &str) -> Failure {
    let near = nearest(word, topics.iter().map(String::as_str)).map(str::to_owned);
    let tags = topics.iter().filter(|topic| !topic.starts_with("sec-")).cloned().collect();
    Failure::NoTopic { word: word.to_owned(), near, tags }
}
