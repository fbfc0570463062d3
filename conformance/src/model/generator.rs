//! Generators: ECMA-262's operations with the draft's insertions.

use std::rc::Rc;

use super::quirk::Quirk;
use super::value::{Abrupt, CallResult, Completion, Thrown, Value, call_result};
use super::world::{ContextId, Generating, GeneratorId, Scope, World};
use crate::program::ast::Stmt;

/// `[[GeneratorState]]`, of both kinds of generator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum GeneratorState {
    SuspendedStart,
    SuspendedYield,
    Executing,
    /// Async generators only: a `return` is being awaited, or the queue is being served after the end.
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
    /// What the resumed computation returned to its resumer.
    result: Option<CallResult>,
}

impl<'p> World<'p> {
    /// GeneratorStart: makes the generator, suspended before its body.
    ///
    /// Clause: sec-generatorstart.
    pub(super) fn generator_start(self: &Rc<Self>, body: &'p [Stmt], mut scope: Scope) -> GeneratorId {
        let generator = GeneratorId(self.generators.borrow().len());
        scope.generating = Some(Generating::Sync(generator));
        let strand = scope.strand.clone();
        let generator_async_context_mapping = self.async_context_snapshot();
        let world = Rc::clone(self);
        let closure = Box::pin(async move {
            let result = if world.quirks.has(Quirk::Gen) {
                world.evaluate_function(body, &scope).await
            } else {
                // The body runs in the mapping of the generator's creation.
                let caller_async_context_mapping = world.async_context_swap(generator_async_context_mapping);
                let result = world.evaluate_function(body, &scope).await;
                world.async_context_swap(caller_async_context_mapping);
                result
            };
            let mut generators = world.generators.borrow_mut();
            let ac_generator = &mut generators[generator.0];
            ac_generator.state = GeneratorState::Completed;
            ac_generator.result = Some(call_result(result).map(|_| Value::IteratorResult { done: true }));
        });
        let context = self.new_context(&strand, closure);
        self.generators.borrow_mut().push(Generator { state: GeneratorState::SuspendedStart, context, result: None });
        generator
    }

    /// GeneratorValidate: a generator that runs can't be resumed.
    ///
    /// Clause: sec-generatorvalidate (ECMA-262).
    fn generator_validate(&self, generator: GeneratorId) -> Result<GeneratorState, Thrown> {
        match self.generators.borrow()[generator.0].state {
            GeneratorState::Executing => Err(Thrown(Value::type_error())),
            state => Ok(state),
        }
    }

    /// GeneratorResume, and GeneratorResumeAbrupt for an abrupt completion.
    ///
    /// Clauses: sec-generatorresume, sec-generatorresumeabrupt.
    pub(super) fn generator_resume(&self, generator: GeneratorId, completion: Completion) -> CallResult {
        let mut state = self.generator_validate(generator)?;
        if completion.is_err() && state == GeneratorState::SuspendedStart {
            // An abrupt completion ends a generator that has not started; its body never runs.
            self.generators.borrow_mut()[generator.0].state = GeneratorState::Completed;
            state = GeneratorState::Completed;
        }
        if state == GeneratorState::Completed {
            return call_result(completion).map(|_| Value::IteratorResult { done: true });
        }
        let gen_context = {
            let mut generators = self.generators.borrow_mut();
            generators[generator.0].state = GeneratorState::Executing;
            generators[generator.0].context
        };
        if self.quirks.has(Quirk::Gen) {
            self.resume_context(gen_context, completion);
        } else {
            let previous_context_mapping = self.async_context_snapshot();
            self.resume_context(gen_context, completion);
            self.async_context_swap(previous_context_mapping);
        }
        let result = self.generators.borrow_mut()[generator.0].result.take();
        result.unwrap_or(Ok(Value::IteratorResult { done: true }))
    }

    /// GeneratorYield: gives the resumer an iterator's result and waits for the next resumption.
    ///
    /// Clause: sec-generatoryield (ECMA-262).
    pub(super) async fn generator_yield(&self, generator: GeneratorId) -> Completion {
        {
            let mut generators = self.generators.borrow_mut();
            generators[generator.0].state = GeneratorState::SuspendedYield;
            generators[generator.0].result = Some(Ok(Value::IteratorResult { done: false }));
        }
        self.suspend(None).await
    }

    /// A `yield` expression. After it the mapping is what it was before, whoever resumes.
    ///
    /// Clause: sec-generator-function-definitions-runtime-semantics-evaluation.
    pub(super) async fn yield_expression(self: &Rc<Self>, generating: Generating, stmt: &'p Stmt) -> Completion {
        let async_context_mapping = self.async_context_snapshot();
        let result = match generating {
            Generating::Sync(generator) => self.generator_yield(generator).await,
            // Yield in an async generator awaits its operand first.
            Generating::Async(generator) => match self.await_value(Value::Undefined, stmt).await {
                Ok(value) => self.async_generator_yield(generator, value, stmt).await,
                abrupt => abrupt,
            },
        };
        if !self.quirk_of(generating) {
            self.async_context_swap(async_context_mapping);
        }
        result
    }

    /// A `yield*` expression.
    ///
    /// Clause: sec-generator-function-definitions-runtime-semantics-evaluation.
    pub(super) async fn yield_star_expression(
        self: &Rc<Self>,
        generating: Generating,
        iterator: super::iterator::Iterator,
        stmt: &'p Stmt,
    ) -> Completion {
        let async_context_mapping = self.async_context_snapshot();
        let mut received: Completion = Ok(Value::Undefined);
        loop {
            // What was received goes to the inner iterator: its `next`, `throw` or `return`.
            let returning = match &received {
                Err(Abrupt::Return(value)) => Some(value.clone()),
                _ => None,
            };
            let mut inner_result = self.iterator_call(iterator, received)?;
            if let Generating::Async(_) = generating {
                inner_result = self.await_value(inner_result, stmt).await?;
            }
            if inner_result.iterator_complete() {
                // The value of an iterator's result is `undefined`, except that a return's comes back.
                return match returning {
                    Some(value) => Err(Abrupt::Return(value)),
                    None => Ok(Value::Undefined),
                };
            }
            received = match generating {
                Generating::Async(generator) => self.async_generator_yield(generator, Value::Undefined, stmt).await,
                Generating::Sync(generator) => self.generator_yield(generator).await,
            };
            if !self.quirk_of(generating) {
                self.async_context_swap(async_context_mapping.clone());
            }
        }
    }

    /// Whether generators of this kind leave the mapping alone where they go on.
    fn quirk_of(&self, generating: Generating) -> bool {
        match generating {
            Generating::Sync(_) => self.quirks.has(Quirk::Gen),
            Generating::Async(_) => self.agen_quirk() || self.quirks.has(Quirk::AlsEnterAgen),
        }
    }
}
