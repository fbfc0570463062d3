//! Iteration: iterators, `for-of`, `for-await`, and sync generators as async iterators.

use std::rc::Rc;

use super::promise::Callback;
use super::value::{Abrupt, CallResult, Completion, PromiseId, Value};
use super::world::{AsyncGeneratorId, Entity, GeneratorId, Scope, World};
use crate::program::ast::Stmt;

/// The iterator of a loop or of a `yield*` expression.
#[derive(Clone, Copy, Debug)]
pub(super) enum Iterator {
    Generator(GeneratorId),
    AsyncGenerator(AsyncGeneratorId),
    /// The iterator that CreateAsyncFromSyncIterator makes.
    AsyncFromSync(GeneratorId),
}

impl<'p> World<'p> {
    /// GetIterator for a generator. Returns the generator itself, or an adapter if a generator is to be an async iterator.
    ///
    /// Clause: sec-getiterator (ECMA-262).
    pub(super) fn get_iterator(&self, entity: &Entity<'p>, is_async: bool) -> Option<Iterator> {
        match (entity, is_async) {
            (Entity::Generator(generator), false) => Some(Iterator::Generator(*generator)),
            (Entity::Generator(generator), true) => Some(Iterator::AsyncFromSync(*generator)),
            (Entity::AsyncGenerator(generator), true) => Some(Iterator::AsyncGenerator(*generator)),
            _ => None,
        }
    }

    /// Calls an iterator's `next`, `return` or `throw`, depending on the completion.
    pub(super) fn iterator_call(&self, iterator: Iterator, completion: Completion) -> CallResult {
        match iterator {
            Iterator::Generator(generator) => self.generator_resume(generator, completion),
            Iterator::AsyncGenerator(generator) => Ok(Value::Promise(self.async_generator_call(generator, completion))),
            Iterator::AsyncFromSync(generator) => Ok(Value::Promise(self.async_from_sync_call(generator, completion))),
        }
    }

    /// The methods of %AsyncFromSyncIteratorPrototype%, and AsyncFromSyncIteratorContinuation.
    ///
    /// Clause: sec-asyncfromsynciteratorcontinuation (ECMA-262).
    fn async_from_sync_call(&self, generator: GeneratorId, completion: Completion) -> PromiseId {
        // Make the promise that is returned.
        let capability = self.new_promise_capability();
        let promise = capability.promise;
        // Call the method of the sync iterator.
        match self.generator_resume(generator, completion) {
            // If it throws, reject the promise.
            Err(thrown) => capability.functions.settle(self, Err(thrown)),
            Ok(result) => {
                // Otherwise, make a promise of the value, which is `undefined` here, so this promise never rejects.
                let done = result.iterator_complete();
                let value_wrapper = self.promise_resolve(Value::Undefined);
                // When it is fulfilled, resolve the returned promise with an iterator result.
                let unwrap: Callback<'p> = Rc::new(move |_, _| Ok(Value::IteratorResult { done }));
                self.perform_promise_then(value_wrapper, Some(unwrap), None, Some(capability));
            }
        }
        promise
    }

    /// ForIn/OfBodyEvaluation, for `for-of` and `for-await`.
    ///
    /// Clause: sec-runtime-semantics-forin-div-ofbodyevaluation-lhs-stmt-iterator-lhskind-labelset (ECMA-262).
    pub(super) async fn for_of(
        self: &Rc<Self>,
        iterator: Iterator,
        is_async: bool,
        stmt: &'p Stmt,
        scope: &Scope,
    ) -> Completion {
        loop {
            // Call `next`. If it throws, the loop ends, and the iterator is not closed.
            let mut next_result = self.iterator_call(iterator, Ok(Value::Undefined))?;
            // In an async loop, await the result.
            if is_async {
                next_result = self.await_value(next_result, stmt).await?;
            }
            // If the result is done, the loop ends.
            if next_result.iterator_complete() {
                return Ok(Value::Undefined);
            }
            // Evaluate the body. If it completes abruptly, close the iterator.
            match self.evaluate_block(stmt.body(), scope).await {
                Ok(_) => {}
                Err(Abrupt::Break) => return self.iterator_close(iterator, is_async, Ok(Value::Undefined), stmt).await,
                Err(abrupt) => return self.iterator_close(iterator, is_async, Err(abrupt), stmt).await,
            }
        }
    }

    /// IteratorClose and AsyncIteratorClose.
    ///
    /// Clauses: sec-iteratorclose, sec-asynciteratorclose (ECMA-262).
    async fn iterator_close(
        self: &Rc<Self>,
        iterator: Iterator,
        is_async: bool,
        completion: Completion,
        stmt: &'p Stmt,
    ) -> Completion {
        // Call the iterator's `return`.
        let mut inner_result: Completion =
            self.iterator_call(iterator, Err(Abrupt::Return(Value::Undefined))).map_err(Abrupt::from);
        // In an async loop, await the result.
        if is_async && let Ok(value) = inner_result {
            inner_result = self.await_value(value, stmt).await;
        }
        // If the body of the loop threw, throw that value, even if closing threw too.
        if matches!(completion, Err(Abrupt::Throw(_))) {
            return completion;
        }
        // Otherwise, if closing threw, throw that value.
        inner_result?;
        // Return the completion of the body.
        completion
    }
}
