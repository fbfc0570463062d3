//! The end of a program: its uncaught errors, the events before its exit, and its exit code.

use boa_engine::object::JsObject;
use boa_engine::{Context, JsError, JsResult, JsString, JsValue};

use super::builtins::Builtins;
use crate::agent::{Agent, Cause};
use crate::event_loop::EventLoop;
use crate::mapping::Mapping;

/// Calls a function that a loaded module gave to the host. Returns undefined if there is none, so
/// that a program which does not use the module does not load it.
fn call_loaded(name: &str, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let Some(builtins) = Builtins::find(context) else { return Ok(JsValue::undefined()) };
    let function = builtins.host().get(JsString::from(name), context)?;
    match function.as_function() {
        Some(function) => function.call(&JsValue::undefined(), args, context),
        None => Ok(JsValue::undefined()),
    }
}

/// Passes an error that a script or a module threw to the program's `process.on('uncaughtException')`, in the empty mapping.
/// Returns whether the program handled it. The event loop does this for the errors of jobs.
///
/// # Errors
///
/// Returns the error of the listener.
///
/// # Panics
///
/// Panics if AsyncContext is not installed in `context`.
///
/// # Examples
///
/// ```
/// # fn main() -> boa_engine::JsResult<()> {
/// use asynccontext_boa::{Node, add_host, add_node, dispatch_exception, evaluate, install};
/// use boa_engine::context::ContextBuilder;
///
/// let mut context = install(ContextBuilder::new())?;
/// add_host(&mut context)?;
/// add_node(&mut context, Node::new())?;
/// evaluate(&mut context, "process.on('uncaughtException', error => { globalThis.seen = error; })", None)?;
/// let error = evaluate(&mut context, "throw 7", None).unwrap_err();
/// assert!(dispatch_exception(&mut context, &error)?);
/// assert_eq!(evaluate(&mut context, "seen", None)?.as_number(), Some(7.0));
/// # Ok(()) }
/// ```
pub fn dispatch_exception(context: &mut Context, error: &JsError) -> JsResult<bool> {
    Agent::of(context).run(Mapping::default(), Cause::Host("uncaughtException"), || {
        handles_exception(error, "uncaughtException", context)
    })
}

/// Whether the program handles an uncaught exception with `process.on('uncaughtException')`.
pub(crate) fn handles_exception(error: &JsError, origin: &str, context: &mut Context) -> JsResult<bool> {
    if Builtins::find(context).is_none() || error.as_engine().is_some() {
        return Ok(false);
    }
    let value = error.clone().into_opaque(context)?;
    Ok(call_loaded("uncaught", &[value, JsString::from(origin).into()], context)?.to_boolean())
}

/// Whether the program handles an unhandled rejection with `process.on('unhandledRejection')`, or as an uncaught
/// exception.
pub(crate) fn handles_rejection(promise: &JsObject, reason: &JsValue, context: &mut Context) -> JsResult<bool> {
    if Builtins::find(context).is_none() {
        return Ok(false);
    }
    let handled = call_loaded("rejected", &[reason.clone(), promise.clone().into()], context)?.to_boolean();
    if handled {
        return Ok(true);
    }
    handles_exception(&JsError::from_opaque(reason.clone()), "unhandledRejection", context)
}

/// Runs the event loop until no job is left, and then fires the events of `process`: `beforeExit`, after which the loop
/// runs again, and `exit`. Returns the exit code: `process.exitCode` if it is set, otherwise 1 if `failed` and 0 if not.
///
/// After `process.exit` it returns the code of that call.
///
/// # Examples
///
/// ```
/// # fn main() -> boa_engine::JsResult<()> {
/// use asynccontext_boa::{Node, add_host, add_node, end_node, evaluate, install};
/// use boa_engine::context::ContextBuilder;
///
/// let mut context = install(ContextBuilder::new())?;
/// add_host(&mut context)?;
/// add_node(&mut context, Node::new())?;
/// evaluate(&mut context, "process.on('exit', () => { process.exitCode = 7; })", None)?;
/// assert_eq!(end_node(&mut context, false)?, 7);
/// # Ok(()) }
/// ```
///
/// # Errors
///
/// Returns the first uncaught error, if no listener is set for them.
///
/// # Panics
///
/// Panics if AsyncContext is not installed in `context`.
pub fn end_node(context: &mut Context, failed: bool) -> JsResult<i32> {
    let agent = Agent::of(context);
    loop {
        context.run_jobs()?;
        if let Some(code) = agent.exit.take() {
            // The event has been fired, unless the host stopped the program.
            let code = agent
                .run(Mapping::default(), Cause::Host("exit"), || call_loaded("stopped", &[code.into()], context))?;
            return if code.is_undefined() { Ok(1) } else { code.to_i32(context) };
        }
        agent.run(Mapping::default(), Cause::Host("beforeExit"), || call_loaded("beforeExit", &[], context))?;
        let idle = context.downcast_job_executor::<EventLoop>().is_none_or(|events| events.is_idle());
        if idle {
            break;
        }
    }
    let code = agent.run(Mapping::default(), Cause::Host("exit"), || {
        let code = call_loaded("exit", &[failed.into()], context);
        match agent.exit.get() {
            Some(code) => Ok(code.into()),
            None => code,
        }
    })?;
    match code.is_undefined() {
        true => Ok(i32::from(failed)),
        false => code.to_i32(context),
    }
}

/// Stops the program: the event loop runs no more jobs, and [`end_node`] fires `exit` with the code 1. A host calls this
/// to end a program at its first uncaught error, as Node does.
///
/// # Panics
///
/// Panics if AsyncContext is not installed in `context`.
///
/// # Examples
///
/// ```
/// # fn main() -> boa_engine::JsResult<()> {
/// use asynccontext_boa::{Node, add_host, add_node, end_node, evaluate, install, on_uncaught, stop_node};
/// use boa_engine::context::ContextBuilder;
///
/// let mut context = install(ContextBuilder::new())?;
/// add_host(&mut context)?;
/// add_node(&mut context, Node::new())?;
/// on_uncaught(&context, |_, context| stop_node(context));
/// evaluate(&mut context, "setTimeout(() => { throw 1 }); setInterval(() => {}, 1000);", None)?;
/// assert_eq!(end_node(&mut context, true)?, 1);
/// # Ok(()) }
/// ```
pub fn stop_node(context: &Context) {
    Agent::of(context).exit.set(Some(1));
}

/// `(functions)`: keeps the functions of a module that the host calls.
pub(super) fn keep(functions: &JsValue, builtins: &Builtins, context: &mut Context) -> JsResult<JsValue> {
    let Some(functions) = functions.as_object() else { return Ok(JsValue::undefined()) };
    for key in functions.own_property_keys(context)? {
        let value = functions.get(key.clone(), context)?;
        builtins.host().set(key, value, true, context)?;
    }
    Ok(JsValue::undefined())
}
