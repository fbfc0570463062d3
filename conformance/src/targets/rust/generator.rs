//! Generators: the body is a scoped future, which its consumer polls at each step.

use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use asynccontext::Propagate;

use super::async_generator::{AsyncGenerator, Requests};
use super::code::Node;
use super::lock::lock;
use super::promise::Progress;
use super::strand::{Home, Strand};
use super::throw::{Abrupt, Flow, catching, catching_polls};
use super::world::{Binding, unfit};
use crate::program::ast::Word;
use crate::program::table::Field;

/// The command with which a generator is resumed.
#[derive(Clone, Debug)]
pub(super) enum Command {
    Next,
    Close,
    Throw(Word),
}

/// The body of a generator, which its consumer polls.
pub(super) type Body = Pin<Box<dyn Future<Output = Flow> + Send>>;

/// The destination of a body's `yield`s.
#[derive(Clone)]
pub(super) enum Port {
    Sync(Arc<Channel>),
    Async(Arc<Requests>),
}

/// The channel between the body of a generator and its consumer.
#[derive(Default)]
pub(super) struct Channel {
    command: Mutex<Option<Command>>,
    yielded: AtomicBool,
}

/// A generator.
pub(super) struct Generator {
    state: Mutex<State>,
    channel: Arc<Channel>,
}

enum State {
    Start(Body),
    Suspended(Body),
    Running,
    Ended,
}

/// A generator of either kind, as consumed by a loop or `yield-from`.
enum Source {
    Sync(Arc<Generator>),
    Async(Arc<AsyncGenerator>),
}

impl Port {
    /// Yields, and waits for the next command.
    pub(super) async fn suspend(&self) -> Command {
        match self {
            Port::Sync(channel) => channel.suspend().await,
            Port::Async(requests) => requests.suspend().await,
        }
    }
}

impl Channel {
    async fn suspend(&self) -> Command {
        self.yielded.store(true, Ordering::SeqCst);
        std::future::poll_fn(|_| match lock(&self.command).take() {
            Some(command) => Poll::Ready(command),
            None => Poll::Pending,
        })
        .await
    }
}

impl Generator {
    /// Resumes the generator on the stack of the caller.
    fn resume(&self, strand: &Strand, command: Command) -> Flow<Progress> {
        let state = std::mem::replace(&mut *lock(&self.state), State::Running);
        let mut body = match (state, command) {
            (State::Start(body), Command::Next) => body,
            (State::Suspended(body), command) => {
                *lock(&self.channel.command) = Some(command);
                body
            }
            (State::Running, _) => return Err(Abrupt::Fault("resumed a running generator".to_owned())),
            (state, command) => {
                *lock(&self.state) = State::Ended;
                drop(state);
                return match command {
                    Command::Throw(_) => strand.resumed(command).map(|()| Progress::Done),
                    Command::Next | Command::Close => Ok(Progress::Done),
                };
            }
        };
        let polled = catching(|| Ok(body.as_mut().poll(&mut Context::from_waker(Waker::noop()))));
        if let Ok(Poll::Pending) = polled
            && self.channel.yielded.swap(false, Ordering::SeqCst)
        {
            *lock(&self.state) = State::Suspended(body);
            return Ok(Progress::More);
        }
        *lock(&self.state) = State::Ended;
        drop(body);
        let flow = match polled {
            Ok(Poll::Ready(flow)) => flow,
            Ok(Poll::Pending) => Err(Abrupt::Fault("resumed a generator whose body waits".to_owned())),
            Err(abrupt) => Err(abrupt),
        };
        match flow {
            Ok(()) | Err(Abrupt::Close) => Ok(Progress::Done),
            Err(abrupt) => Err(strand.rethrow(abrupt)),
        }
    }
}

impl Strand {
    /// `generator g {G}`: takes a snapshot at the creation.
    pub(super) fn generator(&self, node: &Node) -> Flow {
        let name = node.word(Field::Name)?;
        let channel = Arc::<Channel>::default();
        let port = Some(Port::Sync(channel.clone()));
        let (strand, code) = (Strand { port, ..self.starts(name, Home::Generator) }, node.code());
        let body = async move { strand.framed(&code).await }.in_current_snapshot();
        let generator = Generator { state: Mutex::new(State::Start(Box::pin(body))), channel };
        self.world.bind(name, Binding::Generator(Arc::new(generator)));
        Ok(())
    }

    /// `next g [p]`, `close g [p]`, `throw-in g x [p]`.
    pub(super) fn advance(&self, node: &Node, command: Command) -> Flow {
        match self.source(node.word(Field::Gen)?)? {
            Source::Sync(generator) => {
                generator.resume(self, command)?;
            }
            Source::Async(generator) => {
                let promise = generator.request(&self.world, command);
                if let Some(name) = node.get(Field::Name) {
                    self.world.bind(name, Binding::Promise(promise));
                }
            }
        }
        Ok(())
    }

    /// `yield-from h`: passes commands on to the other generator.
    pub(super) async fn delegate(&self, name: &Word) -> Flow {
        let source = self.source(name)?;
        let mut command = Command::Next;
        loop {
            let closes = matches!(command, Command::Close);
            if self.step(&source, name, command).await? == Progress::Done {
                return if closes { Err(Abrupt::Close) } else { Ok(()) };
            }
            command = self.port()?.suspend().await;
        }
    }

    /// `for-of g {P}` and `for-await g {P}`: closes the generator if the body ends early.
    pub(super) async fn consume(&self, node: &Node) -> Flow {
        let name = node.word(Field::Gen)?;
        let (source, code) = (self.source(name)?, node.code());
        while self.step(&source, name, Command::Next).await? == Progress::More {
            match catching_polls(self.block(&code)).await {
                Ok(()) => {}
                Err(Abrupt::Fault(text)) => return Err(Abrupt::Fault(text)),
                Err(Abrupt::Throw(value)) => {
                    // An exception of the body takes precedence over one of closing.
                    let closed = catching_polls(self.step(&source, name, Command::Close)).await;
                    return Err(match closed {
                        Err(Abrupt::Fault(text)) => Abrupt::Fault(text),
                        _ => self.rethrow(Abrupt::Throw(value)),
                    });
                }
                Err(abrupt) => {
                    self.step(&source, name, Command::Close).await?;
                    return if matches!(abrupt, Abrupt::Break) { Ok(()) } else { Err(abrupt) };
                }
            }
        }
        Ok(())
    }

    /// Returns the generator of this name.
    fn source(&self, name: &Word) -> Flow<Source> {
        match self.world.lookup(name)? {
            Binding::Generator(generator) => Ok(Source::Sync(generator)),
            Binding::AsyncGenerator(generator) => Ok(Source::Async(generator)),
            _ => Err(unfit(name, "a generator")),
        }
    }

    /// Resumes a generator of either kind, and returns the result of the step.
    async fn step(&self, source: &Source, name: &Word, command: Command) -> Flow<Progress> {
        match source {
            Source::Sync(generator) => generator.resume(self, command),
            Source::Async(generator) => {
                let promise = generator.request(&self.world, command);
                self.world.waits(&self.name, Some(name));
                let settlement = generator.answer(&promise).await;
                self.world.waits(&self.name, None);
                settlement.map_err(|value| self.rethrow(Abrupt::Throw(value)))
            }
        }
    }

    /// Returns the destination of this body's `yield`.
    pub(super) fn port(&self) -> Flow<&Port> {
        self.port.as_ref().ok_or_else(|| Abrupt::Fault("yields outside a generator".to_owned()))
    }
}
