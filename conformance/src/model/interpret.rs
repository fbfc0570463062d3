//! Evaluation of statements in terms of the draft's operations.

use std::cell::RefCell;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

use super::channel::{Channel, Port};
use super::fault::FaultKind;
use super::host::{Emitter, Finalizer, Listener, Queue};
use super::iterator::Iterator;
use super::mapping::Variable;
use super::promise::PromiseCapability;
use super::quirk::Quirk;
use super::value::{Abrupt, Completion, ErrorObject, PromiseId, ThenableId, Thrown, Value};
use super::world::{Closure, Entity, Function, Generating, Scope, Thenable, World};
use crate::program::ast::{Stmt, Word};
use crate::program::table::{Field, NO_SNAPSHOT, Op};

impl<'p> World<'p> {
    /// Evaluates a statement. Statements with a body in the same strand, and those that may suspend, are handled here;
    /// all others in `evaluate_simple`.
    pub(super) async fn evaluate(self: &Rc<Self>, stmt: &'p Stmt, scope: &Scope) -> Completion {
        self.step(stmt, scope).await;
        match stmt.op {
            Op::Exit if self.quirks.has(Quirk::AlsExit) => {
                let variable = self.variable(stmt)?;
                self.als_exit(&variable, self.evaluate_callback(stmt.body(), scope)).await
            }
            Op::Hide => {
                let variable = self.variable(stmt)?;
                self.variable_hide(&variable, self.evaluate_callback(stmt.body(), scope)).await
            }
            Op::Run | Op::Exit => {
                // `exit` runs its body with the variable bound to `undefined`.
                let value = stmt.get(Field::Value).map_or(Value::Undefined, Value::of);
                let variable = self.variable(stmt)?;
                self.variable_run(&variable, value, self.evaluate_callback(stmt.body(), scope)).await
            }
            Op::In | Op::InResource => {
                let field = if stmt.op == Op::In { Field::Snapshot } else { Field::Resource };
                let snapshot = self.operand(stmt, field, |entity| match entity {
                    Entity::Snapshot(snapshot) => Some(snapshot),
                    _ => None,
                })?;
                self.snapshot_run(&snapshot, self.evaluate_callback(stmt.body(), scope)).await
            }
            Op::InCaught => {
                let Some(caught) = &scope.caught else {
                    return self.malformed(stmt, "`in-caught` stands outside a catch body");
                };
                let Some(snapshot) = caught.snapshot() else {
                    self.observe(scope, NO_SNAPSHOT.into(), None);
                    return Ok(Value::Undefined);
                };
                // Reading error-snapshot: run the body in the snapshot that the error has.
                self.snapshot_run(snapshot, self.evaluate_callback(stmt.body(), scope)).await
            }
            Op::RunAsync => {
                let variable = self.variable(stmt)?;
                let value = Value::of(stmt.word(Field::Value));
                let callback = async { Ok(self.async_function_call(stmt.body(), scope.callback())) };
                let promise = self.variable_run(&variable, value, callback).await?;
                self.await_value(promise, stmt).await
            }
            Op::InAsync => {
                let snapshot = self.operand(stmt, Field::Snapshot, |entity| match entity {
                    Entity::Snapshot(snapshot) => Some(snapshot),
                    _ => None,
                })?;
                let callback = async { Ok(self.async_function_call(stmt.body(), scope.callback())) };
                let promise = self.snapshot_run(&snapshot, callback).await?;
                self.await_value(promise, stmt).await
            }
            Op::Call => {
                let function = self.operand(stmt, Field::Fn, |entity| match entity {
                    Entity::Function(function) => Some(function),
                    _ => None,
                })?;
                self.call_function(&function, stmt, scope).await
            }
            Op::Try => self.evaluate_try(stmt, scope).await,
            Op::Emit | Op::Abort => {
                // Listeners of a synchronous event run in the mapping of the dispatch. If one throws, the exception
                // reaches the emitter, and the remaining listeners are not called; an EventTarget reports it instead.
                let emitter = self.emitter(stmt)?;
                let listeners = emitter.listeners.borrow().clone();
                for listener in listeners {
                    let called = self.call_function(&listener, stmt, scope).await;
                    match called {
                        Err(Abrupt::Throw(value)) if emitter.is_target => {
                            self.report_exception(Thrown(value), Quirk::UncaughtCall, &scope.strand, stmt);
                        }
                        called => drop(called?),
                    }
                }
                Ok(Value::Undefined)
            }
            Op::RunStores => {
                let variables = self.diagnostics(stmt)?.borrow().clone();
                let value = Value::of(stmt.word(Field::Value));
                let mut call: Pin<Box<dyn Future<Output = Completion> + '_>> =
                    Box::pin(self.evaluate_callback(stmt.body(), scope));
                for variable in &variables {
                    call = Box::pin(self.variable_run(variable, value.clone(), call));
                }
                call.await
            }
            Op::Await => {
                let value = match &**stmt.word(Field::Target) {
                    "value" => Value::Undefined,
                    "tick" => Value::Promise(self.promise_resolve(Value::Undefined)),
                    "timer" => Value::Promise(self.host_timer_promise()),
                    _ => self.awaitable(stmt, Field::Target)?,
                };
                self.await_value(value, stmt).await
            }
            Op::Yield => {
                let generating = self.generating(stmt, scope)?;
                self.yield_expression(generating, stmt).await.map(|_| Value::Undefined)
            }
            Op::YieldFrom => {
                let generating = self.generating(stmt, scope)?;
                let is_async = matches!(generating, Generating::Async(_));
                let iterator = self.operand(stmt, Field::Gen, |entity| self.get_iterator(&entity, is_async))?;
                self.yield_star_expression(generating, iterator, stmt).await
            }
            Op::ForOf | Op::ForAwait => {
                let is_async = stmt.op == Op::ForAwait;
                let iterator = self.operand(stmt, Field::Gen, |entity| self.get_iterator(&entity, is_async))?;
                self.for_of(iterator, is_async, stmt, scope).await
            }
            Op::Drop => {
                let registry = self.operand(stmt, Field::Finalizer, |entity| match entity {
                    Entity::Finalizer(registry) => Some(registry),
                    _ => None,
                })?;
                let cleaned = self.host_enqueue_finalization_registry_cleanup_job(&registry, stmt);
                self.await_value(Value::Promise(cleaned), stmt).await
            }
            Op::Module => {
                let name = stmt.word(Field::Name);
                let module = self.host_import(name, self.closure(stmt, scope));
                self.bind(name, Entity::Promise(module));
                self.await_value(Value::Promise(module), stmt).await
            }
            _ => self.evaluate_simple(stmt, scope),
        }
    }

