//! Promises: ECMA-262's operations, with the draft's field in PromiseReaction records.

use std::cell::Cell;
use std::rc::Rc;

use super::host::Operation;
use super::job::{HandlerKind, new_promise_reaction_job, new_promise_resolve_thenable_job};
use super::mapping::Mapping;
use super::value::{CallResult, PromiseId, Thrown, Value};
use super::world::World;

/// A callable that promise operations are given: what HostMakeJobCallback makes of it is itself.
pub(super) type Callback<'p> = Rc<dyn Fn(&Rc<World<'p>>, Value) -> CallResult + 'p>;

/// `[[PromiseState]]` and `[[PromiseResult]]`.
#[derive(Clone, Debug)]
pub(super) enum PromiseState {
    Pending,
    Fulfilled(Value),
    Rejected(Value),
}

/// A promise.
pub(super) struct Promise<'p> {
    pub(super) state: PromiseState,
    fulfill_reactions: Vec<PromiseReaction<'p>>,
    reject_reactions: Vec<PromiseReaction<'p>>,
    pub(super) is_handled: bool,
    /// Where it was created. No clause reads it: it is for quirks alone.
    pub(super) created: Mapping,
}

/// A PromiseReaction record.
///
/// Clause: sec-promisereaction-records.
pub(super) struct PromiseReaction<'p> {
    /// `[[Capability]]`.
    pub(super) capability: Option<PromiseCapability>,
    /// `[[Type]]`.
    pub(super) kind: HandlerKind,
    /// `[[Handler]]`.
    pub(super) handler: Option<Callback<'p>>,
    /// `[[PromiseAsyncContextMapping]]`.
    pub(super) promise_async_context_mapping: Mapping,
}

/// A PromiseCapability record of an intrinsic promise.
#[derive(Clone, Debug)]
pub(super) struct PromiseCapability {
    pub(super) promise: PromiseId,
    pub(super) functions: ResolvingFunctions,
}

/// The two functions that settle a promise, of which the first call counts.
///
/// Clause: sec-createresolvingfunctions (ECMA-262).
#[derive(Clone, Debug)]
pub(super) struct ResolvingFunctions {
    promise: PromiseId,
    already_resolved: Rc<Cell<bool>>,
}

impl ResolvingFunctions {
    /// CreateResolvingFunctions.
    pub(super) fn create(promise: PromiseId) -> ResolvingFunctions {
        ResolvingFunctions { promise, already_resolved: Rc::default() }
    }

    /// A promise's reject function.
    ///
    /// Clause: sec-promise-reject-functions (ECMA-262).
    pub(super) fn reject(&self, world: &World<'_>, reason: Value) {
        if self.already_resolved.replace(true) {
            return;
        }
        world.reject_promise(self.promise, reason);
    }

    /// A promise's resolve function.
    ///
    /// Clause: sec-promise-resolve-functions (ECMA-262).
    pub(super) fn resolve(&self, world: &World<'_>, resolution: Value) {
        if self.already_resolved.replace(true) {
            return;
        }
        // A promise can't wait for itself.
        if resolution == Value::Promise(self.promise) {
            return world.reject_promise(self.promise, Value::type_error());
        }
        match resolution {
            // An object whose `then` is callable is adopted by a job.
            Value::Promise(_) | Value::Thenable(_) => {
                let job = new_promise_resolve_thenable_job(world, self.promise, resolution);
                world.host_enqueue_promise_job(job);
            }
            // Primitives, and objects without a `then`, fulfil.
            Value::Undefined | Value::Word(_) | Value::IteratorResult { .. } => {
                world.fulfill_promise(self.promise, resolution);
            }
        }
    }

    /// Resolves or rejects, as a call's completion says.
    pub(super) fn settle(&self, world: &World<'_>, result: CallResult) {
        match result {
            Ok(value) => self.resolve(world, value),
            Err(Thrown(reason)) => self.reject(world, reason),
        }
    }
}

impl<'p> World<'p> {
    /// NewPromiseCapability(%Promise%): a pending promise and its functions.
    ///
    /// Clause: sec-newpromisecapability (ECMA-262).
    pub(super) fn new_promise_capability(&self) -> PromiseCapability {
        let created = self.als_promise_mapping(true);
        let mut promises = self.promises.borrow_mut();
        let promise = PromiseId(promises.len());
        promises.push(Promise {
            state: PromiseState::Pending,
            fulfill_reactions: Vec::new(),
            reject_reactions: Vec::new(),
            is_handled: false,
            created,
        });
        PromiseCapability { promise, functions: ResolvingFunctions::create(promise) }
    }

    /// FulfillPromise.
    ///
    /// Clause: sec-fulfillpromise (ECMA-262).
    fn fulfill_promise(&self, id: PromiseId, value: Value) {
        let reactions = self.settle_promise(id, PromiseState::Fulfilled(value.clone()), HandlerKind::Fulfill);
        self.trigger_promise_reactions(reactions, &value);
    }

