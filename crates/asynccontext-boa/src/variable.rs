//! `AsyncContext.Variable` (`sec-asynccontext-variable-objects`).

use asynccontext::spec::Mapping as _;
use boa_engine::object::builtins::JsFunction;
use boa_engine::object::{FunctionObjectBuilder, JsObject};
use boa_engine::property::PropertyDescriptor;
use boa_engine::realm::Realm;
use boa_engine::{
    Context, JsArgs, JsData, JsNativeError, JsResult, JsString, JsSymbol, JsValue, NativeFunction, js_string,
};
use boa_gc::{Finalize, Trace};

use crate::agent::{Agent, Cause};
use crate::construct::create_from_constructor;
use crate::intrinsic::function;
use crate::limits::catchable;
use crate::mapping::Key;

/// The internal slots of an instance (`sec-properties-of-asynccontext-variable-instances`).
#[derive(Trace, Finalize, JsData)]
struct Variable {
    /// The key, which also contains `[[AsyncVariableName]]`.
    key: Key,
    default: JsValue,
}

/// `AsyncContext.Variable ( options )` (`sec-asynccontext-variable`).
fn construct(new_target: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    // If NewTarget is undefined, throw a TypeError exception.
    if new_target.is_undefined() {
        return Err(JsNativeError::typ().with_message("AsyncContext.Variable must be called with `new`").into());
    }
    let mut name = js_string!();
    let mut default = JsValue::undefined();
    if let Some(options) = args.get_or_undefined(0).as_object() {
        if options.has_property(js_string!("name"), context)? {
            name = options.get(js_string!("name"), context)?.to_string(context)?;
        }
        default = options.get(js_string!("defaultValue"), context)?;
    }
    let key = Agent::of(context).new_key(name);
    create_from_constructor(new_target, |realm| &realm.variable_prototype, Variable { key, default }, context)
}

/// RequireInternalSlot for both slots, since an object has both or neither.
pub(crate) fn this_variable(this: &JsValue) -> JsResult<(Key, JsValue)> {
    this.as_object()
        .and_then(|object| object.downcast_ref::<Variable>().map(|v| (v.key.clone(), v.default.clone())))
        .ok_or_else(|| JsNativeError::typ().with_message("`this` is not an AsyncContext.Variable").into())
}

/// `AsyncContext.Variable.prototype.run ( value, func, ...args )`
/// (`sec-asynccontext-variable.prototype.run`).
fn run(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let (key, _) = this_variable(this)?;
    let agent = Agent::of(context);
    let mapping = agent.snapshot().with_record(&key, args.get_or_undefined(0).clone());
    let func = args.get_or_undefined(1);
    let rest = args.get(2..).unwrap_or_default();
    agent.run(mapping, Cause::VariableRun(key.name().clone()), || call(func, rest, context))
}

/// Call. A value that is not callable gives a throw completion.
pub(crate) fn call(func: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    call_on(&JsValue::undefined(), func, args, context)
}

/// Call with a receiver.
pub(crate) fn call_on(this: &JsValue, func: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    match func.as_object() {
        Some(func) if func.is_callable() => func.call(this, args, context).map_err(catchable),
        _ => Err(JsNativeError::typ().with_message("the callback is not a function").into()),
    }
}

/// `AsyncContext.Variable.prototype.get ( )` (`sec-asynccontext-variable.prototype.get`).
fn get(this: &JsValue, _: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let (key, default) = this_variable(this)?;
    Ok(Agent::of(context).spec().variable_get(&key, &default))
}

/// `get AsyncContext.Variable.prototype.name` (`sec-asynccontext-variable.prototype.name`).
fn name(this: &JsValue, _: &[JsValue], _: &mut Context) -> JsResult<JsValue> {
    this_variable(this).map(|(key, _)| key.name().clone().into())
}

/// Returns the constructor and its prototype, for `realm`.
pub(crate) fn create(realm: &Realm, context: &mut Context) -> JsResult<(JsFunction, JsObject)> {
    let constructor = FunctionObjectBuilder::new(realm, NativeFunction::from_fn_ptr(construct))
        .name(js_string!("Variable"))
        .length(1)
        .constructor(true)
        .build();
    let prototype = ordinary_prototype(realm, &constructor, "AsyncContext.Variable", context)?;
    method(&prototype, "run", 2, run, realm);
    method(&prototype, "get", 0, get, realm);
    prototype.insert_property(
        js_string!("name"),
        PropertyDescriptor::builder()
            .get(function(realm, "get name", 0, (), |this, args, (), context| name(this, args, context)))
            .enumerable(false)
            .configurable(true),
    );
    Ok((constructor, prototype))
}

/// Returns the prototype object of `constructor`, with the properties that all such objects have.
pub(crate) fn ordinary_prototype(
    realm: &Realm,
    constructor: &JsFunction,
    tag: &str,
    context: &mut Context,
) -> JsResult<JsObject> {
    let prototype = JsObject::with_object_proto(realm.intrinsics());
    let fixed = PropertyDescriptor::builder().writable(false).enumerable(false).configurable(false);
    constructor.define_property_or_throw(js_string!("prototype"), fixed.value(prototype.clone()), context)?;
    prototype.insert_property(js_string!("constructor"), hidden(constructor.clone()));
    prototype.insert_property(JsSymbol::to_string_tag(), to_string_tag(tag));
    Ok(prototype)
}

/// `{ [[Writable]]: true, [[Enumerable]]: false, [[Configurable]]: true }`
pub(crate) fn hidden(value: impl Into<JsValue>) -> PropertyDescriptor {
    PropertyDescriptor::builder().value(value).writable(true).enumerable(false).configurable(true).build()
}

/// `{ [[Writable]]: false, [[Enumerable]]: false, [[Configurable]]: true }`
pub(crate) fn to_string_tag(tag: &str) -> PropertyDescriptor {
    PropertyDescriptor::builder()
        .value(JsString::from(tag))
        .writable(false)
        .enumerable(false)
        .configurable(true)
        .build()
}

/// Returns a method with ECMA-262's attributes: writable, configurable, not enumerable.
pub(crate) fn method(
    object: &JsObject,
    name: &str,
    length: usize,
    behavior: fn(&JsValue, &[JsValue], &mut Context) -> JsResult<JsValue>,
    realm: &Realm,
) {
    let function = FunctionObjectBuilder::new(realm, NativeFunction::from_fn_ptr(behavior))
        .name(JsString::from(name))
        .length(length)
        .build();
    object.insert_property(JsString::from(name), hidden(function));
}
