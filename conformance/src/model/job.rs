//! Jobs: the host's queues, and the two kinds of promise job.

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
    // 1. Make a job that captures the reaction and the argument, and performs these steps:
    Box::new(move |world| {
        // 1.a, 1.b, 1.c. Take the capability, the type and the handler of the reaction.
        // 1.d. Swap the mapping of the reaction in. Quirk: the mapping may be another one.
        let mapping = world.als_job_mapping(reaction.promise_async_context_mapping);
        let previous_context_mapping = world.async_context_swap(mapping);
        let handler_result: CallResult = match (reaction.handler, reaction.kind) {
            // 1.e. Without a handler, the argument is the value that is returned (1.e.i) or thrown (1.e.ii).
            (None, HandlerKind::Fulfill) => Ok(argument),
            (None, HandlerKind::Reject) => Err(Thrown(argument)),
            // 1.f. With a handler, call it with the argument, and keep its completion.
            (Some(handler), _) => handler(world, argument),
        };
        // 1.g. Without a capability, the handler did not throw; swap back (the last line) and return.
        if let Some(capability) = reaction.capability {
            // 1.i. If the handler threw, call the reject function with the thrown value.
            // 1.j. Otherwise, call the resolve function with the returned value.
            capability.functions.settle(world, handler_result);
        }
        // 1.k. Swap the previous mapping in.
        // 1.l. Not modeled: the completion of the resolving function, which is always normal.
        world.async_context_swap(world.als_job_previous(previous_context_mapping));
    })
    // 2, 3. Not modeled: the realm of the handler.
    // 4. Return the job.
}

/// NewPromiseResolveThenableJob.
///
/// Clause: sec-newpromiseresolvethenablejob.
pub(super) fn new_promise_resolve_thenable_job<'p>(
    world: &World<'p>,
    promise_to_resolve: PromiseId,
    thenable: Value,
) -> Job<'p> {
    let mapping = if world.quirks.has(Quirk::ThenableCreate) {
        // Quirk: the mapping in which the promise was created.
        Rc::clone(&world.promises.borrow()[promise_to_resolve.0].created)
    } else {
        // 1. Take a snapshot.
        world.async_context_snapshot()
    };
    // 2. Make a job that captures the promise, the thenable, its `then` and the snapshot, and performs these steps:
    Box::new(move |world| {
        // 2.a. Create the resolving functions of the promise.
        let resolving_functions = ResolvingFunctions::create(promise_to_resolve);
        // 2.b. Swap the snapshot in. Quirk: the mapping may be another one.
        let previous_context_mapping = world.async_context_swap(world.als_job_mapping(mapping));
        // 2.c. Call `then` on the thenable with the resolving functions, and keep its completion.
        let then_call_result = world.call_then(&thenable, &resolving_functions);
        // 2.d. If it threw, call the reject function with the thrown value (2.d.i).
        if let Err(Thrown(reason)) = then_call_result {
            resolving_functions.reject(world, reason);
        }
        // 2.d.ii, 2.e. Swap the previous mapping in.
        // 2.d.iii, 2.f. Not modeled: the job's completion, which nothing observes.
        world.async_context_swap(world.als_job_previous(previous_context_mapping));
    })
    // 3 to 6. Not modeled: the realm of `then`.
    // 7. Return the job.
}

/// The job queues of the host.
pub(super) struct Jobs<'p> {
    /// Promise jobs and microtasks.
    micro: VecDeque<Job<'p>>,
    /// Timers, messages from other agents, cleanup jobs, loaded modules.
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

    /// Whether unhandled rejections are reported before the next job: when no promise job is left. If some hosts may
    /// deliver other events before that, a random schedule may delay the report.
    fn reports_rejections(&mut self, may_wait: bool) -> bool {
        let waits = may_wait && self.schedule != Schedule::Fifo && !self.macros.is_empty() && self.random.bool();
        self.micro.is_empty() && !waits
    }

    /// Removes and returns the job that runs next.
    fn take(&mut self) -> Option<Job<'p>> {
        match self.schedule {
            // The oldest microtask, or the oldest of the other jobs if there is no microtask.
            Schedule::Fifo => self.micro.pop_front().or_else(|| self.macros.pop_front()),
            Schedule::Random(_) => {
                let ready = self.micro.len() + self.macros.len();
                let chosen = if ready == 0 { 0 } else { self.random.usize(..ready) };
                // The order of the others has no meaning, and keeping it would take a time that grows with their number.
                match chosen.checked_sub(self.micro.len()) {
                    None => self.micro.swap_remove_back(chosen),
                    Some(chosen) => self.macros.swap_remove_back(chosen),
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

    /// Queues a job of the host. It runs when no promise job is left.
    pub(super) fn host_enqueue_job(&self, job: Job<'p>) {
        self.jobs.borrow_mut().macros.push_back(job);
    }

    /// Runs jobs until none is left. Each job starts in the empty mapping.
    pub(super) fn run_jobs(self: &Rc<Self>) {
        while !self.failed() {
            self.async_context_swap(self.als_shared());
            // Quirk: whether an instance is disabled then depends on the order of both.
            let reports = self.jobs.borrow_mut().reports_rejections(self.quirks.are_als());
            if reports {
                self.notify_rejections();
            }
            let Some(job) = self.jobs.borrow_mut().take() else { break };
            job(self);
            self.als_share();
        }
    }
}
