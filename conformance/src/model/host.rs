//! The host: microtasks, timers, operations, threads, modules, cleanup jobs, unhandled rejections.
//!
//! Microtasks and timers run in the mapping in which they were queued, as `WEB-INTEGRATION.md` of the
//! draft's repository plans. All other jobs of the host start in the empty mapping.

use std::cell::{Cell, RefCell};
use std::pin::pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use super::fault::FaultKind;
use super::job::Job;
use super::mapping::{AgentRecord, Mapping, Snapshot};
use super::promise::{PromiseCapability, PromiseState, ResolvingFunctions};
use super::quirk::Quirk;
use super::value::{Abrupt, CallResult, PromiseId, Thrown, Value};
use super::world::{Closure, Function, Scope, World};
use crate::program::ast::{Stmt, Word};

/// A FinalizationRegistry with one target.
pub(super) struct Finalizer<'p> {
    pub(super) strand: Word,
    /// `[[CleanupCallback]]`.
    pub(super) cleanup_callback: Closure<'p>,
    /// `[[FinalizationRegistryAsyncContextMapping]]`.
    pub(super) async_context_mapping: Mapping,
}

/// A listener for unhandled rejections or for uncaught exceptions.
pub(super) struct Listener<'p> {
    pub(super) strand: Word,
    pub(super) callback: Closure<'p>,
    pub(super) stmt: &'p Stmt,
    /// The mapping in which it was added.
    pub(super) listened: Mapping,
}

/// An object that dispatches events synchronously.
#[derive(Default)]
pub(super) struct Emitter<'p> {
    pub(super) listeners: RefCell<Vec<Rc<Function<'p>>>>,
    /// Whether it is an EventTarget, which reports what a listener throws instead of throwing it at the dispatching code.
    pub(super) is_target: bool,
}

/// A timer that repeats.
pub(super) struct Interval<'p> {
    strand: Word,
    callback: Closure<'p>,
    stmt: &'p Stmt,
    /// The mapping of its ticks, as a snapshot object: a quirk keeps in it what a tick binds.
    snapshot: Rc<Snapshot>,
    left: Cell<u32>,
    functions: ResolvingFunctions,
}

/// The promises that were rejected without a handler, each with the mapping in which it is reported.
pub(super) type Rejections = Vec<(PromiseId, Mapping)>;

/// The operation that HostPromiseRejectionTracker receives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operation {
    Reject,
    Handle,
}

/// The queue of a host callback.
#[derive(Clone, Copy, Debug)]
pub(super) enum Queue {
    Microtask,
    /// `process.nextTick`.
    Tick,
    Timer,
}

impl<'p> World<'p> {
    /// `queueMicrotask(callback)` or `setTimeout(callback)`. The promise is fulfilled when the callback has ended.
    pub(super) fn host_queue(&self, queue: Queue, strand: &Word, callback: Closure<'p>, stmt: &'p Stmt) -> PromiseId {
        // Take a snapshot when the callback is queued.
        self.host_queue_in(self.async_context_snapshot(), queue, strand, callback, stmt)
    }

