//! The Streams Standard: `ReadableStream`, `WritableStream`, `TransformStream` and their parts.
//!
//! The classes are in JavaScript, and are made when a program first uses one of them, since they would double the time
//! in which a context starts. What a program could replace meanwhile is taken before it starts (`intrinsics.js`).

use boa_engine::object::JsObject;
use boa_engine::{Context, JsData, JsNativeError, JsResult, JsString, JsValue, js_string};
use boa_gc::{Finalize, GcRefCell, Trace};

use super::lazy::define_lazily;
use crate::prelude;

/// Returns the names and the texts of parts, by the names of their files.
macro_rules! parts {
    ($($name:literal),+ $(,)?) => {
        [$((concat!("internal/host/streams/", $name), include_str!(concat!("streams/", $name, ".js")))),+]
    };
}

/// The parts in the order of their dependencies. Each adds functions for the others to `host.streams`, and classes to
/// `host.streams.classes`.
const PARTS: [(&str, &str); 17] = parts![
    "idl",
    "promises",
    "queues",
    "strategies",
    "pulls",
    "readable",
    "default_source",
    "views",
    "byte_source",
    "byob",
    "iteration",
    "writable",
    "tee",
    "tee_bytes",
    "pipe",
    "transform",
    "text",
];

/// What the parts need from before the start of a program.
pub(super) const INTRINSICS: &str = include_str!("streams/intrinsics.js");

/// The names of the classes.
pub(crate) const NAMES: [&str; 15] = [
    "ByteLengthQueuingStrategy",
    "CountQueuingStrategy",
    "ReadableByteStreamController",
    "ReadableStream",
    "ReadableStreamBYOBReader",
    "ReadableStreamBYOBRequest",
    "ReadableStreamDefaultController",
    "ReadableStreamDefaultReader",
    "TextDecoderStream",
    "TextEncoderStream",
    "TransformStream",
    "TransformStreamDefaultController",
    "WritableStream",
    "WritableStreamDefaultController",
    "WritableStreamDefaultWriter",
];

/// The streams of a realm.
#[derive(Clone, Trace, Finalize, JsData)]
struct Streams {
    host: JsObject,
    classes: GcRefCell<Option<JsObject>>,
}

/// Defines the classes as properties of the global object.
pub(super) fn install(host: &JsObject, context: &mut Context) -> JsResult<()> {
    let streams = Streams { host: host.clone(), classes: GcRefCell::default() };
    context.realm().host_defined_mut().insert(streams);
    NAMES.into_iter().try_for_each(|name| define_lazily(name, class, context))
}

/// Returns the class with this name.
pub(crate) fn class(name: &'static str, context: &mut Context) -> JsResult<JsValue> {
    let (host, loaded) = {
        let realm = context.realm().clone();
        let data = realm.host_defined();
        let streams = data.get::<Streams>().ok_or_else(|| {
            JsNativeError::typ().with_message("streams are not available: the host has not called `add_host`")
        })?;
        let loaded = streams.classes.borrow().clone();
        (streams.host.clone(), loaded)
    };
    let classes = match loaded {
        Some(classes) => classes,
        None => load(&host, context)?,
    };
    classes.get(JsString::from(name), context)
}

fn load(host: &JsObject, context: &mut Context) -> JsResult<JsObject> {
    for (name, text) in PARTS {
        prelude::evaluate(name, text, &[host.clone().into()], context)?;
    }
    let streams = host.get(js_string!("streams"), context)?.as_object().ok_or_else(JsNativeError::typ)?;
    let classes = streams.get(js_string!("classes"), context)?.as_object().ok_or_else(JsNativeError::typ)?;
    let realm = context.realm().clone();
    let data = realm.host_defined();
    if let Some(streams) = data.get::<Streams>() {
        *streams.classes.borrow_mut() = Some(classes.clone());
    }
    Ok(classes)
}
