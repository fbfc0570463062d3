//! The data of the page. Values that many cells share are in lists, and cells have their indices.

use std::time::SystemTime;

use serde_json::{Map, Value, json};
use time::OffsetDateTime;

use crate::clauses::{Clause, Clauses};
use crate::compare::{Cell, Column, Comparison, Verdict};
use crate::model::{self, Quirk};
use crate::program::ast::Case;
use crate::program::needs::needs;
use crate::program::outcome::Outcome;
use crate::program::print;
use crate::program::profile::Api;
use crate::program::reading::Reading;
use crate::program::table::Capability;
use crate::report::cause::{Cause, causes};
use crate::report::difference::sites;
use crate::report::groups::groups;
use crate::report::json::outcome;
use crate::report::outline::rust;
use crate::suite::{Entry, Suite};
use crate::targets::js;

/// A list without repetitions.
struct Pool<T>(Vec<T>);

impl<T: PartialEq> Pool<T> {
    /// Returns the index of a value, which is added if it is new.
    fn index(&mut self, value: T) -> usize {
        self.0.iter().position(|known| *known == value).unwrap_or_else(|| {
            self.0.push(value);
            self.0.len() - 1
        })
    }
}

/// Returns all data of the page.
pub(super) fn data(suite: &Suite, comparison: &Comparison, started: SystemTime, playground: Option<&str>) -> Value {
    let mut reasons = Pool(Vec::new());
    let cases: Vec<Value> =
        suite.cases.iter().enumerate().map(|(i, entry)| case(suite, comparison, i, entry, &mut reasons)).collect();
    let verdicts: Vec<Value> = Verdict::ALL
        .into_iter()
        .map(|verdict| json!({ "key": verdict.key(), "word": verdict.word(), "meaning": verdict.meaning() }))
        .collect();
    let causes = Quirk::ALL.into_iter().map(Cause::Quirk).chain([Cause::Listed, Cause::Unstable]);
    let causes: Map<String, Value> = causes.map(|cause| (word(cause), json!(cause.sentence()))).collect();
    let missing: Vec<Value> =
        comparison.missing.iter().map(|missing| json!({ "name": missing.target, "why": missing.why })).collect();
    let groups: Vec<Value> =
        groups(suite).into_iter().map(|group| json!({ "name": group.name, "cases": group.cases })).collect();
    let clauses: Vec<Value> = Clauses::all().iter().map(clause).collect();
    let readings = Reading::ALL.into_iter().map(|reading| (reading.word().to_owned(), json!(reading.rule())));
    let draft = json!({ "commit": Clauses::commit(), "date": Clauses::date(),
        "url": format!("https://github.com/tc39/proposal-async-context/tree/{}", Clauses::commit()) });
    json!({ "tool": env!("CARGO_PKG_VERSION"), "date": date(started), "draft": draft,
        "passes": comparison.passes() && suite.is_agreed(), "own": suite.own, "verdicts": verdicts, "causes": causes,
        "targets": comparison.columns.iter().map(target).collect::<Vec<_>>(), "missing": missing,
        "readings": readings.collect::<Map<_, _>>(), "groups": groups, "clauses": clauses, "cases": cases, "reasons": reasons.0,
        "playground": playground.filter(|_| !suite.own) })
}

/// Returns a time as `2026-01-31 12:00 UTC`.
fn date(time: SystemTime) -> String {
    let time = OffsetDateTime::from(time);
    let (year, month, day) = time.to_calendar_date();
    format!("{year}-{:02}-{day:02} {:02}:{:02} UTC", u8::from(month), time.hour(), time.minute())
}

fn target(column: &Column) -> Value {
    let counts: Vec<usize> = Verdict::ALL.into_iter().map(|verdict| column.count(verdict)).collect();
    let api = column.api.map(|api| match api {
        Api::Ac => "AsyncContext",
        Api::Als => "AsyncLocalStorage",
    });
    json!({ "name": column.target, "describe": column.describe, "profile": column.profile.word(), "api": api,
        "must": column.must_conform, "counts": counts })
}

fn clause(clause: &Clause) -> Value {
    json!({ "anchor": clause.anchor, "title": clause.title, "words": clause.words, "url": clause.url(),
        "normative": clause.normative, "exempt": clause.exempt })
}

