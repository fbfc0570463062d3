//! Functions of a host, with the contexts of the proposal's plan for the web.
//!
//! | what | runs in |
//! |---|---|
//! | `queueMicrotask`, `setTimeout`, `setInterval` | the mapping of the call that scheduled it |
//! | listeners of `dispatchEvent` and of `abort()` | the mapping of that call, since a synchronous dispatch does not switch |
//! | listeners of a signal of `AbortSignal.timeout` | the mapping of the call to `timeout` |
//! | `message` events of a `MessagePort` | the empty mapping |
//! | `unhandledrejection` events of the global object | the mapping of the rejection, as the draft requires |

mod callback;
mod timers;

use boa_engine::job::GenericJob;
use boa_engine::object::JsObject;
use boa_engine::{Context, JsArgs, JsError, JsNativeError, JsResult, JsValue, js_string};

pub(crate) use self::callback::call_back;
use self::callback::{define, report};
use crate::agent::Agent;
use crate::intrinsic::function;
use crate::mapping::Mapping;
use crate::prelude;
use crate::rejections::ask_before_reports;
use crate::variable::hidden;

/// Adds to the context's realm `queueMicrotask`, timers, `Event`, `EventTarget`,
/// `AbortController`, `AbortSignal`, `MessageChannel`, `MessagePort`, `MessageEvent`,
/// `PromiseRejectionEvent` and `DOMException`, and events of the global object. The host fires
/// `unhandledrejection`. If a listener prevents the default, the rejection is not reported.
///
/// They need [`EventLoop`](crate::EventLoop) or another executor that runs timeouts,
/// intervals and generic jobs.
///
/// # Examples
///
/// ```
/// # fn main() -> boa_engine::JsResult<()> {
/// use boa_engine::context::ContextBuilder;
/// let mut context = asynccontext_boa::install(ContextBuilder::new())?;
/// asynccontext_boa::add_host(&mut context)?;
/// asynccontext_boa::evaluate(
///     &mut context,
///     "const v = new AsyncContext.Variable(); let seen;
///      v.run('scheduled', () => setTimeout(() => { seen = v.get(); }, 1));",
///     None,
/// )?;
/// context.run_jobs()?;
/// let seen = asynccontext_boa::evaluate(&mut context, "seen", None)?;
/// assert_eq!(seen.as_string().unwrap(), "scheduled");
/// # Ok(()) }
/// ```
///
/// # Errors
///
/// Returns the error if a property of the global object cannot be defined.
///
/// # Panics
///
/// Panics if AsyncContext is not installed in `context`.
pub fn add_host(context: &mut Context) -> JsResult<()> {
    let realm = context.realm().clone();
    timers::install(&realm, context)?;
    let native = JsObject::with_null_proto();
    native.insert_property(
        js_string!("report"),
        hidden(function(&realm, "", 1, (), |_, args, (), context| {
            let error = JsError::from_opaque(args.get_or_undefined(0).clone());
            report(error, Agent::of(context).snapshot(), context)
        })),
    );
    native.insert_property(
        js_string!("queueTask"),
        hidden(function(&realm, "", 1, (), |_, args, (), context| queue_task(args.get_or_undefined(0), context))),
    );
    let timer = context.global_object().get(js_string!("setTimeout"), context)?;
    native.insert_property(js_string!("setTimeout"), hidden(timer));
    let made = prelude::evaluate("internal/host", include_str!("events.js"), &[native.into()], context)?;
    let made = made.as_object().ok_or_else(JsNativeError::typ)?;
    let globals = made.get(js_string!("globals"), context)?.as_object().ok_or_else(JsNativeError::typ)?;
    for key in globals.own_property_keys(context)? {
        let value = globals.get(key.clone(), context)?;
        define(key, value, context)?;
    }
    let rejected = made.get(js_string!("rejected"), context)?.as_function().ok_or_else(JsNativeError::typ)?;
    ask_before_reports(&realm, rejected);
    Ok(())
}

/// Runs a function as a separate task in the empty mapping.
fn queue_task(callback: &JsValue, context: &mut Context) -> JsResult<JsValue> {
    let callback = callback.clone();
    let job = GenericJob::new(
        move |context| call_back(&callback, &[], Mapping::default(), "message", context),
        context.realm().clone(),
    );
    context.enqueue_job(job.into());
    Ok(JsValue::undefined())
}
