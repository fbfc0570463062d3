//! A JavaScript program: its console, its uncaught errors, and its timeline.

use std::cell::Cell;
use std::rc::Rc;

use asynccontext_boa::{EventLoop, Hooks, Kind, Modules, Node, Output, add_host, add_node, install_with};
use asynccontext_boa::{describe, dispatch_exception, end_node, evaluate, evaluate_module, on_switch, on_uncaught};
use boa_engine::context::ContextBuilder;
use boa_engine::{Context, JsError, JsResult};
use conformance::shell::{Bindings, Goal, Program};
use serde_json::json;

use crate::console;
use crate::output::line;
use crate::places;
use crate::recorder::Recorder;

/// The name of the program in messages.
const NAME: &str = "program.js";
/// The greatest depth of nested calls.
const RECURSION: usize = 512;
/// The number of callers that a message names.
const BACKTRACE: usize = 10;

/// A context with the whole host, in which no program has run. Making it takes longer than most programs.
pub(crate) struct Ready {
    context: JsResult<Context>,
    failed: Rc<Cell<bool>>,
}

impl Ready {
    /// Makes the context, whose switches are traced or not.
    pub(crate) fn new(trace: bool) -> Ready {
        let failed = Rc::new(Cell::new(false));
        Ready { context: context(trace, &failed), failed }
    }

    /// Runs a program until no job is left. Timers do not wait: they fire in the order of their delays.
    pub(crate) fn run(self, text: &str, goal: &str) {
        let Ready { context, failed } = self;
        let mut context = match context {
            Ok(context) => context,
            Err(error) => {
                line(&json!({ "event": "broken", "text": error.to_string() }));
                return;
            }
        };
        let uncaught = |error: &JsError, context: &Context| {
            failed.set(true);
            line(&json!({ "event": "uncaught", "kind": "error", "text": describe(error, context) }));
        };
        if let Err(error) = play(text, goal, &mut context)
            && !matches!(dispatch_exception(&mut context, &error), Ok(true))
        {
            uncaught(&error, &context);
        }
        match end_node(&mut context, failed.get()) {
            Ok(code) => end(failed.get() || code != 0),
            Err(error) => {
                uncaught(&error, &context);
                end(true);
            }
        }
    }
}

fn end(failed: bool) {
    line(&json!({ "event": "end", "failed": failed }));
}

fn context(trace: bool, failed: &Rc<Cell<bool>>) -> JsResult<Context> {
    let recorder = trace.then(|| Rc::new(Recorder::default()));
    let builder = ContextBuilder::new()
        .job_executor(Rc::new(EventLoop::with_virtual_time()))
        .module_loader(Rc::new(Modules::default()));
    let mut context = match &recorder {
        Some(recorder) => builder.host_hooks(Rc::new(Hooks::around(places::Hooks(Rc::clone(recorder))))).build()?,
        None => builder.host_hooks(Rc::new(Hooks::default())).build()?,
    };
    install_with(&mut context)?;
    add_host(&mut context)?;
    let node = Node::new()
        .arguments(["node", NAME])
        .on_write(|output, text| {
            // The page shows each event as a line.
            let text = text.strip_suffix('\n').unwrap_or(text);
            console::write(if output == Output::Error { "error" } else { "log" }, text);
        })
        .on_exit(|code| {
            end(code != 0);
            std::process::exit(0);
        });
    add_node(&mut context, node)?;
    console::install(&mut context)?;
    let limits = context.runtime_limits_mut();
    limits.set_recursion_limit(RECURSION);
    limits.set_backtrace_limit(BACKTRACE);
    if let Some(recorder) = recorder {
        places::install(Rc::clone(&recorder), &mut context)?;
        recorder.begin();
        on_switch(&context, move |switch| recorder.switch(switch));
    }
    let (failed, bindings) = (Rc::clone(failed), Bindings::default());
    on_uncaught(&context, move |uncaught, _| {
        failed.set(true);
        let kind = if uncaught.kind == Kind::Rejection { "rejection" } else { "exception" };
        let mapping = bindings.of(&uncaught.mapping);
        line(&json!({ "event": "uncaught", "kind": kind, "text": uncaught.message, "context": mapping }));
    });
    Ok(context)
}

fn play(text: &str, goal: &str, context: &mut Context) -> JsResult<()> {
    let goal = match goal {
        "module" => Goal::Module,
        "script" => Goal::Script,
        _ => Program::new(NAME, text, None).goal(),
    };
    let path = Some(NAME.as_ref());
    match goal {
        Goal::Module => evaluate_module(context, text, path).map(drop),
        _ => {
            let evaluated = evaluate(context, text, path);
            // While a listener is set, no error is returned.
            context.run_jobs()?;
            evaluated.map(drop)
        }
    }
}
