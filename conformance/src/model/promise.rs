//! Promises: ECMA-262's operations, and the field that the draft adds to PromiseReaction records.

use std::cell::Cell;
use std::rc::Rc;

use super::host::Operation;
use super::job::{HandlerKind, new_promise_reaction_job, new_promise_resolve_thenable_job};
use super::mapping::Mapping;
use super::value::{CallResult, PromiseId, Thrown, Value};
use super::world::World;

/// A callback that is given to a promise operation. HostMakeJobCallback returns it unchanged.
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
    /// Quirk: the mapping in which the promise was created.
    pub(super) created: Mapping,
    /// Quirk: whether its reactions run in the mapping in which it is settled.
    pub(super) reacts_where_settled: bool,
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

/// The resolve and reject functions of a promise. Only the first call of either has an effect.
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

    /// A call of the reject function.
    ///
    /// Clause: sec-promise-reject-functions (ECMA-262).
    pub(super) fn reject(&self, world: &World<'_>, reason: Value) {
        // If one of the two functions was called before, return. Otherwise, note the call.
        if self.already_resolved.replace(true) {
            return;
        }
        // Reject the promise with the reason.
        world.reject_promise(self.promise, reason);
    }

    /// A call of the resolve function.
    ///
    /// Clause: sec-promise-resolve-functions (ECMA-262).
    pub(super) fn resolve(&self, world: &World<'_>, resolution: Value) {
        // If one of the two functions was called before, return. Otherwise, note the call.
        if self.already_resolved.replace(true) {
            return;
        }
        // If the resolution is the promise itself, reject with a TypeError.
        if resolution == Value::Promise(self.promise) {
            return world.reject_promise(self.promise, Value::type_error());
        }
        match resolution {
            // If the resolution has a callable `then`, enqueue a job that calls it.
            Value::Promise(_) | Value::Thenable(_) => {
                let job = new_promise_resolve_thenable_job(world, self.promise, resolution);
                world.host_enqueue_promise_job(job);
            }
            // Otherwise, fulfill the promise with the resolution.
            Value::Undefined | Value::Word(_) | Value::Error(_) | Value::IteratorResult { .. } => {
                world.fulfill_promise(self.promise, resolution);
            }
        }
    }

    /// Calls the resolve function for a normal completion, and the reject function for a throw completion.
    pub(super) fn settle(&self, world: &World<'_>, result: CallResult) {
        match result {
            Ok(value) => self.resolve(world, value),
            Err(Thrown(reason)) => self.reject(world, reason),
        }
    }
}

