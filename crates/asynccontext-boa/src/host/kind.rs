//! The kinds of objects that `structuredClone` distinguishes.

use boa_engine::builtins::array_buffer::{ArrayBuffer, SharedArrayBuffer};
use boa_engine::builtins::dataview::DataView;
use boa_engine::builtins::date::Date;
use boa_engine::builtins::error::Error;
use boa_engine::builtins::regexp::RegExp;
use boa_engine::builtins::typed_array::TypedArray;
use boa_engine::object::JsObject;
use boa_engine::object::builtins::{JsMap, JsSet};
use boa_engine::{JsBigInt, JsString, JsValue};

/// Returns the name of the object's kind, or an empty text if no object of its kind can be copied.
pub(super) fn kind(value: &JsValue) -> JsString {
    JsString::from(value.as_object().map_or("", |object| name(&object)))
}

/// A name, and whether an object is of that kind.
type Kind = (&'static str, fn(&JsObject) -> bool);

fn name(object: &JsObject) -> &'static str {
    let kinds: [Kind; 15] = [
        ("Object", JsObject::is_ordinary),
        ("Array", JsObject::is_array),
        ("Map", |object| JsMap::from_object(object.clone()).is_ok()),
        ("Set", |object| JsSet::from_object(object.clone()).is_ok()),
        ("Error", JsObject::is::<Error>),
        ("Date", JsObject::is::<Date>),
        ("TypedArray", JsObject::is::<TypedArray>),
        ("ArrayBuffer", JsObject::is::<ArrayBuffer>),
        ("SharedArrayBuffer", JsObject::is::<SharedArrayBuffer>),
        ("DataView", JsObject::is::<DataView>),
        ("RegExp", JsObject::is::<RegExp>),
        ("String", JsObject::is::<JsString>),
        ("Number", JsObject::is::<f64>),
        ("Boolean", JsObject::is::<bool>),
        ("BigInt", JsObject::is::<JsBigInt>),
    ];
    kinds.into_iter().find(|(_, is)| is(object)).map_or("", |(name, _)| name)
}
