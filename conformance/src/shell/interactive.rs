//! The interactive mode: reads inputs, evaluates each in the same realm, and prints its value and the context after it.

use std::cell::Cell;
use std::io;
use std::rc::Rc;

use super::bindings::Bindings;
use super::terminal::{self, Input};
use super::{Options, STACK, context, print_switches};
use crate::engine::{Failure, on_own_thread};
use crate::shell::Program;
use anstyle::Style;
use asynccontext_boa::{current_mapping, describe, evaluate, inspect};
use boa_engine::builtins::promise::PromiseState;
use boa_engine::object::builtins::JsPromise;
use boa_engine::{Context, JsError, JsResult, JsValue, Module, Script, Source};

const FAINT: Style = Style::new().dimmed();

const HELP: &str = "\
Each input is a script in the same realm, or an expression with await. An incomplete input continues on the next line.
After each input all its jobs run, and the context in which the next input starts is printed.

  Up, Down   the history; Ctrl-C discards the input, and ends a program that runs
  .contexts  print each context switch, or stop doing so
  .help      print this text
  .exit      end; so does Ctrl-D";

/// Reads and evaluates inputs until the end of the input. Returns the exit code.
///
/// # Errors
///
/// Returns an error if the engine panics, or if its thread cannot be started.
pub fn interact(options: Options) -> Result<u8, Failure> {
    on_own_thread(STACK, || match Session::start(options) {
        Ok(mut session) => session.run(),
        Err(error) => {
            anstream::eprintln!("error: the interactive mode cannot be started: {error}");
            1
        }
    })
}

struct Session {
    context: Context,
    history: Vec<String>,
    bindings: Rc<Bindings>,
    program: Program,
    /// Whether switches are printed.
    printing: Rc<Cell<bool>>,
}

/// Whether more lines may make an input valid. A line that starts with a dot is a command.
fn is_incomplete(text: &str) -> bool {
    if text.starts_with('.') {
        return false;
    }
    let elsewhere = &mut Context::default();
    let source = || Source::from_bytes(text.as_bytes());
    let Err(mut error) = Script::parse(source(), None, elsewhere) else { return false };
    // In a script, `await` is a name.
    if uses_await(text) {
        match Module::parse(source(), None, elsewhere) {
            Ok(_) => return false,
            Err(of_module) => error = of_module,
        }
    }
    let message = error.to_string();
    ["abrupt end", "unterminated template", "unterminated multiline comment"].iter().any(|part| message.contains(part))
}

fn uses_await(text: &str) -> bool {
    text.contains("await")
}

/// Returns a script whose value is the promise of an expression with `await`.
fn as_async(text: &str) -> String {
    format!("(async () => (\n{}\n))()", text.trim_end().trim_end_matches(';'))
}

impl Session {
    fn start(options: Options) -> Result<Session, Box<dyn std::error::Error>> {
        let directory = std::env::current_dir()?;
        let program = Program::new(directory.join("[input]"), "", None);
        let bindings = Rc::new(Bindings::default());
        let printing = Rc::new(Cell::new(options.print_contexts));
        let failed = Rc::new(Cell::new(false));
        let quiet = Options { print_contexts: false, ..options };
        let context = context(&program, quiet, &bindings, &failed).map_err(|error| error.to_string())?;
        print_switches(&context, &bindings, Rc::clone(&printing));
        Ok(Session { context, history: Vec::new(), bindings, program, printing })
    }

    fn run(&mut self) -> u8 {
        anstream::println!("AsyncContext on Boa. Type .help for help, .exit or Ctrl-D to end.");
        loop {
            let input = match self.read() {
                Ok(Input::Line(input)) => input,
                Ok(Input::Interrupted) => continue,
                Ok(Input::End) => return 0,
                Err(error) => {
                    anstream::eprintln!("error: the input cannot be read: {error}");
                    return 1;
                }
            };
            if input.trim().is_empty() {
                continue;
            }
            if self.history.last() != Some(&input) {
                self.history.push(input.clone());
            }
            match input.trim() {
                ".exit" => return 0,
                ".help" => println!("{HELP}"),
                ".contexts" => {
                    self.printing.set(!self.printing.get());
                    println!("context switches are {}", if self.printing.get() { "printed" } else { "not printed" });
                }
                other if other.starts_with('.') => println!("there is no command `{other}`; type .help"),
                _ => self.take(&input),
            }
        }
    }

    /// Reads lines until they are a complete input.
    fn read(&self) -> io::Result<Input> {
        let mut text = String::new();
        loop {
            let prompt = if text.is_empty() { "> " } else { ". " };
            match terminal::read(prompt, &self.history)? {
                Input::Line(line) => text.push_str(&line),
                other => return Ok(other),
            }
            if !is_incomplete(&text) {
                return Ok(Input::Line(text));
            }
            text.push('\n');
        }
    }

    /// Evaluates an input, runs its jobs, and prints its value and the context.
    fn take(&mut self, input: &str) {
        match self.evaluate(input) {
            Ok(value) => {
                let text = inspect(&value, &mut self.context);
                println!("{}", text.unwrap_or_else(|_| value.display().to_string()));
            }
            Err(error) => anstream::println!("uncaught: {}", self.program.shorten(&describe(&error, &self.context))),
        }
        let mapping = self.bindings.of(&current_mapping(&self.context));
        anstream::println!("{FAINT}context: {mapping}{FAINT:#}");
    }

    fn evaluate(&mut self, input: &str) -> JsResult<JsValue> {
        let path = Some(self.program.path());
        let waits =
            uses_await(input) && Script::parse(Source::from_bytes(input), None, &mut Context::default()).is_err();
        let text = if waits { as_async(input) } else { input.to_owned() };
        let value = evaluate(&mut self.context, &text, path);
        self.context.run_jobs()?;
        let value = value?;
        if !waits {
            return Ok(value);
        }
        let Some(promise) = value.as_object() else { return Ok(value) };
        match JsPromise::from_object(promise)?.state() {
            PromiseState::Fulfilled(value) => Ok(value),
            PromiseState::Rejected(reason) => Err(JsError::from_opaque(reason)),
            PromiseState::Pending => Ok(value),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_input_continues_until_it_is_complete() {
        for text in ["1 +", "function f() {", "`a", "(await f(", "if (1) {\n  2", "/* a"] {
            assert!(is_incomplete(text), "{text}");
        }
        for text in ["1", "1 +;", "function f() {\n}", "`a\n`", "await f()", "let x = )", ".help (", "'a"] {
            assert!(!is_incomplete(text), "{text}");
        }
    }
}
