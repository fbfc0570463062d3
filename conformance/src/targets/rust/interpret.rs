//! The interpreter: each statement becomes the construct of the crate that a Rust program would use.
//!
//! The interpreter is asynchronous. A synchronous body is polled once inside its closure, and must be
//! ready then.

use std::pin::Pin;
use std::sync::Arc;

use asynccontext::Snapshot;

use super::code::{Code, Node};
use super::executor::{ready, tick};
use super::frame::{FrameEnd, Held};
use super::generator::Command;
use super::lock::lock;
use super::promise::{Progress, Promise};
use super::storage::Surface;
use super::throw::{Abrupt, Flow, catching_polls};
use super::world::{Binding, Callable, Home, Strand, unfit};
use crate::program::ast::Word;
use crate::program::table::{Field, NO_SNAPSHOT, Op};

impl Strand {
    /// Runs statements in order.
    pub(super) fn block<'a>(&'a self, code: &'a [Node]) -> Pin<Box<dyn Future<Output = Flow> + Send + 'a>> {
        Box::pin(async move {
            for node in code {
                if self.home == Home::Task {
                    if let Some(pause) = self.world.executor.pause() {
                        pause.await;
                    }
                } else {
                    self.world.executor.jolt();
                }
                self.statement(node).await?;
            }
            Ok(())
        })
    }

    /// Runs the body of this strand's frame. The guards of the frame end with it.
    pub(super) async fn framed(&self, code: &[Node]) -> Flow {
        let _end = FrameEnd(self.frame.clone());
        self.block(code).await
    }

    /// Runs the body of this strand's frame, if a `return` resolves a promise after it. The bindings of the frame must have
    /// ended by then. Since the facade binds until a scope ends, the body gets a scope.
    pub(super) async fn framed_before_return(&self, code: &[Node]) -> Flow {
        match self.world.surface {
            Surface::Core => self.framed(code).await,
            Surface::Facade => Snapshot::capture().scope(self.framed(code)).await,
        }
    }

    /// Runs statements synchronously.
    pub(super) fn now(&self, code: &[Node]) -> Flow {
        ready(self.block(code))
    }

    /// Runs the body of this strand's frame synchronously.
    pub(super) fn now_framed(&self, code: &[Node]) -> Flow {
        ready(self.framed(code))
    }

    /// Returns the same strand in a new frame.
    fn inner(&self, home: Home) -> Strand {
        Strand { home, frame: Arc::default(), port: None, ..self.clone() }
    }

    fn throw(&self, value: Word) -> Abrupt {
        self.world.throwing.throw(value)
    }

