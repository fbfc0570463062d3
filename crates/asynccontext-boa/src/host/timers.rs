//! `queueMicrotask`, timers and `setImmediate`, which capture the mapping of the call.
//!
//! As in Node, a timer is an object that converts to its number. `clearTimeout` accepts either.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use std::time::Duration;

use boa_engine::job::{CancellationToken, NativeJob, PromiseJob, TimeoutJob};
use boa_engine::object::builtins::JsFunction;
use boa_engine::object::{FunctionObjectBuilder, JsObject};
use boa_engine::realm::Realm;
use boa_engine::{Context, JsArgs, JsData, JsNativeError, JsResult, JsString, JsSymbol, JsValue, NativeFunction};
use boa_gc::{Finalize, Trace};

use super::callback::{call_back, callable, define};
use crate::agent::Agent;
use crate::event_loop::EventLoop;
use crate::intrinsic::function;
use crate::mapping::Mapping;
use crate::variable::{hidden, method, ordinary_prototype};

/// The longest delay in milliseconds, about 25 days. A longer one counts as none, as in browsers and Node.
const LONGEST: f64 = 2_147_483_647.0;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Trace, Finalize)]
#[boa_gc(empty_trace)]
enum Kind {
    Timeout,
    Interval,
    Immediate,
}

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

/// The internal slots of a `Timeout` or an `Immediate`.
#[derive(Trace, Finalize, JsData)]
struct Timer {
    kind: Kind,
    id: u32,
    callback: JsValue,
    args: Vec<JsValue>,
    mapping: Mapping,
    delay: u64,
    #[unsafe_ignore_trace]
    keeps_alive: Cell<bool>,
    #[unsafe_ignore_trace]
    cleared: Cell<bool>,
    #[unsafe_ignore_trace]
    scheduled: RefCell<Option<Scheduled>>,
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
    for name in ["clearTimeout", "clearInterval", "clearImmediate"] {
        add(name, 1, |_, args, _, context| clear(args.get_or_undefined(0), context))?;
    }
    Ok(())
}

fn queue_microtask(args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let callback = callable(args.get_or_undefined(0))?;
    let mapping = Agent::of(context).snapshot();
    let realm = context.realm().clone();
    let job = PromiseJob::with_realm(move |context| call_back(&callback, &[], mapping, "microtask", context), realm);
    context.enqueue_job(job.into());
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
    let callback = callable(args.get_or_undefined(0))?;
    let (delay, first) = match kind {
        Kind::Immediate => (0, 1),
        Kind::Timeout => (delay(args.get_or_undefined(1), context)?, 2),
        // At least one millisecond, since other jobs would starve otherwise.
        Kind::Interval => (delay(args.get_or_undefined(1), context)?.max(1), 2),
    };
    let timers = shared(context);
    timers.borrow_mut().last += 1;
    let id = timers.borrow().last;
    let timer = Timer {
        kind,
        id,
        callback,
        args: args.get(first..).unwrap_or_default().to_vec(),
        mapping,
        delay,
        keeps_alive: Cell::new(true),
        cleared: Cell::new(false),
        scheduled: RefCell::new(None),
    };
    let object = JsObject::from_proto_and_data(prototype.clone(), timer);
    schedule(&object, context);
    Ok(object.into())
}

/// Schedules the next call of a timer.
fn schedule(object: &JsObject, context: &mut Context) {
    let Some(timer) = object.downcast_ref::<Timer>() else { return };
    let fired = object.clone();
    let job = NativeJob::with_realm(move |context| fire(&fired, context), context.realm().clone());
    let (delay, keeps_alive) = (Duration::from_millis(timer.delay), timer.keeps_alive.get());
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
            let job = TimeoutJob::new(job, timer.delay);
            let token = job.cancellation_token().clone();
            context.enqueue_job(job.into());
            Scheduled::Job(token)
        }
    };
    timer.scheduled.replace(Some(scheduled));
    shared(context).borrow_mut().pending.insert(timer.id, object.clone());
}

fn fire(object: &JsObject, context: &mut Context) -> JsResult<JsValue> {
    let Some((callback, args, mapping, kind, id)) = object.downcast_ref::<Timer>().map(|timer| {
        timer.scheduled.take();
        (timer.callback.clone(), timer.args.clone(), timer.mapping.clone(), timer.kind, timer.id)
    }) else {
        return Ok(JsValue::undefined());
    };
    if kind != Kind::Interval {
        shared(context).borrow_mut().pending.remove(&id);
    }
    let what = if kind == Kind::Immediate { "immediate" } else { "timer" };
    let result = call_back(&callback, &args, mapping, what, context);
    let repeats = kind == Kind::Interval
        && object
            .downcast_ref::<Timer>()
            .is_some_and(|timer| !timer.cleared.get() && timer.scheduled.borrow().is_none());
    if repeats {
        schedule(object, context);
    }
    result
}

