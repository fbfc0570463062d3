//! Node's `process`, `require` and built-in modules, in Node's contexts.
//!
//! The modules are JavaScript texts, each of which is parsed when a program first uses it.

mod builtins;
mod end;
mod files;
mod kind;
mod native;
mod settings;

pub(crate) use builtins::{is_builtin, names, synthetic};
pub use end::{dispatch_exception, end_node, stop_node};
pub(crate) use end::{handles_exception, handles_rejection};
pub use settings::{Node, Output};

use std::path::Path;
use std::rc::Rc;

use boa_engine::object::JsObject;
use boa_engine::property::PropertyDescriptor;
use boa_engine::{Context, JsNativeError, JsResult, JsString, JsValue, Module, js_string};

use self::builtins::{Builtins, builtin};
use crate::host::define_lazily;
use crate::intrinsic::function;
use crate::variable::hidden;

/// Adds `process`, `Buffer`, `global` and `require` to the context's realm, and `console` if it has none, and lets
/// programs import Node's built-in modules: `assert`, `assert/strict`, `async_hooks`, `buffer`, `console`, `crypto`,
/// `diagnostics_channel`, `events`, `module`, `os`, `path`, `perf_hooks`, `process`, `stream/web`, `timers`,
/// `timers/promises`, `url`, `util`, `util/types` and `node:test`.
///
/// They need [`add_host`](crate::add_host) and [`EventLoop`](crate::EventLoop). `require` finds built-in modules
/// and the CommonJS files of the directory that [`Modules`](crate::Modules) allows.
///
/// | what | runs in |
/// |---|---|
/// | `process.nextTick` | the mapping of the call, before all promise reactions that wait |
/// | listeners of an `EventEmitter` | the mapping of `emit`, since it calls them |
/// | listeners of an `EventEmitterAsyncResource` | the mapping of its creation |
/// | the function of `channel.runStores` | the mapping of the call, with the stores that are bound to the channel |
/// | `unhandledRejection` of `process` | the mapping of the rejection |
/// | `uncaughtException` of `process` | the empty mapping |
/// | a test of `node:test` | the mapping of its registration |
///
/// # Examples
///
/// ```
/// # fn main() -> boa_engine::JsResult<()> {
/// use asynccontext_boa::{Node, add_host, add_node, end_node, evaluate, install};
/// use boa_engine::context::ContextBuilder;
///
/// let mut context = install(ContextBuilder::new())?;
/// add_host(&mut context)?;
/// add_node(&mut context, Node::new())?;
/// evaluate(
///     &mut context,
///     "const { AsyncLocalStorage } = require('node:async_hooks');
///      const user = new AsyncLocalStorage();
///      user.run('ada', () => process.nextTick(() => { process.exitCode = user.getStore().length; }));",
///     None,
/// )?;
/// assert_eq!(end_node(&mut context, false)?, 3);
/// # Ok(()) }
/// ```
///
/// # Errors
///
/// Returns the error if a property of the global object cannot be defined.
///
/// # Panics
///
/// Panics if AsyncContext is not installed in `context`.
pub fn add_node(context: &mut Context, node: Node) -> JsResult<()> {
    let realm = context.realm().clone();
    Builtins::keep(Some(Rc::new(node)), context);
    let global = context.global_object();
    global.define_property_or_throw(js_string!("global"), hidden(global.clone()), context)?;
    define_lazily("process", builtin, context)?;
    define_lazily("Buffer", |_, context| exports_of("buffer", context)?.get(js_string!("Buffer"), context), context)?;
    if !global.has_own_property(js_string!("console"), context)? {
        define_lazily("console", builtin, context)?;
    }
    let require = function(&realm, "require", 1, (), |_, args, (), context| {
        let directory = Builtins::of(context).node()?.directory().to_path_buf();
        let path = directory.join("[script]").display().to_string();
        let made = native::call_host("createRequire", &[JsString::from(path).into()], "module", context)?;
        let require = made.as_function().ok_or_else(JsNativeError::typ)?;
        require.call(&JsValue::undefined(), args, context)
    });
    global.define_property_or_throw(js_string!("require"), hidden(require), context)?;
    add_promisified("setTimeout", context)?;
    add_promisified("setImmediate", context)
}

