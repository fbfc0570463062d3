//! The run-time part of the transform: the functions that transformed text calls, and the built-in
//! functions that compile text.

use boa_engine::object::JsObject;
use boa_engine::object::builtins::JsArray;
use boa_engine::object::builtins::JsFunction;
use boa_engine::property::{PropertyDescriptor, PropertyKey};
use boa_engine::realm::Realm;
use boa_engine::{Context, JsArgs, JsNativeError, JsResult, JsString, JsValue, Script, Source, js_string};
use boa_gc::{Gc, GcRefCell};

use super::apply::source;
use super::insertion::insert;
use super::sources::Name;
use super::walk::{Goal, insertions};
use crate::agent::{Agent, Cause};
use crate::generators::keep;
use crate::intrinsic::{extend, extend_method, function};
use crate::mapping::Held;
use crate::places::frames_of_program;
use crate::prelude;
use crate::reading::Reading;
use crate::variable::hidden;

/// Adds the functions that transformed text calls to `realm`, and extends the functions that compile text.
pub(crate) fn install(realm: &Realm, context: &mut Context) -> JsResult<()> {
    let functions: [(Name, JsFunction); 5] = [
        (Name::Mapping, function(realm, "", 0, (), |_, args, (), context| capture_or_enter(args, context))),
        (Name::RestArray, function(realm, "", 0, (), |_, args, (), context| rest_array(args, context))),
        (Name::Eval, function(realm, "", 0, (), |_, args, (), context| Ok(eval_argument(args, context)))),
        (Name::EvalSpread, function(realm, "", 0, (), |_, args, (), context| eval_arguments(args, context))),
        (Name::Wrap, function(realm, "", 0, (), |_, args, (), context| wrap(args, context))),
    ];
    for (name, function) in functions {
        bind(&Agent::of(context).sources.name(name), function, context)?;
    }
    let made = prelude::evaluate("internal/resources", include_str!("resources.js"), &[], context)?;
    let made = made.as_object().ok_or_else(JsNativeError::typ)?;
    let resources = made.get(js_string!("resources"), context)?.as_function().ok_or_else(JsNativeError::typ)?;
    bind(&Agent::of(context).sources.name(Name::Resources), resources, context)?;
    let globals = made.get(js_string!("globals"), context)?.as_object().ok_or_else(JsNativeError::typ)?;
    for key in globals.own_property_keys(context)? {
        let value = globals.get(key.clone(), context)?;
        context.global_object().define_property_or_throw(key, hidden(value), context)?;
    }
    let eval = realm.intrinsics().objects().eval();
    extend(&eval, false, eval_indirectly, realm, context)?;
    let constructors = realm.intrinsics().constructors();
    for constructor in [
        constructors.function(),
        constructors.async_function(),
        constructors.generator_function(),
        constructors.async_generator_function(),
    ] {
        extend(&constructor.constructor(), true, compile_function, realm, context)?;
    }
    let prototype = constructors.function().prototype();
    extend_method(&prototype, js_string!("toString"), to_string, realm, context)?;
    extend_stack(realm, context)
}

/// Extends `get Error.prototype.stack` to return positions in the original text.
fn extend_stack(realm: &Realm, context: &mut Context) -> JsResult<()> {
    let prototype = realm.intrinsics().constructors().error().prototype();
    let prototype = JsValue::from(prototype);
    let object = realm.intrinsics().constructors().object().constructor();
    let describe = object.get(js_string!("getOwnPropertyDescriptor"), context)?;
    let Some(describe) = describe.as_callable() else { return Ok(()) };
    let descriptor = describe.call(&JsValue::undefined(), &[prototype, js_string!("stack").into()], context)?;
    let Some(descriptor) = descriptor.as_object() else { return Ok(()) };
    match descriptor.get(js_string!("get"), context)?.as_object() {
        Some(getter) => extend(&getter, false, stack, realm, context),
        None => Ok(()),
    }
}

fn stack(this: &JsValue, args: &[JsValue], original: &JsFunction, context: &mut Context) -> JsResult<JsValue> {
    let stack = original.call(this, args, context)?;
    let text = stack.as_string().and_then(|text| text.to_std_string().ok());
    let sources = &Agent::of(context).sources;
    Ok(text.map_or(stack, |text| JsString::from(sources.restore_positions(&frames_of_program(&text))).into()))
}

/// Binds the function through which the operands of `yield*` pass.
pub(crate) fn bind_delegate(function: JsFunction, context: &mut Context) -> JsResult<()> {
    bind(&Agent::of(context).sources.name(Name::Delegate), function, context)
}