/// `clearTimeout`, `clearInterval` and `clearImmediate`, which are the same. A value that is not a timer is converted
/// to a number.
fn clear(value: &JsValue, context: &mut Context) -> JsResult<JsValue> {
    let object = value.as_object().filter(JsObject::is::<Timer>);
    let object = match object {
        Some(object) => Some(object),
        None => {
            let id = value.to_i32(context)?;
            let timers = shared(context);
            let pending = &timers.borrow().pending;
            u32::try_from(id).ok().and_then(|id| pending.get(&id).cloned())
        }
    };
    if let Some(object) = object {
        stop(&object, context);
    }
    Ok(JsValue::undefined())
}

fn stop(object: &JsObject, context: &mut Context) {
    let Some(timer) = object.downcast_ref::<Timer>() else { return };
    timer.cleared.set(true);
    shared(context).borrow_mut().pending.remove(&timer.id);
    let scheduled = timer.scheduled.take();
    drop(timer);
    if let Some(scheduled) = scheduled {
        scheduled.cancel(context);
    }
}

/// Returns the prototype of `Timeout` or of `Immediate`.
fn prototype(realm: &Realm, kind: Kind, context: &mut Context) -> JsResult<JsObject> {
    let name = if kind == Kind::Immediate { "Immediate" } else { "Timeout" };
    let illegal = NativeFunction::from_fn_ptr(|_, _, _| {
        Err(JsNativeError::typ().with_message("timers are created by setTimeout, setInterval and setImmediate").into())
    });
    let constructor: JsFunction =
        FunctionObjectBuilder::new(realm, illegal).name(JsString::from(name)).length(0).constructor(true).build();
    let prototype = ordinary_prototype(realm, &constructor, name, context)?;
    method(&prototype, "ref", 0, |this, _, _| keep_alive(this, true), realm);
    method(&prototype, "unref", 0, |this, _, _| keep_alive(this, false), realm);
    method(&prototype, "hasRef", 0, |this, _, _| this_timer(this, |timer| timer.keeps_alive.get().into()), realm);
    let dispose = function(realm, "[Symbol.dispose]", 0, (), |this, _, (), context| {
        this_timer(this, |_| JsValue::undefined())?;
        clear(this, context)
    });
    prototype.insert_property(JsSymbol::dispose(), hidden(dispose));
    if kind != Kind::Immediate {
        method(&prototype, "refresh", 0, refresh, realm);
        method(
            &prototype,
            "close",
            0,
            |this, _, context| {
                this_timer(this, |_| JsValue::undefined())?;
                clear(this, context)?;
                Ok(this.clone())
            },
            realm,
        );
        let number =
            function(realm, "[Symbol.toPrimitive]", 0, (), |this, _, (), _| this_timer(this, |timer| timer.id.into()));
        prototype.insert_property(JsSymbol::to_primitive(), hidden(number));
    }
    Ok(prototype)
}

fn this_timer<R>(this: &JsValue, read: impl FnOnce(&Timer) -> R) -> JsResult<R> {
    this.as_object()
        .and_then(|object| object.downcast_ref::<Timer>().map(|timer| read(&timer)))
        .ok_or_else(|| JsNativeError::typ().with_message("`this` is not a timer").into())
}

fn keep_alive(this: &JsValue, keeps_alive: bool) -> JsResult<JsValue> {
    this_timer(this, |timer| {
        timer.keeps_alive.set(keeps_alive);
        if let Some(scheduled) = &*timer.scheduled.borrow() {
            scheduled.keep_alive(keeps_alive);
        }
    })?;
    Ok(this.clone())
}

/// Starts the timer again, unless it was cleared.
fn refresh(this: &JsValue, _: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let before = this_timer(this, |timer| (!timer.cleared.get()).then(|| timer.scheduled.take()))?;
    if let (Some(before), Some(object)) = (before, this.as_object()) {
        if let Some(scheduled) = before {
            scheduled.cancel(context);
        }
        schedule(&object, context);
    }
    Ok(this.clone())
}

/// Returns the delay in whole milliseconds.
fn delay(value: &JsValue, context: &mut Context) -> JsResult<u64> {
    let number = value.to_number(context)?;
    Ok(if (0.0..=LONGEST).contains(&number) { number as u64 } else { 0 })
}

fn shared(context: &Context) -> SharedTimers {
    context.get_data::<SharedTimers>().cloned().unwrap_or_default()
}