/// Returns a value as text, as `util.inspect` does. It may call methods of the program.
///
/// # Examples
///
/// ```
/// # fn main() -> boa_engine::JsResult<()> {
/// use asynccontext_boa::{Node, add_host, add_node, evaluate, inspect, install};
/// use boa_engine::context::ContextBuilder;
///
/// let mut context = install(ContextBuilder::new())?;
/// add_host(&mut context)?;
/// add_node(&mut context, Node::new())?;
/// let value = evaluate(&mut context, "({ a: [1, 2], b: 'c' })", None)?;
/// assert_eq!(inspect(&value, &mut context)?, "{ a: [ 1, 2 ], b: 'c' }");
/// # Ok(()) }
/// ```
///
/// # Errors
///
/// Returns the error of a method of the program, or a `TypeError` if [`add_node`] was not called.
pub fn inspect(value: &JsValue, context: &mut Context) -> JsResult<String> {
    Builtins::of(context).node()?;
    let exports = builtin("internal/inspect", context)?;
    let exports = exports.as_object().ok_or_else(JsNativeError::typ)?;
    let inspect = exports.get(js_string!("inspect"), context)?.as_function().ok_or_else(JsNativeError::typ)?;
    let text = inspect.call(&JsValue::undefined(), std::slice::from_ref(value), context)?;
    Ok(text.to_string(context)?.to_std_string_lossy())
}

/// Returns the exports of a built-in module.
pub(crate) fn exports_of(name: &str, context: &mut Context) -> JsResult<JsObject> {
    Ok(builtin(name, context)?.as_object().ok_or_else(JsNativeError::typ)?)
}

/// Whether the realm has Node's modules.
pub(crate) fn is_added(context: &Context) -> bool {
    Builtins::find(context).is_some_and(|builtins| builtins.node().is_ok())
}

/// Throws Node's error for a value that must be a function, in a realm with Node's modules.
pub(crate) fn check_callback(value: &JsValue, context: &mut Context) -> JsResult<()> {
    if !is_added(context) {
        return Ok(());
    }
    let errors = exports_of("internal/errors", context)?;
    let check = errors.get(js_string!("check"), context)?.as_object().ok_or_else(JsNativeError::typ)?;
    let check = check.get(js_string!("function"), context)?.as_function().ok_or_else(JsNativeError::typ)?;
    check.call(&JsValue::undefined(), &[value.clone(), js_string!("callback").into()], context).map(drop)
}

/// Emits Node's warning about a delay that a timer cannot have, in a realm with Node's modules.
pub(crate) fn warn_of_delay(delay: f64, context: &mut Context) -> JsResult<()> {
    if !is_added(context) {
        return Ok(());
    }
    native::call_host("warnOfDelay", &[delay.into()], "process", context).map(drop)
}

/// Lets `util.promisify` find the functions of `timers/promises`.
fn add_promisified(name: &str, context: &mut Context) -> JsResult<()> {
    let realm = context.realm().clone();
    let Some(timer) = context.global_object().get(JsString::from(name), context)?.as_object() else { return Ok(()) };
    let get = function(&realm, "get", 0, JsString::from(name), |_, _, name, context| {
        exports_of("timers/promises", context)?.get(name.clone(), context)
    });
    let property = PropertyDescriptor::builder().get(get).enumerable(true).configurable(true);
    let symbols = realm.intrinsics().constructors().symbol().constructor();
    let symbol_for = symbols.get(js_string!("for"), context)?.as_function().ok_or_else(JsNativeError::typ)?;
    let key = symbol_for.call(&symbols.into(), &[js_string!("nodejs.util.promisify.custom").into()], context)?;
    let key = key.to_property_key(context)?;
    timer.define_property_or_throw(key, property, context).map(drop)
}

/// Loads a CommonJS file that a module imports.
pub(crate) fn common_js(path: &Path, context: &mut Context) -> JsResult<Module> {
    let args = [JsString::from(path.display().to_string()).into()];
    let exports = native::call_host("load", &args, "module", context)?;
    builtins::synthetic_of(exports, context)
}

/// Runs `text` as a CommonJS module, with `require`, `module` and `exports`, as the main module of the program.
/// Jobs do not run before a call of `Context::run_jobs`.
///
/// # Examples
///
/// ```
/// # fn main() -> boa_engine::JsResult<()> {
/// use asynccontext_boa::{Node, add_host, add_node, evaluate, install, run_commonjs};
/// use boa_engine::context::ContextBuilder;
///
/// let mut context = install(ContextBuilder::new())?;
/// add_host(&mut context)?;
/// add_node(&mut context, Node::new())?;
/// let text = "globalThis.seen = require('node:path').basename(__filename); return;";
/// run_commonjs(&mut context, text, "/app/main.cjs".as_ref())?;
/// assert_eq!(evaluate(&mut context, "seen", None)?.as_string().unwrap(), "main.cjs");
/// # Ok(()) }
/// ```
///
/// # Errors
///
/// Returns the error that the module throws, a `SyntaxError`, or a `TypeError` if [`add_node`] was not called.
pub fn run_commonjs(context: &mut Context, text: &str, path: &Path) -> JsResult<()> {
    let args = [JsString::from(text).into(), JsString::from(path.display().to_string()).into()];
    native::call_host("main", &args, "module", context).map(drop)
}
