//! A shell: runs one JavaScript program with everything that `asynccontext-boa` gives, and tells what
//! nobody caught and, when asked, each switch of the context.
//!
//! The program's own output goes to standard output, what the shell says to standard error.

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

/// Calls within one another that a program may make.
const RECURSION: usize = 4096;
/// Values that the engine keeps for them, some 64 a call.
const VALUES: usize = RECURSION * 64;
/// Callers that a message names.
const BACKTRACE: usize = 10;
/// Native stack: enough for as many async generators within one another.
const STACK: usize = 128 << 20;

/// Runs a program until nothing is left to do. Whether nothing was uncaught.
///
/// An error that the script itself doesn't catch does not end its jobs: they still run.
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
/// When the engine panics, or there is no thread for it.
pub fn run(program: &Program, print_contexts: bool) -> Result<bool, Failure> {
    on_own_thread(STACK, || {
        let failed = Rc::new(Cell::new(false));
        let mut context = match context(program, print_contexts, &failed) {
            Ok(context) => context,
            Err(error) => {
                anstream::eprintln!("error: the engine can't be set up: {error}");
                return false;
            }
        };
        if let Err(error) = play(program, &mut context) {
            failed.set(true);
            let told = program.shorten(&describe(&error, &context));
            anstream::eprintln!("uncaught: {told}\n    thrown out of the program, which began in the context {{}}");
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
        let told = program.shorten(&uncaught.message);
        anstream::eprintln!("{what}: {told}\n    {}", whence(&bindings, uncaught.kind, &uncaught.mapping));
    });
    Ok(context)
}

/// Where something went wrong, as far as the context goes.
fn whence(bindings: &Bindings, kind: Kind, mapping: &Mapping) -> String {
    let what = if kind == Kind::Rejection { "rejected" } else { "thrown out of a callback that was called" };
    format!("{what} in the context {}", bindings.of(mapping))
}

fn play(program: &Program, context: &mut Context) -> JsResult<()> {
    let path = Some(program.path());
    match program.goal() {
        Goal::Module => evaluate_module(context, program.text(), path).map(drop),
        Goal::Script => {
            let evaluated = evaluate(context, program.text(), path);
            // Nothing comes out of it while somebody listens.
            context.run_jobs()?;
            evaluated.map(drop)
        }
    }
}
