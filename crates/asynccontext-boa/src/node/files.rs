//! The files that `require` may read: those of the directory that `Modules` allows.

use std::fs;
use std::path::{Path, PathBuf};

use boa_engine::{Context, JsArgs, JsNativeError, JsResult, JsString, JsValue};

use crate::modules::Modules;

/// Returns the path with its symbolic links resolved, if the host allows the program to read it.
fn allowed(args: &[JsValue], context: &mut Context) -> JsResult<Option<PathBuf>> {
    let path = args.get_or_undefined(0).to_string(context)?.to_std_string_lossy();
    let modules = context.downcast_module_loader::<Modules>();
    Ok(modules.and_then(|modules| modules.allowed(Path::new(&path))))
}

/// `(path)`: returns `file`, `directory`, or undefined.
pub(super) fn kind(args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let Some(path) = allowed(args, context)? else { return Ok(JsValue::undefined()) };
    Ok(JsString::from(if path.is_dir() { "directory" } else { "file" }).into())
}

/// `(path)`: returns the path without symbolic links.
pub(super) fn real(args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let path = allowed(args, context)?;
    Ok(path.map_or_else(|| args.get_or_undefined(0).clone(), |path| JsString::from(path.display().to_string()).into()))
}

/// `(path)`: returns the text of a file.
pub(super) fn read(args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let name = args.get_or_undefined(0).display();
    let text = match allowed(args, context)? {
        Some(path) => fs::read_to_string(path).map_err(|error| error.to_string()),
        None => Err("it does not exist, or the host does not allow it".to_owned()),
    };
    match text {
        Ok(text) => Ok(JsString::from(text).into()),
        Err(error) => Err(JsNativeError::error().with_message(format!("{name} cannot be read: {error}")).into()),
    }
}
