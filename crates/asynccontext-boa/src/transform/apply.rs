//! The transform of a whole text in a context.

use std::path::Path;

use boa_engine::{Context, JsResult, Script, Source};

use super::insertion::{Insertion, insert};
use super::walk::{Goal, insertions};
use crate::agent::Agent;
use crate::syntax::explain;

/// Returns `text` with the insertions, and remembers them for `path`.
///
/// A text without a generator or an `eval` is returned unchanged, and so is a text that cannot be
/// parsed, so that the engine reports its error.
pub(crate) fn source(text: &str, goal: Goal, path: Option<&Path>, context: &Context) -> String {
    let Some(agent) = Agent::find(context) else { return text.to_owned() };
    let found = insertions(text, goal, &agent.sources);
    agent.sources.remember(path, text, &found);
    insert(text, &found)
}

/// The start of the function that contains a CommonJS module.
const COMMON_JS: &str = "(function (exports, require, module, __filename, __dirname) { ";

/// Returns a script whose value is the function of a CommonJS module. Positions are those of `text`.
pub(crate) fn common_js(text: &str, path: &Path, context: &mut Context) -> JsResult<Script> {
    // The first line of an executable program.
    let text = text.strip_prefix("#!").map_or_else(|| text.to_owned(), |rest| format!("//{rest}"));
    let whole = format!("{COMMON_JS}{text}\n}})");
    let mut found = Vec::new();
    if let Some(agent) = Agent::find(context) {
        found = insertions(&whole, Goal::Script, &agent.sources);
        let start = Insertion { at: 0, text: COMMON_JS.to_owned() };
        let inside = found
            .iter()
            .map(|insertion| Insertion { at: insertion.at.saturating_sub(COMMON_JS.len()), ..insertion.clone() });
        let all: Vec<Insertion> = std::iter::once(start).chain(inside).collect();
        agent.sources.remember(Some(path), &text, &all);
    }
    let transformed = insert(&whole, &found);
    let parsed = Script::parse(Source::from_bytes(transformed.as_bytes()).with_path(path), None, context);
    parsed.map_err(|error| explain(error, &whole, COMMON_JS.len(), Goal::Script, Some(path)))
}
