//! The object `console`: the engine's, whose messages are events.

use boa_engine::{Context, JsResult};
use boa_gc::{Finalize, Trace};
use boa_wintertc::console::{Console, ConsoleState, Logger};
use serde_json::json;

use crate::output::line;

#[derive(Debug, Trace, Finalize)]
struct Events;

impl Logger for Events {
    fn log(&self, message: String, state: &ConsoleState, _: &mut Context) -> JsResult<()> {
        print("log", &message, state)
    }

    fn info(&self, message: String, state: &ConsoleState, _: &mut Context) -> JsResult<()> {
        print("info", &message, state)
    }

    fn warn(&self, message: String, state: &ConsoleState, _: &mut Context) -> JsResult<()> {
        print("warn", &message, state)
    }

    fn error(&self, message: String, state: &ConsoleState, _: &mut Context) -> JsResult<()> {
        print("error", &message, state)
    }
}

fn print(level: &str, message: &str, state: &ConsoleState) -> JsResult<()> {
    let indent = " ".repeat(state.indent());
    let text: Vec<String> = message.split('\n').map(|line| format!("{indent}{line}")).collect();
    write(level, &text.join("\n"));
    Ok(())
}

/// Writes a text.
pub(crate) fn write(level: &str, text: &str) {
    line(&json!({ "event": "console", "level": level, "text": text }));
}

/// Adds `console` to a context.
pub(crate) fn install(context: &mut Context) -> JsResult<()> {
    Console::register_with_logger(Events, context)
}
