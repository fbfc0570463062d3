//! The JSON form of cases, for targets outside this repository. It mirrors the text.
//!
//! This module writes it. `read.rs` reads it, and `located.rs` finds the places of values in a JSON text.

pub(crate) mod located;
mod read;

use serde_json::{Map, Value, json};

pub(crate) use self::read::point;
pub use self::read::{locate, read};
use super::ast::{Case, Expect, Stmt, Word};
use super::needs::needs;
use crate::program::outcome::Observation;

/// Returns a case as JSON, with its required capabilities.
///
/// # Examples
///
/// ```
/// use conformance::program::{json, parse::parse};
///
/// let (file, _) = parse("litmus 1; case c { program { var v; run v a { get v } }; expect { main a } }");
/// let value = json::case(&file.cases[0]);
/// assert_eq!(value["program"][1]["body"][0]["op"], "get");
/// let (again, diagnostics) = json::read(&value.to_string());
/// assert!(diagnostics.is_empty());
/// assert_eq!(json::case(&again.cases[0]), value);
/// ```
pub fn case(case: &Case) -> Value {
    let mut value = Map::new();
    let mut set = |key: &str, part: Value| drop(value.insert(key.into(), part));
    set("litmus", case.version.into());
    set("id", text(&case.id));
    if !case.title.is_empty() {
        set("title", case.title.as_str().into());
    }
    set("clause", case.clauses.iter().map(|clause| text(&clause.text)).collect());
    set("tags", case.tags.iter().map(text).collect());
    if !case.contested.is_empty() {
        set("contested", case.contested.iter().map(|(url, what)| json!({ "url": url, "what": what })).collect());
    }
    if !case.notes.is_empty() {
        set("note", case.notes.iter().map(String::as_str).collect());
    }
    set("needs", needs(case).into_iter().map(|need| need.word()).collect());
    let experiments = case.experiments.iter().map(|word| json!({ "op": word.as_ref() }));
    set("program", case.program.iter().map(stmt).chain(experiments).collect());
    set("expect", case.expects.iter().map(expect).collect());
    Value::Object(value)
}

fn text(word: &Word) -> Value {
    word.as_ref().into()
}

fn stmt(stmt: &Stmt) -> Value {
    let mut value = Map::new();
    value.insert("op".into(), stmt.op.word().into());
    for operand in stmt.op.row().operands {
        if let Some(word) = stmt.get(operand.field) {
            value.insert(operand.field.key().into(), text(word));
        }
    }
    for (key, block) in [("body", &stmt.body), ("catch", &stmt.catch), ("finally", &stmt.finally)] {
        if let Some(block) = block {
            value.insert(key.into(), block.iter().map(self::stmt).collect());
        }
    }
    Value::Object(value)
}

fn expect(expect: &Expect) -> Value {
    let mut value = Map::new();
    value.insert("profiles".into(), expect.profiles.iter().map(|profile| Value::from(profile.to_string())).collect());
    if let Some(reading) = expect.reading {
        value.insert("reading".into(), reading.word().into());
    }
    for (key, reason) in [("unsupported", &expect.unsupported), ("unstable", &expect.unstable)] {
        if let Some(reason) = reason {
            value.insert(key.into(), reason.as_str().into());
        }
    }
    let has_reason = expect.unsupported.is_some() || expect.unstable.is_some();
    if !has_reason || !expect.strands.is_empty() {
        let seen = |seen: &Vec<Observation>| seen.iter().map(observation).collect();
        let strands = expect.strands.iter().map(|(strand, values)| (strand.to_string(), seen(values)));
        value.insert("strands".into(), Value::Object(strands.collect()));
    }
    Value::Object(value)
}

/// Returns a value, or a value and its label.
fn observation(seen: &Observation) -> Value {
    match &seen.label {
        Some(label) => Value::Array(vec![text(&seen.value), text(label)]),
        None => text(&seen.value),
    }
}

#[cfg(test)]
mod tests;
