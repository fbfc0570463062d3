//! Async generators: ECMA-262's operations with the steps that the draft inserts.
//!
//! AsyncGeneratorResume reads the slot `[[AsyncGeneratorAsyncContextMapping]]`, which no clause of the
//! draft sets. In this model it holds the snapshot that AsyncGeneratorStart takes (`spec/defects.md`).

use std::collections::VecDeque;
use std::rc::Rc;

use super::generator::GeneratorState;
use super::mapping::Mapping;
use super::promise::{Callback, PromiseCapability};
use super::quirk::Quirk;
use super::value::{Abrupt, CallResult, Completion, PromiseId, Thrown, Value, call_result};
use super::world::{AsyncGeneratorId, ContextId, Generating, Scope, World};
use crate::program::ast::Stmt;

/// An async generator.
pub(super) struct AsyncGenerator {
    /// `[[AsyncGeneratorState]]`.
    state: GeneratorState,
    /// `[[AsyncGeneratorContext]]`.
    context: ContextId,
    /// `[[AsyncGeneratorQueue]]`.
    queue: VecDeque<Request>,
    /// `[[AsyncGeneratorAsyncContextMapping]]`. It changes under a quirk only.
    async_context_mapping: Mapping,
    /// Reading yield-star-2025: whether the body is suspended in a `yield*`.
    delegating: bool,
}

/// An AsyncGeneratorRequest record.
#[derive(Clone)]
struct Request {
    completion: Completion,
    capability: PromiseCapability,
}

impl<'p> World<'p> {
    /// Quirk: whether async generators neither capture nor swap.
    pub(super) fn agen_quirk(&self) -> bool {
        self.quirks.has(Quirk::Agen) || self.quirks.has(Quirk::AgenQueueEmpty)
    }

    /// AsyncGeneratorStart, and the creation of the generator that precedes it.
    ///
    /// Clause: sec-asyncgeneratorstart.
    pub(super) fn async_generator_start(self: &Rc<Self>, body: &'p [Stmt], mut scope: Scope) -> AsyncGeneratorId {
        let generator = AsyncGeneratorId(self.async_generators.borrow().len());
        scope.generating = Some(Generating::Async(generator));
        let strand = scope.strand.clone();
        // 1, 2, 3. The generator is new, and has an execution context of its own.
        // 4. Take a snapshot. AsyncGeneratorResume needs it too.
        let generator_async_context_mapping = self.async_context_snapshot();
        let async_context_mapping = Rc::clone(&generator_async_context_mapping);
        let world = Rc::clone(self);
        // 5. Make a closure that captures the body and the snapshot, and performs these steps:
        let closure = Box::pin(async move {
            // 5.a, 5.b. The running context is the generator's.
            // 5.c. The body is source text.
            let result = if world.agen_quirk() {
                // Quirk: no swap.
                world.evaluate_function(body, &scope).await
            } else {
                // 5.c.i. Swap the snapshot in.
                let caller_async_context_mapping = world.async_context_swap(generator_async_context_mapping);
                // 5.c.ii. Evaluate the body, and keep its completion.
                let result = world.evaluate_function(body, &scope).await;
                // 5.c.iii. Swap the mapping of the caller in.
                world.async_context_swap(caller_async_context_mapping);
                result
            };
            // 5.d. Not modeled: bodies that are closures, which no program has.
            // 5.f. The context leaves the stack when this code ends.
            // 5.g. Set the state. The state in the draft is completed; in ECMA-262 it is now draining-queue, as here.
            world.set_state(generator, GeneratorState::DrainingQueue);
            // 5.h, 5.i, 5.j. Settle the first request with the value that was returned or thrown.
            world.async_generator_complete_step(generator, call_result(result), true);
            // 5.k. Settle the other requests.
            world.async_generator_drain_queue(generator);
            // 5.l. Return.
        });
        // 6, 7. The context runs the closure when it is resumed, and belongs to the generator.
        // 8, 9. Set the state to suspended-start and the queue to an empty List.
        let context = self.new_context(&strand, closure);
        self.async_generators.borrow_mut().push(AsyncGenerator {
            state: GeneratorState::SuspendedStart,
            context,
            queue: VecDeque::new(),
            async_context_mapping,
            delegating: false,
        });
        generator
    }

    fn state(&self, generator: AsyncGeneratorId) -> GeneratorState {
        self.async_generators.borrow()[generator.0].state
    }

    fn set_state(&self, generator: AsyncGeneratorId, state: GeneratorState) {
        self.async_generators.borrow_mut()[generator.0].state = state;
    }

