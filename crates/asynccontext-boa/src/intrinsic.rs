//! Extension of the engine's built-in functions in place.
//!
//! The engine compares intrinsics such as `%eval%` by identity, and so can programs. Therefore a
//! function object and its properties are kept, and only its behavior is replaced.

use std::mem;

use boa_engine::native_function::{NativeFunction, NativeFunctionObject};
use boa_engine::object::builtins::JsFunction;
use boa_engine::object::{FunctionObjectBuilder, JsObject};
use boa_engine::property::PropertyKey;
use boa_engine::realm::Realm;
use boa_engine::{Context, JsNativeError, JsResult, JsString, JsValue};
use boa_gc::Trace;

/// The new behavior of a built-in function. The third argument is the original function.
pub(crate) type Behavior = fn(&JsValue, &[JsValue], &JsFunction, &mut Context) -> JsResult<JsValue>;

/// The new behavior of a built-in function, with captured values.
type Capturing<T> = fn(&JsValue, &[JsValue], &(JsFunction, T), &mut Context) -> JsResult<JsValue>;

/// Replaces the behavior of the built-in `function` with `behavior`, which can call the original.
pub(crate) fn extend(
    function: &JsObject,
    constructor: bool,
    behavior: Behavior,
    realm: &Realm,
    context: &mut Context,
) -> JsResult<()> {
    let extended = move |original| {
        NativeFunction::from_copy_closure_with_captures(
            move |this, args, original: &JsFunction, context| behavior(this, args, original, context),
            original,
        )
    };
    extend_with(function, constructor, extended, realm, context)
}

fn extend_with(
    function: &JsObject,
    constructor: bool,
    extended: impl FnOnce(JsFunction) -> NativeFunction,
    realm: &Realm,
    context: &mut Context,
) -> JsResult<()> {
    let name = function.get(JsString::from("name"), context)?.to_string(context)?;
    let build = |native| FunctionObjectBuilder::new(realm, native).name(name.clone()).constructor(constructor).build();
    let original = build(NativeFunction::from_fn_ptr(|_, _, _| Ok(JsValue::undefined())));
    exchange(function, &original)?;
    exchange(function, &build(extended(original)))
}

/// Extends the method `key` of `object`.
pub(crate) fn extend_method(
    object: &JsObject,
    key: impl Into<PropertyKey>,
    behavior: Behavior,
    realm: &Realm,
    context: &mut Context,
) -> JsResult<()> {
    let method = method_of(object, key, context)?;
    extend(&method, false, behavior, realm, context)
}

/// Extends the method `key` of `object` with a behavior that has captured values.
pub(crate) fn extend_method_with<T: Trace + 'static>(
    object: &JsObject,
    key: impl Into<PropertyKey>,
    captures: T,
    behavior: Capturing<T>,
    realm: &Realm,
    context: &mut Context,
) -> JsResult<()> {
    let method = method_of(object, key, context)?;
    let extended = |original| NativeFunction::from_copy_closure_with_captures(behavior, (original, captures));
    extend_with(&method, false, extended, realm, context)
}

fn method_of(object: &JsObject, key: impl Into<PropertyKey>, context: &mut Context) -> JsResult<JsObject> {
    Ok(object.get(key, context)?.as_object().ok_or_else(foreign)?)
}

fn exchange(one: &JsObject, two: &JsObject) -> JsResult<()> {
    let mut first = one.downcast_mut::<NativeFunctionObject>().ok_or_else(foreign)?;
    let mut second = two.downcast_mut::<NativeFunctionObject>().ok_or_else(foreign)?;
    mem::swap(&mut *first, &mut *second);
    Ok(())
}

fn foreign() -> JsNativeError {
    JsNativeError::typ().with_message("AsyncContext must be installed before a program changes the built-in functions")
}

/// Returns a new built-in function.
pub(crate) fn function<T: Trace + 'static>(
    realm: &Realm,
    name: &str,
    length: usize,
    captures: T,
    behavior: fn(&JsValue, &[JsValue], &T, &mut Context) -> JsResult<JsValue>,
) -> JsFunction {
    FunctionObjectBuilder::new(realm, NativeFunction::from_copy_closure_with_captures(behavior, captures))
        .name(JsString::from(name))
        .length(length)
        .build()
}
