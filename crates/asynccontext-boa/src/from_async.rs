//! `Array.fromAsync` (`sec-array.fromasync`), which the engine lacks.
//!
//! It is an async function in JavaScript, so its awaits are the engine's. The text is parsed at the first call.

use boa_engine::object::JsObject;
use boa_engine::object::builtins::JsFunction;
use boa_engine::property::PropertyKey;
use boa_engine::realm::Realm;
use boa_engine::{Context, JsArgs, JsNativeError, JsResult, JsString, JsSymbol, JsValue, js_string};
use boa_gc::{Finalize, GcRefCell, Trace};

use crate::intrinsic::function;
use crate::prelude;
use crate::variable::hidden;

/// The function in JavaScript, after the first call.
#[derive(Trace, Finalize, Default)]
struct Loaded(GcRefCell<Option<JsFunction>>);

/// Adds `Array.fromAsync` to `realm`, if the engine does not have it.
pub(crate) fn install(realm: &Realm, context: &mut Context) -> JsResult<()> {
    let array = realm.intrinsics().constructors().array().constructor();
    let name = js_string!("fromAsync");
    if array.has_own_property(name.clone(), context)? {
        return Ok(());
    }
    let method = function(realm, "fromAsync", 1, Loaded::default(), from_async);
    array.define_property_or_throw(name, hidden(method), context).map(drop)
}

fn from_async(this: &JsValue, args: &[JsValue], loaded: &Loaded, context: &mut Context) -> JsResult<JsValue> {
    let found = loaded.0.borrow().clone();
    let from_async = match found {
        Some(from_async) => from_async,
        None => {
            let from_async = load(context)?;
            *loaded.0.borrow_mut() = Some(from_async.clone());
            from_async
        }
    };
    let args = [0, 1, 2].map(|index| args.get_or_undefined(index).clone());
    let [items, mapper, receiver] = args;
    from_async.call(&JsValue::undefined(), &[this.clone(), items, mapper, receiver], context)
}

fn load(context: &mut Context) -> JsResult<JsFunction> {
    let realm = context.realm().clone();
    let host = JsObject::with_null_proto();
    let add = |name: &str, behavior: fn(&JsValue, &[JsValue], &(), &mut Context) -> JsResult<JsValue>| {
        host.insert_property(JsString::from(name), hidden(function(&realm, name, 0, (), behavior)));
    };
    host.insert_property(js_string!("asyncIterator"), hidden(JsSymbol::async_iterator()));
    host.insert_property(js_string!("iterator"), hidden(JsSymbol::iterator()));
    add("apply", |_, args, (), context| {
        let called = args
            .get_or_undefined(0)
            .as_callable()
            .ok_or_else(|| JsNativeError::typ().with_message("a method of the iterator is not a function"))?;
        called.call(args.get_or_undefined(1), args.get(2..).unwrap_or_default(), context)
    });
    add("arrayOf", |_, args, (), context| {
        let array = context.intrinsics().constructors().array().constructor();
        Ok(array.construct(&[args.get_or_undefined(0).clone()], None, context)?.into())
    });
    add("construct", |_, args, (), context| {
        let constructor = args.get_or_undefined(0).as_constructor().ok_or_else(JsNativeError::typ)?;
        Ok(constructor.construct(args.get(1..).unwrap_or_default(), None, context)?.into())
    });
    add("define", |_, args, (), context| {
        let object = args.get_or_undefined(0).as_object().ok_or_else(JsNativeError::typ)?;
        let key: PropertyKey = args.get_or_undefined(1).to_property_key(context)?;
        Ok(object.create_data_property_or_throw(key, args.get_or_undefined(2).clone(), context)?.into())
    });
    add("fail", |_, args, (), context| {
        let message = args.get_or_undefined(0).to_string(context)?.to_std_string_lossy();
        Err(JsNativeError::typ().with_message(message).into())
    });
    add("isConstructor", |_, args, (), _| {
        Ok(args.get_or_undefined(0).as_object().is_some_and(|object| object.is_constructor()).into())
    });
    let made = prelude::evaluate("internal/from_async", include_str!("from_async.js"), &[host.into()], context)?;
    Ok(made.as_function().ok_or_else(JsNativeError::typ)?)
}
