//! `queueMicrotask`, timers and `setImmediate`, which capture the mapping of the call.
//!
//! As in Node, a timer is an object that converts to its number, and each piece of work has an id and events for
//! `createHook`. `clearTimeout` accepts the object or the number.

mod object;

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use std::time::Duration;

use boa_engine::job::{CancellationToken, NativeJob, PromiseJob, TimeoutJob};
use boa_engine::object::JsObject;
use boa_engine::realm::Realm;
use boa_engine::{Context, JsArgs, JsResult, JsString, JsValue};
use boa_gc::GcRefCell;

use self::object::{Kind, Timer, prototype};
use super::callback::{call_back, call_back_on, callable, define};
use crate::agent::Agent;
use crate::event_loop::EventLoop;
use crate::intrinsic::function;
use crate::mapping::Mapping;
use crate::node;

/// The longest delay in milliseconds, about 25 days. A longer one counts as none, as in browsers and Node.
const LONGEST: f64 = 2_147_483_647.0;

/// A call that the executor will make.
enum Scheduled {
    Timer(Rc<EventLoop>, u64),
    Immediate(Rc<EventLoop>, u64),
    /// A job of another executor.
    Job(CancellationToken),
}

impl Scheduled {
    fn cancel(self, context: &mut Context) {
        match self {
            Scheduled::Timer(event_loop, number) => event_loop.stop_timer(number),
            Scheduled::Immediate(event_loop, number) => event_loop.stop_immediate(number),
            Scheduled::Job(token) => token.cancel(context),
        }
    }

    fn keep_alive(&self, keeps_alive: bool) {
        match self {
            Scheduled::Timer(event_loop, number) => event_loop.keep_timer_alive(*number, keeps_alive),
            Scheduled::Immediate(event_loop, number) => event_loop.keep_immediate_alive(*number, keeps_alive),
            Scheduled::Job(_) => {}
        }
    }
}

/// The timers of a context that are pending.
#[derive(Default)]
struct Timers {
    last: u32,
    pending: HashMap<u32, JsObject>,
}

type SharedTimers = Rc<RefCell<Timers>>;

/// The prototypes of `Timeout` and of `Immediate`.
type Prototypes = (JsObject, JsObject);

pub(super) fn install(realm: &Realm, context: &mut Context) -> JsResult<()> {
    if context.get_data::<SharedTimers>().is_none() {
        context.insert_data(SharedTimers::default());
    }
    let prototypes = (prototype(realm, Kind::Timeout, context)?, prototype(realm, Kind::Immediate, context)?);
    let mut add = |name: &str, length, behavior| {
        define(JsString::from(name), function(realm, name, length, prototypes.clone(), behavior), context)
    };
    add("queueMicrotask", 1, |_, args, _, context| queue_microtask(args, context))?;
    add("setTimeout", 1, |_, args, prototypes, context| set_timeout(args, prototypes, context))?;
    add("setInterval", 1, |_, args, prototypes, context| set_interval(args, prototypes, context))?;
    add("setImmediate", 1, |_, args, prototypes, context| set_immediate(args, prototypes, context))?;
    for name in ["clearTimeout", "clearInterval"] {
        add(name, 1, |_, args, _, context| clear(args.get_or_undefined(0), context))?;
    }
    add("clearImmediate", 1, |_, args, _, context| {
        if let Some(object) = args.get_or_undefined(0).as_object()
            && object.downcast_ref::<Timer>().is_some_and(|timer| timer.kind == Kind::Immediate)
        {
            stop(&object, context);
        }
        Ok(JsValue::undefined())
    })
}

fn queue_microtask(args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let callback = callable(args.get_or_undefined(0), context)?;
    let agent = Agent::of(context);
    let mapping = Agent::of(context).snapshot();
    let execution = agent.executions.start("Microtask", None, context);
    let work = move |context: &mut Context| {
        agent.executions.enter(execution.clone(), context);
        let result = call_back(&callback, &[], mapping, "microtask", context);
        agent.executions.destroy(&execution, context);
        result
    };
    let realm = context.realm().clone();
    context.enqueue_job(PromiseJob::with_realm(work, realm).into());
    Ok(JsValue::undefined())
}

