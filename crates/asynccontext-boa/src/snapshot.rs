//! `AsyncContext.Snapshot` (`sec-asynccontext-snapshot-objects`).

use boa_engine::object::builtins::JsFunction;
use boa_engine::object::{FunctionObjectBuilder, JsObject};
use boa_engine::property::PropertyDescriptor;
use boa_engine::realm::Realm;
use boa_engine::{
    Context, JsArgs, JsData, JsNativeError, JsResult, JsString, JsValue, NativeFunction, js_str, js_string,
};
use boa_gc::{Finalize, Trace};

use crate::agent::{Agent, Cause};
use crate::construct::create_from_constructor;
use crate::intrinsic::function;
use crate::mapping::Mapping;
use crate::variable::{call, method, ordinary_prototype};

/// The internal slot of an instance (`sec-properties-of-asynccontext-snapshot-instances`).
#[derive(Trace, Finalize, JsData)]
struct Snapshot {
    mapping: Mapping,
}

/// `AsyncContext.Snapshot ( )` (`sec-asynccontext-snapshot`).
fn construct(new_target: &JsValue, _: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    // If NewTarget is undefined, throw a TypeError exception.
    if new_target.is_undefined() {
        return Err(JsNativeError::typ().with_message("AsyncContext.Snapshot must be called with `new`").into());
    }
    // The snapshot is taken before the prototype is read, as in the draft.
    let mapping = Agent::of(context).snapshot();
    create_from_constructor(new_target, |realm| &realm.snapshot_prototype, Snapshot { mapping }, context)
}

/// `AsyncContext.Snapshot.prototype.run ( func, ...args )`
/// (`sec-asynccontext-snapshot.prototype.run`).
fn run(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    // Perform ? RequireInternalSlot(asyncSnapshot, [[AsyncSnapshotMapping]]).
    let mapping = this_snapshot(this)?;
    let func = args.get_or_undefined(0);
    let rest = args.get(1..).unwrap_or_default();
    Agent::of(context).run(mapping, Cause::SnapshotRun, || call(func, rest, context))
}

/// Returns the mapping of a snapshot.
pub(crate) fn this_snapshot(this: &JsValue) -> JsResult<Mapping> {
    let mapping = this
        .as_object()
        .and_then(|object| object.downcast_ref::<Snapshot>().map(|snapshot| snapshot.mapping.clone()))
        .ok_or_else(|| JsNativeError::typ().with_message("`this` is not an AsyncContext.Snapshot"))?;
    Ok(mapping)
}

/// `AsyncContext.Snapshot.wrap ( fn )` (`sec-asynccontext-snapshot.wrap`).
fn wrap(_this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    // If IsCallable(fn) is false, throw a TypeError exception.
    let Some(func) = args.get_or_undefined(0).as_callable() else {
        return Err(JsNativeError::typ().with_message("the argument of wrap is not a function").into());
    };
    let mapping = Agent::of(context).snapshot();
    let captured = (func.clone(), mapping);
    let realm = context.realm().clone();
    let wrapped = function(&realm, "", 0, captured, |this, args, (func, mapping), context| {
        Agent::of(context).run(mapping.clone(), Cause::WrappedCall, || func.call(this, args, context))
    });
    copy_name_and_length(&wrapped, &func, "wrapped", context)?;
    Ok(wrapped.into())
}

/// CopyNameAndLength, which the draft takes from the ShadowRealm proposal.
fn copy_name_and_length(function: &JsFunction, target: &JsObject, prefix: &str, context: &mut Context) -> JsResult<()> {
    let mut length = 0.0;
    if target.has_own_property(js_string!("length"), context)? {
        let target_length = target.get(js_string!("length"), context)?;
        if let Some(number) = target_length.as_number() {
            // ToIntegerOrInfinity: NaN becomes 0 and fractions are truncated. Then negative numbers become 0.
            length = if number.is_nan() { 0.0 } else { number.trunc().max(0.0) };
        }
    }
    let configurable = PropertyDescriptor::builder().writable(false).enumerable(false).configurable(true);
    function.define_property_or_throw(js_string!("length"), configurable.clone().value(length), context)?;
    let name = target.get(js_string!("name"), context)?.as_string().unwrap_or_default();
    let name = js_string!(&JsString::from(prefix), js_str!(" "), &name);
    function.define_property_or_throw(js_string!("name"), configurable.value(name), context)?;
    Ok(())
}

/// Returns the constructor and its prototype, for `realm`.
pub(crate) fn create(realm: &Realm, context: &mut Context) -> JsResult<(JsFunction, JsObject)> {
    let constructor = FunctionObjectBuilder::new(realm, NativeFunction::from_fn_ptr(construct))
        .name(js_string!("Snapshot"))
        .length(0)
        .constructor(true)
        .build();
    let prototype = ordinary_prototype(realm, &constructor, "AsyncContext.Snapshot", context)?;
    method(&constructor, "wrap", 1, wrap, realm);
    method(&prototype, "run", 1, run, realm);
    Ok((constructor, prototype))
}