/// Binds `name` in the global scope of the current realm, but not as a property of the global object,
/// so that programs cannot enumerate the binding.
fn bind(name: &str, function: JsFunction, context: &mut Context) -> JsResult<()> {
    let global = context.global_object();
    let key = PropertyKey::from(JsString::from(name));
    let temporary = PropertyDescriptor::builder().value(function).configurable(true);
    global.define_property_or_throw(key.clone(), temporary, context)?;
    let text = format!("const {name}=globalThis.{name};");
    // The binding shadows the property in its own initializer, so the property is read from the object.
    Script::parse(Source::from_bytes(text.as_bytes()), None, context)?.evaluate(context)?;
    global.delete_property_or_throw(key, context)?;
    Ok(())
}

fn capture_or_enter(args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let agent = Agent::of(context);
    match args.first() {
        None => Ok(agent.hold(&agent.snapshot()).into()),
        Some(captured) => {
            if agent.reading.get() == Reading::GeneratorsResumption {
                return Ok(JsValue::undefined());
            }
            let mapping = Held::unwrap(captured).ok_or_else(|| JsNativeError::typ().with_message("not a mapping"))?;
            agent.swap(mapping, Cause::Generator);
            Ok(JsValue::undefined())
        }
    }
}

/// `(arguments, n)`: returns the array that the rest parameter would have.
fn rest_array(args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let arguments = args.get_or_undefined(0).as_object().ok_or_else(JsNativeError::typ)?;
    let first = args.get_or_undefined(1).to_u32(context)?;
    let length = arguments.get(js_string!("length"), context)?.to_u32(context)?;
    let rest: Vec<JsValue> = (first..length).map(|index| arguments.get(index, context)).collect::<JsResult<_>>()?;
    Ok(JsArray::from_iter(rest, context).into())
}

/// `(eval, strict, text)`: returns the text to evaluate, transformed if `eval` is the built-in function.
fn eval_argument(args: &[JsValue], context: &mut Context) -> JsValue {
    let value = args.get_or_undefined(2).clone();
    let built_in = context.intrinsics().objects().eval();
    let direct = args.get_or_undefined(0).as_object().is_some_and(|eval| JsObject::equals(&eval, &built_in));
    let strict = args.get_or_undefined(1).to_boolean();
    match value.as_string() {
        Some(text) if direct => {
            let goal = if strict { Goal::StrictScript } else { Goal::Script };
            transformed(&text, goal, context).into()
        }
        _ => value,
    }
}

/// `(eval, strict, array)`: returns the array with its first text transformed.
fn eval_arguments(args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let array = args.get_or_undefined(2).clone();
    if let Some(object) = array.as_object() {
        let text = object.get(0, context)?;
        let first = eval_argument(&[args.get_or_undefined(0).clone(), args.get_or_undefined(1).clone(), text], context);
        if object.has_own_property(0, context)? {
            object.create_data_property_or_throw(0, first, context)?;
        }
    }
    Ok(array)
}

/// Returns the transformed text. A text with a lone surrogate is returned unchanged, since the parser
/// that finds generators requires well-formed text.
fn transformed(text: &JsString, goal: Goal, context: &Context) -> JsString {
    match text.to_std_string() {
        Ok(text) => JsString::from(source(&text, goal, None, context)),
        Err(_) => text.clone(),
    }
}

/// The behavior of `%eval%` in an indirect call.
fn eval_indirectly(
    this: &JsValue,
    args: &[JsValue],
    original: &JsFunction,
    context: &mut Context,
) -> JsResult<JsValue> {
    match args.get_or_undefined(0).as_string() {
        Some(text) => {
            let text = transformed(&text, Goal::Script, context);
            original.call(this, &[text.into()], context)
        }
        None => original.call(this, args, context),
    }
}

/// The behavior of `Function`, `AsyncFunction`, `GeneratorFunction` and `AsyncGeneratorFunction`.
fn compile_function(
    new_target: &JsValue,
    args: &[JsValue],
    original: &JsFunction,
    context: &mut Context,
) -> JsResult<JsValue> {
    let texts: Vec<JsString> = args.iter().map(|value| value.to_string(context)).collect::<JsResult<_>>()?;
    let name = original.get(js_string!("name"), context)?.to_string(context)?.to_std_string_lossy();
    let (prefix, generator) = match name.as_str() {
        "GeneratorFunction" => ("function*", true),
        "AsyncFunction" => ("async function", false),
        "AsyncGeneratorFunction" => ("async function*", true),
        _ => ("function", false),
    };
    let args = match transformed_function(&texts, prefix, context) {
        Some((parameters, body)) => vec![JsString::from(parameters).into(), JsString::from(body).into()],
        None => texts.into_iter().map(JsValue::from).collect(),
    };
    let made = match new_target.as_object() {
        Some(target) => original.construct(&args, Some(&target), context)?.into(),
        None => original.call(&JsValue::undefined(), &args, context)?,
    };
    if generator { wrap(&[made], context) } else { Ok(made) }
}

