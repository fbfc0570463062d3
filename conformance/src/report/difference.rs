//! Differences: what the draft requires of a strand, what the strand observed, and by which lines of the program.

use std::collections::BTreeMap;
use std::fmt;

use crate::compare::Cell;
use crate::model::{self, Quirks, Schedule};
use crate::program::ast::{Block, Span, Spanned, Stmt, Word};
use crate::program::outcome::{Observation, Outcome};
use crate::program::table::Field;
use crate::suite::{Entry, Source, Suite};

/// A strand whose observations differ from the draft's.
#[derive(Clone, Debug)]
pub struct Difference {
    /// The strand.
    pub strand: Word,
    /// What the draft requires.
    pub draft: Vec<Observation>,
    /// What was observed.
    pub seen: Vec<Observation>,
    /// The statements whose observation differs.
    pub lines: Vec<Line>,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (draft, seen) = (observations(&self.draft), observations(&self.seen));
        write!(f, "{}: draft requires {draft}; observed {seen}", self.strand)
    }
}

/// A statement whose observation differs.
#[derive(Clone, Debug)]
pub struct Line {
    /// Its line in the file, from 1.
    pub number: usize,
    /// Its text.
    pub text: String,
    /// What the draft requires it to observe; none if it must not run.
    pub draft: Option<Word>,
    /// What it observed; none if it did not run.
    pub seen: Option<Word>,
}

/// Returns the differences between a result and the outcome that the draft requires.
pub fn differences(entry: &Entry, source: &Source, cell: &Cell) -> Vec<Difference> {
    cell.seen.as_ref().map_or_else(Vec::new, |seen| between(entry, source, &entry.base, seen))
}

/// Returns the outcomes that the user's cases state for the draft and the model does not give, in words: a line for each
/// statement whose observation differs, or for the strand if there is no such statement.
pub fn disputes(suite: &Suite) -> Vec<String> {
    let mut texts = Vec::new();
    for entry in &suite.cases {
        let Some(stated) = &entry.disputed else { continue };
        let source = suite.source(entry);
        for difference in between(entry, source, stated, &entry.base) {
            if difference.lines.is_empty() {
                let (stated, model) = (observations(&difference.draft), observations(&difference.seen));
                let (id, strand) = (&entry.case.id, &difference.strand);
                texts.push(format!("{id}: strand {strand}: you expect {stated}, the model gives {model}"));
            }
            for line in difference.lines {
                let (stated, model) = (shown(line.draft.as_deref()), shown(line.seen.as_deref()));
                let (path, number, text) = (&source.path, line.number, line.text);
                texts.push(format!("{path}:{number}  {text}  you expect {stated}, the model gives {model}"));
            }
        }
    }
    texts
}

/// Returns an observed value as a case writes it; `nothing` if there was no observation.
pub fn shown(observed: Option<&str>) -> String {
    observed.map_or_else(|| "nothing".to_owned(), value)
}

/// Returns the differences between two outcomes of a case's program, the required one first.
fn between(entry: &Entry, source: &Source, required: &Outcome, seen: &Outcome) -> Vec<Difference> {
    let sites = sites(&entry.case.program);
    let strands = seen.differences(required);
    strands
        .into_iter()
        .map(|strand| {
            let sites = sites.get(&strand).map_or(&[][..], Vec::as_slice);
            let lines = lines(required, seen, &strand)
                .into_iter()
                .filter_map(|(i, draft, seen)| {
                    let span = sites.get(i)?;
                    let (number, text) = (source.line(span.start), source.excerpt(span).to_owned());
                    Some(Line { number, text, draft, seen })
                })
                .collect();
            let (draft, seen) = (required.strand(&strand).to_vec(), seen.strand(&strand).to_vec());
            Difference { strand, draft, seen, lines }
        })
        .collect()
}

/// Returns the statement behind each observation of each strand. To find them, the model runs the program with the
/// number of each observing statement as its label.
pub(super) fn sites(program: &[Stmt]) -> BTreeMap<Word, Vec<Span>> {
    let mut spans = Vec::new();
    let labeled = labeled(program, &mut spans);
    let outcome = model::run(&labeled, Schedule::Fifo, &Quirks::NONE).unwrap_or_default();
    let site = |observation: &Observation| {
        let number: usize = observation.label.as_ref()?.parse().ok()?;
        spans.get(number).cloned()
    };
    outcome.strands.iter().map(|(strand, seen)| (strand.clone(), seen.iter().filter_map(site).collect())).collect()
}

fn labeled(block: &[Stmt], spans: &mut Vec<Span>) -> Block {
    block
        .iter()
        .map(|stmt| {
            let mut stmt = stmt.clone();
            for block in [&mut stmt.body, &mut stmt.catch, &mut stmt.finally].into_iter().flatten() {
                *block = labeled(block, spans);
            }
            if stmt.op.row().operands.iter().any(|operand| operand.field == Field::As) {
                let text = spans.len().to_string().into();
                stmt.operands.retain(|(field, _)| *field != Field::As);
                stmt.operands.push((Field::As, Spanned { text, span: stmt.span.clone() }));
                spans.push(stmt.span.clone());
            }
            stmt
        })
        .collect()
}

/// Returns the positions at which a strand's observations differ. Behind a missing or additional observation, equal
/// positions no longer mean equal statements, so the list ends there.
fn lines(draft: &Outcome, seen: &Outcome, strand: &str) -> Vec<(usize, Option<Word>, Option<Word>)> {
    let (draft, seen) = (draft.strand(strand), seen.strand(strand));
    let same_length = draft.len() == seen.len();
    let mut lines = Vec::new();
    for i in 0..draft.len().max(seen.len()) {
        let (a, b) = (draft.get(i), seen.get(i));
        let differs = match (a, b) {
            (Some(a), Some(b)) => a.value != b.value || a.label.is_some() && a.label != b.label,
            _ => true,
        };
        if differs {
            lines.push((i, a.map(|a| a.value.clone()), b.map(|b| b.value.clone())));
            if !same_length {
                break;
            }
        }
    }
    lines
}

/// Returns observations as a case writes them.
pub fn observations(observations: &[Observation]) -> String {
    if observations.is_empty() {
        return "nothing".to_owned();
    }
    let words: Vec<_> = observations
        .iter()
        .map(|observation| {
            let value = value(&observation.value);
            observation.label.as_ref().map_or(value.clone(), |label| format!("({label}){value}"))
        })
        .collect();
    words.join(" ")
}

/// Returns a value as a case writes it: the empty string is `""`.
pub fn value(value: &str) -> String {
    if value.is_empty() { "\"\"".to_owned() } else { value.to_owned() }
}
