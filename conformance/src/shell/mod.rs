//! A shell that runs one JavaScript program with all of `asynccontext-boa`. It reports uncaught errors and,
//! on request, each context switch.
//!
//! The program writes to standard output, the shell to standard error.

mod bindings;
mod console;
mod program;
mod trace;

pub use program::{Goal, Program, Unreadable};

use std::cell::Cell;
use std::rc::Rc;

use asynccontext_boa::{
    EventLoop, Kind, Mapping, Modules, describe, evaluate, evaluate_module, on_switch, on_uncaught,
};
use boa_engine::{Context, JsError, JsResult};

use crate::engine::{self, Failure, on_own_thread};
use bindings::Bindings;
use trace::Trace;

/// The greatest depth of nested calls.
const RECURSION: usize = 4096;
/// The size of the engine's value stack, about 64 values per call.
const VALUES: usize = RECURSION * 64;
/// The number of callers that a message names.
const BACKTRACE: usize = 10;
/// The size of the native stack. It is sufficient for deeply nested async generators.
const STACK: usize = 128 << 20;

/// Runs a program until no job is left. Returns whether every error was caught.
///
/// After an uncaught error of the script, its jobs still run.
///
/// # Examples
///
/// ```
/// use conformance::shell::{Program, run};
///
/// let program = Program::new("greet.js", "console.log('hello')", None);
/// assert!(run(&program, false).unwrap());
/// ```
///
/// # Errors
///
/// Returns an error if the engine panics, or if its thread cannot be started.
pub fn run(program: &Program, print_contexts: bool) -> Result<bool, Failure> {
    on_own_thread(STACK, || {
        let failed = Rc::new(Cell::new(false));
        let mut context = match context(program, print_contexts, &failed) {
            Ok(context) => context,
            Err(error) => {
                anstream::eprintln!("error: the engine cannot be set up: {error}");
                return false;
            }
        };
        if let Err(error) = play(program, &mut context) {
            failed.set(true);
            let message = program.shorten(&describe(&error, &context));
            anstream::eprintln!(
                "uncaught: {message}\n    thrown out of the program, which started in the context {{}}"
            );
        }
        !failed.get()
    })
}

fn context(program: &Program, print_contexts: bool, failed: &Rc<Cell<bool>>) -> JsResult<Context> {
    let mut context = engine::context(EventLoop::default())?;
    console::install(&mut context)?;
    let limits = context.runtime_limits_mut();
    limits.set_recursion_limit(RECURSION);
    limits.set_stack_size_limit(VALUES);
    limits.set_backtrace_limit(BACKTRACE);
    if let Some(modules) = context.downcast_module_loader::<Modules>() {
        modules.allow_directory(program.directory()).map_err(JsError::from_rust)?;
    }
    let bindings = Rc::new(Bindings::default());
    if print_contexts {
        let trace = Trace::new(Rc::clone(&bindings));
        on_switch(&context, move |switch| anstream::eprintln!("{}", trace.line(switch)));
    }
    let (failed, program) = (Rc::clone(failed), program.clone());
    on_uncaught(&context, move |uncaught, _| {
        failed.set(true);
        let what = if uncaught.kind == Kind::Rejection { "unhandled rejection" } else { "uncaught" };
        let message = program.shorten(&uncaught.message);
        anstream::eprintln!("{what}: {message}\n    {}", context_of(&bindings, uncaught.kind, &uncaught.mapping));
    });
    Ok(context)
}

/// Returns the context of an uncaught error as text.
fn context_of(bindings: &Bindings, kind: Kind, mapping: &Mapping) -> String {
    let what = if kind == Kind::Rejection { "rejected" } else { "thrown out of a callback that was called" };
    format!("{what} in the context {}", bindings.of(mapping))
}

fn play(program: &Program, context: &mut Context) -> JsResult<()> {
    let path = Some(program.path());
    match program.goal() {
        Goal::Module => evaluate_module(context, program.text(), path).map(drop),
        Goal::Script => {
            let evaluated = evaluate(context, program.text(), path);
            // While a listener is set, no error is returned.
            context.run_jobs()?;
            evaluated.map(drop)
        }
    }
}
