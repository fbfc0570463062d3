//! `yield*` under the reading `yield-star-2025`.
//!
//! The engine's own loop runs in the generator's mapping. So the transform passes the operand of `yield*` through a
//! function, which returns an iterator that performs each round in the right mapping (`delegate.js`). The mapping of the
//! resumer accompanies the generator's mapping ([`Mapping::resumed_by`]), also over an `await` between two rounds, so a
//! request that was queued in an async generator is served in the mapping of the round before it, as in the steps of the
//! draft with the swap after the loop.

use boa_engine::object::{JsObject, builtins::JsFunction};
use boa_engine::realm::Realm;
use boa_engine::{Context, JsArgs, JsData, JsNativeError, JsResult, JsValue, Script, Source, js_string};
use boa_gc::{Finalize, Trace};

use crate::agent::{Agent, Cause};
use crate::intrinsic::function;
use crate::reading::Reading;
use crate::transform::bind_delegate;

const TEXT: &str = include_str!("delegate.js");

/// The data of the object that the engine yields in place of the inner iterator's result.
#[derive(Trace, Finalize, JsData)]
struct Yielded(JsValue);

/// Adds the function that transformed text calls to `realm`, if the reading requires it.
pub(crate) fn install(realm: &Realm, context: &mut Context) -> JsResult<()> {
    if Agent::of(context).reading.get() != Reading::YieldStar2025 {
        return Ok(());
    }
    let make = Script::parse(Source::from_bytes(TEXT), None, context)?.evaluate(context)?;
    let make = make.as_callable().ok_or_else(JsNativeError::typ)?;
    let round = function(realm, "", 0, (), |_, args, (), context| round(args, context));
    let yielded = function(realm, "", 0, (), |_, args, (), context| yielded(args, context));
    let delegate = make.call(&JsValue::undefined(), &[round.into(), yielded.into()], context)?;
    let delegate = delegate.as_object().and_then(JsFunction::from_object).ok_or_else(JsNativeError::typ)?;
    bind_delegate(delegate, context)
}

/// `(later, call)`: calls a function, in the mapping of the generator's resumer if `later`.
fn round(args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let agent = Agent::of(context);
    let call = args.get_or_undefined(1).as_callable().ok_or_else(JsNativeError::typ)?;
    let current = agent.snapshot();
    if args.get_or_undefined(0).to_boolean() {
        let caller = current.resumer().unwrap_or(current);
        return agent.run(caller, Cause::Generator, || call.call(&JsValue::undefined(), &[], context));
    }
    // A request that is served after this round, without a resumption, sees the generator's mapping.
    agent.swap(current.without_resumer(), Cause::Generator);
    call.call(&JsValue::undefined(), &[], context)
}

/// `(result)`: returns an object that the engine yields in place of a result that is not done.
fn yielded(args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let object = JsObject::from_proto_and_data(None, Yielded(args.get_or_undefined(0).clone()));
    object.create_data_property_or_throw(js_string!("done"), false, context)?;
    Ok(object.into())
}

/// Returns the result of the inner iterator that `value` stands for, or `value` itself.
pub(crate) fn reveal(value: JsValue) -> JsValue {
    let inner = value.as_object().and_then(|object| object.downcast_ref::<Yielded>().map(|yielded| yielded.0.clone()));
    inner.unwrap_or(value)
}