    /// RejectPromise. The draft's swap points lie in the tracker it tells.
    ///
    /// Clause: sec-rejectpromise (ECMA-262).
    fn reject_promise(&self, id: PromiseId, reason: Value) {
        let reactions = self.settle_promise(id, PromiseState::Rejected(reason.clone()), HandlerKind::Reject);
        let is_handled = self.promises.borrow()[id.0].is_handled;
        if !is_handled {
            self.host_promise_rejection_tracker(id, Operation::Reject);
        }
        self.trigger_promise_reactions(reactions, &reason);
    }

    /// Sets a promise's state; both lists of reactions become undefined, and the one that applies is returned.
    fn settle_promise(&self, id: PromiseId, state: PromiseState, kind: HandlerKind) -> Vec<PromiseReaction<'p>> {
        let mut promises = self.promises.borrow_mut();
        let promise = &mut promises[id.0];
        promise.state = state;
        let fulfill_reactions = std::mem::take(&mut promise.fulfill_reactions);
        let reject_reactions = std::mem::take(&mut promise.reject_reactions);
        match kind {
            HandlerKind::Fulfill => fulfill_reactions,
            HandlerKind::Reject => reject_reactions,
        }
    }

    /// TriggerPromiseReactions: a job for each reaction, in the order of registration.
    ///
    /// Clause: sec-triggerpromisereactions (ECMA-262).
    fn trigger_promise_reactions(&self, reactions: Vec<PromiseReaction<'p>>, argument: &Value) {
        for reaction in reactions {
            self.host_enqueue_promise_job(new_promise_reaction_job(reaction, argument.clone()));
        }
    }

    /// PerformPromiseThen. Both reactions carry the mapping of this call.
    ///
    /// Clause: sec-performpromisethen.
    pub(super) fn perform_promise_then(
        &self,
        id: PromiseId,
        on_fulfilled: Option<Callback<'p>>,
        on_rejected: Option<Callback<'p>>,
        result_capability: Option<PromiseCapability>,
    ) {
        let mapping = self.als_promise_mapping(result_capability.is_some());
        let fulfill_reaction = PromiseReaction {
            capability: result_capability.clone(),
            kind: HandlerKind::Fulfill,
            handler: on_fulfilled,
            promise_async_context_mapping: Rc::clone(&mapping),
        };
        let reject_reaction = PromiseReaction {
            capability: result_capability,
            kind: HandlerKind::Reject,
            handler: on_rejected,
            promise_async_context_mapping: mapping,
        };
        let state = self.promises.borrow()[id.0].state.clone();
        match state {
            PromiseState::Pending => {
                let mut promises = self.promises.borrow_mut();
                promises[id.0].fulfill_reactions.push(fulfill_reaction);
                promises[id.0].reject_reactions.push(reject_reaction);
            }
            PromiseState::Fulfilled(value) => {
                self.host_enqueue_promise_job(new_promise_reaction_job(fulfill_reaction, value));
            }
            PromiseState::Rejected(reason) => {
                let is_handled = self.promises.borrow()[id.0].is_handled;
                if !is_handled {
                    self.host_promise_rejection_tracker(id, Operation::Handle);
                }
                self.host_enqueue_promise_job(new_promise_reaction_job(reject_reaction, reason));
            }
        }
        self.promises.borrow_mut()[id.0].is_handled = true;
    }

    /// PromiseResolve(%Promise%, value): a promise is itself, anything else is put in one.
    ///
    /// Clause: sec-promise-resolve (ECMA-262).
    pub(super) fn promise_resolve(&self, value: Value) -> PromiseId {
        if let Value::Promise(promise) = value {
            return promise;
        }
        let capability = self.new_promise_capability();
        capability.functions.resolve(self, value);
        capability.promise
    }

    /// `promise.then(onFulfilled, onRejected)`.
    ///
    /// Clause: sec-promise.prototype.then.
    pub(super) fn promise_then(
        &self,
        promise: PromiseId,
        on_fulfilled: Option<Callback<'p>>,
        on_rejected: Option<Callback<'p>>,
    ) -> PromiseId {
        let result_capability = self.new_promise_capability();
        let derived = result_capability.promise;
        self.perform_promise_then(promise, on_fulfilled, on_rejected, Some(result_capability));
        derived
    }

    /// `promise.finally(onFinally)`.
    ///
    /// Clause: sec-promise.prototype.finally (ECMA-262).
    pub(super) fn promise_finally(&self, promise: PromiseId, on_finally: Callback<'p>) -> PromiseId {
        let then_finally: Callback<'p> = {
            let on_finally = Rc::clone(&on_finally);
            Rc::new(move |world, value| {
                // What the callback gives is awaited; then the value passes on.
                let result = on_finally(world, Value::Undefined)?;
                let waited = world.promise_resolve(result);
                let value_thunk: Callback<'p> = Rc::new(move |_, _| Ok(value.clone()));
                Ok(Value::Promise(world.promise_then(waited, Some(value_thunk), None)))
            })
        };
        let catch_finally: Callback<'p> = Rc::new(move |world, reason| {
            let result = on_finally(world, Value::Undefined)?;
            let waited = world.promise_resolve(result);
            let thrower: Callback<'p> = Rc::new(move |_, _| Err(Thrown(reason.clone())));
            Ok(Value::Promise(world.promise_then(waited, Some(thrower), None)))
        });
        self.promise_then(promise, Some(then_finally), Some(catch_finally))
    }
}
