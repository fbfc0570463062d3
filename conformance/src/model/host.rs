//! The host: microtasks, timers, events, threads, modules, cleanup, unhandled rejections.
//!
//! Microtasks and timers run in the mapping in which they were queued. Jobs of the host's own
//! start from the empty mapping.

use std::cell::Cell;
use std::pin::pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use super::fault::FaultKind;
use super::job::Job;
use super::mapping::{AgentRecord, Mapping, Snapshot};
use super::promise::{PromiseCapability, PromiseState, ResolvingFunctions};
use super::quirk::Quirk;
use super::value::{Abrupt, CallResult, PromiseId, Thrown, Value};
use super::world::{Closure, Scope, World};
use crate::program::ast::{Stmt, Word};

/// A FinalizationRegistry with one target.
pub(super) struct Finalizer<'p> {
    pub(super) strand: Word,
    /// `[[CleanupCallback]]`.
    pub(super) cleanup_callback: Closure<'p>,
    /// `[[FinalizationRegistryAsyncContextMapping]]`.
    pub(super) async_context_mapping: Mapping,
}

/// A listener for unhandled rejections.
pub(super) struct Listener<'p> {
    pub(super) strand: Word,
    pub(super) callback: Closure<'p>,
    pub(super) stmt: &'p Stmt,
}

/// A timer that repeats.
pub(super) struct Interval<'p> {
    strand: Word,
    callback: Closure<'p>,
    stmt: &'p Stmt,
    /// The mapping of its ticks. A snapshot, since a quirk keeps what a tick binds.
    snapshot: Rc<Snapshot>,
    left: Cell<u32>,
    functions: ResolvingFunctions,
}

/// The promises that were rejected without a handler, each with the mapping of its report.
pub(super) type Rejections = Vec<(PromiseId, Mapping)>;

/// What HostPromiseRejectionTracker is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operation {
    Reject,
    Handle,
}

/// A callback of the host, which nothing can catch from.
#[derive(Clone, Copy, Debug)]
pub(super) enum Queue {
    Microtask,
    Timer,
}

