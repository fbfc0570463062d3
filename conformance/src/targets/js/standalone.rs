//! Programs as JavaScript text that needs no `eval`: a list of async functions.

use serde_json::Value;

use crate::targets::session::Numbered;

/// The names that a program may use, as the parameter of its function.
pub(in crate::targets) const NAMES: &str = "{ AsyncContext, AsyncLocalStorage, AsyncResource, EventEmitter, strand, deferred, \
                                microtask, timer, interval, immediate, nextTick, eventTarget, abortSignal, channel, listen, operation, iterator, sleep, finalizer, drop, onUnhandled, onUncaught, diagnosticsChannel, \
                                importModule, thread }";

/// Returns the expression of a list with the number, the variables and the function `main` of each program. It must be
/// in strict code.
pub(in crate::targets) fn programs(programs: &[&Numbered]) -> String {
    let mut list = String::from("[\n");
    for (number, script) in programs {
        let variables = Value::from(script.variables.as_str());
        list += &format!("{{ id: {number}, variables: {variables}, async main({NAMES}) {{\n{}}} }},\n", script.text);
    }
    list + "]"
}
