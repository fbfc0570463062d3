//! The source transform that lets a generator know where it was made.
//!
//! A generator function's parameters are bound when it is called, which is when the
//! generator is made; its body begins with the first `next`. So the transform inserts
//!
//! ```js
//! function* body(first, ...{CAPTURED=MAPPING()}) { MAPPING(CAPTURED); return first; }
//! ```
//!
//! where `MAPPING` is a function of this crate: without an argument it gives the current
//! mapping as an opaque object, with one it enters it. A function that the insertion would
//! change in any other way, by making its `arguments` unmapped or its own `"use strict"` an
//! error, is wrapped instead ([`walk`]). Arguments of direct `eval` are
//! transformed when it is called, and so is what `%eval%`, `Function` and its relatives are
//! given ([`dynamic`]).
//!
//! All edits are insertions between two marks, on one line, so that `toString` and
//! positions can be given back as if there were none ([`sources`]).

mod dynamic;
mod sources;
mod walk;

use std::path::Path;

use boa_engine::Context;

pub(crate) use dynamic::install;
pub(crate) use sources::Sources;

use crate::agent::Agent;
use walk::{Insertion, insertions};

/// What a text is parsed as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Goal {
    Script,
    /// The text of a direct `eval` in strict code.
    StrictScript,
    Module,
    /// One function in parentheses. It keeps its own text: the engine's constructors don't
    /// parse patterns as parameters.
    Function,
}

/// `text` with the insertions, which are remembered for `path`.
///
/// A text that has no generator and no `eval` is given back as it is, and so is one that
/// can't be parsed: then the engine reports what is wrong with it.
pub(crate) fn source(text: &str, goal: Goal, path: Option<&Path>, context: &Context) -> String {
    let Some(agent) = Agent::find(context) else { return text.to_owned() };
    let found = insertions(text, goal, &agent.sources);
    agent.sources.remember(path, text, &found);
    insert(text, &found)
}

/// Whether a text can need an insertion at all, told without parsing it.
fn may_need_insertions(text: &str) -> bool {
    text.contains('*') || text.contains("eval")
}

fn insert(text: &str, insertions: &[Insertion]) -> String {
    let added: usize = insertions.iter().map(|insertion| insertion.text.len()).sum();
    let mut result = String::with_capacity(text.len() + added);
    let mut from = 0;
    for Insertion { at, text: inserted } in insertions {
        result.push_str(&text[from..*at]);
        result.push_str(inserted);
        from = *at;
    }
    result.push_str(&text[from..]);
    result
}
