//! The kind of an object, from the engine's data, for `util.types`.

use boa_engine::builtins::error::Error;
use boa_engine::builtins::function::OrdinaryFunction;
use boa_engine::builtins::proxy::Proxy;
use boa_engine::js_string;
use boa_engine::object::JsObject;
use boa_engine::object::builtins::{
    JsArrayBuffer, JsAsyncGenerator, JsDataView, JsDate, JsGenerator, JsMap, JsMapIterator, JsPromise, JsRegExp, JsSet,
    JsSetIterator, JsSharedArrayBuffer, JsWeakMap, JsWeakSet,
};
use boa_engine::realm::Realm;

type Test = fn(&JsObject) -> bool;

const TESTS: [(&str, Test); 16] = [
    ("Proxy", |object| object.is::<Proxy>()),
    ("Error", |object| object.is::<Error>()),
    ("Promise", |object| JsPromise::from_object(object.clone()).is_ok()),
    ("Map", |object| JsMap::from_object(object.clone()).is_ok()),
    ("Set", |object| JsSet::from_object(object.clone()).is_ok()),
    ("WeakMap", |object| JsWeakMap::from_object(object.clone()).is_ok()),
    ("WeakSet", |object| JsWeakSet::from_object(object.clone()).is_ok()),
    ("Date", |object| JsDate::from_object(object.clone()).is_ok()),
    ("RegExp", |object| JsRegExp::from_object(object.clone()).is_ok()),
    ("ArrayBuffer", |object| JsArrayBuffer::from_object(object.clone()).is_ok()),
    ("SharedArrayBuffer", |object| JsSharedArrayBuffer::from_object(object.clone()).is_ok()),
    ("DataView", |object| JsDataView::from_object(object.clone()).is_ok()),
    ("Generator", |object| JsGenerator::from_object(object.clone()).is_ok()),
    ("Generator", |object| JsAsyncGenerator::from_object(object.clone()).is_ok()),
    ("Map Iterator", |object| JsMapIterator::from_object(object.clone()).is_ok()),
    ("Set Iterator", |object| JsSetIterator::from_object(object.clone()).is_ok()),
];

/// Returns the name of the kind of `object`, or nothing for an ordinary object.
pub(super) fn kind_of(object: &JsObject, realm: &Realm) -> Option<&'static str> {
    if let Some((kind, _)) = TESTS.iter().find(|(_, test)| test(object)) {
        return Some(kind);
    }
    if !object.is_callable() {
        return None;
    }
    if is_class(object) {
        return Some("Class");
    }
    let constructors = realm.intrinsics().constructors();
    let prototypes = [
        ("AsyncFunction", constructors.async_function().prototype()),
        ("GeneratorFunction", constructors.generator_function().prototype()),
        ("AsyncGeneratorFunction", constructors.async_generator_function().prototype()),
    ];
    let prototype = object.prototype()?;
    prototypes.iter().find(|(_, other)| JsObject::equals(&prototype, other)).map(|(kind, _)| *kind)
}

/// Whether a function of the program is a class: its property `prototype` is read-only.
fn is_class(function: &JsObject) -> bool {
    let key = js_string!("prototype").into();
    function.is::<OrdinaryFunction>()
        && function.borrow().properties().get(&key).is_some_and(|property| property.writable() == Some(false))
}