/// Returns the parameters and the body with their insertions, or none if there are none.
///
/// The texts are joined and parsed as in `CreateDynamicFunction`. Each insertion is then assigned to
/// the parameters or to the body by its offset.
fn transformed_function(texts: &[JsString], prefix: &str, context: &Context) -> Option<(String, String)> {
    let texts: Vec<String> = texts.iter().map(JsString::to_std_string).collect::<Result<_, _>>().ok()?;
    let (body, parameters) = texts.split_last()?;
    let parameters = parameters.join(",");
    let head = format!("({prefix} anonymous(");
    let middle = "\n) {\n";
    let text = format!("{head}{parameters}{middle}{body}\n}})");
    let body_start = head.len() + parameters.len() + middle.len();
    let (mut in_parameters, mut in_body) = (Vec::new(), Vec::new());
    for mut insertion in insertions(&text, Goal::Function, &Agent::of(context).sources) {
        if insertion.at <= head.len() + parameters.len() {
            insertion.at -= head.len();
            in_parameters.push(insertion);
        } else {
            // What is inserted after the `{` comes before a line break, and what is inserted before the `}` after one.
            insertion.at = (insertion.at.max(body_start) - body_start).min(body.len());
            in_body.push(insertion);
        }
    }
    if in_parameters.is_empty() && in_body.is_empty() {
        return None;
    }
    Some((insert(&parameters, &in_parameters), insert(body, &in_body)))
}

/// The behavior of `Function.prototype.toString`, which returns the original text.
fn to_string(this: &JsValue, args: &[JsValue], original: &JsFunction, context: &mut Context) -> JsResult<JsValue> {
    let agent = Agent::of(context);
    let wrapped = match this.as_object() {
        Some(object) => agent.wrapped.get(&object, context)?,
        None => JsValue::undefined(),
    };
    let this = if wrapped.is_undefined() { this } else { &wrapped };
    let text = original.call(this, args, context)?;
    let restored = text.as_string().and_then(|text| agent.sources.restore_text(&text.to_std_string().ok()?));
    Ok(restored.map_or(text, |text| JsString::from(text).into()))
}

/// `(function, name, scope)`: returns a wrapper that captures the mapping and calls the generator
/// function `function`. If they are given, it has the name `name`, and is bound in `scope`.
fn wrap(args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let inner = args.get_or_undefined(0).as_object().ok_or_else(JsNativeError::typ)?;
    let configurable = PropertyDescriptor::builder().writable(false).enumerable(false).configurable(true);
    if let Some(name) = args.get(1) {
        inner.define_property_or_throw(js_string!("name"), configurable.clone().value(name.clone()), context)?;
    }
    let realm = context.realm().clone();
    let link = Gc::new(GcRefCell::new(None));
    let outer = function(&realm, "", 0, (inner.clone(), link.clone()), call_wrapped);
    *link.borrow_mut() = Some(JsObject::from(outer.clone()));
    outer.set_prototype(inner.prototype());
    for key in ["length", "name"] {
        let value = inner.get(JsString::from(key), context)?;
        outer.define_property_or_throw(JsString::from(key), configurable.clone().value(value), context)?;
    }
    let prototype = inner.get(js_string!("prototype"), context)?;
    let own = PropertyDescriptor::builder().value(prototype).writable(true).enumerable(false).configurable(false);
    outer.define_property_or_throw(js_string!("prototype"), own, context)?;
    Agent::of(context).wrapped.set(&outer, inner.into(), context)?;
    if let (Some(name), Some(scope)) = (args.get(1), args.get_or_undefined(2).as_object()) {
        let name = name.to_property_key(context)?;
        let fixed = PropertyDescriptor::builder().writable(false).enumerable(false).configurable(false);
        scope.define_property_or_throw(name, fixed.value(outer.clone()), context)?;
    }
    Ok(outer.into())
}

/// The captured values of a wrapper: the inner function, and the wrapper itself.
type Wrapped = (JsObject, Gc<GcRefCell<Option<JsObject>>>);

fn call_wrapped(
    this: &JsValue,
    args: &[JsValue],
    (inner, outer): &Wrapped,
    context: &mut Context,
) -> JsResult<JsValue> {
    let mapping = Agent::of(context).snapshot();
    let outer = outer.borrow().clone();
    if let Some(outer) = outer {
        // The program may have changed the prototype for the generators of the function.
        let prototype = outer.get(js_string!("prototype"), context)?;
        inner.set(js_string!("prototype"), prototype, true, context)?;
    }
    let generator = inner.call(this, args, context)?;
    if let Some(generator) = generator.as_object() {
        keep(&generator, &mapping, context)?;
    }
    Ok(generator)
}
