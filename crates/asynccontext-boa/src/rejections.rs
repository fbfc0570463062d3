//! Unhandled rejections that are not reported yet (`sec-host-promise-rejection-tracker`).
//!
//! The engine calls its hook when a promise without handlers is rejected, and when a rejected
//! promise gets its first handler.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::{mem, ptr};

use boa_engine::builtins::promise::{OperationType, Promise};
use boa_engine::object::JsObject;
use boa_engine::object::builtins::JsFunction;
use boa_engine::realm::Realm;
use boa_engine::{Context, JsData, JsResult, JsValue};
use boa_gc::{Finalize, Trace};

use crate::mapping::Mapping;

/// A promise that was rejected while it had no handler, with the mapping and the realm of the rejection.
pub(crate) struct Rejection {
    pub(crate) promise: JsObject<Promise>,
    pub(crate) mapping: Mapping,
    realm: Realm,
}

/// A function of a realm that receives the promise and the reason, and returns whether a listener prevented the report.
#[derive(Trace, Finalize, JsData)]
struct AskedBefore(JsFunction);

/// Sets the function that is called before a rejection in `realm` is reported.
pub(crate) fn ask_before_reports(realm: &Realm, ask: JsFunction) {
    realm.host_defined_mut().insert(AskedBefore(ask));
}

/// The rejections that are not reported yet.
#[derive(Default)]
pub(crate) struct Rejections {
    pending: RefCell<Pending>,
}

/// Rejections in their order. Each operation takes logarithmic time.
#[derive(Default)]
struct Pending {
    rejections: BTreeMap<u64, Rejection>,
    /// The order of each promise by its address. The promises are kept, so no address is used again.
    orders: HashMap<usize, u64>,
    next: u64,
}

impl Rejections {
    pub(crate) fn track(&self, promise: &JsObject<Promise>, operation: OperationType, mapping: Mapping, realm: Realm) {
        let mut pending = self.pending.borrow_mut();
        let address = ptr::from_ref(promise.as_ref()).addr();
        match operation {
            OperationType::Reject => {
                let order = pending.next;
                pending.next += 1;
                pending.orders.insert(address, order);
                pending.rejections.insert(order, Rejection { promise: promise.clone(), mapping, realm });
            }
            OperationType::Handle => {
                if let Some(order) = pending.orders.remove(&address) {
                    pending.rejections.remove(&order);
                }
            }
        }
    }

    /// Removes and returns all rejections.
    pub(crate) fn take(&self) -> Vec<Rejection> {
        mem::take(&mut *self.pending.borrow_mut()).rejections.into_values().collect()
    }
}

impl Rejection {
    /// Whether a listener of the program prevents the report.
    pub(crate) fn is_prevented(&self, reason: &JsValue, context: &mut Context) -> JsResult<bool> {
        let ask = self.realm.host_defined().get::<AskedBefore>().map(|asked| asked.0.clone());
        let Some(ask) = ask else { return Ok(false) };
        let promise = self.promise.clone().upcast().into();
        Ok(!ask.call(&JsValue::undefined(), &[promise, reason.clone()], context)?.to_boolean())
    }
}
