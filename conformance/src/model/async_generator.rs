//! Async generators: ECMA-262's operations with the draft's insertions.
//!
//! The draft's AsyncGeneratorResume reads `[[AsyncGeneratorAsyncContextMapping]]`, which no clause
//! sets. Here it holds the snapshot that AsyncGeneratorStart takes.

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
    /// `[[AsyncGeneratorAsyncContextMapping]]`. Only a quirk ever sets it again.
    async_context_mapping: Mapping,
}

/// An AsyncGeneratorRequest record.
#[derive(Clone)]
struct Request {
    completion: Completion,
    capability: PromiseCapability,
}

impl<'p> World<'p> {
    /// Whether async generators leave the mapping alone.
    pub(super) fn agen_quirk(&self) -> bool {
        self.quirks.has(Quirk::Agen) || self.quirks.has(Quirk::AgenQueueEmpty)
    }

    /// AsyncGeneratorStart: makes the generator, suspended before its body.
    ///
    /// Clause: sec-asyncgeneratorstart.
    pub(super) fn async_generator_start(self: &Rc<Self>, body: &'p [Stmt], mut scope: Scope) -> AsyncGeneratorId {
        let generator = AsyncGeneratorId(self.async_generators.borrow().len());
        scope.generating = Some(Generating::Async(generator));
        let strand = scope.strand.clone();
        let generator_async_context_mapping = self.async_context_snapshot();
        let async_context_mapping = Rc::clone(&generator_async_context_mapping);
        let world = Rc::clone(self);
        let closure = Box::pin(async move {
            let result = if world.agen_quirk() {
                world.evaluate_function(body, &scope).await
            } else {
                // The body runs in the mapping of the generator's creation.
                let caller_async_context_mapping = world.async_context_swap(generator_async_context_mapping);
                let result = world.evaluate_function(body, &scope).await;
                world.async_context_swap(caller_async_context_mapping);
                result
            };
            world.set_state(generator, GeneratorState::DrainingQueue);
            world.async_generator_complete_step(generator, call_result(result), true);
            world.async_generator_drain_queue(generator);
        });
        let context = self.new_context(&strand, closure);
        self.async_generators.borrow_mut().push(AsyncGenerator {
            state: GeneratorState::SuspendedStart,
            context,
            queue: VecDeque::new(),
            async_context_mapping,
        });
        generator
    }

    fn state(&self, generator: AsyncGeneratorId) -> GeneratorState {
        self.async_generators.borrow()[generator.0].state
    }

    fn set_state(&self, generator: AsyncGeneratorId, state: GeneratorState) {
        self.async_generators.borrow_mut()[generator.0].state = state;
    }

    fn first_request(&self, generator: AsyncGeneratorId) -> Option<Request> {
        self.async_generators.borrow()[generator.0].queue.front().cloned()
    }

