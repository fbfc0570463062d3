//! Rejections that nobody handles (`sec-host-promise-rejection-tracker`).
//!
//! The engine says when a promise without handlers is rejected, and when a rejected one
//! gets its first handler. Whoever is still without one when the microtasks have run is
//! reported, in the mapping of its rejection: first to the program, where the realm has
//! global events, then to the host.

use std::cell::RefCell;
use std::mem;

use boa_engine::builtins::promise::Promise;
use boa_engine::builtins::promise::{OperationType, PromiseState};
use boa_engine::object::JsObject;
use boa_engine::object::builtins::{JsFunction, JsPromise};
use boa_engine::realm::Realm;
use boa_engine::{Context, JsData, JsError, JsResult, JsValue};
use boa_gc::{Finalize, Trace};

use crate::agent::{Agent, Cause};
use crate::mapping::Mapping;
use crate::report::{Kind, Uncaught};

/// A promise that was rejected before anybody asked for it, and in which mapping and realm.
struct Rejection {
    promise: JsObject<Promise>,
    mapping: Mapping,
    realm: Realm,
}

/// A function of a realm that is called with the promise and the reason, and gives whether
/// the rejection is to be reported.
#[derive(Trace, Finalize, JsData)]
struct AskedBefore(JsFunction);

/// Has `ask` called before a rejection that happened in `realm` is reported.
pub(crate) fn ask_before_reports(realm: &Realm, ask: JsFunction) {
    realm.host_defined_mut().insert(AskedBefore(ask));
}

/// What has not been reported yet.
#[derive(Default)]
pub(crate) struct Rejections {
    pending: RefCell<Vec<Rejection>>,
}

impl Rejections {
    pub(crate) fn track(&self, promise: &JsObject<Promise>, operation: OperationType, mapping: Mapping, realm: Realm) {
        let mut pending = self.pending.borrow_mut();
        match operation {
            OperationType::Reject => pending.push(Rejection { promise: promise.clone(), mapping, realm }),
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
        for Rejection { promise, mapping, realm } in pending {
            let PromiseState::Rejected(reason) = JsPromise::from(promise.clone()).state() else { continue };
            let reported = agent.run(mapping.clone(), Cause::Host("rejection"), || {
                if is_prevented(&promise, &reason, &realm, context)? {
                    return Ok(());
                }
                let error = JsError::from_opaque(reason);
                agent.reporter.report(Uncaught::new(Kind::Rejection, error, mapping, context), context)
            });
            first = first.and(reported);
        }
    }
}

/// Whether a listener of the program wants no report.
fn is_prevented(promise: &JsObject<Promise>, reason: &JsValue, realm: &Realm, context: &mut Context) -> JsResult<bool> {
    let ask = realm.host_defined().get::<AskedBefore>().map(|asked| asked.0.clone());
    let Some(ask) = ask else { return Ok(false) };
    let promise = promise.clone().upcast().into();
    Ok(!ask.call(&JsValue::undefined(), &[promise, reason.clone()], context)?.to_boolean())
}