fn set_timeout(args: &[JsValue], prototypes: &Prototypes, context: &mut Context) -> JsResult<JsValue> {
    let mapping = Agent::of(context).snapshot();
    start(Kind::Timeout, args, mapping, &prototypes.0, context)
}

fn set_interval(args: &[JsValue], prototypes: &Prototypes, context: &mut Context) -> JsResult<JsValue> {
    let mapping = Agent::of(context).snapshot();
    start(Kind::Interval, args, mapping, &prototypes.0, context)
}

fn set_immediate(args: &[JsValue], prototypes: &Prototypes, context: &mut Context) -> JsResult<JsValue> {
    let mapping = Agent::of(context).snapshot();
    start(Kind::Immediate, args, mapping, &prototypes.1, context)
}

fn start(
    kind: Kind,
    args: &[JsValue],
    mapping: Mapping,
    prototype: &JsObject,
    context: &mut Context,
) -> JsResult<JsValue> {
    let callback = callable(args.get_or_undefined(0), context)?;
    let (delay, first) = match kind {
        Kind::Immediate => (0, 1),
        Kind::Timeout => (delay(args.get_or_undefined(1), context)?, 2),
        // At least one millisecond, since other jobs would starve otherwise.
        Kind::Interval => (delay(args.get_or_undefined(1), context)?.max(1), 2),
    };
    let timers = shared(context);
    timers.borrow_mut().last += 1;
    let number = timers.borrow().last;
    let timer = Timer {
        kind,
        number,
        callback: GcRefCell::new(callback),
        args: args.get(first..).unwrap_or_default().to_vec(),
        mapping,
        delay: Cell::new(Some(delay)),
        repeat: Cell::new((kind == Kind::Interval).then_some(delay)),
        keeps_alive: Cell::new(true),
        destroyed: Cell::new(false),
        execution: Cell::default(),
        scheduled: RefCell::new(None),
    };
    let object = JsObject::from_proto_and_data(prototype.clone(), timer);
    begin(&object, context);
    schedule(&object, context);
    Ok(object.into())
}

/// Gives a timer the id of new work.
fn begin(object: &JsObject, context: &mut Context) {
    let Some(timer) = object.downcast_ref::<Timer>() else { return };
    let kind = if timer.kind == Kind::Immediate { "Immediate" } else { "Timeout" };
    timer.destroyed.set(false);
    let execution = Agent::of(context).executions.start(kind, Some(object), context);
    timer.execution.set((execution.id, execution.trigger));
}

/// Ends the work of a timer.
fn destroy(object: &JsObject, context: &mut Context) {
    let Some(timer) = object.downcast_ref::<Timer>() else { return };
    timer.destroyed.set(true);
    shared(context).borrow_mut().pending.remove(&timer.number);
    Agent::of(context).executions.destroy_resource(timer.execution.get().0, context);
}

/// Schedules the next call of a timer.
fn schedule(object: &JsObject, context: &mut Context) {
    let Some(timer) = object.downcast_ref::<Timer>() else { return };
    let fired = object.clone();
    let job = NativeJob::with_realm(move |context| fire(&fired, context), context.realm().clone());
    let (milliseconds, keeps_alive) = (timer.delay.get().unwrap_or_default(), timer.keeps_alive.get());
    let delay = Duration::from_millis(milliseconds);
    let scheduled = match context.downcast_job_executor::<EventLoop>() {
        Some(event_loop) if timer.kind == Kind::Immediate => {
            let number = event_loop.start_immediate(job, keeps_alive);
            Scheduled::Immediate(event_loop, number)
        }
        Some(event_loop) => {
            let number = event_loop.start_timer(job, delay, keeps_alive, context);
            Scheduled::Timer(event_loop, number)
        }
        None => {
            let job = TimeoutJob::new(job, milliseconds);
            let token = job.cancellation_token().clone();
            context.enqueue_job(job.into());
            Scheduled::Job(token)
        }
    };
    timer.scheduled.replace(Some(scheduled));
    shared(context).borrow_mut().pending.insert(timer.number, object.clone());
}