    /// `generator.next()`, `return()` and `throw()`, as the completion says. Gives the promise.
    ///
    /// Clauses: sec-asyncgenerator-prototype-next, sec-asyncgenerator-prototype-return,
    /// sec-asyncgenerator-prototype-throw (ECMA-262).
    pub(super) fn async_generator_call(&self, generator: AsyncGeneratorId, completion: Completion) -> PromiseId {
        let capability = self.new_promise_capability();
        let promise = capability.promise;
        let mut state = self.state(generator);
        match completion {
            Ok(_) | Err(Abrupt::Break) => {
                if state == GeneratorState::Completed {
                    capability.functions.resolve(self, Value::IteratorResult { done: true });
                    return promise;
                }
                self.async_generator_enqueue(generator, completion.clone(), capability);
                if matches!(state, GeneratorState::SuspendedStart | GeneratorState::SuspendedYield) {
                    self.async_generator_resume(generator, completion);
                }
            }
            Err(Abrupt::Return(_)) => {
                self.async_generator_enqueue(generator, completion.clone(), capability);
                if matches!(state, GeneratorState::SuspendedStart | GeneratorState::Completed) {
                    self.set_state(generator, GeneratorState::DrainingQueue);
                    self.async_generator_await_return(generator);
                } else if state == GeneratorState::SuspendedYield {
                    self.async_generator_resume(generator, completion);
                }
            }
            Err(Abrupt::Throw(ref reason)) => {
                if state == GeneratorState::SuspendedStart {
                    // A throw ends a generator that has not started; its body never runs.
                    self.set_state(generator, GeneratorState::Completed);
                    state = GeneratorState::Completed;
                }
                if state == GeneratorState::Completed {
                    capability.functions.reject(self, reason.clone());
                    return promise;
                }
                self.async_generator_enqueue(generator, completion.clone(), capability);
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

    /// AsyncGeneratorResume: the body goes on until it next awaits, yields or ends.
    ///
    /// Clause: sec-asyncgeneratorresume.
    fn async_generator_resume(&self, generator: AsyncGeneratorId, completion: Completion) {
        self.set_state(generator, GeneratorState::Executing);
        let (gen_context, mapping) = {
            let generators = self.async_generators.borrow();
            let generator = &generators[generator.0];
            (generator.context, Rc::clone(&generator.async_context_mapping))
        };
        if self.agen_quirk() {
            self.resume_context(gen_context, completion);
        } else {
            let previous_context_mapping = self.async_context_swap(mapping);
            self.resume_context(gen_context, completion);
            let left = self.async_context_swap(previous_context_mapping);
            if self.quirks.has(Quirk::AlsEnterAgen) {
                self.async_generators.borrow_mut()[generator.0].async_context_mapping = left;
            }
        }
    }

    /// AsyncGeneratorCompleteStep: settles the oldest request.
    ///
    /// Clause: sec-asyncgeneratorcompletestep (ECMA-262).
    fn async_generator_complete_step(&self, generator: AsyncGeneratorId, completion: CallResult, done: bool) {
        let next = self.async_generators.borrow_mut()[generator.0].queue.pop_front();
        if let Some(next) = next {
            next.capability.functions.settle(self, completion.map(|_| Value::IteratorResult { done }));
        }
    }

    /// AsyncGeneratorYield: settles a request, then goes on with the next or waits for one.
    ///
    /// Clause: sec-asyncgeneratoryield (ECMA-262).
    pub(super) async fn async_generator_yield(
        self: &Rc<Self>,
        generator: AsyncGeneratorId,
        value: Value,
        stmt: &'p Stmt,
    ) -> Completion {
        self.async_generator_complete_step(generator, Ok(value), false);
        let resumption_value = match self.first_request(generator) {
            // A request is queued already: the body goes on at once.
            Some(to_yield) => {
                if self.quirks.has(Quirk::AgenQueueEmpty) {
                    self.async_context_swap(Rc::default());
                }
                to_yield.completion
            }
            None => {
                self.set_state(generator, GeneratorState::SuspendedYield);
                self.suspend(None).await
            }
        };
        self.async_generator_unwrap_yield_resumption(resumption_value, stmt).await
    }

    /// AsyncGeneratorUnwrapYieldResumption: a return completion's value is awaited first.
    ///
    /// Clause: sec-asyncgeneratorunwrapyieldresumption (ECMA-262).
    async fn async_generator_unwrap_yield_resumption(
        self: &Rc<Self>,
        resumption_value: Completion,
        stmt: &'p Stmt,
    ) -> Completion {
        let Err(Abrupt::Return(value)) = resumption_value else { return resumption_value };
        let awaited = self.await_value(value, stmt).await?;
        Err(Abrupt::Return(awaited))
    }

    /// AsyncGeneratorAwaitReturn: a `return` outside the body awaits its value, then completes.
    ///
    /// Clause: sec-asyncgeneratorawaitreturn (ECMA-262).
    fn async_generator_await_return(&self, generator: AsyncGeneratorId) {
        let value = match self.first_request(generator) {
            Some(Request { completion: Err(Abrupt::Return(value)), .. }) => value,
            _ => Value::Undefined,
        };
        let promise = self.promise_resolve(value);
        let on_fulfilled: Callback<'p> = Rc::new(move |world, value| {
            world.async_generator_complete_step(generator, Ok(value), true);
            world.async_generator_drain_queue(generator);
            Ok(Value::Undefined)
        });
        let on_rejected: Callback<'p> = Rc::new(move |world, reason| {
            world.async_generator_complete_step(generator, Err(Thrown(reason)), true);
            world.async_generator_drain_queue(generator);
            Ok(Value::Undefined)
        });
        self.perform_promise_then(promise, Some(on_fulfilled), Some(on_rejected), None);
    }

    /// AsyncGeneratorDrainQueue: what was requested before the end is answered after it.
    ///
    /// Clause: sec-asyncgeneratordrainqueue (ECMA-262).
    fn async_generator_drain_queue(&self, generator: AsyncGeneratorId) {
        while let Some(next) = self.first_request(generator) {
            match next.completion {
                Err(Abrupt::Return(_)) => return self.async_generator_await_return(generator),
                completion => {
                    let completion = call_result(completion).map(|_| Value::Undefined);
                    self.async_generator_complete_step(generator, completion, true);
                }
            }
        }
        self.set_state(generator, GeneratorState::Completed);
    }
}