    /// Evaluates a statement that neither suspends nor runs a body of the same strand.
    fn evaluate_simple(self: &Rc<Self>, stmt: &'p Stmt, scope: &Scope) -> Completion {
        match stmt.op {
            Op::Var => {
                let name = stmt.get(Field::Label).cloned().unwrap_or_default();
                let default_value = stmt.get(Field::Default).map_or(Value::Undefined, Value::of);
                let variable = Rc::new(Variable { name, default_value });
                if self.quirks.are_als() && !self.quirks.has(Quirk::AlsLate) {
                    self.als_switch_on(&variable);
                }
                self.define(stmt, Entity::Variable(variable));
            }
            Op::Get => {
                let variable = self.variable(stmt)?;
                self.observe(scope, self.variable_get(&variable).text(), stmt.get(Field::As));
            }
            Op::Name => {
                let variable = self.variable(stmt)?;
                self.observe(scope, self.variable_name(&variable), stmt.get(Field::As));
            }
            Op::Log => self.observe(scope, Word::clone(stmt.word(Field::Value)), stmt.get(Field::As)),
            Op::Caught => {
                let Some(value) = &scope.caught else {
                    return self.malformed(stmt, "`caught` stands outside a catch body");
                };
                self.observe(scope, value.text(), stmt.get(Field::As));
            }
            Op::Snapshot | Op::Resource => self.define(stmt, Entity::Snapshot(self.new_snapshot())),
            Op::Fn => self.define(stmt, Entity::Function(Rc::new(Function::Plain(self.closure(stmt, scope))))),
            Op::Wrap => {
                let function = self.operand(stmt, Field::Fn, |entity| match entity {
                    Entity::Function(function) => Some(function),
                    _ => None,
                })?;
                let snapshot = self.new_snapshot();
                self.define(stmt, Entity::Function(Rc::new(Function::Wrapped(function, snapshot))));
            }
            Op::Throw => return Err(Abrupt::Throw(Value::of(stmt.word(Field::Value)))),
            Op::Error => {
                let value = Word::clone(stmt.word(Field::Value));
                // Reading error-snapshot: the constructor takes a snapshot, and stores it in the error.
                let snapshot = self.quirks.has(Quirk::ErrorSnapshot).then(|| self.new_snapshot());
                self.define(stmt, Entity::Error(Rc::new(ErrorObject { value, snapshot })));
            }
            Op::Raise => {
                let error = self.operand(stmt, Field::Error, |entity| match entity {
                    Entity::Error(error) => Some(error),
                    _ => None,
                })?;
                return Err(Abrupt::Throw(Value::Error(error)));
            }
            Op::Break => return Err(Abrupt::Break),
            Op::Return => return Err(Abrupt::Return(self.awaitable(stmt, Field::Target)?)),
            Op::Task => {
                let task = Scope::strand(stmt.word(Field::Name), &scope.caught);
                let promise = self.async_function_call(stmt.body(), task);
                if let Value::Promise(promise) = promise {
                    self.define(stmt, Entity::Promise(promise));
                }
            }
            Op::Deferred => {
                let PromiseCapability { promise, functions } = self.new_promise_capability();
                self.define(stmt, Entity::Deferred(promise, functions));
            }
            Op::Resolve | Op::Reject => return self.evaluate_settle(stmt),
            Op::Then | Op::Catch | Op::Finally => {
                let promise = self.promise(stmt)?;
                let name = stmt.word(Field::Name);
                let handler = stmt.body.is_some().then(|| self.callback(stmt, scope, stmt.op == Op::Catch));
                let derived = match (stmt.op, handler) {
                    (Op::Catch, handler) => self.promise_then(promise, None, handler),
                    (Op::Finally, Some(handler)) => self.promise_finally(promise, handler),
                    (_, handler) => self.promise_then(promise, handler, None),
                };
                self.bind(name, Entity::Promise(derived));
            }
            Op::Thenable => {
                let mut thenables = self.thenables.borrow_mut();
                let id = ThenableId(thenables.len());
                thenables.push(Thenable { stmt, then: self.closure(stmt, scope), functions: None });
                self.define(stmt, Entity::Thenable(id));
            }
            Op::Microtask | Op::NextTick | Op::Timer | Op::Immediate => {
                let queue = match stmt.op {
                    Op::Timer | Op::Immediate => Queue::Timer,
                    Op::NextTick => Queue::Tick,
                    _ => Queue::Microtask,
                };
                let promise = self.host_queue(queue, stmt.word(Field::Name), self.closure(stmt, scope), stmt);
                self.define(stmt, Entity::Promise(promise));
            }
            Op::Interval => {
                let Some(ticks) = stmt.count() else { return self.malformed(stmt, "the number of ticks is invalid") };
                let promise = self.host_interval(ticks, stmt.word(Field::Name), self.closure(stmt, scope), stmt);
                self.define(stmt, Entity::Promise(promise));
            }
            Op::Generator => {
                let strand = Scope::strand(stmt.word(Field::Name), &scope.caught);
                self.define(stmt, Entity::Generator(self.generator_start(stmt.body(), strand)));
            }
            Op::AsyncGenerator => {
                let strand = Scope::strand(stmt.word(Field::Name), &scope.caught);
                self.define(stmt, Entity::AsyncGenerator(self.async_generator_start(stmt.body(), strand)));
            }
            Op::Iterator => {
                let Some(left) = stmt.count() else { return self.malformed(stmt, "the number of results is invalid") };
                let written = self.new_written(stmt.word(Field::Name), self.closure(stmt, scope), left, stmt);
                self.define(stmt, Entity::Written(written));
            }
            Op::Next => return self.evaluate_resume(stmt, Ok(Value::Undefined)),
            Op::Close => return self.evaluate_resume(stmt, Err(Abrupt::Return(Value::Undefined))),
            Op::ThrowIn => {
                return self.evaluate_resume(stmt, Err(Abrupt::Throw(Value::of(stmt.word(Field::Value)))));
            }
            Op::Emitter | Op::EventTarget | Op::AbortSignal => {
                let emitter = Emitter { is_target: stmt.op != Op::Emitter, ..Emitter::default() };
                self.define(stmt, Entity::Emitter(Rc::new(emitter)));
            }
            Op::On => {
                let emitter = self.emitter(stmt)?;
                let mut listener = Rc::new(Function::Plain(self.closure(stmt, scope)));
                if emitter.is_target && self.quirks.has(Quirk::EventListen) {
                    // Reading events-registration: as if the program had wrapped the listener.
                    listener = Rc::new(Function::Wrapped(listener, self.new_snapshot()));
                }
                emitter.listeners.borrow_mut().push(listener);
            }
            Op::Operation => {
                let Some(kind) = stmt.kind() else { return self.malformed(stmt, "the kind is unknown") };
                let promise = self.host_operation(kind, stmt.word(Field::Name), self.closure(stmt, scope), stmt);
                self.define(stmt, Entity::Promise(promise));
            }
            Op::Channel => {
                let Some(kind) = stmt.kind() else { return self.malformed(stmt, "the kind is unknown") };
                self.define(stmt, Entity::Channel(Channel::create(self, kind)));
            }
            Op::Listen => {
                let channel = self.operand(stmt, Field::Channel, |entity| match entity {
                    Entity::Channel(channel) => Some(channel),
                    _ => None,
                })?;
                let port = Port {
                    strand: Word::clone(stmt.word(Field::Name)),
                    callback: self.closure(stmt, scope),
                    stmt,
                    channel,
                    listened: self.new_snapshot(),
                };
                self.define(stmt, Entity::Port(Rc::new(port)));
            }
            Op::Post => {
                let port = self.operand(stmt, Field::Port, |entity| match entity {
                    Entity::Port(port) => Some(port),
                    _ => None,
                })?;
                self.host_post(port);
            }
            Op::Finalizer => {
                let registry = Finalizer {
                    strand: Word::clone(stmt.word(Field::Name)),
                    cleanup_callback: self.closure(stmt, scope),
                    async_context_mapping: self.async_context_snapshot(),
                };
                self.define(stmt, Entity::Finalizer(Rc::new(registry)));
            }
            Op::Unhandled | Op::Uncaught => {
                let strand = Word::clone(stmt.word(Field::Name));
                let listened = self.async_context_snapshot();
                let listener = Listener { strand, callback: self.closure(stmt, scope), stmt, listened };
                let listeners = if stmt.op == Op::Unhandled { &self.unhandled } else { &self.uncaught };
                listeners.borrow_mut().push(Rc::new(listener));
            }
            Op::Thread => {
                let promise = self.host_thread(stmt.word(Field::Name), self.closure(stmt, scope), stmt);
                self.define(stmt, Entity::Promise(promise));
            }
            Op::Enter => {
                let variable = self.variable(stmt)?;
                let value = Value::of(stmt.word(Field::Value));
                self.define(stmt, Entity::Guard(self.frame_enter(&scope.frame, &variable, value)));
            }
            Op::Leave => {
                let guard = self.operand(stmt, Field::Guard, |entity| match entity {
                    Entity::Guard(guard) => Some(guard),
                    _ => None,
                })?;
                self.guard_leave(&guard, &scope.frame);
            }
            Op::EnterWith => {
                let variable = self.variable(stmt)?;
                self.frame_bind(&scope.frame, &variable, Some(Value::of(stmt.word(Field::Value))));
            }
            Op::Disable => {
                let variable = self.variable(stmt)?;
                self.frame_bind(&scope.frame, &variable, None);
            }
            Op::Diagnostics => self.define(stmt, Entity::Diagnostics(Rc::default())),
            Op::BindStore => {
                let variable = self.variable(stmt)?;
                let channel = self.diagnostics(stmt)?;
                let mut variables = channel.borrow_mut();
                variables.retain(|bound| !Rc::ptr_eq(bound, &variable));
                variables.push(variable);
            }
            _ => return self.malformed(stmt, "a statement with a body was evaluated as a simple one"),
        }
        Ok(Value::Undefined)
    }