fn fire(object: &JsObject, context: &mut Context) -> JsResult<JsValue> {
    let Some(timer) = object.downcast_ref::<Timer>() else { return Ok(JsValue::undefined()) };
    timer.scheduled.take();
    let callback = timer.callback.borrow().clone();
    let (id, trigger) = timer.execution.get();
    // A program may have removed the callback.
    if !callback.is_callable() {
        destroy(object, context);
        return Ok(JsValue::undefined());
    }
    let is_immediate = timer.kind == Kind::Immediate;
    if timer.repeat.get().is_none() {
        shared(context).borrow_mut().pending.remove(&timer.number);
    }
    timer.destroyed.set(is_immediate);
    let what = if is_immediate { "immediate" } else { "timer" };
    Agent::of(context).executions.enter_resource(id, trigger, Some(object.clone()), context);
    let this = object.clone().into();
    let result = call_back_on(&this, &callback, &timer.args, timer.mapping.clone(), what, context);
    let idle = timer.scheduled.borrow().is_none();
    if is_immediate {
        destroy(object, context);
    } else if idle && !timer.destroyed.get() {
        match (timer.repeat.get(), timer.delay.get()) {
            (Some(repeat), Some(_)) => {
                timer.delay.set(Some(repeat));
                schedule(object, context);
            }
            _ => destroy(object, context),
        }
    }
    result
}

/// `clearTimeout` and `clearInterval`, which are the same. A value that is not a timer is converted to a number.
fn clear(value: &JsValue, context: &mut Context) -> JsResult<JsValue> {
    let object = value.as_object().filter(JsObject::is::<Timer>);
    let object = match object {
        Some(object) => Some(object),
        None => {
            let number = value.to_i32(context)?;
            let timers = shared(context);
            let pending = &timers.borrow().pending;
            u32::try_from(number).ok().and_then(|number| pending.get(&number).cloned())
        }
    };
    let is_timeout =
        |object: &JsObject| object.downcast_ref::<Timer>().is_some_and(|timer| timer.kind != Kind::Immediate);
    if let Some(object) = object.filter(is_timeout) {
        stop(&object, context);
    }
    Ok(JsValue::undefined())
}

/// Cancels a timer that has not ended.
fn stop(object: &JsObject, context: &mut Context) {
    let Some(timer) = object.downcast_ref::<Timer>() else { return };
    if timer.destroyed.get() {
        return;
    }
    *timer.callback.borrow_mut() = JsValue::null();
    if let Some(scheduled) = timer.scheduled.take() {
        scheduled.cancel(context);
    }
    destroy(object, context);
}

/// Starts a timer again, unless it was cleared.
fn refresh(object: &JsObject, context: &mut Context) {
    let Some(timer) = object.downcast_ref::<Timer>() else { return };
    if !timer.callback.borrow().is_callable() || timer.delay.get().is_none() {
        return;
    }
    if let Some(scheduled) = timer.scheduled.take() {
        scheduled.cancel(context);
    }
    if timer.destroyed.get() {
        begin(object, context);
    }
    schedule(object, context);
}

/// Returns the delay in whole milliseconds. As in Node, a program is warned about one that cannot be used.
fn delay(value: &JsValue, context: &mut Context) -> JsResult<u64> {
    let number = value.to_number(context)?;
    if (0.0..=LONGEST).contains(&number) {
        return Ok(number as u64);
    }
    if !value.is_undefined() {
        node::warn_of_delay(number, context)?;
    }
    Ok(0)
}

fn shared(context: &Context) -> SharedTimers {
    context.get_data::<SharedTimers>().cloned().unwrap_or_default()
}