/// Returns a cause's name in the data.
fn word(cause: Cause) -> String {
    match cause {
        Cause::Quirk(quirk) => quirk.word(),
        Cause::Listed => "listed",
        Cause::Unstable => "unstable",
    }
    .to_owned()
}

fn case(suite: &Suite, comparison: &Comparison, i: usize, entry: &Entry, reasons: &mut Pool<String>) -> Value {
    let case = &entry.case;
    let source = suite.source(entry);
    let is_json = source.path.ends_with(".json");
    let text = source.text.get(case.span.clone()).filter(|_| !is_json).map_or_else(|| print::case(case), str::to_owned);
    let mut outcomes: Pool<&Outcome> = Pool(Vec::new());
    let cells: Vec<Value> = comparison
        .columns
        .iter()
        .filter_map(|column| column.cells.get(i))
        .map(|cell| {
            let seen = cell.seen.as_ref().map(|seen| outcomes.index(seen));
            json!([
                verdict(cell),
                seen,
                causes(cell).into_iter().map(word).collect::<Vec<_>>(),
                cell.reason.clone().map(|reason| reasons.index(reason))
            ])
        })
        .collect();
    let outcomes: Vec<Value> = outcomes.0.into_iter().map(outcome).collect();
    let anchors: Vec<&str> = case.clauses.iter().map(|clause| &*clause.text).collect();
    let tags: Vec<&str> = case.tags.iter().map(|tag| &**tag).collect();
    json!({ "id": &*case.id, "title": case.title, "file": source.path, "line": source.line(case.span.start),
        "clauses": anchors, "tags": tags, "contested": case.contested, "notes": case.notes, "text": text,
        "js": { "ac": javascript(case, Api::Ac), "als": javascript(case, Api::Als) },
        "rust": rust(&case.program), "draft": outcome(&entry.base), "stated": entry.stated, "disputed": entry.disputed.as_ref().map(outcome),
        "readings": readings(entry), "steps": steps(suite, entry), "outcomes": outcomes, "cells": cells })
}

/// Returns the outcome of the pinned draft and that of each reading with another one. If there is none, the list is empty.
fn readings(entry: &Entry) -> Vec<Value> {
    let outcomes = Reading::ALL.into_iter().map(|reading| (reading, entry.under(reading)));
    let kept = outcomes.filter(|(reading, seen)| *reading == Reading::Draft || *seen != entry.pinned);
    let kept: Vec<Value> = kept.map(|(reading, seen)| json!([reading.word(), outcome(&seen)])).collect();
    if kept.len() > 1 { kept } else { Vec::new() }
}

/// Returns a case's program as JavaScript, or none if the API has no function for one of its statements.
fn javascript(case: &Case, api: Api) -> Option<String> {
    let lacks = |need: &Capability| match need {
        Capability::Hide => true,
        Capability::Als | Capability::Guard | Capability::Mutate => api == Api::Ac,
        _ => false,
    };
    (!needs(case).iter().any(lacks)).then(|| js::javascript(case, api))
}

/// Returns the index of a cell's verdict.
fn verdict(cell: &Cell) -> usize {
    Verdict::ALL.into_iter().position(|verdict| verdict == cell.verdict).unwrap_or_default()
}

/// Returns the observations in the model's order: strand, line of the file, text of the statement.
fn steps(suite: &Suite, entry: &Entry) -> Vec<Value> {
    let source = suite.source(entry);
    let mut sites: Map<String, Value> = sites(&entry.case.program)
        .into_iter()
        .map(|(strand, spans)| {
            let spans = spans.iter().rev();
            let lines: Vec<Value> = spans.map(|span| json!([source.line(span.start), source.excerpt(span)])).collect();
            (strand.to_string(), Value::Array(lines))
        })
        .collect();
    let order = model::order(&entry.case.program).unwrap_or_default();
    let step = |strand: &str| {
        let site = sites.get_mut(strand).and_then(Value::as_array_mut).and_then(Vec::pop).unwrap_or_default();
        json!([strand, site.get(0), site.get(1)])
    };
    order.iter().map(|strand| &**strand).map(step).collect()
}
