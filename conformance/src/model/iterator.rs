//! Iteration: iterators, `for-of`, `for-await`, and sync generators as async iterators.

use std::cell::Cell;
use std::rc::Rc;

use super::promise::Callback;
use super::quirk::Quirk;
use super::value::{Abrupt, CallResult, Completion, PromiseId, Thrown, Value};
use super::world::{AsyncGeneratorId, Closure, Entity, GeneratorId, Scope, World};
use crate::program::ast::{Stmt, Word};

/// The iterator of a loop or of a `yield*` expression.
#[derive(Clone, Copy, Debug)]
pub(super) enum Iterator {
    Generator(GeneratorId),
    AsyncGenerator(AsyncGeneratorId),
    /// An iterator written by hand, which is not a generator.
    Written(WrittenId),
    /// The iterator that CreateAsyncFromSyncIterator makes of a generator.
    AsyncFromSync(GeneratorId),
    /// The iterator that CreateAsyncFromSyncIterator makes of an iterator written by hand.
    AsyncFromWritten(WrittenId),
}

/// The identity of an iterator written by hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct WrittenId(usize);

/// An iterator written by hand: an object whose methods are ordinary functions, so that they run in the mapping of their
/// caller.
pub(super) struct Written<'p> {
    strand: Word,
    /// The body of each of its methods.
    body: Closure<'p>,
    stmt: &'p Stmt,
    /// The number of results that are left.
    left: Cell<u32>,
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
            (Entity::Written(written), false) => Some(Iterator::Written(*written)),
            (Entity::Written(written), true) => Some(Iterator::AsyncFromWritten(*written)),
            _ => None,
        }
    }

    /// Calls an iterator's `next`, `return` or `throw`, depending on the completion.
    pub(super) fn iterator_call(self: &Rc<Self>, iterator: Iterator, completion: Completion) -> CallResult {
        match iterator {
            Iterator::Generator(generator) => self.generator_resume(generator, completion),
            Iterator::AsyncGenerator(generator) => Ok(Value::Promise(self.async_generator_call(generator, completion))),
            Iterator::Written(written) => self.written_call(written, completion),
            Iterator::AsyncFromSync(generator) => {
                Ok(Value::Promise(self.async_from_sync_call(Iterator::Generator(generator), completion)))
            }
            Iterator::AsyncFromWritten(written) => {
                Ok(Value::Promise(self.async_from_sync_call(Iterator::Written(written), completion)))
            }
        }
    }

    /// Quirk: notes that the code that awaits a request to an async generator continues in the mapping in which the request
    /// is settled.
    pub(super) fn follow_settlement(&self, iterator: Iterator, request: &Value) {
        if self.quirks.has(Quirk::ForAwaitSettle)
            && let (Iterator::AsyncGenerator(_), Value::Promise(request)) = (iterator, request)
        {
            self.promises.borrow_mut()[request.0].reacts_where_settled = true;
        }
    }

    /// Makes an iterator written by hand.
    pub(super) fn new_written(&self, strand: &Word, body: Closure<'p>, left: u32, stmt: &'p Stmt) -> WrittenId {
        let mut written = self.written.borrow_mut();
        written.push(Rc::new(Written { strand: Word::clone(strand), body, stmt, left: Cell::new(left) }));
        WrittenId(written.len() - 1)
    }

    /// A call of a method of an iterator written by hand. The draft does not swap, since the method is an ordinary
    /// function.
    fn written_call(self: &Rc<Self>, id: WrittenId, completion: Completion) -> CallResult {
        let written = Rc::clone(&self.written.borrow()[id.0]);
        let left = written.left.get();
        written.left.set(if completion.is_ok() { left.saturating_sub(1) } else { 0 });
        self.call_strand(&written.strand, &written.body, written.stmt)?;
        match completion {
            Err(Abrupt::Throw(reason)) => Err(Thrown(reason)),
            Err(_) => Ok(Value::IteratorResult { done: true }),
            Ok(_) => Ok(Value::IteratorResult { done: left == 0 }),
        }
    }

    /// The methods of %AsyncFromSyncIteratorPrototype%, and AsyncFromSyncIteratorContinuation.
    ///
    /// Clause: sec-asyncfromsynciteratorcontinuation (ECMA-262).
    fn async_from_sync_call(self: &Rc<Self>, sync: Iterator, completion: Completion) -> PromiseId {
        // Make the promise that is returned.
        let capability = self.new_promise_capability();
        let promise = capability.promise;
        // Call the method of the sync iterator.
        let closes = !matches!(completion, Err(Abrupt::Return(_)));
        match self.iterator_call(sync, completion) {
            // If it throws, reject the promise.
            Err(thrown) => {
                // Quirk: and close the iterator, whatever that gives.
                if closes && self.quirks.has(Quirk::AsyncFromSyncClose) {
                    let _ = self.iterator_call(sync, Err(Abrupt::Return(Value::Undefined)));
                }
                capability.functions.settle(self, Err(thrown));
            }
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
                self.follow_settlement(iterator, &next_result);
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
