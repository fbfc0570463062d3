//! Parts of the host that are written in JavaScript.

use std::path::Path;

use boa_engine::{Context, JsNativeError, JsResult, JsValue, Script, Source};

use crate::places::OWN;

/// Evaluates `text`, which is a function, and calls it with the given functions of the host. In backtraces the text has
/// the name `node:…`, so that its frames can be left out.
pub(crate) fn evaluate(name: &str, text: &str, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let function = Script::parse(
        Source::from_bytes(text.as_bytes()).with_path(Path::new(&format!("{OWN}{name}"))),
        None,
        context,
    )?
    .evaluate(context)?;
    let function = function.as_callable().ok_or_else(JsNativeError::typ)?;
    function.call(&JsValue::undefined(), args, context)
}
