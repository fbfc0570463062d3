//! Functions of a host, with the contexts of the proposal's plan for the web.
//!
//! | what | runs in |
//! |---|---|
//! | `queueMicrotask`, `setTimeout`, `setInterval` | the mapping of the call that scheduled it |
//! | listeners of `dispatchEvent` and of `abort()` | the mapping of that call, since a synchronous dispatch does not switch |
//! | listeners of a signal of `AbortSignal.timeout` | the mapping of the call to `timeout` |
//! | `message` events of a `MessagePort` | the empty mapping |
//! | `start` of a stream's source, sink or transformer | the mapping of the construction |
//! | `pull`, `cancel` | the mapping of the call that causes it, such as `read`, also if it waits for an earlier `pull` |
//! | `write`, `close`, `abort`, `transform`, `flush` | the mapping of the call on the writer, also if it waits |
//! | `write` of a sink to which a stream is piped | the mapping in which the chunk was enqueued |
//! | the other methods of a source and a sink in a pipe | the mapping of `pipeTo`, or of the signal's abort |
//! | `unhandledrejection` events of the global object | the mapping of the rejection, as the draft requires |
//!
//! Under the reading `events-registration`, each listener runs in the mapping in which it was added. Under `events-cause`, a
//! `message` event is dispatched in the mapping of the call that posted it.

mod bytes;
mod callback;
mod kind;
mod lazy;
mod ordered;
mod streams;
mod timers;

use boa_engine::job::GenericJob;
use boa_engine::object::JsObject;
use boa_engine::object::builtins::JsPromise;
use boa_engine::{Context, JsArgs, JsError, JsNativeError, JsResult, JsString, JsValue, js_string};

pub(crate) use self::callback::call_back;
use self::callback::{define, report};
pub(crate) use self::lazy::define_lazily;
pub(crate) use self::ordered::constructor as ordered;
pub(crate) use self::streams::{NAMES as STREAM_CLASSES, class as stream_class};
use crate::agent::Agent;
use crate::event_loop::EventLoop;
use crate::intrinsic::function;
use crate::mapping::Mapping;
use crate::prelude;
use crate::reading::Reading;
use crate::rejections::ask_before_reports;
use crate::report::ask_before_exceptions;
use crate::variable::hidden;

/// Returns the parts in JavaScript, in the order of their dependencies. Each is a function that receives the object `host`,
/// and adds to it what other parts use, and to `host.globals` what programs use.
fn parts() -> [&'static str; 8] {
    [
        include_str!("exception.js"),
        include_str!("events.js"),
        include_str!("abort.js"),
        include_str!("clone.js"),
        include_str!("messages.js"),
        include_str!("url.js"),
        include_str!("web.js"),
        streams::INTRINSICS,
    ]
}

/// Adds to the context's realm `queueMicrotask`, timers, `Event`, `EventTarget`,
/// `AbortController`, `AbortSignal`, `MessageChannel`, `MessagePort`, `MessageEvent`,
/// `PromiseRejectionEvent`, `DOMException` and the classes of the Streams Standard, and events of the global
/// object. The host fires `unhandledrejection`. If a listener prevents the default, the rejection is not reported.
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
    let host = JsObject::with_null_proto();
    let add = |name: &str, behavior: fn(&JsValue, &[JsValue], &(), &mut Context) -> JsResult<JsValue>| {
        host.insert_property(JsString::from(name), hidden(function(&realm, "", 0, (), behavior)));
    };
    add("report", |_, args, (), context| {
        let error = JsError::from_opaque(args.get_or_undefined(0).clone());
        report(error, Agent::of(context).snapshot(), context)
    });
    add("queueTask", |_, args, (), context| queue_task(args.get_or_undefined(0), context));
    add("kind", |_, args, (), _| Ok(kind::kind(args.get_or_undefined(0)).into()));
    add("now", |_, _, (), context| Ok(now(context).into()));
    add("encode", |_, args, (), context| bytes::encode(args, context));
    add("decode", |_, args, (), context| bytes::decode(args, context));
    add("random", |_, args, (), context| bytes::random(args, context));
    add("detach", |_, args, (), _| bytes::detach(args));
    add("capture", |_, _, (), context| Ok(callback::capture(context)));
    add("runIn", |_, args, (), context| callback::run_in(args, "stream", context));
    add("listenerMapping", |_, _, (), context| Ok(callback::capture_under(Reading::EventsRegistration, context)));
    add("postMapping", |_, _, (), context| Ok(callback::capture_under(Reading::EventsCause, context)));
    add("runListener", |_, args, (), context| callback::run_in(args, "event", context));
    add("transfer", |_, args, (), context| bytes::transfer(args, context));
    add("isPromise", |_, args, (), _| {
        Ok(args.get_or_undefined(0).as_object().is_some_and(|object| JsPromise::from_object(object).is_ok()).into())
    });
    add("isDetached", |_, args, (), _| bytes::is_detached(args));
    add("parseUrl", |_, args, (), context| bytes::parse_url(args, context));
    add("setUrl", |_, args, (), context| bytes::set_url(args, context));
    add("parseForm", |_, args, (), context| bytes::parse_form(args, context));
    add("serializeForm", |_, args, (), context| bytes::serialize_form(args, context));
    let timer = context.global_object().get(js_string!("setTimeout"), context)?;
    host.insert_property(js_string!("setTimeout"), hidden(timer));
    let constructor = ordered::constructor(&realm, context)?;
    host.insert_property(js_string!("Ordered"), hidden(constructor));
    let globals = JsObject::with_object_proto(realm.intrinsics());
    host.insert_property(js_string!("globals"), hidden(globals.clone()));
    for part in parts() {
        prelude::evaluate("internal/host", part, &[host.clone().into()], context)?;
    }
    for key in globals.own_property_keys(context)? {
        let value = globals.get(key.clone(), context)?;
        define(key, value, context)?;
    }
    streams::install(&host, context)?;
    let rejected = host.get(js_string!("rejected"), context)?.as_function().ok_or_else(JsNativeError::typ)?;
    ask_before_reports(&realm, rejected);
    let thrown = host.get(js_string!("thrown"), context)?.as_function().ok_or_else(JsNativeError::typ)?;
    ask_before_exceptions(&realm, thrown);
    Ok(())
}

/// Returns the time of the context in milliseconds. Its start is arbitrary.
fn now(context: &Context) -> f64 {
    let nanoseconds = match context.downcast_job_executor::<EventLoop>() {
        Some(event_loop) => event_loop.now(context),
        None => context.clock().now().nanos_since_epoch(),
    };
    nanoseconds as f64 / 1e6
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