impl<'p> World<'p> {
    /// NewPromiseCapability(%Promise%): returns a pending promise and its resolving functions.
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
            reacts_where_settled: false,
        });
        PromiseCapability { promise, functions: ResolvingFunctions::create(promise) }
    }

    /// FulfillPromise.
    ///
    /// Clause: sec-fulfillpromise (ECMA-262).
    fn fulfill_promise(&self, id: PromiseId, value: Value) {
        // Set the state and the result, and take the fulfill reactions.
        let reactions = self.settle_promise(id, PromiseState::Fulfilled(value.clone()), HandlerKind::Fulfill);
        // Trigger the reactions with the value.
        self.trigger_promise_reactions(reactions, &value);
    }

    /// RejectPromise.
    ///
    /// Clause: sec-rejectpromise (ECMA-262).
    fn reject_promise(&self, id: PromiseId, reason: Value) {
        // Set the state and the result, and take the reject reactions.
        let reactions = self.settle_promise(id, PromiseState::Rejected(reason.clone()), HandlerKind::Reject);
        // If the promise is not handled, call the rejection tracker with "reject".
        let is_handled = self.promises.borrow()[id.0].is_handled;
        if !is_handled {
            self.host_promise_rejection_tracker(id, Operation::Reject);
        }
        // Trigger the reactions with the reason.
        self.trigger_promise_reactions(reactions, &reason);
    }

    /// Sets a promise's state, clears both lists of reactions, and returns the list that applies.
    fn settle_promise(&self, id: PromiseId, state: PromiseState, kind: HandlerKind) -> Vec<PromiseReaction<'p>> {
        let mut promises = self.promises.borrow_mut();
        let promise = &mut promises[id.0];
        promise.state = state;
        let fulfill_reactions = std::mem::take(&mut promise.fulfill_reactions);
        let reject_reactions = std::mem::take(&mut promise.reject_reactions);
        let mut reactions = match kind {
            HandlerKind::Fulfill => fulfill_reactions,
            HandlerKind::Reject => reject_reactions,
        };
        if promise.reacts_where_settled {
            // Quirk: another mapping than that of the registration.
            reactions.iter_mut().for_each(|reaction| reaction.promise_async_context_mapping = self.current_mapping());
        }
        reactions
    }

    /// TriggerPromiseReactions.
    ///
    /// Clause: sec-triggerpromisereactions (ECMA-262).
    fn trigger_promise_reactions(&self, reactions: Vec<PromiseReaction<'p>>, argument: &Value) {
        // For each reaction, in the order of registration, enqueue a reaction job with the argument.
        for reaction in reactions {
            self.host_enqueue_promise_job(new_promise_reaction_job(reaction, argument.clone()));
        }
    }

    /// PerformPromiseThen.
    ///
    /// Clause: sec-performpromisethen.
    pub(super) fn perform_promise_then(
        &self,
        id: PromiseId,
        on_fulfilled: Option<Callback<'p>>,
        on_rejected: Option<Callback<'p>>,
        result_capability: Option<PromiseCapability>,
    ) {
        // 1. The value is a promise.
        // 2. The capability may be absent.
        // 3 to 6. A handler is a job callback or empty.
        // 7. Take a snapshot. Quirk: the mapping may be another one.
        let mapping = self.als_promise_mapping(result_capability.is_some());
        // 8. Make the fulfill reaction with the capability, the handler and the snapshot.
        let fulfill_reaction = PromiseReaction {
            capability: result_capability.clone(),
            kind: HandlerKind::Fulfill,
            handler: on_fulfilled,
            promise_async_context_mapping: Rc::clone(&mapping),
        };
        // 9. Make the reject reaction likewise.
        let reject_reaction = PromiseReaction {
            capability: result_capability,
            kind: HandlerKind::Reject,
            handler: on_rejected,
            promise_async_context_mapping: mapping,
        };
        let state = self.promises.borrow()[id.0].state.clone();
        match state {
            // 10. If the promise is pending, append both reactions to its lists (10.a, 10.b).
            PromiseState::Pending => {
                let mut promises = self.promises.borrow_mut();
                promises[id.0].fulfill_reactions.push(fulfill_reaction);
                promises[id.0].reject_reactions.push(reject_reaction);
            }
            // 11. If it is fulfilled, enqueue a job for the fulfill reaction (11.b, 11.c) with the result (11.a).
            PromiseState::Fulfilled(value) => {
                self.host_enqueue_promise_job(new_promise_reaction_job(fulfill_reaction, value));
            }
            // 12. Otherwise, it is rejected (12.a), with the result as the reason (12.b).
            PromiseState::Rejected(reason) => {
                // 12.c. If it is not handled, call the rejection tracker with "handle".
                let is_handled = self.promises.borrow()[id.0].is_handled;
                if !is_handled {
                    self.host_promise_rejection_tracker(id, Operation::Handle);
                }
                // 12.d, 12.e. Enqueue a job for the reject reaction.
                self.host_enqueue_promise_job(new_promise_reaction_job(reject_reaction, reason));
            }
        }
        // 13. The promise is handled now.
        self.promises.borrow_mut()[id.0].is_handled = true;
        // 14, 15. Not modeled: the callers have the promise of the capability.
    }

    /// PromiseResolve(%Promise%, value).
    ///
    /// Clause: sec-promise-resolve (ECMA-262).
    pub(super) fn promise_resolve(&self, value: Value) -> PromiseId {
        // If the value is a promise, return it.
        if let Value::Promise(promise) = value {
            return promise;
        }
        // Make a promise, resolve it with the value, and return it.
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
        // 1, 2, 3. Not modeled: `this` is always a promise of the constructor %Promise%.
        // 4. Make the capability of the derived promise.
        let result_capability = self.new_promise_capability();
        let derived = result_capability.promise;
        // 5. Perform the operation, and return the derived promise.
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
                // Call the callback, and make a promise of its result.
                let result = on_finally(world, Value::Undefined)?;
                let waited = world.promise_resolve(result);
                // Return a promise that fulfills with the original value when that promise is fulfilled.
                let value_thunk: Callback<'p> = Rc::new(move |_, _| Ok(value.clone()));
                Ok(Value::Promise(world.promise_then(waited, Some(value_thunk), None)))
            })
        };
        let catch_finally: Callback<'p> = Rc::new(move |world, reason| {
            // Call the callback, and make a promise of its result.
            let result = on_finally(world, Value::Undefined)?;
            let waited = world.promise_resolve(result);
            // Return a promise that rejects with the original reason when that promise is fulfilled.
            let thrower: Callback<'p> = Rc::new(move |_, _| Err(Thrown(reason.clone())));
            Ok(Value::Promise(world.promise_then(waited, Some(thrower), None)))
        });
        self.promise_then(promise, Some(then_finally), Some(catch_finally))
    }
}