    /// Evaluates `try`, `catch` and `finally`. An abrupt completion of `finally` replaces any other.
    async fn evaluate_try(self: &Rc<Self>, stmt: &'p Stmt, scope: &Scope) -> Completion {
        let mut result = self.evaluate_block(stmt.body(), scope).await;
        if let (Err(Abrupt::Throw(thrown)), Some(catch)) = (&result, &stmt.catch) {
            let inner = Scope { caught: Some(thrown.clone()), ..scope.clone() };
            result = self.evaluate_block(catch, &inner).await;
        }
        if let Some(finally) = &stmt.finally {
            self.evaluate_block(finally, scope).await?;
        }
        result
    }

    /// Evaluates `resolve` and `reject`.
    fn evaluate_settle(&self, stmt: &'p Stmt) -> Completion {
        let functions = match self.lookup(stmt.word(Field::Target)) {
            Some(Entity::Deferred(_, functions)) => Some(functions),
            Some(Entity::Thenable(id)) => self.thenables.borrow()[id.0].functions.clone(),
            _ => None,
        };
        let Some(functions) = functions else {
            return self.malformed(stmt, "the target is neither a deferred nor an adopted thenable");
        };
        match stmt.op {
            Op::Reject => functions.reject(self, Value::of(stmt.word(Field::Value))),
            _ => {
                let with = stmt.get(Field::With).is_some();
                let value = if with { self.awaitable(stmt, Field::With)? } else { Value::Undefined };
                functions.resolve(self, value);
            }
        }
        Ok(Value::Undefined)
    }

