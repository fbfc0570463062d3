//! Strands: the place where statements run, and the statements that start a strand as a future or a callback.

use std::sync::{Arc, Mutex};

use asynccontext::Snapshot;

use super::code::{Code, Node};
use super::executor::Start;
use super::frame::Frame;
use super::generator::Port;
use super::interpret::ready;
use super::lock::lock;
use super::promise::{Progress, Promise, Settlement};
use super::throw::{Abrupt, Flow, catching, catching_polls};
use super::world::{Binding, World};
use crate::program::ast::Word;
use crate::program::table::{Field, Op};

/// The kind of place where the statements of a body run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Home {
    /// On the stack of a closure, where each step must be ready at once.
    Stack,
    /// In a scoped future.
    Task,
    /// In a scoped future in which only `yield` may wait.
    Generator,
    /// On the stack of a thread that may block.
    Thread,
}

/// A strand at a place of its text.
#[derive(Clone)]
pub(super) struct Strand {
    pub(super) world: Arc<World>,
    pub(super) name: Word,
    pub(super) home: Home,
    pub(super) frame: Arc<Frame>,
    /// The destination of `yield` in the body of a generator.
    pub(super) port: Option<Port>,
    /// The value that the enclosing catch body caught.
    pub(super) caught: Option<Word>,
}

/// A function, which receives the calling strand.
pub(super) type Callable = Arc<dyn Fn(&Strand) -> Flow + Send + Sync>;

/// A thenable: an object with its own `then` method.
pub(super) struct Thenable {
    /// The strand of its body, and the body.
    strand: Strand,
    code: Code,
    /// The promise whose functions its body received, until one of them is called.
    adopter: Mutex<Option<Arc<Promise>>>,
}

/// The way in which a body that ended settles its promise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Completion {
    Plain,
    Adopting,
}

impl Strand {
    /// Returns the strand `main`.
    pub(super) fn main(world: &Arc<World>, home: Home) -> Strand {
        Strand { world: world.clone(), name: "main".into(), home, frame: Arc::default(), port: None, caught: None }
    }

    /// Returns a strand that starts here.
    pub(super) fn starts(&self, name: &Word, home: Home) -> Strand {
        Strand { name: name.clone(), home, frame: Arc::default(), port: None, ..self.clone() }
    }

    /// `task t {A}`: spawns a future in the current snapshot.
    pub(super) fn task(&self, node: &Node) -> Flow {
        let (strand, promise, code) = self.promised(node, self.world.home())?;
        let ticket = self.world.start(&strand.name);
        let (world, name, target) = (self.world.clone(), strand.name.clone(), promise.clone());
        let body = async move {
            let flow = strand.framed_before_return(&code).await;
            strand.complete(flow, &target)
        };
        let body = self.world.carried(&Snapshot::capture(), body);
        let task = async move {
            settle(&world, &name, &promise, Ok(Progress::Done), catching_polls(body).await);
            drop(ticket);
        };
        self.world.executor.spawn(Start::Now, Box::pin(task));
        Ok(())
    }

    /// `microtask m {S}`, `timer m {S}` and `interval m n {P}`: spawns a job that captures a snapshot when it is queued, and
    /// runs its body in that snapshot each time.
    pub(super) fn job(&self, node: &Node) -> Flow {
        let (strand, promise, code) = self.promised(node, self.world.home())?;
        let ticket = self.world.start(&strand.name);
        let (world, name) = (self.world.clone(), strand.name.clone());
        let (sleeps, times) = (node.op != Op::Microtask, node.count().unwrap_or(1));
        let snapshot = Snapshot::capture();
        let task = async move {
            let mut flow = Ok(());
            for _ in 0..times {
                let once = async {
                    if sleeps {
                        strand.world.executor.sleep().await;
                    }
                    strand.framed(&code).await
                };
                flow = catching_polls(world.carried(&snapshot, once)).await;
                if flow.is_err() {
                    break;
                }
            }
            drop((snapshot, strand, code));
            match flow {
                Ok(()) => promise.settle(Ok(Progress::Done)),
                flow => world.ended(&name, flow),
            }
            drop(ticket);
        };
        self.world.executor.spawn(Start::Later, Box::pin(task));
        Ok(())
    }

