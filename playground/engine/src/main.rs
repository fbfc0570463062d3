//! The engine of the playground, as a WASI program. It reads one request from standard input, a line of JSON, and
//! answers with lines of JSON on standard output. A worker of the page runs a new instance for each request, so a
//! request starts with empty memory, and ending the worker ends the program.
//!
//! With the argument `javascript` it makes a context for a traced program before it reads the request, which must be for
//! one.

mod console;
mod javascript;
mod litmus;
mod output;
mod places;
mod recorder;
mod suite;

use std::{env, io};

use serde_json::{Value, json};

use javascript::Ready;
use output::line;

fn main() -> io::Result<()> {
    let ready = env::args().nth(1).filter(|ahead| ahead == "javascript").map(|_| Ready::new(true));
    let text = io::read_to_string(io::stdin().lock())?;
    let request: Value = match serde_json::from_str(&text) {
        Ok(request) => request,
        Err(error) => return refuse(&format!("the request is not JSON: {error}")),
    };
    let field = |name: &str| request.get(name).and_then(Value::as_str).unwrap_or_default();
    match field("do") {
        "javascript" => {
            let trace = request.get("trace") == Some(&Value::Bool(true));
            ready.unwrap_or_else(|| Ready::new(trace)).run(field("text"), field("goal"));
        }
        _ if ready.is_some() => return refuse("this instance is for programs in JavaScript"),
        "litmus" => litmus::run(field("text")),
        "cases" => suite::list(),
        "suite" => suite::run(),
        "test262" => suite::test262(field("root"), field("filter")),
        other => return refuse(&format!("no request is called `{other}`")),
    }
    Ok(())
}

fn refuse(why: &str) -> io::Result<()> {
    line(&json!({ "event": "refused", "text": why }));
    Ok(())
}
