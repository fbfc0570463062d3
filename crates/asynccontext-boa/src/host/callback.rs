//! Callbacks of the host, and its functions on the global object.

use boa_engine::property::PropertyKey;
use boa_engine::{Context, JsArgs, JsError, JsNativeError, JsResult, JsValue};

use crate::agent::{Agent, Cause};
use crate::mapping::{Held, Mapping};
use crate::node;
use crate::reading::Reading;
use crate::report::report_exception_in;
use crate::variable::{call_on, hidden};

pub(super) fn define(key: impl Into<PropertyKey>, value: impl Into<JsValue>, context: &mut Context) -> JsResult<()> {
    context.global_object().define_property_or_throw(key, hidden(value), context).map(drop)
}

/// Calls a callback of the host, and reports its exceptions.
pub(crate) fn call_back(
    callback: &JsValue,
    args: &[JsValue],
    mapping: Mapping,
    what: &'static str,
    context: &mut Context,
) -> JsResult<JsValue> {
    call_back_on(&JsValue::undefined(), callback, args, mapping, what, context)
}

/// Calls a callback of the host with a receiver, and reports its exceptions.
pub(super) fn call_back_on(
    this: &JsValue,
    callback: &JsValue,
    args: &[JsValue],
    mapping: Mapping,
    what: &'static str,
    context: &mut Context,
) -> JsResult<JsValue> {
    let agent = Agent::of(context);
    let result = agent.run(mapping.clone(), Cause::Host(what), || call_on(this, callback, args, context));
    match result {
        Ok(_) => Ok(JsValue::undefined()),
        Err(error) => report(error, mapping, context),
    }
}

/// Reports an error that was thrown in `mapping`. The listener runs in the empty mapping.
pub(super) fn report(error: JsError, mapping: Mapping, context: &mut Context) -> JsResult<JsValue> {
    report_exception_in(error, mapping, context)?;
    Ok(JsValue::undefined())
}

/// Returns a function, or an error: that of Node in a realm with its modules.
pub(super) fn callable(value: &JsValue, context: &mut Context) -> JsResult<JsValue> {
    if value.is_callable() {
        return Ok(value.clone());
    }
    node::check_callback(value, context)?;
    Err(JsNativeError::typ().with_message("the callback is not a function").into())
}

/// Returns an object that stands for the current mapping.
pub(super) fn capture(context: &Context) -> JsValue {
    let agent = Agent::of(context);
    agent.hold(&agent.snapshot()).into()
}

/// Returns an object that stands for the current mapping under a reading, and `undefined` under any other.
pub(super) fn capture_under(reading: Reading, context: &Context) -> JsValue {
    if Agent::of(context).reading.get() == reading { capture(context) } else { JsValue::undefined() }
}

/// `(captured, function, …arguments)`: calls the function in a mapping that was captured.
pub(super) fn run_in(args: &[JsValue], what: &'static str, context: &mut Context) -> JsResult<JsValue> {
    let mapping = Held::unwrap(args.get_or_undefined(0)).ok_or_else(JsNativeError::typ)?;
    let callback = args.get_or_undefined(1).as_callable().ok_or_else(JsNativeError::typ)?;
    let rest = args.get(2..).unwrap_or_default();
    Agent::of(context).run(mapping, Cause::Host(what), || callback.call(&JsValue::undefined(), rest, context))
}
