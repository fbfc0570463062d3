//! Rejections that nobody handles (`sec-host-promise-rejection-tracker`).
//!
//! The engine says when a promise without handlers is rejected, and when a rejected one
//! gets its first handler. Whoever is still without one when the microtasks have run is
//! reported, in the mapping of its rejection.

use std::cell::RefCell;
use std::mem;

use boa_engine::builtins::promise::Promise;
use boa_engine::builtins::promise::{OperationType, PromiseState};
use boa_engine::object::JsObject;
use boa_engine::object::builtins::JsPromise;
use boa_engine::{Context, JsError, JsResult, JsValue};

use crate::agent::{Agent, Cause};
use crate::mapping::Mapping;
use crate::report::{Kind, Uncaught};

/// A promise that was rejected before anybody asked for it, and in which mapping.
struct Rejection {
    promise: JsObject<Promise>,
    mapping: Mapping,
}

/// What has not been reported yet.
#[derive(Default)]
pub(crate) struct Rejections {
    pending: RefCell<Vec<Rejection>>,
}

impl Rejections {
    pub(crate) fn track(&self, promise: &JsObject<Promise>, operation: OperationType, mapping: Mapping) {
        let mut pending = self.pending.borrow_mut();
        match operation {
            OperationType::Reject => pending.push(Rejection { promise: promise.clone(), mapping }),
            OperationType::Handle => pending.retain(|rejection| !same(&rejection.promise, promise)),
        }
    }
}

fn same(one: &JsObject<Promise>, two: &JsObject<Promise>) -> bool {
    JsObject::equals(&one.clone().upcast(), &two.clone().upcast())
}

/// Reports what is unhandled, once. To be called when no microtask is left.
///
/// [`EventLoop`](crate::EventLoop) does this; an executor of your own calls it after it has
/// drained its promise jobs.
///
/// # Errors
///
/// The first rejection, when nothing listens for uncaught errors.
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
        let pending = mem::take(&mut *agent.rejections.pending.borrow_mut());
        if pending.is_empty() {
            return first;
        }
        for Rejection { promise, mapping } in pending {
            let PromiseState::Rejected(reason) = JsPromise::from(promise).state() else { continue };
            let error = JsError::from_opaque(reason);
            let reported = agent.run(mapping.clone(), Cause::Host("rejection"), || {
                agent.reporter.report(Uncaught::new(Kind::Rejection, error, mapping, context), context)
            });
            first = first.and(reported.map(|()| JsValue::undefined()).map(drop));
        }
    }
}