    async fn statement(&self, node: &Node) -> Flow {
        let world = &self.world;
        match node.op {
            Op::Var => {
                let variable = world.surface.variable(node.get(Field::Label), node.get(Field::Default));
                world.bind(node.word(Field::Name)?, Binding::Variable(Arc::new(variable)));
            }
            Op::Get => {
                let seen = world.variable(node.word(Field::Var)?)?.read()?;
                world.observe(&self.name, seen.unwrap_or_else(|| "none".into()), node.get(Field::As));
            }
            Op::Name => {
                let variable = world.variable(node.word(Field::Var)?)?;
                world.observe(&self.name, variable.name().into(), node.get(Field::As));
            }
            Op::Log => world.observe(&self.name, node.word(Field::Value)?.clone(), node.get(Field::As)),
            Op::Caught => {
                let caught = self.caught.clone().ok_or_else(|| Abrupt::Fault("has nothing caught".to_owned()))?;
                world.observe(&self.name, caught, node.get(Field::As));
            }
            Op::Run => {
                let variable = world.variable(node.word(Field::Var)?)?;
                let (strand, code) = (self.inner(Home::Stack), node.code());
                return variable.run(node.word(Field::Value)?.clone(), || strand.now_framed(&code));
            }
            Op::RunAsync => {
                let variable = world.variable(node.word(Field::Var)?)?;
                let (strand, code) = (self.inner(world.home()), node.code());
                if strand.home == Home::Thread {
                    return variable.run(node.word(Field::Value)?.clone(), || world.block(strand.framed(&code)));
                }
                return variable.scope(node.word(Field::Value)?.clone(), strand.framed(&code)).await;
            }
            Op::Snapshot => world.bind(node.word(Field::Name)?, Binding::Snapshot(world.surface.snapshot())),
            Op::In => {
                let snapshot = world.snapshot(node.word(Field::Snapshot)?)?;
                let (strand, code) = (self.inner(Home::Stack), node.code());
                return snapshot.run(|| strand.now_framed(&code));
            }
            Op::InAsync => {
                let snapshot = world.snapshot(node.word(Field::Snapshot)?)?;
                let (strand, code) = (self.inner(world.home()), node.code());
                if strand.home == Home::Thread {
                    return snapshot.run(|| world.block(strand.framed(&code)));
                }
                return snapshot.scope(strand.framed(&code)).await;
            }
            Op::Fn => world.bind(node.word(Field::Name)?, Binding::Callable(self.function(node))),
            Op::Wrap => {
                let function = world.callable(node.word(Field::Fn)?)?;
                let wrapped = world.surface.wrap(move |strand: Strand| {
                    let _end = FrameEnd(strand.frame.clone());
                    function(&strand)
                });
                let callable: Callable = Arc::new(move |caller| wrapped.call((caller.inner(Home::Stack),)));
                world.bind(node.word(Field::Name)?, Binding::Callable(callable));
            }
            Op::Call => return world.callable(node.word(Field::Fn)?)?(self),
            Op::Throw => return Err(self.throw(node.word(Field::Value)?.clone())),
            Op::Error => world.bind(node.word(Field::Name)?, Binding::Error(node.word(Field::Value)?.clone())),
            Op::Raise => match world.lookup(node.word(Field::Error)?)? {
                Binding::Error(value) => return Err(self.throw(value)),
                _ => return Err(unfit(node.word(Field::Error)?, "an error")),
            },
            // The value of an `Err` and the payload of a panic have no snapshot.
            Op::InCaught => world.observe(&self.name, NO_SNAPSHOT.into(), None),
            Op::Try => return self.attempt(node).await,
            Op::Task => return self.task(node),
            Op::Await => return self.wait(node.word(Field::Target)?).await,
            Op::Return => return Err(Abrupt::Return(node.word(Field::Target)?.clone())),
            Op::Deferred => world.bind(node.word(Field::Name)?, Binding::Promise(Promise::pending())),
            Op::Resolve => {
                if let Some(promise) = self.settles(node.word(Field::Target)?)? {
                    match node.get(Field::With) {
                        Some(with) => return self.adopt(with, &promise),
                        None => promise.settle(Ok(Progress::Done)),
                    }
                }
            }
            Op::Reject => {
                if let Some(promise) = self.settles(node.word(Field::Target)?)? {
                    promise.settle(Err(node.word(Field::Value)?.clone()));
                }
            }
            Op::Then | Op::Catch | Op::Finally => return self.react(node),
            Op::Thenable => return self.thenable(node),
            Op::Microtask | Op::Timer | Op::Interval => return self.job(node),
            Op::Generator => return self.generator(node),
            Op::AsyncGenerator => return self.async_generator(node),
            Op::Iterator => return self.iterator(node),
            Op::Next => return self.advance(node, Command::Next),
            Op::Close => return self.advance(node, Command::Close),
            Op::ThrowIn => return self.advance(node, Command::Throw(node.word(Field::Value)?.clone())),
            Op::Yield => {
                let command = self.port()?.suspend().await;
                return self.resumed(command);
            }
            Op::YieldFrom => return self.delegate(node.word(Field::Gen)?).await,
            Op::ForOf | Op::ForAwait => return self.consume(node).await,
            Op::Break => return Err(Abrupt::Break),
            Op::Emitter => world.bind(node.word(Field::Name)?, Binding::Emitter(Arc::default())),
            Op::On => lock(&*world.emitter(node.word(Field::Emitter)?)?).push(self.function(node)),
            Op::Emit => {
                let emitter = world.emitter(node.word(Field::Emitter)?)?;
                let listeners = lock(&emitter).clone();
                listeners.iter().try_for_each(|listener| listener(self))?;
            }
            Op::Finalizer => return self.finalizer(node),
            Op::Drop => return self.give_up(node.word(Field::Finalizer)?),
            Op::Thread => return self.thread(node),
            Op::Enter => {
                let (variable, value) = (world.variable(node.word(Field::Var)?)?, node.word(Field::Value)?.clone());
                let guard = match self.home {
                    Home::Stack | Home::Thread => Held::on_stack(variable.enter(value)),
                    Home::Task | Home::Generator => {
                        Held::Task(variable.enter_task(value).map_err(|error| Abrupt::Fault(error.to_string()))?)
                    }
                };
                let name = node.word(Field::Name)?;
                self.frame.hold(name, guard);
                world.bind(name, Binding::Guard(self.frame.clone()));
            }
            Op::Leave => match world.lookup(node.word(Field::Guard)?)? {
                Binding::Guard(frame) => frame.leave(node.word(Field::Guard)?),
                _ => return Err(unfit(node.word(Field::Guard)?, "a guard")),
            },
            Op::Hide => {
                let variable = world.variable(node.word(Field::Var)?)?;
                let (strand, code) = (self.inner(Home::Stack), node.code());
                return variable.hide(|| strand.now_framed(&code))?;
            }
            Op::Exit => {
                let variable = world.variable(node.word(Field::Var)?)?;
                let (strand, code) = (self.inner(Home::Stack), node.code());
                return variable.facade(node.op.word())?.exit(|| strand.now_framed(&code));
            }
            Op::EnterWith => {
                let variable = world.variable(node.word(Field::Var)?)?;
                variable.facade(node.op.word())?.enter_with(node.word(Field::Value)?.clone());
            }
            Op::Disable => world.variable(node.word(Field::Var)?)?.facade(node.op.word())?.disable(),
            Op::Resource => {
                let resource = world.surface.resource()?;
                world.bind(node.word(Field::Name)?, Binding::Resource(Arc::new(resource)));
            }
            Op::InResource => {
                let resource = world.resource(node.word(Field::Resource)?)?;
                let (strand, code) = (self.inner(Home::Stack), node.code());
                return resource.run_in_async_scope(|| strand.now_framed(&code));
            }
            Op::Unhandled
            | Op::Uncaught
            | Op::Diagnostics
            | Op::BindStore
            | Op::RunStores
            | Op::Module
            | Op::Immediate
            | Op::NextTick
            | Op::EventTarget
            | Op::AbortSignal
            | Op::Abort
            | Op::Operation
            | Op::Channel
            | Op::Listen
            | Op::Post => {
                return Err(Abrupt::Fault(format!("encountered `{}`, which Rust lacks", node.op.word())));
            }
        }
        Ok(())
    }