    /// Evaluates `next`, `close` and `throw-in`.
    fn evaluate_resume(self: &Rc<Self>, stmt: &'p Stmt, completion: Completion) -> Completion {
        match self.lookup(stmt.word(Field::Gen)) {
            Some(Entity::Generator(generator)) => {
                self.generator_resume(generator, completion)?;
            }
            Some(Entity::AsyncGenerator(generator)) => {
                let promise = self.async_generator_call(generator, completion);
                if stmt.name().is_some() {
                    self.define(stmt, Entity::Promise(promise));
                }
            }
            Some(Entity::Written(written)) => {
                self.iterator_call(Iterator::Written(written), completion)?;
            }
            _ => return self.malformed(stmt, "the operand is not a generator"),
        }
        Ok(Value::Undefined)
    }

    // Operands.

    /// Returns the body of a statement as a closure.
    fn closure(&self, stmt: &'p Stmt, scope: &Scope) -> Closure<'p> {
        Closure { body: stmt.body(), caught: scope.caught.clone() }
    }

    /// Binds the name of a statement, if it has one.
    fn define(&self, stmt: &Stmt, entity: Entity<'p>) {
        if let Some(name) = stmt.name() {
            self.bind(name, entity);
        }
    }

    fn operand<T>(&self, stmt: &Stmt, field: Field, pick: impl FnOnce(Entity<'p>) -> Option<T>) -> Result<T, Abrupt> {
        match self.lookup(stmt.word(field)).and_then(pick) {
            Some(found) => Ok(found),
            None => {
                self.fail(
                    FaultKind::Malformed,
                    &stmt.span,
                    format!("`{}` is not bound to an operand that `{}` accepts", stmt.word(field), stmt.op.word()),
                );
                Err(Abrupt::Throw(Value::Undefined))
            }
        }
    }

    fn malformed(&self, stmt: &Stmt, message: &str) -> Completion {
        self.fail(FaultKind::Malformed, &stmt.span, message);
        Err(Abrupt::Throw(Value::Undefined))
    }

    fn variable(&self, stmt: &Stmt) -> Result<Rc<Variable>, Abrupt> {
        self.operand(stmt, Field::Var, |entity| match entity {
            Entity::Variable(variable) => Some(variable),
            _ => None,
        })
    }

    fn diagnostics(&self, stmt: &Stmt) -> Result<Rc<RefCell<Vec<Rc<Variable>>>>, Abrupt> {
        self.operand(stmt, Field::Diagnostics, |entity| match entity {
            Entity::Diagnostics(channel) => Some(channel),
            _ => None,
        })
    }

    fn emitter(&self, stmt: &Stmt) -> Result<Rc<Emitter<'p>>, Abrupt> {
        self.operand(stmt, Field::Emitter, |entity| match entity {
            Entity::Emitter(emitter) => Some(emitter),
            _ => None,
        })
    }

    fn promise(&self, stmt: &Stmt) -> Result<PromiseId, Abrupt> {
        self.operand(stmt, Field::Promise, |entity| match entity {
            Entity::Promise(promise) | Entity::Deferred(promise, _) => Some(promise),
            _ => None,
        })
    }

    fn awaitable(&self, stmt: &Stmt, field: Field) -> Completion {
        self.operand(stmt, field, |entity| match entity {
            Entity::Promise(promise) | Entity::Deferred(promise, _) => Some(Value::Promise(promise)),
            Entity::Thenable(thenable) => Some(Value::Thenable(thenable)),
            _ => None,
        })
    }

    fn generating(&self, stmt: &Stmt, scope: &Scope) -> Result<Generating, Abrupt> {
        match scope.generating {
            Some(generating) => Ok(generating),
            None => {
                self.malformed(stmt, "`yield` stands outside a generator")?;
                Err(Abrupt::Throw(Value::Undefined))
            }
        }
    }
}
