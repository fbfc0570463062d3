//! Parts of the host that are written in JavaScript.

use boa_engine::{Context, JsNativeError, JsResult, JsValue, Script, Source};

/// Evaluates `text`, which is a function, and calls it with the given functions of the host.
pub(crate) fn evaluate(text: &str, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let function = Script::parse(Source::from_bytes(text.as_bytes()), None, context)?.evaluate(context)?;
    let function = function.as_callable().ok_or_else(JsNativeError::typ)?;
    function.call(&JsValue::undefined(), args, context)
}
