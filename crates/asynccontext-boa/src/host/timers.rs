//! `queueMicrotask` and timers, which capture the mapping of the call.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use boa_engine::job::{CancellationToken, IntervalJob, NativeJob, NativeJobFn, PromiseJob, TimeoutJob};
use boa_engine::realm::Realm;
use boa_engine::{Context, JsArgs, JsResult, JsValue};

use super::callback::{call_back, callable, global_function};
use crate::agent::Agent;

/// The active timers of a context.
#[derive(Default)]
struct Timers {
    last: u32,
    pending: HashMap<u32, CancellationToken>,
}

type SharedTimers = Rc<RefCell<Timers>>;

pub(super) fn install(realm: &Realm, context: &mut Context) -> JsResult<()> {
    if context.get_data::<SharedTimers>().is_none() {
        context.insert_data(SharedTimers::default());
    }
    global_function(realm, "queueMicrotask", 1, |_, args, (), context| queue_microtask(args, context), context)?;
    global_function(realm, "setTimeout", 1, |_, args, (), context| set_timeout(args, context), context)?;
    global_function(realm, "setInterval", 1, |_, args, (), context| set_interval(args, context), context)?;
    global_function(realm, "clearTimeout", 0, |_, args, (), context| clear(args, context), context)?;
    global_function(realm, "clearInterval", 0, |_, args, (), context| clear(args, context), context)
}

fn queue_microtask(args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let callback = callable(args.get_or_undefined(0))?;
    let mapping = Agent::of(context).snapshot();
    let realm = context.realm().clone();
    let job = PromiseJob::with_realm(move |context| call_back(&callback, &[], mapping, "microtask", context), realm);
    context.enqueue_job(job.into());
    Ok(JsValue::undefined())
}

fn set_timeout(args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let callback = callable(args.get_or_undefined(0))?;
    let delay = delay(args.get_or_undefined(1), context)?;
    let rest = args.get(2..).unwrap_or_default().to_vec();
    let mapping = Agent::of(context).snapshot();
    let (timers, id) = number(context);
    let fired = Rc::clone(&timers);
    let job = NativeJob::with_realm(
        move |context| {
            fired.borrow_mut().pending.remove(&id);
            call_back(&callback, &rest, mapping, "timer", context)
        },
        context.realm().clone(),
    );
    let job = TimeoutJob::new(job, delay);
    timers.borrow_mut().pending.insert(id, job.cancellation_token().clone());
    context.enqueue_job(job.into());
    Ok(id.into())
}

fn set_interval(args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let callback = callable(args.get_or_undefined(0))?;
    // At least one millisecond, since other jobs would starve otherwise.
    let delay = delay(args.get_or_undefined(1), context)?.max(1);
    let rest = args.get(2..).unwrap_or_default().to_vec();
    let mapping = Agent::of(context).snapshot();
    let (timers, id) = number(context);
    let job = NativeJobFn::with_realm(
        move |context| call_back(&callback, &rest, mapping.clone(), "timer", context),
        context.realm().clone(),
    );
    let job = IntervalJob::new(job, delay);
    timers.borrow_mut().pending.insert(id, job.cancellation_token().clone());
    context.enqueue_job(job.into());
    Ok(id.into())
}

fn clear(args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    if let Some(id) = args.get_or_undefined(0).as_number() {
        let timers = shared(context);
        let token = timers.borrow_mut().pending.remove(&(id as u32));
        if let Some(token) = token {
            token.cancel(context);
        }
    }
    Ok(JsValue::undefined())
}

/// Returns the delay in whole milliseconds, from zero to about 25 days.
fn delay(value: &JsValue, context: &mut Context) -> JsResult<u64> {
    let number = value.to_number(context)?;
    Ok(if number.is_finite() { number.clamp(0.0, f64::from(i32::MAX)) as u64 } else { 0 })
}

fn number(context: &Context) -> (SharedTimers, u32) {
    let timers = shared(context);
    timers.borrow_mut().last += 1;
    let id = timers.borrow().last;
    (timers, id)
}

fn shared(context: &Context) -> SharedTimers {
    context.get_data::<SharedTimers>().cloned().unwrap_or_default()
}
