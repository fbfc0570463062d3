//! Runs a program in the engine, with or without AsyncContext, and records its observable behavior.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

use asynccontext_boa::{Hooks, evaluate, install_with, isolate};
use boa_engine::context::ContextBuilder;
use boa_engine::job::{Job, JobExecutor, PromiseJob};
use boa_engine::{Context, JsArgs, JsError, JsResult, JsValue, NativeFunction, Script, Source, js_string};

/// Limits that generated programs don't reach.
const LOOPS: u64 = 2000;
const CALLS: usize = 200;
const JOBS: usize = 500;
const SHOWN: usize = 2000;

/// The output of a program, and the completion of its script and of each job.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Seen {
    pub(super) shown: Vec<String>,
    pub(super) ends: Vec<End>,
}

/// The completion of a script or a job.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum End {
    Value(String),
    Thrown(String),
    /// Ended by a limit of the engine or an internal error.
    Limit,
}

thread_local! {
    static SHOWN_HERE: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// Runs `text` as a script with all its jobs.
pub(super) fn run(text: &str, with_async_context: bool) -> Seen {
    let jobs = Rc::new(Jobs::default());
    let builder = ContextBuilder::new().job_executor(jobs.clone());
    let builder = if with_async_context { builder.host_hooks(Rc::new(Hooks::default())) } else { builder };
    let mut context = builder.build().expect("a context");
    if with_async_context {
        install_with(&mut context).expect("it is fresh");
    }
    let see = NativeFunction::from_fn_ptr(see);
    context.register_global_callable(js_string!("see"), 1, see).expect("a fresh name");
    let limits = context.runtime_limits_mut();
    limits.set_loop_iteration_limit(LOOPS);
    limits.set_recursion_limit(CALLS);
    let result = if with_async_context {
        evaluate(&mut context, text, None)
    } else {
        Script::parse(Source::from_bytes(text), None, &mut context).and_then(|script| script.evaluate(&mut context))
    };
    let mut ends = vec![end(result, &mut context)];
    for _ in 0..JOBS {
        let Some(job) = jobs.queue.borrow_mut().pop_front() else { break };
        let result = isolate(&mut context, |context| job.call(context));
        if let Err(error) = result {
            ends.push(end(Err(error), &mut context));
        }
    }
    if !jobs.queue.take().is_empty() || jobs.has_other.get() {
        ends.push(End::Limit);
    }
    Seen { shown: SHOWN_HERE.take(), ends }
}

fn end(result: JsResult<JsValue>, context: &mut Context) -> End {
    match result {
        Ok(value) => End::Value(described(&value, context)),
        Err(error) => thrown(error, context),
    }
}

/// Returns the name and message of a thrown value, and of a syntax error only the name, since its
/// message contains positions in the transformed text.
fn thrown(error: JsError, context: &mut Context) -> End {
    let Ok(value) = error.into_opaque(context) else { return End::Limit };
    let Some(object) = value.as_object() else { return End::Thrown(described(&value, context)) };
    let mut property = |name| match object.get(name, context) {
        Ok(value) => described(&value, context),
        Err(_) => "throws".to_owned(),
    };
    let name = property(js_string!("name"));
    let message = property(js_string!("message"));
    End::Thrown(if name.contains("SyntaxError") { name } else { format!("{name}: {message}") })
}

/// Returns a primitive value, the text of a function, or the kind of any other object.
fn described(value: &JsValue, context: &mut Context) -> String {
    let kind = value.type_of();
    if value.is_object() && !value.is_callable() {
        return kind.to_owned();
    }
    if value.is_symbol() {
        return value.display().to_string();
    }
    match value.to_string(context) {
        Ok(text) => format!("{kind} {}", text.to_std_string_escaped()),
        Err(_) => kind.to_owned(),
    }
}

fn see(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let text = described(args.get_or_undefined(0), context);
    SHOWN_HERE.with_borrow_mut(|shown| {
        if shown.len() < SHOWN {
            shown.push(text);
        }
    });
    Ok(JsValue::undefined())
}

/// Queues promise jobs, which [`run`] takes one by one. Timers and modules are not supported.
#[derive(Default)]
struct Jobs {
    queue: RefCell<VecDeque<PromiseJob>>,
    /// Whether a job of another kind was enqueued.
    has_other: Cell<bool>,
}

impl JobExecutor for Jobs {
    fn enqueue_job(self: Rc<Self>, job: Job, _: &mut Context) {
        match job {
            Job::PromiseJob(job) => self.queue.borrow_mut().push_back(job),
            _ => self.has_other.set(true),
        }
    }

    fn run_jobs(self: Rc<Self>, _: &mut Context) -> JsResult<()> {
        Ok(())
    }
}
