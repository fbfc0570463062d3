//! Generators: ECMA-262's operations with the steps that the draft inserts.

use std::rc::Rc;

use super::mapping::Mapping;
use super::quirk::Quirk;
use super::value::{Abrupt, CallResult, Completion, Thrown, Value, call_result};
use super::world::{ContextId, Generating, GeneratorId, Scope, World};
use crate::program::ast::Stmt;

/// `[[GeneratorState]]` and `[[AsyncGeneratorState]]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum GeneratorState {
    SuspendedStart,
    SuspendedYield,
    Executing,
    /// Async generators only: the body has ended, and the queue is not empty or a `return` is being awaited.
    DrainingQueue,
    Completed,
}

/// A generator.
#[derive(Debug)]
pub(super) struct Generator {
    /// `[[GeneratorState]]`.
    state: GeneratorState,
    /// `[[GeneratorContext]]`.
    context: ContextId,
    /// The value that the resumed computation returned to its resumer.
    result: Option<CallResult>,
}

impl<'p> World<'p> {
    /// GeneratorStart, and the creation of the generator that precedes it.
    ///
    /// Clause: sec-generatorstart.
    pub(super) fn generator_start(self: &Rc<Self>, body: &'p [Stmt], mut scope: Scope) -> GeneratorId {
        let generator = GeneratorId(self.generators.borrow().len());
        scope.generating = Some(Generating::Sync(generator));
        let strand = scope.strand.clone();
        // 1, 2, 3. The generator is new, and has an execution context of its own.
        // 4. Take a snapshot.
        let generator_async_context_mapping = self.async_context_snapshot();
        let world = Rc::clone(self);
        // 5. Make a closure that captures the body and the snapshot, and performs these steps:
        let closure = Box::pin(async move {
            // 5.a, 5.b. The running context is the generator's.
            // 5.c. The body is source text.
            let result = if world.quirks.has(Quirk::Gen) {
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
            let mut generators = world.generators.borrow_mut();
            let ac_generator = &mut generators[generator.0];
            // 5.g. Set the state to completed.
            ac_generator.state = GeneratorState::Completed;
            // 5.i to 5.l. Return an iterator result that is done, or throw what the body threw.
            ac_generator.result = Some(call_result(result).map(|_| Value::IteratorResult { done: true }));
        });
        // 6, 7. The context runs the closure when it is resumed, and belongs to the generator.
        let context = self.new_context(&strand, closure);
        // 8. Set the state to suspended-start.
        self.generators.borrow_mut().push(Generator { state: GeneratorState::SuspendedStart, context, result: None });
        generator
    }

    /// GeneratorValidate.
    ///
    /// Clause: sec-generatorvalidate (ECMA-262).
    fn generator_validate(&self, generator: GeneratorId) -> Result<GeneratorState, Thrown> {
        // If the generator is executing, throw a TypeError. Otherwise, return its state.
        match self.generators.borrow()[generator.0].state {
            GeneratorState::Executing => Err(Thrown(Value::type_error())),
            state => Ok(state),
        }
    }

    /// GeneratorResume; for an abrupt completion, GeneratorResumeAbrupt.
    ///
    /// Where the two differ in their numbers, the number in parentheses is that of GeneratorResumeAbrupt.
    ///
    /// Clauses: sec-generatorresume, sec-generatorresumeabrupt.
    pub(super) fn generator_resume(&self, generator: GeneratorId, completion: Completion) -> CallResult {
        // 1. Validate the generator, and take its state.
        let mut state = self.generator_validate(generator)?;
        // (2.) If the completion is abrupt and the state is suspended-start, the state becomes completed.
        if completion.is_err() && state == GeneratorState::SuspendedStart {
            self.generators.borrow_mut()[generator.0].state = GeneratorState::Completed;
            state = GeneratorState::Completed;
        }
        // 2 (3). If the state is completed, return an iterator result that is done; for a throw completion, throw.
        if state == GeneratorState::Completed {
            return call_result(completion).map(|_| Value::IteratorResult { done: true });
        }
        // 3 (4). The generator is suspended now.
        // 4, 5, 6 (5, 6, 7). Take its context. The running context is suspended while the generator runs.
        // 7 (8). Set the state to executing.
        let gen_context = {
            let mut generators = self.generators.borrow_mut();
            generators[generator.0].state = GeneratorState::Executing;
            generators[generator.0].context
        };
        if self.quirks.has(Quirk::Gen) {
            // Quirk: no swap.
            self.resume_context(gen_context, completion);
        } else {
            // 8 (9). Take a snapshot.
            let previous_context_mapping = self.async_context_snapshot();
            // 9, 10, 11 (10, 11, 12). Push the context, and resume it with the completion until it leaves the stack.
            self.resume_context(gen_context, completion);
            // 12 (13). Swap the snapshot in.
            self.async_context_swap(previous_context_mapping);
        }
        // 13 (14). Return the result of the resumed computation.
        let result = self.generators.borrow_mut()[generator.0].result.take();
        result.unwrap_or(Ok(Value::IteratorResult { done: true }))
    }

    /// GeneratorYield.
    ///
    /// Clause: sec-generatoryield (ECMA-262).
    pub(super) async fn generator_yield(&self, generator: GeneratorId) -> Completion {
        {
            let mut generators = self.generators.borrow_mut();
            // Set the state to suspended-yield.
            generators[generator.0].state = GeneratorState::SuspendedYield;
            // Return the iterator result to the resumer.
            generators[generator.0].result = Some(Ok(Value::IteratorResult { done: false }));
        }
        // Remove the context from the stack, and return the completion with which it is resumed.
        self.suspend(None).await
    }

    /// A `yield` expression without an operand.
    ///
    /// Clause: sec-generator-function-definitions-runtime-semantics-evaluation.
    pub(super) async fn yield_expression(self: &Rc<Self>, generating: Generating, stmt: &'p Stmt) -> Completion {
        // 1. Take a snapshot.
        let async_context_mapping = self.async_context_snapshot();
        // 2. Perform Yield with `undefined`, and keep its completion.
        let result = match generating {
            Generating::Sync(generator) => self.generator_yield(generator).await,
            // In an async generator, Yield awaits the value first.
            Generating::Async(generator) => match self.await_value(Value::Undefined, stmt).await {
                Ok(value) => {
                    // Quirk: the job that continues here runs in the empty mapping.
                    if self.quirks.has(Quirk::AgenQueueEmpty) {
                        self.async_context_swap(Mapping::default());
                    }
                    self.async_generator_yield(generator, value, stmt).await
                }
                abrupt => abrupt,
            },
        };
        // 3. Swap the snapshot in. Quirk: no swap.
        if !self.quirk_of(generating) {
            self.async_context_swap(async_context_mapping);
        }
        // 4. Return the completion.
        result
    }

    /// A `yield*` expression. The caller performs the steps 1 to 6, which get the iterator.
    ///
    /// Clause: sec-generator-function-definitions-runtime-semantics-evaluation.
    pub(super) async fn yield_star_expression(
        self: &Rc<Self>,
        generating: Generating,
        iterator: super::iterator::Iterator,
        stmt: &'p Stmt,
    ) -> Completion {
        // 7. Take a snapshot.
        let async_context_mapping = self.async_context_snapshot();
        let result = self.yield_star_rounds(generating, iterator, &async_context_mapping, stmt).await;
        // Reading yield-star-2025: swap the snapshot in once, after the loop.
        if self.quirks.has(Quirk::YieldStar) {
            if let Generating::Async(generator) = generating {
                self.set_delegating(generator, false);
            }
            self.async_context_swap(async_context_mapping);
        }
        result
    }

    /// The steps 8 and 9 of a `yield*` expression.
    async fn yield_star_rounds(
        self: &Rc<Self>,
        generating: Generating,
        iterator: super::iterator::Iterator,
        async_context_mapping: &Mapping,
        stmt: &'p Stmt,
    ) -> Completion {
        // 8. Start as if a normal completion of `undefined` had been received.
        let mut received: Completion = Ok(Value::Undefined);
        // 9. Repeat:
        loop {
            // 9.a, 9.b, 9.c. A normal completion goes to the inner iterator's `next`, a throw completion to its
            // `throw`, a return completion to its `return`. Iterators have all three methods, so the steps are alike.
            let returning = match &received {
                Err(Abrupt::Return(value)) => Some(value.clone()),
                _ => None,
            };
            // Call the method with the received value.
            let advances = received.is_ok();
            let mut inner_result = self.iterator_call(iterator, received)?;
            // In an async generator, await the result.
            if let Generating::Async(_) = generating {
                if advances {
                    self.follow_settlement(iterator, &inner_result);
                }
                inner_result = self.await_value(inner_result, stmt).await?;
            }
            // If the result is done, return its value; for a return completion, as a return completion.
            if inner_result.iterator_complete() {
                return match returning {
                    Some(value) => Err(Abrupt::Return(value)),
                    None => Ok(Value::Undefined),
                };
            }
            // Otherwise, yield, and keep the completion with which the generator is resumed.
            received = match generating {
                Generating::Async(generator) => {
                    self.set_delegating(generator, true);
                    self.async_generator_yield(generator, Value::Undefined, stmt).await
                }
                Generating::Sync(generator) => self.generator_yield(generator).await,
            };
            // Swap the snapshot in. Quirk: no swap. Reading yield-star-2025: not here.
            if !self.quirk_of(generating) && !self.quirks.has(Quirk::YieldStar) {
                self.async_context_swap(Rc::clone(async_context_mapping));
            }
        }
    }

    /// Quirk: whether generators of this kind do not swap when they are resumed.
    fn quirk_of(&self, generating: Generating) -> bool {
        match generating {
            Generating::Sync(_) => self.quirks.has(Quirk::Gen),
            Generating::Async(_) => self.agen_quirk() || self.quirks.has(Quirk::AlsEnterAgen),
        }
    }
}
