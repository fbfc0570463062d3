//! Isolation of jobs: each job starts in the empty mapping, which is restored at its end.

use std::cell::RefCell;
use std::future::{Future, poll_fn};
use std::pin::Pin;

use asynccontext::spec::Mapping as _;
use boa_engine::{Context, JsResult, JsValue};

use crate::agent::{Agent, Cause};
use crate::mapping::Mapping;

/// Runs one job of the host in the empty mapping, and restores the previous mapping.
///
/// The event loop of this crate calls this function for every job. A custom executor must call it
/// around each `call` of a job: a reaction stays in its mapping until its job ends, so the next job
/// would otherwise start there.
///
/// # Examples
///
/// ```
/// # fn main() -> boa_engine::JsResult<()> {
/// use asynccontext_boa::{install, isolate};
/// use boa_engine::context::ContextBuilder;
/// use boa_engine::job::{NativeJob, PromiseJob};
///
/// let mut context = install(ContextBuilder::new())?;
/// let job = PromiseJob::new(|_| Ok(1.into()));
/// let result = isolate(&mut context, |context| job.call(context))?;
/// assert_eq!(result.as_number(), Some(1.0));
/// # Ok(()) }
/// ```
pub fn isolate<R>(context: &mut Context, job: impl FnOnce(&mut Context) -> R) -> R {
    match Agent::find(context) {
        Some(agent) => agent.run(Mapping::empty(), Cause::JobEnd, || {
            let depth = agent.executions.depth();
            let result = job(context);
            agent.executions.leave(depth, context);
            agent.executions.report_collected(context);
            result
        }),
        None => job(context),
    }
}

/// Returns the future of an asynchronous job, each poll of which runs in the empty mapping.
///
/// Such jobs load modules. They must not run in the mapping of `import()`, since the module's body
/// would then run in it too (`sec-source-text-module-record-execute-module`).
pub(crate) async fn isolate_future<'a>(
    mut job: Pin<Box<dyn Future<Output = JsResult<JsValue>> + 'a>>,
    context: &'a RefCell<&mut Context>,
) -> JsResult<JsValue> {
    poll_fn(move |task| {
        let agent = Agent::find(&context.borrow());
        match agent {
            Some(agent) => agent.run(Mapping::empty(), Cause::Module, || job.as_mut().poll(task)),
            None => job.as_mut().poll(task),
        }
    })
    .await
}
