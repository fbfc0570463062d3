//! The object `console`: the engine's, with standard output and standard error as its destinations.

use std::io::{self, Write};
use std::process;

use boa_engine::{Context, JsError, JsResult};
use boa_gc::{Finalize, Trace};
use boa_wintertc::console::{Console, ConsoleState, Logger};

/// Writes messages to standard output, and warnings and errors to standard error.
#[derive(Debug, Trace, Finalize)]
struct Lines;

impl Logger for Lines {
    fn log(&self, message: String, state: &ConsoleState, _: &mut Context) -> JsResult<()> {
        write(&mut io::stdout().lock(), &message, state)
    }

    fn info(&self, message: String, state: &ConsoleState, context: &mut Context) -> JsResult<()> {
        self.log(message, state, context)
    }

    fn warn(&self, message: String, state: &ConsoleState, _: &mut Context) -> JsResult<()> {
        write(&mut io::stderr().lock(), &message, state)
    }

    fn error(&self, message: String, state: &ConsoleState, context: &mut Context) -> JsResult<()> {
        self.warn(message, state, context)
    }
}

fn write(out: &mut dyn Write, message: &str, state: &ConsoleState) -> JsResult<()> {
    for line in message.split('\n') {
        match writeln!(out, "{:indent$}{line}", "", indent = state.indent()) {
            Ok(()) => {}
            // The reader is gone, for example `| head`, so the program ends.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => process::exit(0),
            Err(error) => return Err(JsError::from_rust(error)),
        }
    }
    Ok(())
}

/// Adds `console` to a context.
pub(super) fn install(context: &mut Context) -> JsResult<()> {
    Console::register_with_logger(Lines, context)
}