    /// Queues a callback that runs in a mapping.
    pub(super) fn host_queue_in(
        &self,
        mapping: Mapping,
        queue: Queue,
        strand: &Word,
        callback: Closure<'p>,
        stmt: &'p Stmt,
    ) -> PromiseId {
        let capability = self.new_promise_capability();
        let promise = capability.promise;
        let strand = Word::clone(strand);
        let quirk = match queue {
            Queue::Microtask => Quirk::UncaughtMicrotask,
            Queue::Tick => Quirk::UncaughtCall,
            Queue::Timer => Quirk::UncaughtJob,
        };
        let job: Job<'p> = Box::new(move |world| {
            if let Queue::Timer = queue {
                world.als_take_left();
            }
            // Run the callback in it.
            let previous_context_mapping = world.async_context_swap(mapping);
            match world.call_strand(&strand, &callback, stmt) {
                Ok(_) => capability.functions.resolve(world, Value::Undefined),
                Err(thrown) => world.report_exception(thrown, quirk, &strand, stmt),
            }
            world.async_context_swap(previous_context_mapping);
        });
        match queue {
            Queue::Microtask | Queue::Tick => self.host_enqueue_promise_job(job),
            Queue::Timer => self.host_enqueue_job(job),
        }
        promise
    }

    /// `setInterval(callback)`, cleared at its last tick. Each tick runs in the mapping of this call. The promise is
    /// fulfilled when the last tick has ended.
    pub(super) fn host_interval(&self, ticks: u32, strand: &Word, callback: Closure<'p>, stmt: &'p Stmt) -> PromiseId {
        let PromiseCapability { promise, functions } = self.new_promise_capability();
        let (strand, snapshot, left) = (Word::clone(strand), self.new_snapshot(), Cell::new(ticks));
        self.host_queue_tick(Rc::new(Interval { strand, callback, stmt, snapshot, left, functions }));
        promise
    }

    /// Calls a callback of the host in a snapshot, and reports an exception. Returns whether there was none.
    pub(super) fn host_call(
        self: &Rc<Self>,
        snapshot: &Rc<Snapshot>,
        strand: &Word,
        callback: &Closure<'p>,
        stmt: &'p Stmt,
    ) -> bool {
        let call = async { Ok(self.call_strand(strand, callback, stmt)?) };
        let call = pin!(self.snapshot_run(snapshot, call));
        let Poll::Ready(Err(Abrupt::Throw(value))) = call.poll(&mut Context::from_waker(Waker::noop())) else {
            return true;
        };
        self.uncaught_exception(Thrown(value), strand, stmt);
        false
    }

    fn host_queue_tick(&self, interval: Rc<Interval<'p>>) {
        self.host_enqueue_job(Box::new(move |world| {
            world.als_take_left();
            if !world.host_call(&interval.snapshot, &interval.strand, &interval.callback, interval.stmt) {
                return;
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

    /// Returns a promise that a timer resolves, for `await timer`.
    pub(super) fn host_timer_promise(&self) -> PromiseId {
        let PromiseCapability { promise, functions } = self.new_promise_capability();
        let mapping = self.async_context_snapshot();
        self.host_enqueue_job(Box::new(move |world| {
            world.als_take_left();
            let previous_context_mapping = world.async_context_swap(mapping);
            functions.resolve(world, Value::Undefined);
            world.async_context_swap(previous_context_mapping);
        }));
        promise
    }

    /// Reports an exception of a callback to the listeners for uncaught exceptions, in the empty mapping; with the quirk, in
    /// the current one. Without a listener it is a violation of rule D2.
    pub(super) fn report_exception(self: &Rc<Self>, thrown: Thrown, quirk: Quirk, strand: &Word, stmt: &Stmt) {
        let listeners = self.uncaught.borrow().clone();
        if listeners.is_empty() {
            return self.uncaught_exception(thrown, strand, stmt);
        }
        let mapping = if self.quirks.has(quirk) { self.current_mapping() } else { Mapping::default() };
        for listener in &listeners {
            let previous_context_mapping = self.async_context_swap(self.listener_mapping(listener, &mapping));
            if let Err(thrown) = self.call_strand(&listener.strand, &listener.callback, listener.stmt) {
                self.uncaught_exception(thrown, &listener.strand, listener.stmt);
            }
            self.async_context_swap(previous_context_mapping);
        }
    }

    /// Returns the mapping in which a listener runs, whose event is dispatched in `dispatched`.
    fn listener_mapping(&self, listener: &Listener<'p>, dispatched: &Mapping) -> Mapping {
        // Reading events-registration: the mapping in which it was added.
        Rc::clone(if self.quirks.has(Quirk::EventListen) { &listener.listened } else { dispatched })
    }

    /// Reports an exception that nothing can catch (rule D2).
    pub(super) fn uncaught_exception(&self, Thrown(value): Thrown, strand: &Word, stmt: &Stmt) {
        let from = self.thrown_from.borrow().clone();
        let inside = stmt.span.start <= from.start && from.end <= stmt.span.end;
        let place = if inside { from } else { stmt.span.clone() };
        let message = format!("`{}` is thrown out of `{strand}`, and nothing can catch it", value.text());
        self.fail(FaultKind::Uncaught, &place, message);
    }

    /// Starts a thread. The promise, which belongs to the starting agent, is settled when the thread has ended.
    ///
    /// Clause: sec-agents.
    pub(super) fn host_thread(&self, strand: &Word, body: Closure<'p>, stmt: &'p Stmt) -> PromiseId {
        let PromiseCapability { promise, functions } = self.new_promise_capability();
        let strand = Word::clone(strand);
        self.host_enqueue_job(Box::new(move |world| {
            // A thread is a new agent, whose mapping is empty at first.
            let surrounding_agent = world.agent.replace(AgentRecord::default());
            let result = world.call_strand(&strand, &body, stmt);
            world.agent.replace(surrounding_agent);
            functions.settle(world, result);
        }));
        promise
    }

    /// A dynamic import of a module without dependencies.
    pub(super) fn host_import(&self, strand: &Word, body: Closure<'p>) -> PromiseId {
        let capability = self.new_promise_capability();
        let promise = capability.promise;
        let importer = self.als_promise_mapping(false);
        let strand = Word::clone(strand);
        self.host_enqueue_job(Box::new(move |world| {
            // The module is evaluated in a promise reaction that the import registered.
            let previous_context_mapping = world.async_context_swap(world.als_job_mapping(importer));
            world.execute_module(capability, &strand, &body);
            world.async_context_swap(world.als_job_previous(previous_context_mapping));
        }));
        promise
    }

    /// ExecuteModule.
    ///
    /// A module without top-level await is evaluated like a module with it: the draft swaps at the same
    /// places for both, and no program can observe a difference.
    ///
    /// Clause: sec-source-text-module-record-execute-module.
    fn execute_module(self: &Rc<Self>, capability: PromiseCapability, strand: &Word, body: &Closure<'p>) {
        // 1 to 8. Not modeled: the execution context of the module.
        // Quirk: no swap.
        if self.quirks.has(Quirk::ModuleInherit) {
            return self.async_block_start(capability, body.body, Scope::strand(strand, &body.caught));
        }
        // 9. Make an empty mapping. Quirk: an earlier module may have left another one.
        // 10. Swap it in.
        let previous_context_mapping = self.async_context_swap(self.als_take_left());
        // 11. Not modeled: a module without top-level await.
        // 12.b. Start the body of the module as an async block.
        self.async_block_start(capability, body.body, Scope::strand(strand, &body.caught));
        self.als_leave();
        // 12.c. Swap the previous mapping in.
        self.async_context_swap(previous_context_mapping);
    }

    /// HostEnqueueFinalizationRegistryCleanupJob for a registry whose target is dropped. The promise is resolved when
    /// the cleanup callback has ended.
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
                // Quirk: cleanup runs in the empty mapping.
                Mapping::default()
            } else {
                Rc::clone(&registry.async_context_mapping)
            };
            // 1. Swap the mapping of the registry in.
            let previous_context_mapping = world.async_context_swap(mapping);
            // 2. Call the cleanup callback, and keep its completion.
            let cleanup_result: CallResult = world.call_strand(&registry.strand, &registry.cleanup_callback, stmt);
            // 3. If it threw, report the error.
            if let Err(thrown) = cleanup_result {
                world.uncaught_exception(thrown, &registry.strand, stmt);
            }
            // 4. Swap the previous mapping in.
            world.async_context_swap(previous_context_mapping);
            // 5. Return. The promise is an addition of the language, which `drop` awaits.
            functions.resolve(world, Value::Undefined);
        }));
        promise
    }

    /// HostPromiseRejectionTracker of a host that delays its notifications.
    ///
    /// Clause: sec-host-promise-rejection-tracker.
    pub(super) fn host_promise_rejection_tracker(&self, promise: PromiseId, operation: Operation) {
        let mut rejections = self.rejections.borrow_mut();
        match operation {
            Operation::Reject => {
                let mapping = if self.quirks.has(Quirk::RejectEmpty) {
                    // Quirk: the report is made in the empty mapping.
                    Mapping::default()
                } else if self.quirks.has(Quirk::RejectCreate) {
                    // Quirk: the report is made in the mapping in which the promise was created.
                    Rc::clone(&self.promises.borrow()[promise.0].created)
                } else {
                    // First requirement: take a snapshot when the tracker is called.
                    self.async_context_snapshot()
                };
                rejections.push((promise, mapping));
            }
            Operation::Handle => rejections.retain(|(rejected, _)| *rejected != promise),
        }
    }

    /// Calls every listener for each rejection that is still unhandled when the queue of promise jobs is empty.
    ///
    /// Clause: sec-host-promise-rejection-tracker.
    pub(super) fn notify_rejections(self: &Rc<Self>) {
        let listeners = self.unhandled.borrow().clone();
        for (promise, mapping) in self.rejections.take() {
            let rejected = matches!(self.promises.borrow()[promise.0].state, PromiseState::Rejected(_));
            debug_assert!(rejected, "only rejections are reported");
            for listener in &listeners {
                // Second requirement: swap that snapshot in before the notification. Quirk: the mapping may be another one.
                let mapping = self.als_job_mapping(self.listener_mapping(listener, &mapping));
                let previous_context_mapping = self.async_context_swap(mapping);
                if let Err(thrown) = self.call_strand(&listener.strand, &listener.callback, listener.stmt) {
                    self.uncaught_exception(thrown, &listener.strand, listener.stmt);
                }
                // Third requirement: swap the previous mapping in after the notification.
                self.async_context_swap(self.als_job_previous(previous_context_mapping));
            }
        }
    }
}
