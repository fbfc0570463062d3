//! The statements that start a strand as a future or a callback.

use std::sync::{Arc, Mutex};

use asynccontext::Snapshot;

use super::code::{Code, Node};
use super::executor::{Start, ready};
use super::lock::lock;
use super::promise::{Progress, Promise, Settlement};
use super::running::Running;
use super::throw::{Abrupt, Flow, catching, catching_polls};
use super::world::{Binding, Home, Strand, Thenable};
use crate::program::ast::Word;
use crate::program::table::{Field, Op};

/// The way in which a body that ended settles its promise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Completion {
    Plain,
    Adopting,
}

impl Strand {
    /// `task t {A}`: spawns a future in the current snapshot.
    pub(super) fn task(&self, node: &Node) -> Flow {
        let (strand, promise, code) = self.promised(node, self.world.home())?;
        let ticket = self.world.running.start(&strand.name);
        let (running, name, target) = (self.world.running.clone(), strand.name.clone(), promise.clone());
        let body = async move {
            let flow = strand.framed_before_return(&code).await;
            strand.complete(flow, &target)
        };
        let body = self.world.carried(&Snapshot::capture(), body);
        let task = async move {
            settle(&running, &name, &promise, Ok(Progress::Done), catching_polls(body).await);
            drop(ticket);
        };
        self.world.executor.spawn(Start::Now, Box::pin(task));
        Ok(())
    }

    /// `microtask m {S}`, `timer m {S}` and `interval m n {P}`: spawns a job that captures a snapshot when it is queued, and
    /// runs its body in that snapshot each time.
    pub(super) fn job(&self, node: &Node) -> Flow {
        let (strand, promise, code) = self.promised(node, self.world.home())?;
        let ticket = self.world.running.start(&strand.name);
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
                flow => world.running.ended(&name, flow),
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
        let (running, name, target) = (self.world.running.clone(), strand.name.clone(), derived.clone());
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
            let ticket = running.start(&name);
            let passed = if op == Op::Finally { settlement } else { Ok(Progress::Done) };
            settle(&running, &name, &derived, passed, catching(|| handler.call_once((caught,))));
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
        let ticket = self.world.running.start(name);
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
                Err(abrupt) => world.running.misplaced(&thenable.strand.name, abrupt),
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

/// Settles the promise of a body that has ended.
fn settle(running: &Running, name: &Word, promise: &Promise, plain: Settlement, flow: Flow<Completion>) {
    match flow {
        Ok(Completion::Plain) => promise.settle(plain),
        Ok(Completion::Adopting) => {}
        Err(Abrupt::Throw(value)) => promise.settle(Err(value)),
        Err(abrupt) => running.misplaced(name, abrupt),
    }
}
