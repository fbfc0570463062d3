//! Evaluation of blocks, calls of functions, and async functions.

use std::future::Future;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use super::fault::FaultKind;
use super::promise::{Callback, PromiseCapability, ResolvingFunctions};
use super::value::{Abrupt, CallResult, Completion, Value, call_result};
use super::world::{Closure, Function, Scope, World};
use crate::program::ast::{Span, Stmt, Word};
use crate::program::table::Field;

/// A future that counts as one level of nesting.
struct Nested<'a, 'p> {
    world: &'a World<'p>,
    strand: &'a Word,
    place: Option<&'a Span>,
    code: Pin<Box<dyn Future<Output = Completion> + 'a>>,
}

impl Future for Nested<'_, '_> {
    type Output = Completion;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Completion> {
        let world = self.world;
        if !world.descend() {
            let place = self.place.cloned().unwrap_or_default();
            let message = format!("`{}` nests blocks and calls deeper than the model allows", self.strand);
            world.fail(FaultKind::Budget, &place, message);
            return Poll::Pending;
        }
        let poll = self.code.as_mut().poll(cx);
        world.ascend();
        poll
    }
}

impl<'p> World<'p> {
    /// Evaluates the statements of a block in order, up to the first abrupt completion.
    pub(super) fn evaluate_block<'a>(
        self: &'a Rc<Self>,
        block: &'p [Stmt],
        scope: &'a Scope,
    ) -> impl Future<Output = Completion> + 'a {
        let code = Box::pin(async move {
            for stmt in block {
                let result = self.evaluate(stmt, scope).await;
                if let Err(abrupt) = result {
                    if let Abrupt::Throw(_) = abrupt {
                        self.note_throw(&stmt.span);
                    }
                    return Err(abrupt);
                }
            }
            Ok(Value::Undefined)
        });
        Nested { world: self, strand: &scope.strand, place: block.first().map(|stmt| &stmt.span), code }
    }

    /// Evaluates the body of a function, and ends its frame.
    pub(super) async fn evaluate_function(self: &Rc<Self>, body: &'p [Stmt], scope: &Scope) -> Completion {
        let result = self.evaluate_block(body, scope).await;
        self.frame_end(&scope.frame);
        result
    }

    /// Evaluates a synchronous callback in the same strand.
    pub(super) async fn evaluate_callback(self: &Rc<Self>, body: &'p [Stmt], scope: &Scope) -> Completion {
        self.evaluate_function(body, &scope.callback()).await
    }

    /// Calls a function, plain or wrapped.
    pub(super) fn call_function<'a>(
        self: &'a Rc<Self>,
        function: &'a Function<'p>,
        stmt: &'p Stmt,
        scope: &'a Scope,
    ) -> impl Future<Output = Completion> + 'a {
        let code: Pin<Box<dyn Future<Output = Completion> + 'a>> = match function {
            Function::Plain(closure) => {
                Box::pin(async move { self.evaluate_block(closure.body, &scope.function(&closure.caught)).await })
            }
            Function::Wrapped(function, snapshot) => Box::pin(async move {
                let scope = scope.callback();
                let call = async {
                    let result = self.call_function(function, stmt, &scope).await;
                    self.frame_end(&scope.frame);
                    result
                };
                self.snapshot_run(snapshot, call).await
            }),
        };
        Nested { world: self, strand: &scope.strand, place: Some(&stmt.span), code }
    }

    /// Calls a synchronous function that is a strand.
    pub(super) fn call_strand(self: &Rc<Self>, strand: &Word, closure: &Closure<'p>, stmt: &'p Stmt) -> CallResult {
        let scope = Scope::strand(strand, &closure.caught);
        let code = pin!(self.evaluate_function(closure.body, &scope));
        match code.poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(completion) => call_result(completion),
            Poll::Pending => {
                let message = format!("`{strand}` awaits or yields in a synchronous body");
                self.fail(FaultKind::Malformed, &stmt.span, message);
                Ok(Value::Undefined)
            }
        }
    }

    /// Returns the callback of `then`, `catch` or `finally`. Its strand has the name of the derived promise.
    pub(super) fn callback(&self, stmt: &'p Stmt, scope: &Scope, catches: bool) -> Callback<'p> {
        let caught = scope.caught.clone();
        Rc::new(move |world, argument| {
            let caught = if catches { Some(argument) } else { caught.clone() };
            world.call_strand(stmt.word(Field::Name), &Closure { body: stmt.body(), caught }, stmt)
        })
    }

    /// Calls the `then` method of a promise or thenable.
    pub(super) fn call_then(self: &Rc<Self>, thenable: &Value, functions: &ResolvingFunctions) -> CallResult {
        match thenable {
            Value::Promise(promise) => {
                let (resolve, reject) = (functions.clone(), functions.clone());
                let on_fulfilled: Callback<'p> = Rc::new(move |world, value| {
                    resolve.resolve(world, value);
                    Ok(Value::Undefined)
                });
                let on_rejected: Callback<'p> = Rc::new(move |world, reason| {
                    reject.reject(world, reason);
                    Ok(Value::Undefined)
                });
                Ok(Value::Promise(self.promise_then(*promise, Some(on_fulfilled), Some(on_rejected))))
            }
            Value::Thenable(id) => {
                let (stmt, closure) = {
                    let mut thenables = self.thenables.borrow_mut();
                    let thenable = &mut thenables[id.0];
                    thenable.functions = Some(functions.clone());
                    (thenable.stmt, thenable.then.clone())
                };
                self.call_strand(stmt.word(Field::Name), &closure, stmt)
            }
            Value::Undefined | Value::Word(_) | Value::Error(_) | Value::IteratorResult { .. } => Ok(Value::Undefined),
        }
    }

    /// Calls an async function: runs the body until its first suspension, and returns the promise.
    ///
    /// Clause: sec-async-functions-abstract-operations-async-function-start (ECMA-262).
    pub(super) fn async_function_call(self: &Rc<Self>, body: &'p [Stmt], scope: Scope) -> Value {
        // Make the promise that the call returns.
        let promise_capability = self.new_promise_capability();
        let promise = promise_capability.promise;
        // Start the body.
        self.async_block_start(promise_capability, body, scope);
        Value::Promise(promise)
    }

    /// AsyncBlockStart.
    ///
    /// Clause: sec-asyncblockstart (ECMA-262).
    pub(super) fn async_block_start(
        self: &Rc<Self>,
        promise_capability: PromiseCapability,
        body: &'p [Stmt],
        scope: Scope,
    ) {
        let strand = scope.strand.clone();
        let world = Rc::clone(self);
        let closure = Box::pin(async move {
            // Evaluate the body, and settle the promise with its completion.
            let result = world.evaluate_function(body, &scope).await;
            promise_capability.functions.settle(&world, call_result(result));
        });
        // Make an execution context for the body, and run it until its first suspension.
        let async_context = self.new_context(&strand, closure);
        // The draft does not swap here, since its bodies restore the mapping wherever they suspend. A body
        // with guards does not, so the model restores the mapping of the caller.
        if self.quirks.bind_the_flow() {
            // Quirk: bindings without a body remain in effect for the caller.
            return self.resume_context(async_context, Ok(Value::Undefined));
        }
        let caller = self.current_mapping();
        self.resume_context(async_context, Ok(Value::Undefined));
        self.async_context_swap(caller);
    }

    /// Await. The rest of the body runs in a reaction, and therefore in the mapping of this call.
    ///
    /// Clause: await (ECMA-262).
    pub(super) async fn await_value(self: &Rc<Self>, value: Value, stmt: &'p Stmt) -> Completion {
        let Some(async_context) = self.running_context() else {
            self.fail(FaultKind::Malformed, &stmt.span, "`await` stands outside an async body");
            return std::future::pending().await;
        };
        // Make a promise of the value.
        let promise = self.promise_resolve(value);
        // When it is fulfilled, resume the context with the value.
        let on_fulfilled: Callback<'p> = Rc::new(move |world, value| {
            world.resume_context(async_context, Ok(value));
            Ok(Value::Undefined)
        });
        // When it is rejected, resume the context with a throw completion.
        let on_rejected: Callback<'p> = Rc::new(move |world, reason| {
            world.resume_context(async_context, Err(Abrupt::Throw(reason)));
            Ok(Value::Undefined)
        });
        // Register both, without a capability.
        self.perform_promise_then(promise, Some(on_fulfilled), Some(on_rejected), None);
        // Remove the context from the stack, and return the completion with which it is resumed.
        self.suspend(Some(stmt)).await
    }
}
