//! The statements of generators of both kinds.

use std::sync::Arc;
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::SeqCst;

use asynccontext::{Propagate, Snapshot};

use super::async_generator::{AsyncGenerator, Requests, serve};
use super::code::{Code, Node};
use super::executor::{Start, Task};
use super::generator::{Body, Channel, Command, Generator};
use super::port::Port;
use super::promise::Progress;
use super::storage::Surface;
use super::throw::{Abrupt, Flow, catching_polls};
use super::world::{Binding, Home, Strand, unfit};
use crate::program::ast::Word;
use crate::program::table::Field;

/// A generator of either kind, as consumed by a loop or `yield-from`.
enum Source {
    Sync(Arc<Generator>),
    Async(Arc<AsyncGenerator>),
    Written(Arc<Written>),
}

/// An iterator written by hand: no adapter of the crate, so its body runs in the mapping of each call.
pub(super) struct Written {
    strand: Strand,
    code: Code,
    left: AtomicU32,
}

impl Written {
    fn call(&self, command: Command) -> Flow<Progress> {
        let more = match command {
            Command::Next => self.left.fetch_update(SeqCst, SeqCst, |left| left.checked_sub(1)).is_ok(),
            Command::Close | Command::Throw(_) => {
                self.left.store(0, SeqCst);
                false
            }
        };
        let strand = Strand { frame: Arc::default(), ..self.strand.clone() };
        let body = || strand.now_framed(&self.code);
        match strand.world.surface {
            Surface::Core => body()?,
            // The facade binds until a scope ends, so the body gets a scope.
            Surface::Facade => Snapshot::capture().run(body)?,
        }
        match command {
            Command::Throw(value) => Err(strand.world.throwing.throw(value)),
            _ if more => Ok(Progress::More),
            _ => Ok(Progress::Done),
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
        let generator = Generator::new(Box::pin(body), channel);
        self.world.bind(name, Binding::Generator(Arc::new(generator)));
        Ok(())
    }

    /// `async-generator g {AG}`: takes a snapshot at the creation.
    pub(super) fn async_generator(&self, node: &Node) -> Flow {
        let name = node.word(Field::Name)?;
        let requests = Arc::<Requests>::default();
        let port = Some(Port::Async(requests.clone()));
        let (strand, code) = (Strand { port, ..self.starts(name, self.world.home()) }, node.code());
        let body: Body = self.world.carried(&Snapshot::capture(), async move { strand.framed(&code).await });
        let server: Task = Box::pin(serve(self.world.running.clone(), name.clone(), requests.clone(), body));
        let server = if self.world.streams(name) {
            Some(server)
        } else {
            self.world.executor.spawn(Start::Later, server);
            None
        };
        let generator = AsyncGenerator::new(name.clone(), requests, server);
        self.world.bind(name, Binding::AsyncGenerator(Arc::new(generator)));
        Ok(())
    }

    /// `iterator i n {P}`.
    pub(super) fn iterator(&self, node: &Node) -> Flow {
        let name = node.word(Field::Name)?;
        let left = AtomicU32::new(node.count().unwrap_or(1));
        let written = Written { strand: self.starts(name, Home::Stack), code: node.code(), left };
        self.world.bind(name, Binding::Written(Arc::new(written)));
        Ok(())
    }

    /// `next g [p]`, `close g [p]`, `throw-in g x [p]`.
    pub(super) fn advance(&self, node: &Node, command: Command) -> Flow {
        match self.source(node.word(Field::Gen)?)? {
            Source::Sync(generator) => {
                generator.resume(self.world.throwing, command)?;
            }
            Source::Written(written) => {
                written.call(command)?;
            }
            Source::Async(generator) => {
                let promise = generator.request(&self.world.running, command);
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
                        _ => self.world.throwing.rethrow(Abrupt::Throw(value)),
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
            Binding::Written(written) => Ok(Source::Written(written)),
            _ => Err(unfit(name, "a generator")),
        }
    }

    /// Resumes a generator of either kind, and returns the result of the step.
    async fn step(&self, source: &Source, name: &Word, command: Command) -> Flow<Progress> {
        match source {
            Source::Sync(generator) => generator.resume(self.world.throwing, command),
            Source::Written(written) => written.call(command),
            Source::Async(generator) => {
                let promise = generator.request(&self.world.running, command);
                self.world.running.waits(&self.name, Some(name));
                let settlement = generator.answer(&promise).await;
                self.world.running.waits(&self.name, None);
                settlement.map_err(|value| self.world.throwing.rethrow(Abrupt::Throw(value)))
            }
        }
    }

    /// Returns the destination of this body's `yield`.
    pub(super) fn port(&self) -> Flow<&Port> {
        self.port.as_ref().ok_or_else(|| Abrupt::Fault("yields outside a generator".to_owned()))
    }
}