    /// Runs `try {} catch {} finally {}`.
    async fn attempt(&self, node: &Node) -> Flow {
        let mut flow = catching_polls(self.block(&node.code())).await;
        if let (Err(Abrupt::Throw(value)), Some(handler)) = (&flow, &node.catch) {
            let strand = Strand { caught: Some(value.clone()), ..self.clone() };
            flow = catching_polls(strand.block(handler)).await;
        }
        if let (false, Some(finally)) = (matches!(flow, Err(Abrupt::Fault(_))), &node.finally) {
            self.block(finally).await?;
        }
        flow.map_err(|abrupt| self.world.throwing.rethrow(abrupt))
    }

    /// Converts the command that resumes a generator to the result of its `yield`.
    pub(super) fn resumed(&self, command: Command) -> Flow {
        match command {
            Command::Next => Ok(()),
            Command::Throw(value) => Err(self.throw(value)),
            Command::Close => Err(Abrupt::Close),
        }
    }

    /// Runs `await X`.
    async fn wait(&self, name: &Word) -> Flow {
        match &**name {
            "value" => std::future::ready(()).await,
            "tick" => tick().await,
            "timer" => self.world.executor.sleep().await,
            _ => {
                let promise = match self.world.lookup(name)? {
                    Binding::Thenable(_) => {
                        let promise = Promise::pending();
                        self.adopt(name, &promise)?;
                        promise
                    }
                    _ => self.world.promise(name)?,
                };
                self.world.running.waits(&self.name, Some(name));
                let settlement = promise.wait().await;
                self.world.running.waits(&self.name, None);
                settlement.map_err(|value| self.throw(value))?;
            }
        }
        Ok(())
    }

    /// Returns a function that runs a body in its caller's frame and strand.
    fn function(&self, node: &Node) -> Callable {
        let (code, caught): (Code, _) = (node.code(), self.caught.clone());
        Arc::new(move |caller| {
            Strand { caught: caught.clone(), home: Home::Stack, port: None, ..caller.clone() }.now(&code)
        })
    }
}
