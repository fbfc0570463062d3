//! A shell that runs one JavaScript program with all of `asynccontext-boa`. It reports uncaught errors and,
//! on request, each context switch.
//!
//! The program writes to standard output, the shell to standard error.

mod bindings;
#[cfg(not(target_family = "wasm"))]
mod interactive;
#[cfg(not(target_family = "wasm"))]
mod line;
mod output;
mod program;
#[cfg(not(target_family = "wasm"))]
mod terminal;
mod trace;

pub use bindings::Bindings;
#[cfg(not(target_family = "wasm"))]
pub use interactive::interact;
pub use program::{Goal, Program, Unreadable};
pub use trace::words;

use std::cell::Cell;
use std::rc::Rc;

use asynccontext_boa::{
    EventLoop, Kind, Mapping, Modules, Node, add_node, describe, dispatch_exception, end_node, evaluate,
    evaluate_module, on_switch, on_uncaught, run_commonjs, stop_node,
};
use boa_engine::{Context, JsError, JsResult, JsValue, NativeFunction, js_string};

use crate::engine::{self, Failure, on_own_thread};
use crate::program::reading::Reading;
use trace::Trace;

/// The greatest depth of nested calls, about four for each `run` of an `AsyncLocalStorage`.
const RECURSION: usize = 16_384;
/// The size of the engine's value stack, about 64 values per call.
const VALUES: usize = RECURSION * 64;
/// The number of callers that a message names.
const BACKTRACE: usize = 10;
/// The size of the native stack. It is sufficient for deeply nested async generators.
const STACK: usize = 128 << 20;

/// What the shell does besides running the program.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// Print each context switch.
    pub print_contexts: bool,
    /// Add the global function `gc`.
    pub expose_gc: bool,
    /// The reading of the draft that the engine follows.
    pub reading: Reading,
}

/// Runs a program until no job is left. Returns its exit code: 1 after an uncaught error, unless the program sets
/// another one.
///
/// After an uncaught error of the script, its jobs still run. `process.exit` ends the process.
///
/// # Examples
///
/// ```
/// use conformance::shell::{Options, Program, run};
///
/// let program = Program::new("greet.js", "console.log('hello')", None);
/// assert_eq!(run(&program, Options::default()).unwrap(), 0);
/// ```
///
/// # Errors
///
/// Returns an error if the engine panics, or if its thread cannot be started.
pub fn run(program: &Program, options: Options) -> Result<u8, Failure> {
    on_own_thread(STACK, || {
        let failed = Rc::new(Cell::new(false));
        let bindings = Rc::new(Bindings::default());
        let mut context = match context(program, options, &bindings, &failed) {
            Ok(context) => context,
            Err(error) => {
                anstream::eprintln!("error: the engine cannot be set up: {error}");
                return 1;
            }
        };
        if let Err(error) = play(program, &mut context)
            && !matches!(dispatch_exception(&mut context, &error), Ok(true))
        {
            failed.set(true);
            let message = program.shorten(&describe(&error, &context));
            anstream::eprintln!(
                "uncaught: {message}\n    thrown out of the program, which started in the context {{}}"
            );
        }
        match end_node(&mut context, failed.get()) {
            // A listener of `exit` may have thrown.
            Ok(0) if failed.get() => 1,
            // The system keeps the lowest eight bits.
            Ok(code) => (code & 0xff) as u8,
            Err(error) => {
                anstream::eprintln!("uncaught: {}", program.shorten(&describe(&error, &context)));
                1
            }
        }
    })
}

/// Returns a context with everything installed.
fn context(program: &Program, options: Options, bindings: &Rc<Bindings>, failed: &Rc<Cell<bool>>) -> JsResult<Context> {
    let mut context = engine::context(EventLoop::default())?;
    engine::follow(&mut context, options.reading)?;
    let limits = context.runtime_limits_mut();
    limits.set_recursion_limit(RECURSION);
    limits.set_stack_size_limit(VALUES);
    limits.set_backtrace_limit(BACKTRACE);
    if let Some(modules) = context.downcast_module_loader::<Modules>() {
        modules.allow_directory(program.root()).map_err(JsError::from_rust)?;
    }
    if options.expose_gc {
        let collect = NativeFunction::from_fn_ptr(|_, _, _| {
            boa_gc::force_collect();
            Ok(JsValue::undefined())
        });
        context.register_global_callable(js_string!("gc"), 0, collect)?;
    }
    let directory = std::env::current_dir().map_err(JsError::from_rust)?;
    let executable = std::env::current_exe().map_err(JsError::from_rust)?.display().to_string();
    let arguments =
        [executable, program.path().display().to_string()].into_iter().chain(program.arguments().iter().cloned());
    let mut node = Node::new()
        .arguments(arguments)
        .variables(std::env::vars())
        .working_directory(directory)
        .on_write(output::write)
        .on_exit(|code| std::process::exit(code));
    if let Some(name) = host_name() {
        node = node.host_name(name);
    }
    add_node(&mut context, node)?;
    if options.print_contexts {
        print_switches(&context, bindings, Rc::new(Cell::new(true)));
    }
    let (failed, program, bindings) = (Rc::clone(failed), program.clone(), Rc::clone(bindings));
    let stops = program.goal() == Goal::CommonJs;
    on_uncaught(&context, move |uncaught, context| {
        failed.set(true);
        let what = if uncaught.kind == Kind::Rejection { "unhandled rejection" } else { "uncaught" };
        let message = program.shorten(&uncaught.message);
        anstream::eprintln!("{what}: {message}\n    {}", context_of(&bindings, uncaught.kind, &uncaught.mapping));
        // A program of Node ends at its first uncaught error.
        if stops {
            stop_node(context);
        }
    });
    Ok(context)
}

/// Returns the name of this machine.
#[cfg(unix)]
fn host_name() -> Option<String> {
    rustix::system::uname().nodename().to_str().ok().map(str::to_owned)
}

/// Returns nothing, since this system has no such call.
#[cfg(not(unix))]
fn host_name() -> Option<String> {
    None
}

/// Prints each switch while `printing` is set.
fn print_switches(context: &Context, bindings: &Rc<Bindings>, printing: Rc<Cell<bool>>) {
    let trace = Trace::new(Rc::clone(bindings));
    on_switch(context, move |switch| {
        if printing.get() {
            anstream::eprintln!("{}", trace.line(switch));
        }
    });
}

/// Returns the context of an uncaught error as text.
fn context_of(bindings: &Bindings, kind: Kind, mapping: &Mapping) -> String {
    let what = if kind == Kind::Rejection { "rejected" } else { "thrown out of a callback that was called" };
    format!("{what} in the context {}", bindings.of(mapping))
}

fn play(program: &Program, context: &mut Context) -> JsResult<()> {
    let path = Some(program.path());
    match program.goal() {
        Goal::CommonJs => {
            let evaluated = run_commonjs(context, program.text(), program.path());
            if let Err(error) = &evaluated
                && !dispatch_exception(context, error)?
            {
                stop_node(context);
                return evaluated;
            }
            context.run_jobs()
        }
        Goal::Module => evaluate_module(context, program.text(), path).map(drop),
        Goal::Script => {
            let evaluated = evaluate(context, program.text(), path);
            // While a listener is set, no error is returned.
            context.run_jobs()?;
            evaluated.map(drop)
        }
    }
}