impl<'p> World<'p> {
    /// `queueMicrotask(callback)` and `setTimeout(callback)`. The callback's end fulfils the promise.
    pub(super) fn host_queue(&self, queue: Queue, strand: &Word, callback: Closure<'p>, stmt: &'p Stmt) -> PromiseId {
        let capability = self.new_promise_capability();
        let promise = capability.promise;
        let mapping = self.async_context_snapshot();
        let strand = Word::clone(strand);
        let job: Job<'p> = Box::new(move |world| {
            let previous_context_mapping = world.async_context_swap(mapping);
            match world.call_strand(&strand, &callback, stmt) {
                Ok(_) => capability.functions.resolve(world, Value::Undefined),
                Err(thrown) => world.uncaught(thrown, &strand, stmt),
            }
            world.async_context_swap(previous_context_mapping);
        });
        match queue {
            Queue::Microtask => self.host_enqueue_promise_job(job),
            Queue::Timer => self.host_enqueue_job(job),
        }
        promise
    }

    /// `setInterval(callback)`, cleared at its last tick, whose end fulfils the promise. Each tick runs in
    /// the mapping of this call.
    pub(super) fn host_interval(&self, ticks: u32, strand: &Word, callback: Closure<'p>, stmt: &'p Stmt) -> PromiseId {
        let PromiseCapability { promise, functions } = self.new_promise_capability();
        let (strand, snapshot, left) = (Word::clone(strand), self.new_snapshot(), Cell::new(ticks));
        self.host_queue_tick(Rc::new(Interval { strand, callback, stmt, snapshot, left, functions }));
        promise
    }

    fn host_queue_tick(&self, interval: Rc<Interval<'p>>) {
        self.host_enqueue_job(Box::new(move |world| {
            let tick = async { Ok(world.call_strand(&interval.strand, &interval.callback, interval.stmt)?) };
            let tick = pin!(world.snapshot_run(&interval.snapshot, tick));
            if let Poll::Ready(Err(Abrupt::Throw(value))) = tick.poll(&mut Context::from_waker(Waker::noop())) {
                return world.uncaught(Thrown(value), &interval.strand, interval.stmt);
            }
            match interval.left.get() - 1 {
                0 => interval.functions.resolve(world, Value::Undefined),
                left => {
                    interval.left.set(left);
                    world.host_queue_tick(Rc::clone(&interval));
                }
            }
        }));
    }

    /// A promise that a timer resolves: `await timer`.
    pub(super) fn host_timer_promise(&self) -> PromiseId {
        let PromiseCapability { promise, functions } = self.new_promise_capability();
        let mapping = self.async_context_snapshot();
        self.host_enqueue_job(Box::new(move |world| {
            let previous_context_mapping = world.async_context_swap(mapping);
            functions.resolve(world, Value::Undefined);
            world.async_context_swap(previous_context_mapping);
        }));
        promise
    }

    /// Reports what is thrown where nothing can catch it (rule D2).
    pub(super) fn uncaught(&self, Thrown(value): Thrown, strand: &Word, stmt: &Stmt) {
        let from = self.thrown_from.borrow().clone();
        let inside = stmt.span.start <= from.start && from.end <= stmt.span.end;
        let place = if inside { from } else { stmt.span.clone() };
        let message = format!("`{}` is thrown out of `{strand}`, where nothing can catch it", value.text());
        self.fail(FaultKind::Uncaught, &place, message);
    }

    /// A thread: a new agent, whose mapping is empty. Its end settles the promise in the agent that started it.
    ///
    /// Clause: sec-agents.
    pub(super) fn host_thread(&self, strand: &Word, body: Closure<'p>, stmt: &'p Stmt) -> PromiseId {
        let PromiseCapability { promise, functions } = self.new_promise_capability();
        let strand = Word::clone(strand);
        self.host_enqueue_job(Box::new(move |world| {
            let surrounding_agent = world.agent.replace(AgentRecord::default());
            let result = world.call_strand(&strand, &body, stmt);
            world.agent.replace(surrounding_agent);
            functions.settle(world, result);
        }));
        promise
    }

    /// A dynamic import of a module that has one body and no dependencies.
    pub(super) fn host_import(&self, strand: &Word, body: Closure<'p>) -> PromiseId {
        let capability = self.new_promise_capability();
        let promise = capability.promise;
        let importer = self.als_promise_mapping(false);
        let strand = Word::clone(strand);
        self.host_enqueue_job(Box::new(move |world| {
            // The module is evaluated in a reaction that the import registered.
            let previous_context_mapping = world.async_context_swap(world.als_job_mapping(importer));
            world.execute_module(capability, &strand, &body);
            world.async_context_swap(world.als_job_previous(previous_context_mapping));
        }));
        promise
    }

    /// ExecuteModule. The module's body starts from a new empty mapping.
    ///
    /// A module without top-level await is evaluated as one with it: the draft swaps alike for both,
    /// and its body can't tell.
    ///
    /// Clause: sec-source-text-module-record-execute-module.
    fn execute_module(self: &Rc<Self>, capability: PromiseCapability, strand: &Word, body: &Closure<'p>) {
        if self.quirks.has(Quirk::ModuleInherit) {
            return self.async_block_start(capability, body.body, Scope::strand(strand, &body.caught));
        }
        let previous_context_mapping = self.async_context_swap(Mapping::default());
        self.async_block_start(capability, body.body, Scope::strand(strand, &body.caught));
        self.async_context_swap(previous_context_mapping);
    }

    /// Gives up a registry's target: the promise is resolved once its cleanup callback has run.
    ///
    /// Clause: sec-host-cleanup-finalization-registry.
    pub(super) fn host_enqueue_finalization_registry_cleanup_job(
        &self,
        registry: &Rc<Finalizer<'p>>,
        stmt: &'p Stmt,
    ) -> PromiseId {
        let PromiseCapability { promise, functions } = self.new_promise_capability();
        let registry = Rc::clone(registry);
        self.host_enqueue_job(Box::new(move |world| {
            let mapping = if world.quirks.has(Quirk::FinalizerEmpty) {
                Mapping::default()
            } else {
                Rc::clone(&registry.async_context_mapping)
            };
            let previous_context_mapping = world.async_context_swap(mapping);
            let cleanup_result: CallResult = world.call_strand(&registry.strand, &registry.cleanup_callback, stmt);
            if let Err(thrown) = cleanup_result {
                world.uncaught(thrown, &registry.strand, stmt);
            }
            world.async_context_swap(previous_context_mapping);
            functions.resolve(world, Value::Undefined);
        }));
        promise
    }

    /// HostPromiseRejectionTracker, of a host that notifies later: the report keeps the mapping of this call.
    ///
    /// Clause: sec-host-promise-rejection-tracker.
    pub(super) fn host_promise_rejection_tracker(&self, promise: PromiseId, operation: Operation) {
        let mut rejections = self.rejections.borrow_mut();
        match operation {
            Operation::Reject => {
                let mapping = if self.quirks.has(Quirk::RejectEmpty) {
                    Mapping::default()
                } else if self.quirks.has(Quirk::RejectCreate) {
                    Rc::clone(&self.promises.borrow()[promise.0].created)
                } else {
                    self.async_context_snapshot()
                };
                rejections.push((promise, mapping));
            }
            Operation::Handle => rejections.retain(|(rejected, _)| *rejected != promise),
        }
    }

    /// The queue of promise jobs has drained: tells every listener of each rejection still unhandled.
    pub(super) fn notify_rejections(self: &Rc<Self>) {
        let listeners = self.unhandled.borrow().clone();
        for (promise, mapping) in self.rejections.take() {
            let rejected = matches!(self.promises.borrow()[promise.0].state, PromiseState::Rejected(_));
            debug_assert!(rejected, "only rejections are reported");
            for listener in &listeners {
                let mapping = self.als_job_mapping(Rc::clone(&mapping));
                let previous_context_mapping = self.async_context_swap(mapping);
                if let Err(thrown) = self.call_strand(&listener.strand, &listener.callback, listener.stmt) {
                    self.uncaught(thrown, &listener.strand, listener.stmt);
                }
                self.async_context_swap(self.als_job_previous(previous_context_mapping));
            }
        }
    }
}
