//! The state that the strands of one run share: names, and their observations; and the types that a name refers to.

use std::collections::{BTreeSet, HashMap};
use std::pin::Pin;
use std::sync::{Arc, Mutex};

use asynccontext::Snapshot;
use asynccontext::als::AsyncResource;

use super::async_generator::AsyncGenerator;
use super::code::Code;
use super::executor::Executor;
use super::finalizer::Target;
use super::frame::Frame;
use super::generate::Written;
use super::generator::Generator;
use super::lock::lock;
use super::port::Port;
use super::promise::Promise;
use super::running::{Running, Ticket};
use super::storage::{Storage, Surface};
use super::throw::{Abrupt, Flow, Throwing, catching_polls};
use crate::program::ast::Word;
use crate::program::outcome::Outcome;

/// The entity that a name is bound to.
#[derive(Clone)]
pub(super) enum Binding {
    Variable(Arc<Storage>),
    Snapshot(Snapshot),
    Callable(Callable),
    /// An error: the value as which `caught` observes it.
    Error(Word),
    Promise(Arc<Promise>),
    Thenable(Arc<Thenable>),
    Generator(Arc<Generator>),
    AsyncGenerator(Arc<AsyncGenerator>),
    Written(Arc<Written>),
    Emitter(Arc<Mutex<Vec<Callable>>>),
    Finalizer(Arc<Mutex<Option<Target>>>),
    Guard(Arc<Frame>),
    Resource(Arc<AsyncResource>),
}

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
    pub(super) strand: Strand,
    pub(super) code: Code,
    /// The promise whose functions its body received, until one of them is called.
    pub(super) adopter: Mutex<Option<Arc<Promise>>>,
}

/// The state of one run.
pub(super) struct World {
    pub(super) executor: Arc<dyn Executor>,
    /// The API that the program is written against.
    pub(super) surface: Surface,
    /// The way in which `throw` propagates.
    pub(super) throwing: Throwing,
    /// The async generators that their consumer polls as streams. The others have tasks.
    streams: BTreeSet<Word>,
    names: Mutex<HashMap<Word, Binding>>,
    outcome: Mutex<Outcome>,
    pub(super) running: Arc<Running>,
}

impl World {
    pub(super) fn new(
        executor: Arc<dyn Executor>,
        surface: Surface,
        throwing: Throwing,
        streams: BTreeSet<Word>,
    ) -> Arc<World> {
        Arc::new(World {
            running: Running::new(executor.clone()),
            executor,
            surface,
            throwing,
            streams,
            names: Mutex::default(),
            outcome: Mutex::default(),
        })
    }

    /// Whether the consumer of this async generator polls it.
    pub(super) fn streams(&self, generator: &Word) -> bool {
        self.streams.contains(generator)
    }

    /// Returns the kind of place where the body of a task runs.
    pub(super) fn home(&self) -> Home {
        if self.executor.live().is_some() { Home::Thread } else { Home::Task }
    }

    /// Returns the body of a task, scoped to a snapshot. If the executor's tasks may block, its spawn propagates the
    /// context, and the body is returned unchanged.
    pub(super) fn carried<'a, F>(
        &self,
        snapshot: &Snapshot,
        body: F,
    ) -> Pin<Box<dyn Future<Output = F::Output> + Send + 'a>>
    where
        F: Future + Send + 'a,
    {
        match self.executor.live() {
            Some(_) => Box::pin(body),
            None => Box::pin(snapshot.scope(body)),
        }
    }

    /// Blocks this thread until a body has ended.
    pub(super) fn block(&self, body: impl Future<Output = Flow>) -> Flow {
        let ended = self.executor.live().and_then(|live| live.block(body));
        ended.unwrap_or_else(|| Err(Abrupt::Fault("can't wait here".to_owned())))
    }

    /// Binds a name. Every name of a program is bound once.
    pub(super) fn bind(&self, name: &Word, binding: Binding) {
        lock(&self.names).insert(name.clone(), binding);
    }

    /// The entity that a name is bound to.
    pub(super) fn lookup(&self, name: &Word) -> Flow<Binding> {
        let binding = lock(&self.names).get(name).cloned();
        binding.ok_or_else(|| Abrupt::Fault(format!("`{name}` is not bound")))
    }

    /// Returns the variable of this name.
    pub(super) fn variable(&self, name: &Word) -> Flow<Arc<Storage>> {
        match self.lookup(name)? {
            Binding::Variable(variable) => Ok(variable),
            _ => Err(unfit(name, "a variable")),
        }
    }

    /// Returns the snapshot of this name.
    pub(super) fn snapshot(&self, name: &Word) -> Flow<Snapshot> {
        match self.lookup(name)? {
            Binding::Snapshot(snapshot) => Ok(snapshot),
            _ => Err(unfit(name, "a snapshot")),
        }
    }

    /// Returns the resource of this name.
    pub(super) fn resource(&self, name: &Word) -> Flow<Arc<AsyncResource>> {
        match self.lookup(name)? {
            Binding::Resource(resource) => Ok(resource),
            _ => Err(unfit(name, "a resource")),
        }
    }

    /// Returns the function of this name, plain or wrapped.
    pub(super) fn callable(&self, name: &Word) -> Flow<Callable> {
        match self.lookup(name)? {
            Binding::Callable(callable) => Ok(callable),
            _ => Err(unfit(name, "a function")),
        }
    }

    /// Returns the promise of this name.
    pub(super) fn promise(&self, name: &Word) -> Flow<Arc<Promise>> {
        match self.lookup(name)? {
            Binding::Promise(promise) => Ok(promise),
            _ => Err(unfit(name, "a promise")),
        }
    }

    /// Returns the emitter of this name.
    pub(super) fn emitter(&self, name: &Word) -> Flow<Arc<Mutex<Vec<Callable>>>> {
        match self.lookup(name)? {
            Binding::Emitter(emitter) => Ok(emitter),
            _ => Err(unfit(name, "an emitter")),
        }
    }

    /// Adds an observation to a strand.
    pub(super) fn observe(&self, strand: &Word, value: Word, label: Option<&Word>) {
        lock(&self.outcome).observe(strand, value, label);
    }

    /// Runs the strand `main`.
    pub(super) async fn run_main(self: Arc<World>, ticket: Ticket, main: impl Future<Output = Flow>) {
        let flow = catching_polls(main).await;
        self.running.ended(&"main".into(), flow);
        drop(ticket);
    }

    /// Ends the run, and returns the outcome or the fault. Drops all suspended tasks.
    pub(super) fn close(&self) -> Result<Outcome, String> {
        self.executor.clear();
        let names = std::mem::take(&mut *lock(&self.names));
        for binding in names.values() {
            if let Binding::Finalizer(target) = binding
                && let Some(target) = lock(target).take()
            {
                target.keep();
            }
        }
        drop(names);
        match self.running.take_fault() {
            Some(fault) => Err(fault),
            None => Ok(std::mem::take(&mut *lock(&self.outcome))),
        }
    }
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
}

impl Thenable {
    /// Returns the promise to settle, when one of the two functions is called for the first time.
    pub(super) fn called(&self) -> Option<Arc<Promise>> {
        lock(&self.adopter).take()
    }
}

/// Returns the fault for a name that is bound to a wrong kind of entity.
pub(super) fn unfit(name: &Word, wanted: &str) -> Abrupt {
    Abrupt::Fault(format!("used `{name}`, which is not {wanted}"))
}
