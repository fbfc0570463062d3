//! The transform of a whole text in a context.

use std::path::Path;

use boa_engine::Context;

use super::insertion::insert;
use super::walk::{Goal, insertions};
use crate::agent::Agent;

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
