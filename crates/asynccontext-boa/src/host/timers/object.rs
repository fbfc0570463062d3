//! The objects `Timeout` and `Immediate`: their slots, their prototypes, and the properties by which programs of Node
//! read and change them.

use std::cell::{Cell, RefCell};

use boa_engine::object::builtins::JsFunction;
use boa_engine::object::{FunctionObjectBuilder, JsObject};
use boa_engine::property::PropertyDescriptor;
use boa_engine::realm::Realm;
use boa_engine::{Context, JsArgs, JsData, JsNativeError, JsResult, JsString, JsSymbol, JsValue, NativeFunction};
use boa_gc::{Finalize, GcRefCell, Trace};

use super::{Scheduled, refresh, stop};
use crate::intrinsic::function;
use crate::mapping::Mapping;
use crate::variable::{hidden, method, ordinary_prototype};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Trace, Finalize)]
#[boa_gc(empty_trace)]
pub(super) enum Kind {
    Timeout,
    Interval,
    Immediate,
}

/// The internal slots of a `Timeout` or an `Immediate`.
#[derive(Trace, Finalize, JsData)]
pub(super) struct Timer {
    pub(super) kind: Kind,
    pub(super) number: u32,
    /// Null after the timer was cleared.
    pub(super) callback: GcRefCell<JsValue>,
    pub(super) args: Vec<JsValue>,
    pub(super) mapping: Mapping,
    /// The delay in milliseconds, if the timer may be scheduled again.
    #[unsafe_ignore_trace]
    pub(super) delay: Cell<Option<u64>>,
    /// The delay of the next turns of an interval.
    #[unsafe_ignore_trace]
    pub(super) repeat: Cell<Option<u64>>,
    #[unsafe_ignore_trace]
    pub(super) keeps_alive: Cell<bool>,
    /// Whether the timer was cleared or has ended.
    #[unsafe_ignore_trace]
    pub(super) destroyed: Cell<bool>,
    /// The id and the trigger of the work.
    #[unsafe_ignore_trace]
    pub(super) execution: Cell<(u64, u64)>,
    #[unsafe_ignore_trace]
    pub(super) scheduled: RefCell<Option<Scheduled>>,
}

/// Returns the prototype of `Timeout` or of `Immediate`.
pub(super) fn prototype(realm: &Realm, kind: Kind, context: &mut Context) -> JsResult<JsObject> {
    let is_immediate = kind == Kind::Immediate;
    let name = if is_immediate { "Immediate" } else { "Timeout" };
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
        close(this, context)?;
        Ok(JsValue::undefined())
    });
    prototype.insert_property(JsSymbol::dispose(), hidden(dispose));
    read_only(&prototype, "_destroyed", |this, _, _| this_timer(this, |timer| timer.destroyed.get().into()), realm);
    if is_immediate {
        accessor(&prototype, "_onImmediate", get_callback, set_callback, realm);
    } else {
        method(&prototype, "refresh", 0, start_again, realm);
        method(&prototype, "close", 0, |this, _, context| close(this, context), realm);
        let number = function(realm, "[Symbol.toPrimitive]", 0, (), |this, _, (), _| {
            this_timer(this, |timer| timer.number.into())
        });
        prototype.insert_property(JsSymbol::to_primitive(), hidden(number));
        accessor(&prototype, "_onTimeout", get_callback, set_callback, realm);
        accessor(&prototype, "_repeat", get_repeat, set_repeat, realm);
        accessor(&prototype, "_idleTimeout", get_delay, set_delay, realm);
    }
    Ok(prototype)
}

type Method = fn(&JsValue, &[JsValue], &mut Context) -> JsResult<JsValue>;

fn accessor(prototype: &JsObject, name: &str, get: Method, set: Method, realm: &Realm) {
    let property = PropertyDescriptor::builder().get(built_in(name, get, realm)).set(built_in(name, set, realm));
    prototype.insert_property(JsString::from(name), property.enumerable(false).configurable(true));
}

fn read_only(prototype: &JsObject, name: &str, get: Method, realm: &Realm) {
    let property = PropertyDescriptor::builder().get(built_in(name, get, realm));
    prototype.insert_property(JsString::from(name), property.enumerable(false).configurable(true));
}

fn built_in(name: &str, behavior: Method, realm: &Realm) -> JsFunction {
    FunctionObjectBuilder::new(realm, NativeFunction::from_fn_ptr(behavior)).name(JsString::from(name)).build()
}

fn this_timer<R>(this: &JsValue, read: impl FnOnce(&Timer) -> R) -> JsResult<R> {
    this.as_object()
        .and_then(|object| object.downcast_ref::<Timer>().map(|timer| read(&timer)))
        .ok_or_else(|| JsNativeError::typ().with_message("`this` is not a timer").into())
}

/// `ref` and `unref`. As in Node, other objects are returned unchanged.
fn keep_alive(this: &JsValue, keeps_alive: bool) -> JsResult<JsValue> {
    if this.as_object().is_some_and(|object| !object.is::<Timer>()) {
        return Ok(this.clone());
    }
    this_timer(this, |timer| {
        timer.keeps_alive.set(keeps_alive);
        if let Some(scheduled) = &*timer.scheduled.borrow() {
            scheduled.keep_alive(keeps_alive);
        }
    })?;
    Ok(this.clone())
}

fn close(this: &JsValue, context: &mut Context) -> JsResult<JsValue> {
    this_timer(this, |_| ())?;
    if let Some(object) = this.as_object() {
        stop(&object, context);
    }
    Ok(this.clone())
}

fn start_again(this: &JsValue, _: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    this_timer(this, |_| ())?;
    if let Some(object) = this.as_object() {
        refresh(&object, context);
    }
    Ok(this.clone())
}

fn get_callback(this: &JsValue, _: &[JsValue], _: &mut Context) -> JsResult<JsValue> {
    this_timer(this, |timer| timer.callback.borrow().clone())
}

fn set_callback(this: &JsValue, args: &[JsValue], _: &mut Context) -> JsResult<JsValue> {
    this_timer(this, |timer| *timer.callback.borrow_mut() = args.get_or_undefined(0).clone())?;
    Ok(JsValue::undefined())
}

fn get_repeat(this: &JsValue, _: &[JsValue], _: &mut Context) -> JsResult<JsValue> {
    this_timer(this, |timer| timer.repeat.get().map_or_else(JsValue::null, JsValue::from))
}

fn set_repeat(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let value = args.get_or_undefined(0);
    let repeat = if value.to_boolean() { Some(value.to_length(context)?.max(1)) } else { None };
    this_timer(this, |timer| timer.repeat.set(repeat))?;
    Ok(JsValue::undefined())
}

fn get_delay(this: &JsValue, _: &[JsValue], _: &mut Context) -> JsResult<JsValue> {
    this_timer(this, |timer| timer.delay.get().map_or_else(|| JsValue::from(-1), JsValue::from))
}

/// A negative delay means that the timer is not scheduled again.
fn set_delay(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let number = args.get_or_undefined(0).to_number(context)?;
    this_timer(this, |timer| timer.delay.set((number >= 0.0).then_some(number as u64)))?;
    Ok(JsValue::undefined())
}
