//! Jobs: what the host queues and runs, and the two kinds of job that promises make.

use std::collections::VecDeque;
use std::rc::Rc;

use super::promise::{PromiseReaction, ResolvingFunctions};
use super::quirk::Quirk;
use super::schedule::Schedule;
use super::value::{CallResult, PromiseId, Thrown, Value};
use super::world::World;

/// A Job Abstract Closure.
pub(super) type Job<'p> = Box<dyn FnOnce(&Rc<World<'p>>) + 'p>;

/// `[[Type]]` of a PromiseReaction record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum HandlerKind {
    Fulfill,
    Reject,
}

/// NewPromiseReactionJob.
///
/// Clause: sec-newpromisereactionjob.
pub(super) fn new_promise_reaction_job<'p>(reaction: PromiseReaction<'p>, argument: Value) -> Job<'p> {
    Box::new(move |world| {
        let mapping = world.als_job_mapping(reaction.promise_async_context_mapping);
        let previous_context_mapping = world.async_context_swap(mapping);
        let handler_result: CallResult = match (reaction.handler, reaction.kind) {
            // Without a handler the argument passes through.
            (None, HandlerKind::Fulfill) => Ok(argument),
            (None, HandlerKind::Reject) => Err(Thrown(argument)),
            (Some(handler), _) => handler(world, argument),
        };
        // Without a capability the job is part of an operation of the language, whose handlers don't throw.
        if let Some(capability) = reaction.capability {
            capability.functions.settle(world, handler_result);
        }
        world.async_context_swap(world.als_job_previous(previous_context_mapping));
    })
}

/// NewPromiseResolveThenableJob. The job runs in the mapping of this call.
///
/// Clause: sec-newpromiseresolvethenablejob.
pub(super) fn new_promise_resolve_thenable_job<'p>(
    world: &World<'p>,
    promise_to_resolve: PromiseId,
    thenable: Value,
) -> Job<'p> {
    let mapping = if world.quirks.has(Quirk::ThenableCreate) {
        Rc::clone(&world.promises.borrow()[promise_to_resolve.0].created)
    } else {
        world.async_context_snapshot()
    };
    Box::new(move |world| {
        let resolving_functions = ResolvingFunctions::create(promise_to_resolve);
        let previous_context_mapping = world.async_context_swap(world.als_job_mapping(mapping));
        let then_call_result = world.call_then(&thenable, &resolving_functions);
        if let Err(Thrown(reason)) = then_call_result {
            resolving_functions.reject(world, reason);
        }
        world.async_context_swap(world.als_job_previous(previous_context_mapping));
    })
}

/// The host's queues.
pub(super) struct Jobs<'p> {
    /// Promise jobs and microtasks.
    micro: VecDeque<Job<'p>>,
    /// Timers, messages from other agents, cleanup, modules that were loaded.
    macros: VecDeque<Job<'p>>,
    schedule: Schedule,
    random: fastrand::Rng,
}

impl<'p> Jobs<'p> {
    pub(super) fn new(schedule: Schedule) -> Jobs<'p> {
        let seed = match schedule {
            Schedule::Fifo => 0,
            Schedule::Random(seed) => seed,
        };
        Jobs { micro: VecDeque::new(), macros: VecDeque::new(), schedule, random: fastrand::Rng::with_seed(seed) }
    }

    /// Takes the job that runs next.
    fn take(&mut self) -> Option<Job<'p>> {
        match self.schedule {
            // The oldest microtask; when there is none, the oldest of the others.
            Schedule::Fifo => self.micro.pop_front().or_else(|| self.macros.pop_front()),
            Schedule::Random(_) => {
                let ready = self.micro.len() + self.macros.len();
                let chosen = if ready == 0 { 0 } else { self.random.usize(..ready) };
                match chosen.checked_sub(self.micro.len()) {
                    None => self.micro.remove(chosen),
                    Some(chosen) => self.macros.remove(chosen),
                }
            }
        }
    }
}

impl<'p> World<'p> {
    /// HostEnqueuePromiseJob.
    ///
    /// Clause: sec-hostenqueuepromisejob (ECMA-262).
    pub(super) fn host_enqueue_promise_job(&self, job: Job<'p>) {
        self.jobs.borrow_mut().micro.push_back(job);
    }

    /// Queues a job of the host's own, which runs when no promise job is left.
    pub(super) fn host_enqueue_job(&self, job: Job<'p>) {
        self.jobs.borrow_mut().macros.push_back(job);
    }

    /// Runs jobs until none is left. Each starts from the empty mapping.
    pub(super) fn run_jobs(self: &Rc<Self>) {
        while !self.failed() {
            self.async_context_swap(self.als_shared());
            if self.jobs.borrow().micro.is_empty() {
                self.notify_rejections();
            }
            let Some(job) = self.jobs.borrow_mut().take() else { break };
            job(self);
            self.als_share();
        }
    }
}
