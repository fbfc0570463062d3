//! Programs as a JavaScript file that runs by itself on any engine.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{ASYNC_CONTEXT, PRELUDE, script, standalone};
use crate::program::ast::Case;
use crate::program::needs::needs;
use crate::program::outcome::Outcome;
use crate::program::profile::Api;
use crate::program::table::Capability;

const HOOKS: &str = include_str!("hosts/hooks.js");
const SHELL: &str = include_str!("hosts/shell.js");
const RUNNABLE: &str = include_str!("hosts/runnable.js");

/// Returns a script that runs cases and prints what each observed, and whether that is the given outcome of the draft.
///
/// It uses the engine's own `AsyncContext` if there is one, and otherwise builds it on `AsyncLocalStorage`; it says which.
/// Cases about `AsyncLocalStorage` alone use that.
pub fn runnable(cases: &[(&Case, &Outcome)]) -> String {
    let mut programs = Vec::new();
    let mut expected = Vec::new();
    for (number, (case, outcome)) in cases.iter().enumerate() {
        let needs = needs(case);
        let als = [Capability::Als, Capability::Mutate, Capability::Guard].iter().any(|need| needs.contains(need));
        programs.push((number, script(case, if als { Api::Als } else { Api::Ac })));
        let strands: BTreeMap<_, Value> = outcome
            .strands
            .iter()
            .map(|(strand, seen)| {
                let observation = |seen: &crate::program::outcome::Observation| match &seen.label {
                    Some(label) => json!([&*seen.value, &**label]),
                    None => json!([&*seen.value]),
                };
                (strand.to_string(), seen.iter().map(observation).collect())
            })
            .collect();
        let needs: Vec<_> = needs.into_iter().map(Capability::word).collect();
        expected.push(json!({ "id": &*case.id, "needs": needs, "strands": strands }));
    }
    let list = standalone::programs(&programs.iter().collect::<Vec<_>>());
    let expected = Value::from(expected);
    let (before, after) = SHELL.split_once("runFrom(0);").unwrap_or((SHELL, ""));
    format!(
        "\"use strict\";\n{HOOKS}\nconst native = typeof AsyncContext === \"object\";\nlet programs = {list};\nconst \
         expected = {expected};\n{ASYNC_CONTEXT}\n{PRELUDE}\n{before}{RUNNABLE}\nprintLine(native ? \"native \
         AsyncContext\" : \"AsyncContext on AsyncLocalStorage\");\nrunFrom(0);{after}"
    )
}