    /// Notes whether the body is in the rounds of a `yield*` after the first.
    pub(super) fn set_delegating(&self, generator: AsyncGeneratorId, delegating: bool) {
        self.async_generators.borrow_mut()[generator.0].delegating = delegating;
    }

    fn first_request(&self, generator: AsyncGeneratorId) -> Option<Request> {
        self.async_generators.borrow()[generator.0].queue.front().cloned()
    }

    /// `generator.next()`, `return()` or `throw()`, depending on the completion. Returns the promise.
    ///
    /// Clauses: sec-asyncgenerator-prototype-next, sec-asyncgenerator-prototype-return,
    /// sec-asyncgenerator-prototype-throw (ECMA-262).
    pub(super) fn async_generator_call(&self, generator: AsyncGeneratorId, completion: Completion) -> PromiseId {
        let capability = self.new_promise_capability();
        let promise = capability.promise;
        let mut state = self.state(generator);
        match completion {
            // `next`:
            Ok(_) | Err(Abrupt::Break) => {
                // If the generator is completed, resolve the promise with an iterator result that is done.
                if state == GeneratorState::Completed {
                    capability.functions.resolve(self, Value::IteratorResult { done: true });
                    return promise;
                }
                // Otherwise, enqueue the request.
                self.async_generator_enqueue(generator, completion.clone(), capability);
                // If the generator is suspended, resume it.
                if matches!(state, GeneratorState::SuspendedStart | GeneratorState::SuspendedYield) {
                    self.async_generator_resume(generator, completion);
                }
            }
            // `return`:
            Err(Abrupt::Return(_)) => {
                // Enqueue the request.
                self.async_generator_enqueue(generator, completion.clone(), capability);
                // If the body has not started or has ended, await the value and complete.
                if matches!(state, GeneratorState::SuspendedStart | GeneratorState::Completed) {
                    self.set_state(generator, GeneratorState::DrainingQueue);
                    self.async_generator_await_return(generator);
                    // If the generator is suspended at a `yield`, resume it.
                } else if state == GeneratorState::SuspendedYield {
                    self.async_generator_resume(generator, completion);
                }
            }
            // `throw`:
            Err(Abrupt::Throw(ref reason)) => {
                // If the body has not started, the generator is completed.
                if state == GeneratorState::SuspendedStart {
                    self.set_state(generator, GeneratorState::Completed);
                    state = GeneratorState::Completed;
                }
                // If the generator is completed, reject the promise.
                if state == GeneratorState::Completed {
                    capability.functions.reject(self, reason.clone());
                    return promise;
                }
                // Otherwise, enqueue the request.
                self.async_generator_enqueue(generator, completion.clone(), capability);
                // If the generator is suspended at a `yield`, resume it.
                if state == GeneratorState::SuspendedYield {
                    self.async_generator_resume(generator, completion);
                }
            }
        }
        promise
    }

    /// AsyncGeneratorEnqueue.
    ///
    /// Clause: sec-asyncgeneratorenqueue (ECMA-262).
    fn async_generator_enqueue(
        &self,
        generator: AsyncGeneratorId,
        completion: Completion,
        capability: PromiseCapability,
    ) {
        let request = Request { completion, capability };
        self.async_generators.borrow_mut()[generator.0].queue.push_back(request);
    }

    /// AsyncGeneratorResume.
    ///
    /// Clause: sec-asyncgeneratorresume.
    fn async_generator_resume(&self, generator: AsyncGeneratorId, completion: Completion) {
        // 1. The generator is suspended.
        // 2, 3, 4. Take its context. The running context is suspended while the generator runs.
        let (gen_context, mapping, delegating) = {
            let generators = self.async_generators.borrow();
            let generator = &generators[generator.0];
            (generator.context, Rc::clone(&generator.async_context_mapping), generator.delegating)
        };
        // 5. Set the state to executing.
        self.set_state(generator, GeneratorState::Executing);
        if self.agen_quirk() {
            // Quirk: no swap.
            self.resume_context(gen_context, completion);
        } else {
            // 6. Swap the mapping of the generator in. Reading yield-star-2025: in a `yield*`, take a snapshot instead, as
            // GeneratorResume does. Otherwise the change would have no effect in async generators.
            let previous_context_mapping = if self.quirks.has(Quirk::YieldStar) && delegating {
                self.async_context_snapshot()
            } else {
                self.async_context_swap(mapping)
            };
            // 7, 8, 9, 10. Push the context, and resume it with the completion until it leaves the stack.
            self.resume_context(gen_context, completion);
            // 11. Swap the previous mapping in.
            let left = self.async_context_swap(previous_context_mapping);
            // Quirk: the next resumption starts in the mapping in which this one ended.
            if self.quirks.has(Quirk::AlsEnterAgen) {
                self.async_generators.borrow_mut()[generator.0].async_context_mapping = left;
            }
        }
    }

