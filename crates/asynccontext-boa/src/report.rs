//! Uncaught exceptions and unhandled rejections: what they say, where, and who is told.

use std::cell::RefCell;
use std::rc::Rc;

use boa_engine::{Context, JsError, JsResult};

use crate::agent::{Agent, Cause};
use crate::mapping::Mapping;

/// What an [`Uncaught`] is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// A callback of the host threw: a timer, a microtask, a listener of an event, or a job.
    Exception,
    /// A promise was rejected and nobody handled it while microtasks were left.
    Rejection,
}

/// Something that no script caught.
#[derive(Clone, Debug)]
pub struct Uncaught {
    /// Whether it was thrown or rejected.
    pub kind: Kind,
    /// The error, with its backtrace.
    pub error: JsError,
    /// The error and its backtrace in words, with positions in the source as it was written.
    pub message: String,
    /// The mapping in which a promise was rejected, or in which a callback was called.
    pub mapping: Mapping,
}

impl Uncaught {
    pub(crate) fn new(kind: Kind, error: JsError, mapping: Mapping, context: &Context) -> Uncaught {
        let message = describe(&error, context);
        Uncaught { kind, error, message, mapping }
    }
}

/// The error and its backtrace in words, with positions in the source as it was written.
///
/// The engine counts columns in the transformed text; this counts them in the text that was
/// given to [`evaluate`](crate::evaluate) or loaded as a module.
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
    let text = error.to_string();
    match Agent::find(context) {
        Some(agent) => agent.sources.restore_positions(&text),
        None => text,
    }
}

type Listener = Rc<dyn Fn(Uncaught, &mut Context)>;

/// Who is told.
#[derive(Default)]
pub(crate) struct Reporter {
    listener: RefCell<Option<Listener>>,
}

impl Reporter {
    pub(crate) fn listen(&self, listener: Option<Listener>) {
        *self.listener.borrow_mut() = listener;
    }

    /// Tells the listener, or gives the error back when there is none.
    pub(crate) fn report(&self, uncaught: Uncaught, context: &mut Context) -> JsResult<()> {
        let listener = self.listener.borrow().clone();
        match listener {
            Some(listener) => {
                listener(uncaught, context);
                Ok(())
            }
            None => Err(uncaught.error),
        }
    }
}

/// Reports what a job of the host threw, or gives it back when nobody listens.
pub(crate) fn report_exception(error: JsError, context: &mut Context) -> JsResult<()> {
    let mapping = Agent::find(context).map(|agent| agent.snapshot()).unwrap_or_default();
    report_exception_in(error, mapping, context)
}

/// The same for a callback that was called in `mapping`. The listener hears of it in the
/// empty one: what it does is no consequence of the callback.
pub(crate) fn report_exception_in(error: JsError, mapping: Mapping, context: &mut Context) -> JsResult<()> {
    let Some(agent) = Agent::find(context) else { return Err(error) };
    let uncaught = Uncaught::new(Kind::Exception, error, mapping, context);
    agent.run(Mapping::default(), Cause::Host("error"), || agent.reporter.report(uncaught, context))
}
