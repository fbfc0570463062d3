//! The state that the strands of one run share: names, observations, and the running strands.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use asynccontext::Snapshot;
use asynccontext::als::AsyncResource;

use super::async_generator::AsyncGenerator;
use super::executor::Executor;
use super::frame::Frame;
use super::generator::Generator;
use super::host::Target;
use super::lock::lock;
use super::promise::{Progress, Promise};
use super::storage::{Storage, Surface};
use super::strand::{Callable, Home, Thenable};
use super::throw::{Abrupt, Flow, Throwing, catching_polls};
use crate::program::ast::Word;
use crate::program::outcome::Outcome;

/// The entity that a name is bound to.
#[derive(Clone)]
pub(super) enum Binding {
    Variable(Arc<Storage>),
    Snapshot(Snapshot),
    Callable(Callable),
    Promise(Arc<Promise>),
    Thenable(Arc<Thenable>),
    Generator(Arc<Generator>),
    AsyncGenerator(Arc<AsyncGenerator>),
    Emitter(Arc<Mutex<Vec<Callable>>>),
    Finalizer(Arc<Mutex<Option<Target>>>),
    Guard(Arc<Frame>),
    Resource(Arc<AsyncResource>),
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
    running: Mutex<BTreeMap<Word, Running>>,
    threads: AtomicUsize,
    fault: Mutex<Option<String>>,
    end: Arc<Promise>,
}

/// A strand that has not ended.
#[derive(Default)]
struct Running {
    /// The number of its tickets. An async generator has one for each request.
    count: usize,
    /// The name that it waits for.
    waits: Option<Word>,
}

impl World {
    pub(super) fn new(
        executor: Arc<dyn Executor>,
        surface: Surface,
        throwing: Throwing,
        streams: BTreeSet<Word>,
    ) -> Arc<World> {
        Arc::new(World {
            executor,
            surface,
            throwing,
            streams,
            names: Mutex::default(),
            outcome: Mutex::default(),
            running: Mutex::default(),
            threads: AtomicUsize::new(0),
            fault: Mutex::default(),
            end: Promise::pending(),
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

    /// Marks a strand as running until the ticket is dropped.
    pub(super) fn start(self: &Arc<World>, strand: &Word) -> Ticket {
        lock(&self.running).entry(strand.clone()).or_default().count += 1;
        Ticket { world: self.clone(), strand: strand.clone() }
    }

    /// Sets or clears the name that a strand waits for.
    pub(super) fn waits(&self, strand: &Word, target: Option<&Word>) {
        if let Some(running) = lock(&self.running).get_mut(strand) {
            running.waits = target.cloned();
        }
    }

    /// Ends the run with a fault.
    pub(super) fn fault(&self, text: String) {
        lock(&self.fault).get_or_insert(text);
        self.finish();
    }

    /// Handles the end of a strand whose exceptions nothing can catch.
    pub(super) fn ended(&self, strand: &Word, flow: Flow) {
        match flow {
            Ok(()) => {}
            Err(Abrupt::Throw(value)) => self.fault(format!("`{value}` is thrown out of `{strand}`")),
            Err(abrupt) => self.misplaced(strand, abrupt),
        }
    }

    /// Reports an end of a strand that the static rules exclude.
    pub(super) fn misplaced(&self, strand: &Word, abrupt: Abrupt) {
        match abrupt {
            Abrupt::Fault(text) => self.fault(format!("`{strand}` {text}")),
            abrupt => self.fault(format!("`{strand}` ended with {abrupt:?}")),
        }
    }

    fn finish(&self) {
        self.end.settle(Ok(Progress::Done));
        self.executor.nudge();
    }

    /// Returns the promise that is settled when every strand has ended or one has failed.
    pub(super) fn end(&self) -> &Arc<Promise> {
        &self.end
    }

    /// Returns the number of running threads of the program.
    pub(super) fn threads(&self) -> &AtomicUsize {
        &self.threads
    }

    /// Returns a description of the strands that have not ended, and the names that they wait for.
    pub(super) fn unfinished(&self) -> String {
        let running = lock(&self.running);
        let strands = running.iter().map(|(strand, running)| match &running.waits {
            Some(target) => format!("`{strand}` waits for `{target}`"),
            None => format!("`{strand}` has not ended"),
        });
        strands.collect::<Vec<_>>().join(", ")
    }

    /// Runs the strand `main`.
    pub(super) async fn run_main(self: Arc<World>, ticket: Ticket, main: impl Future<Output = Flow>) {
        let flow = catching_polls(main).await;
        self.ended(&"main".into(), flow);
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
        match lock(&self.fault).take() {
            Some(fault) => Err(fault),
            None => Ok(std::mem::take(&mut *lock(&self.outcome))),
        }
    }
}

/// Marks a strand as running while it exists.
pub(super) struct Ticket {
    world: Arc<World>,
    strand: Word,
}

impl Drop for Ticket {
    fn drop(&mut self) {
        let mut running = lock(&self.world.running);
        if let Some(entry) = running.get_mut(&self.strand) {
            entry.count -= 1;
            if entry.count == 0 {
                running.remove(&self.strand);
            }
        }
        let last = running.is_empty();
        drop(running);
        if last {
            self.world.finish();
        }
    }
}

/// Counts a thread as running while it exists, so that waiting for it is not a deadlock.
pub(super) struct ThreadTicket(Arc<World>);

impl ThreadTicket {
    pub(super) fn new(world: &Arc<World>) -> ThreadTicket {
        world.threads.fetch_add(1, Ordering::SeqCst);
        ThreadTicket(world.clone())
    }
}

impl Drop for ThreadTicket {
    fn drop(&mut self) {
        self.0.threads.fetch_sub(1, Ordering::SeqCst);
        self.0.executor.nudge();
    }
}

/// Returns the fault for a name that is bound to a wrong kind of entity.
pub(super) fn unfit(name: &Word, wanted: &str) -> Abrupt {
    Abrupt::Fault(format!("used `{name}`, which is not {wanted}"))
}
