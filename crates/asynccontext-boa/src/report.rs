//! Reports of uncaught exceptions and unhandled rejections (`sec-host-promise-rejection-tracker`).
//!
//! A promise that still has no handler when the microtasks have run is reported in the mapping
//! of its rejection: first to the program, if its realm has global events, then to the host.

use boa_engine::builtins::promise::PromiseState;
use boa_engine::object::builtins::{JsFunction, JsPromise};
use boa_engine::realm::Realm;
use boa_engine::{Context, JsData, JsError, JsResult, JsValue};
use boa_gc::{Finalize, Trace};

use crate::agent::{Agent, Cause};
use crate::mapping::Mapping;
use crate::node;
use crate::places::tidy;
use crate::reading::Reading;
use crate::uncaught::{Kind, Uncaught};

/// A function of a realm that receives an exception, and returns whether to report it.
#[derive(Trace, Finalize, JsData)]
struct AskedBefore(JsFunction);

/// Sets the function that is called before an exception in `realm` is reported.
pub(crate) fn ask_before_exceptions(realm: &Realm, ask: JsFunction) {
    realm.host_defined_mut().insert(AskedBefore(ask));
}

/// Returns the error and its backtrace as text, with positions in the original source.
///
/// The first line names the place of the innermost frame of the program. Frames of the engine and of this crate are
/// left out.
///
/// The engine reports columns of the transformed text. This function converts them to columns of
/// the text that was given to [`evaluate`](crate::evaluate) or loaded as a module.
///
/// # Examples
///
/// ```
/// # fn main() -> boa_engine::JsResult<()> {
/// use boa_engine::context::ContextBuilder;
/// let mut context = asynccontext_boa::install(ContextBuilder::new())?;
/// let error = asynccontext_boa::evaluate(&mut context, "function* g() {} undefined.x", Some("a.js".as_ref())).unwrap_err();
/// assert!(asynccontext_boa::describe(&error, &context).contains("a.js:1:"));
/// # Ok(()) }
/// ```
#[must_use]
pub fn describe(error: &JsError, context: &Context) -> String {
    let text = tidy(&error.to_string());
    match Agent::find(context) {
        Some(agent) => agent.sources.restore_positions(&text),
        None => text,
    }
}

/// Reports an exception of a host job, or returns it if no listener is set.
pub(crate) fn report_exception(error: JsError, context: &mut Context) -> JsResult<()> {
    let mapping = Agent::find(context).map(|agent| agent.snapshot()).unwrap_or_default();
    report_exception_in(error, mapping, context)
}

/// Reports an exception of a callback that was called in `mapping`: first to the program, if its realm has global
/// events, then to the host. Both run in the empty mapping, since their work is not caused by the callback; under the
/// reading `events-cause`, in that of the callback.
pub(crate) fn report_exception_in(error: JsError, mapping: Mapping, context: &mut Context) -> JsResult<()> {
    let Some(agent) = Agent::find(context) else { return Err(error) };
    if agent.exit.get().is_some() {
        return Ok(());
    }
    let listening = if agent.reading.get() == Reading::EventsCause { mapping.clone() } else { Mapping::default() };
    let handled = agent.run(listening.clone(), Cause::Host("uncaughtException"), || {
        node::handles_exception(&error, "uncaughtException", context)
    });
    match handled {
        Ok(true) => return Ok(()),
        Ok(false) => {}
        Err(_) if agent.exit.get().is_some() => return Ok(()),
        // A listener for uncaught errors that throws ends like one that is missing, with its own error.
        Err(other) => {
            let message = describe(&other, context);
            let uncaught = Uncaught::new(Kind::Exception, other, message, mapping);
            return agent.run(listening, Cause::Host("error"), || agent.reporter.report(uncaught, context));
        }
    }
    let message = describe(&error, context);
    agent.run(listening, Cause::Host("error"), || {
        if is_prevented(&error, context) {
            return Ok(());
        }
        agent.reporter.report(Uncaught::new(Kind::Exception, error, message, mapping), context)
    })
}

/// Whether a listener of the program prevents the report. A limit of the execution is always reported.
fn is_prevented(error: &JsError, context: &mut Context) -> bool {
    let ask = context.realm().host_defined().get::<AskedBefore>().map(|asked| asked.0.clone());
    let Some(ask) = ask.filter(|_| error.as_engine().is_none()) else { return false };
    let Ok(error) = error.clone().into_opaque(context) else { return false };
    ask.call(&JsValue::undefined(), &[error], context).is_ok_and(|report| !report.to_boolean())
}

/// Reports each unhandled rejection once. The caller runs all microtasks first.
///
/// [`EventLoop`](crate::EventLoop) calls this function. A custom executor calls it after it has
/// drained its promise jobs.
///
/// # Errors
///
/// Returns the first rejection if no listener for uncaught errors is set.
///
/// # Examples
///
/// ```
/// # fn main() -> boa_engine::JsResult<()> {
/// use boa_engine::{Source, context::ContextBuilder};
/// let mut context = asynccontext_boa::install(ContextBuilder::new())?;
/// context.eval(Source::from_bytes("Promise.reject(new RangeError('far'))"))?;
/// let error = asynccontext_boa::report_rejections(&mut context).unwrap_err();
/// assert!(error.to_string().contains("RangeError: far"));
/// # Ok(()) }
/// ```
pub fn report_rejections(context: &mut Context) -> JsResult<()> {
    let agent = Agent::of(context);
    let mut first = Ok(());
    loop {
        let pending = agent.rejections.take();
        if pending.is_empty() {
            return first;
        }
        for rejection in pending {
            let promise = JsPromise::from(rejection.promise.clone());
            let PromiseState::Rejected(reason) = promise.state() else { continue };
            let reported = agent.run(rejection.mapping.clone(), Cause::Host("rejection"), || {
                if rejection.is_prevented(&reason, context)? {
                    return Ok(());
                }
                let promise = rejection.promise.clone().upcast();
                let handled = agent
                    .executions
                    .within(&promise, context, |context| node::handles_rejection(&promise, &reason, context));
                match handled {
                    Ok(false) => {}
                    Ok(true) => return Ok(()),
                    Err(error) => return report_exception(error, context),
                }
                let error = JsError::from_opaque(reason);
                let message = describe(&error, context);
                let uncaught = Uncaught::new(Kind::Rejection, error, message, rejection.mapping.clone());
                agent.reporter.report(uncaught, context)
            });
            first = first.and(reported);
        }
    }
}
