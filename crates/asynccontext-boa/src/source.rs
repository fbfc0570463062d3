//! Programs as text: evaluated after the transform that generators need.

use std::path::Path;

use asynccontext::spec::Mapping as _;
use boa_engine::builtins::promise::PromiseState;
use boa_engine::{Context, JsError, JsNativeError, JsResult, JsValue, Module, Script, Source};

use crate::agent::{Agent, Cause};
use crate::intrinsic::function;
use crate::mapping::Mapping;
use crate::modules;
use crate::transform::{self, Goal};

/// Evaluates `text` as a script in the context's realm, in the current mapping.
///
/// `path` is where the script says it comes from. Jobs are not run: call
/// `Context::run_jobs`.
///
/// `Context::eval` does the same, but its generators take the mapping of their first step,
/// not that of their creation, because it skips the transform.
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
/// What the script throws, a `SyntaxError` included.
pub fn evaluate(context: &mut Context, text: &str, path: Option<&Path>) -> JsResult<JsValue> {
    parse_script(context, text, path)?.evaluate(context)
}

/// Parses `text` as a script, for a host that tells a text that can't be parsed from one that
/// throws. [`evaluate`] does both steps.
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
/// A `SyntaxError`.
pub fn parse_script(context: &mut Context, text: &str, path: Option<&Path>) -> JsResult<Script> {
    let text = transform::source(text, Goal::Script, path, context);
    let source = Source::from_bytes(text.as_bytes());
    match path {
        Some(path) => Script::parse(source.with_path(path), None, context),
        None => Script::parse(source, None, context),
    }
}

/// Parses `text` as a module, for a host that loads, links and evaluates it step by step.
/// [`evaluate_module`] does all steps.
///
/// What imports `path` afterwards gets this module, the module itself included. The host
/// evaluates it where the current mapping is empty.
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
/// A `SyntaxError`.
pub fn parse_module(context: &mut Context, text: &str, path: Option<&Path>) -> JsResult<Module> {
    let module = modules::parse(context, text, path)?;
    if let Some(path) = path {
        modules::keep(path, &module, context);
    }
    Ok(module)
}

/// Loads, links and evaluates `text` as a module, with all that it imports, and runs the
/// event loop until nothing is left.
///
/// A module's body begins in the empty mapping
/// (`sec-source-text-module-record-execute-module`).
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
/// What the module throws, a `SyntaxError` included; what is uncaught elsewhere and has no
/// listener; and a `TypeError` when the module waits for something that never comes.
pub fn evaluate_module(context: &mut Context, text: &str, path: Option<&Path>) -> JsResult<Module> {
    let module = parse_module(context, text, path)?;
    let promise = enter_module(context, |context| module.load_link_evaluate(context));
    // The module's own rejection comes out of here, and is not uncaught.
    let realm = context.realm().clone();
    promise.then(None, Some(function(&realm, "", 1, (), |_, _, (), _| Ok(JsValue::undefined()))), context)?;
    context.run_jobs()?;
    match promise.state() {
        PromiseState::Fulfilled(_) => Ok(module),
        PromiseState::Rejected(reason) => Err(JsError::from_opaque(reason)),
        PromiseState::Pending => {
            Err(JsNativeError::typ().with_message("the module waits for something that never comes").into())
        }
    }
}

/// Runs what loads or evaluates a module in the empty mapping.
fn enter_module<R>(context: &mut Context, evaluate: impl FnOnce(&mut Context) -> R) -> R {
    Agent::of(context).run(Mapping::empty(), Cause::Module, || evaluate(context))
}
