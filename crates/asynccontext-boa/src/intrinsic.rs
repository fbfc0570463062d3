//! Built-in functions of the engine, extended where they stand.
//!
//! The engine keeps intrinsics such as `%eval%` by identity, and programs can compare
//! them. So a function is not replaced by another one: the object stays, with its
//! properties, and only what it does is exchanged.

use std::mem;

use boa_engine::native_function::{NativeFunction, NativeFunctionObject};
use boa_engine::object::builtins::JsFunction;
use boa_engine::object::{FunctionObjectBuilder, JsObject};
use boa_engine::property::PropertyKey;
use boa_engine::realm::Realm;
use boa_engine::{Context, JsNativeError, JsResult, JsString, JsValue};
use boa_gc::Trace;

/// What stands in for a built-in function. The last argument is what the function did before.
pub(crate) type Behaviour = fn(&JsValue, &[JsValue], &JsFunction, &mut Context) -> JsResult<JsValue>;

/// Makes the built-in `function` do what `behaviour` says, which can call the original.
pub(crate) fn extend(
    function: &JsObject,
    constructor: bool,
    behaviour: Behaviour,
    realm: &Realm,
    context: &mut Context,
) -> JsResult<()> {
    let name = function.get(JsString::from("name"), context)?.to_string(context)?;
    let build = |native| FunctionObjectBuilder::new(realm, native).name(name.clone()).constructor(constructor).build();
    let original = build(NativeFunction::from_fn_ptr(|_, _, _| Ok(JsValue::undefined())));
    exchange(function, &original)?;
    let extended = build(NativeFunction::from_copy_closure_with_captures(
        move |this, args, original: &JsFunction, context| behaviour(this, args, original, context),
        original,
    ));
    exchange(function, &extended)
}

/// The method `key` of `object`, extended.
pub(crate) fn extend_method(
    object: &JsObject,
    key: impl Into<PropertyKey>,
    behaviour: Behaviour,
    realm: &Realm,
    context: &mut Context,
) -> JsResult<()> {
    let method = object.get(key, context)?;
    let method = method.as_object().ok_or_else(foreign)?;
    extend(&method, false, behaviour, realm, context)
}

fn exchange(one: &JsObject, two: &JsObject) -> JsResult<()> {
    let mut first = one.downcast_mut::<NativeFunctionObject>().ok_or_else(foreign)?;
    let mut second = two.downcast_mut::<NativeFunctionObject>().ok_or_else(foreign)?;
    mem::swap(&mut *first, &mut *second);
    Ok(())
}

fn foreign() -> JsNativeError {
    JsNativeError::typ()
        .with_message("AsyncContext has to be installed before a program changes the built-in functions")
}

/// A built-in function.
pub(crate) fn function<T: Trace + 'static>(
    realm: &Realm,
    name: &str,
    length: usize,
    captures: T,
    behaviour: fn(&JsValue, &[JsValue], &T, &mut Context) -> JsResult<JsValue>,
) -> JsFunction {
    FunctionObjectBuilder::new(realm, NativeFunction::from_copy_closure_with_captures(behaviour, captures))
        .name(JsString::from(name))
        .length(length)
        .build()
}