    /// AsyncGeneratorCompleteStep.
    ///
    /// Clause: sec-asyncgeneratorcompletestep (ECMA-262).
    fn async_generator_complete_step(&self, generator: AsyncGeneratorId, completion: CallResult, done: bool) {
        // Remove the first request from the queue.
        let next = self.async_generators.borrow_mut()[generator.0].queue.pop_front();
        // Resolve its promise with an iterator result, or reject it with the thrown value.
        if let Some(next) = next {
            next.capability.functions.settle(self, completion.map(|_| Value::IteratorResult { done }));
        }
    }

    /// AsyncGeneratorYield.
    ///
    /// Clause: sec-asyncgeneratoryield (ECMA-262).
    pub(super) async fn async_generator_yield(
        self: &Rc<Self>,
        generator: AsyncGeneratorId,
        value: Value,
        stmt: &'p Stmt,
    ) -> Completion {
        // Settle the first request with the value.
        self.async_generator_complete_step(generator, Ok(value), false);
        let resumption_value = match self.first_request(generator) {
            // If another request is queued, continue with its completion.
            Some(to_yield) => to_yield.completion,
            // Otherwise, set the state to suspended-yield, and wait until the generator is resumed.
            None => {
                self.set_state(generator, GeneratorState::SuspendedYield);
                self.suspend(None).await
            }
        };
        self.async_generator_unwrap_yield_resumption(resumption_value, stmt).await
    }

    /// AsyncGeneratorUnwrapYieldResumption.
    ///
    /// Clause: sec-asyncgeneratorunwrapyieldresumption (ECMA-262).
    async fn async_generator_unwrap_yield_resumption(
        self: &Rc<Self>,
        resumption_value: Completion,
        stmt: &'p Stmt,
    ) -> Completion {
        // A completion that is not a return completion is returned unchanged.
        let Err(Abrupt::Return(value)) = resumption_value else { return resumption_value };
        // Otherwise, await the value, and return with the awaited value or throw.
        let awaited = self.await_value(value, stmt).await?;
        Err(Abrupt::Return(awaited))
    }

    /// AsyncGeneratorAwaitReturn.
    ///
    /// Clause: sec-asyncgeneratorawaitreturn (ECMA-262).
    fn async_generator_await_return(&self, generator: AsyncGeneratorId) {
        // Take the value of the first request, which is a return completion.
        let value = match self.first_request(generator) {
            Some(Request { completion: Err(Abrupt::Return(value)), .. }) => value,
            _ => Value::Undefined,
        };
        // Make a promise of the value.
        let promise = self.promise_resolve(value);
        // When it is fulfilled, settle the request with the value, and then the other requests.
        let on_fulfilled: Callback<'p> = Rc::new(move |world, value| {
            world.async_generator_complete_step(generator, Ok(value), true);
            world.async_generator_drain_queue(generator);
            Ok(Value::Undefined)
        });
        // When it is rejected, settle the request with the reason, and then the other requests.
        let on_rejected: Callback<'p> = Rc::new(move |world, reason| {
            world.async_generator_complete_step(generator, Err(Thrown(reason)), true);
            world.async_generator_drain_queue(generator);
            Ok(Value::Undefined)
        });
        self.perform_promise_then(promise, Some(on_fulfilled), Some(on_rejected), None);
    }

    /// AsyncGeneratorDrainQueue.
    ///
    /// Clause: sec-asyncgeneratordrainqueue (ECMA-262).
    fn async_generator_drain_queue(&self, generator: AsyncGeneratorId) {
        // While the queue is not empty:
        while let Some(next) = self.first_request(generator) {
            match next.completion {
                // If the first request is a `return`, await its value; that continues draining later.
                Err(Abrupt::Return(_)) => return self.async_generator_await_return(generator),
                // Otherwise, settle it: a normal completion becomes one of `undefined`.
                completion => {
                    let completion = call_result(completion).map(|_| Value::Undefined);
                    self.async_generator_complete_step(generator, completion, true);
                }
            }
        }
        // Set the state to completed.
        self.set_state(generator, GeneratorState::Completed);
    }
}
