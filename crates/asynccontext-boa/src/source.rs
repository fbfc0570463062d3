//! Evaluation of programs from text, after the transform that generators need.

use std::path::Path;

use asynccontext::spec::Mapping as _;
use boa_engine::builtins::promise::PromiseState;
use boa_engine::{Context, JsError, JsNativeError, JsResult, JsValue, Module, Script, Source};

use crate::agent::{Agent, Cause};
use crate::intrinsic::function;
use crate::mapping::Mapping;
use crate::missing_export::locate;
use crate::modules;
use crate::syntax::explain;
use crate::transform::{self, Goal};

/// Evaluates `text` as a script in the context's realm, in the current mapping.
///
/// `path` is the path of the script in error messages and for imports. Jobs do not run before a
/// call of `Context::run_jobs`.
///
/// `Context::eval` skips the transform, so its generators have the mapping of their first step
/// instead of that of their creation.
///
/// # Examples
///
/// ```
/// # fn main() -> boa_engine::JsResult<()> {
/// use boa_engine::context::ContextBuilder;
/// let mut context = asynccontext_boa::install(ContextBuilder::new())?;
/// let seen = asynccontext_boa::evaluate(
///     &mut context,
///     "const v = new AsyncContext.Variable();
///      function* body() { yield v.get(); }
///      v.run('made here', body).next().value",
///     None,
/// )?;
/// assert_eq!(seen.as_string().unwrap(), "made here");
/// # Ok(()) }
/// ```
///
/// # Errors
///
/// Returns the error that the script throws, or a `SyntaxError`.
pub fn evaluate(context: &mut Context, text: &str, path: Option<&Path>) -> JsResult<JsValue> {
    parse_script(context, text, path)?.evaluate(context)
}

/// Parses `text` as a script, for a host that distinguishes syntax errors from other errors.
/// [`evaluate`] performs both steps.
///
/// # Examples
///
/// ```
/// # fn main() -> boa_engine::JsResult<()> {
/// use boa_engine::context::ContextBuilder;
/// let mut context = asynccontext_boa::install(ContextBuilder::new())?;
/// assert!(asynccontext_boa::parse_script(&mut context, "let let", None).is_err());
/// let script = asynccontext_boa::parse_script(&mut context, "6 * 7", None)?;
/// assert_eq!(script.evaluate(&mut context)?.as_number(), Some(42.0));
/// # Ok(()) }
/// ```
///
/// # Errors
///
/// Returns a `SyntaxError` if the text is invalid.
pub fn parse_script(context: &mut Context, text: &str, path: Option<&Path>) -> JsResult<Script> {
    let transformed = transform::source(text, Goal::Script, path, context);
    let source = Source::from_bytes(transformed.as_bytes());
    let parsed = match path {
        Some(path) => Script::parse(source.with_path(path), None, context),
        None => Script::parse(source, None, context),
    };
    parsed.map_err(|error| explain(error, text, 0, Goal::Script, path))
}

/// Parses `text` as a module, for a host that loads, links and evaluates it in separate steps.
/// [`evaluate_module`] performs all steps.
///
/// Later imports of `path` return this module, including imports in the module itself. The host must
/// evaluate the module in the empty mapping.
///
/// # Examples
///
/// ```
/// # fn main() -> boa_engine::JsResult<()> {
/// use boa_engine::{context::ContextBuilder, js_string};
/// let mut context = asynccontext_boa::install(ContextBuilder::new())?;
/// let text = "import { most as same } from './main.mjs'; export const most = 7; export { same };";
/// let module = asynccontext_boa::parse_module(&mut context, text, Some("main.mjs".as_ref()))?;
/// let _loaded = module.load(&mut context);
/// context.run_jobs()?;
/// module.link(&mut context)?;
/// let _evaluated = module.evaluate(&mut context)?;
/// context.run_jobs()?;
/// assert_eq!(module.get_value(js_string!("same"), &mut context)?.as_number(), Some(7.0));
/// # Ok(()) }
/// ```
///
/// # Errors
///
/// Returns a `SyntaxError` if the text is invalid.
pub fn parse_module(context: &mut Context, text: &str, path: Option<&Path>) -> JsResult<Module> {
    let module = modules::parse(context, text, path)?;
    if let Some(path) = path {
        modules::keep(path, &module, context);
    }
    Ok(module)
}

/// Loads, links and evaluates `text` as a module together with its imports, and runs the event loop
/// until no job is left.
///
/// The body of a module starts in the empty mapping
/// (`sec-source-text-module-record-execute-module`).
///
/// # Examples
///
/// ```
/// # fn main() -> boa_engine::JsResult<()> {
/// use boa_engine::{context::ContextBuilder, js_string};
/// let mut context = asynccontext_boa::install(ContextBuilder::new())?;
/// let module = asynccontext_boa::evaluate_module(
///     &mut context,
///     "const v = new AsyncContext.Variable({ defaultValue: 1 }); export const seen = await v.get();",
///     None,
/// )?;
/// assert_eq!(module.get_value(js_string!("seen"), &mut context)?.as_number(), Some(1.0));
/// # Ok(()) }
/// ```
///
/// # Errors
///
/// Returns the error that the module throws, or a `SyntaxError`; the first uncaught error of other
/// code, if no listener is set; and a `TypeError` if the module still waits when no job is left.
pub fn evaluate_module(context: &mut Context, text: &str, path: Option<&Path>) -> JsResult<Module> {
    let module = parse_module(context, text, path)?;
    let promise = enter_module(context, |context| module.load_link_evaluate(context));
    // The rejection of the module itself is returned, so it is not reported as uncaught.
    let realm = context.realm().clone();
    promise.then(None, Some(function(&realm, "", 1, (), |_, _, (), _| Ok(JsValue::undefined()))), context)?;
    context.run_jobs()?;
    match promise.state() {
        PromiseState::Fulfilled(_) => Ok(module),
        PromiseState::Rejected(reason) => Err(locate(JsError::from_opaque(reason), text, path, context)),
        PromiseState::Pending => {
            Err(JsNativeError::typ().with_message("the module never ends: no job is left, but it still waits").into())
        }
    }
}

/// Loads or evaluates a module in the empty mapping.
fn enter_module<R>(context: &mut Context, evaluate: impl FnOnce(&mut Context) -> R) -> R {
    Agent::of(context).run(Mapping::empty(), Cause::Module, || evaluate(context))
}