    /// `then p q {S}`, `catch p q {S}`, `finally p q {S}`: registers a callback that is wrapped with the current snapshot.
    pub(super) fn react(&self, node: &Node) -> Flow {
        let source = self.world.promise(node.word(Field::Promise)?)?;
        let (strand, derived, code) = self.promised(node, Home::Stack)?;
        let (op, handles) = (node.op, node.body.is_some());
        let (world, name, target) = (self.world.clone(), strand.name.clone(), derived.clone());
        let handler = Snapshot::capture().wrap(move |caught: Option<Word>| {
            let strand = Strand { caught: caught.or(strand.caught.clone()), ..strand };
            let flow = ready(strand.framed_before_return(&code));
            strand.complete(flow, &target)
        });
        source.subscribe(Box::new(move |settlement: Settlement| {
            let (called, caught) = match (op, &settlement) {
                (Op::Then, settlement) => (settlement.is_ok(), None),
                (Op::Catch, Ok(_)) => (false, None),
                (Op::Catch, Err(value)) => (true, Some(value.clone())),
                _ => (true, None),
            };
            if !handles || !called {
                return derived.settle(settlement);
            }
            let ticket = world.start(&name);
            let passed = if op == Op::Finally { settlement } else { Ok(Progress::Done) };
            settle(&world, &name, &derived, passed, catching(|| handler.call_once((caught,))));
            drop(ticket);
        }));
        Ok(())
    }

    /// `thenable h {S}`.
    pub(super) fn thenable(&self, node: &Node) -> Flow {
        let name = node.word(Field::Name)?;
        let strand = self.starts(name, self.world.home());
        let thenable = Thenable { strand, code: node.code(), adopter: Mutex::default() };
        self.world.bind(name, Binding::Thenable(Arc::new(thenable)));
        Ok(())
    }

    /// Resolves a promise with the promise or thenable of this name.
    pub(super) fn adopt(&self, name: &Word, promise: &Arc<Promise>) -> Flow {
        let promise = promise.clone();
        let thenable = match self.world.lookup(name)? {
            Binding::Thenable(thenable) => thenable,
            _ => {
                let source = self.world.promise(name)?;
                if Arc::ptr_eq(&source, &promise) {
                    // A promise that is resolved with itself is rejected.
                    promise.settle(Err("TypeError".into()));
                    return Ok(());
                }
                source.subscribe(Box::new(move |settlement| promise.settle(settlement)));
                return Ok(());
            }
        };
        // NewPromiseResolveThenableJob takes its snapshot at this point.
        let ticket = self.world.start(name);
        *lock(&thenable.adopter) = Some(promise);
        let (world, job) = (self.world.clone(), thenable.clone());
        let body = world.carried(&Snapshot::capture(), async move { job.strand.framed(&job.code).await });
        let task = async move {
            match catching_polls(body).await {
                Ok(()) => {}
                Err(Abrupt::Throw(value)) => {
                    if let Some(promise) = thenable.called() {
                        promise.settle(Err(value));
                    }
                }
                Err(abrupt) => world.misplaced(&thenable.strand.name, abrupt),
            }
            drop(ticket);
        };
        self.world.executor.spawn(Start::Later, Box::pin(task));
        Ok(())
    }

    /// Returns the promise that `resolve` and `reject` of this name settle; none for a thenable whose functions were called
    /// before.
    pub(super) fn settles(&self, name: &Word) -> Flow<Option<Arc<Promise>>> {
        match self.world.lookup(name)? {
            Binding::Thenable(thenable) => Ok(thenable.called()),
            _ => self.world.promise(name).map(Some),
        }
    }

    /// Binds the name of a statement to a new promise, and returns the strand of its body.
    fn promised(&self, node: &Node, home: Home) -> Flow<(Strand, Arc<Promise>, Code)> {
        let name = node.word(Field::Name)?;
        let promise = Promise::pending();
        self.world.bind(name, Binding::Promise(promise.clone()));
        Ok((self.starts(name, home), promise, node.code()))
    }

    /// Ends a body whose `return X` resolves this promise. Runs in the mapping of the body.
    fn complete(&self, flow: Flow, promise: &Arc<Promise>) -> Flow<Completion> {
        match flow {
            Ok(()) => Ok(Completion::Plain),
            Err(Abrupt::Return(name)) => self.adopt(&name, promise).map(|()| Completion::Adopting),
            Err(abrupt) => Err(abrupt),
        }
    }
}

impl Thenable {
    /// Returns the promise to settle, when one of the two functions is called for the first time.
    fn called(&self) -> Option<Arc<Promise>> {
        lock(&self.adopter).take()
    }
}

/// Settles the promise of a body that has ended.
fn settle(world: &World, name: &Word, promise: &Promise, plain: Settlement, flow: Flow<Completion>) {
    match flow {
        Ok(Completion::Plain) => promise.settle(plain),
        Ok(Completion::Adopting) => {}
        Err(Abrupt::Throw(value)) => promise.settle(Err(value)),
        Err(abrupt) => world.misplaced(name, abrupt),
    }
}
