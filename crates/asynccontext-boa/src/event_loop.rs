//! The event loop: a job executor that isolates the mapping of each job, runs all microtasks
//! between tasks, reports errors, and continues after them.

mod timers;

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::future::Future;
use std::mem;
use std::pin::Pin;
use std::rc::Rc;
use std::time::Duration;

use boa_engine::job::{CancellationToken, GenericJob, Job, JobExecutor, NativeAsyncJob, NativeJob, PromiseJob};
use boa_engine::{Context, JsNativeError, JsResult, JsValue};
use futures_concurrency::future::FutureGroup;
use futures_lite::{StreamExt as _, future};

use self::timers::{Timers, Work};
use crate::agent::Agent;
use crate::jobs::{isolate, isolate_future};
use crate::report::{report_exception, report_rejections};

/// The source of time of the loop.
#[derive(Debug)]
enum Time {
    /// The context's clock. The loop sleeps until the next timer is due.
    Clock,
    /// Virtual time in nanoseconds: when no other job is left, the next timer is due.
    Virtual(Cell<u128>),
}

/// The callbacks of `setImmediate` that are pending.
#[derive(Default)]
struct Immediates {
    jobs: BTreeMap<u64, (NativeJob, bool)>,
    next: u64,
    /// The number of callbacks for which the loop waits.
    keeping_alive: usize,
}

/// The asynchronous jobs that have started. Only those that were woken are polled.
type Running<'a> = FutureGroup<Pin<Box<dyn Future<Output = JsResult<JsValue>> + 'a>>>;

/// The job executor that [`install`](crate::install) gives to a context.
///
/// `Context::run_jobs` returns when no microtask, task, timer or asynchronous job is left. An error
/// ends its own job only. It is passed to [`on_uncaught`](crate::on_uncaught); without a listener,
/// `run_jobs` returns the first error.
///
/// # Examples
///
/// ```
/// # fn main() -> boa_engine::JsResult<()> {
/// use boa_engine::context::ContextBuilder;
/// let mut context = asynccontext_boa::install(ContextBuilder::new())?;
/// asynccontext_boa::evaluate(&mut context, "var done; Promise.resolve(1).then(v => done = v)", None)?;
/// context.run_jobs()?;
/// assert_eq!(asynccontext_boa::evaluate(&mut context, "done", None)?.as_number(), Some(1.0));
/// # Ok(()) }
/// ```
pub struct EventLoop {
    /// The callbacks of `process.nextTick`, which run before the microtasks.
    ticks: RefCell<VecDeque<NativeJob>>,
    microtasks: RefCell<VecDeque<PromiseJob>>,
    tasks: RefCell<VecDeque<GenericJob>>,
    futures: RefCell<VecDeque<NativeAsyncJob>>,
    cleanups: RefCell<VecDeque<NativeAsyncJob>>,
    /// Shared with the cancellation tokens of the engine's timers.
    timers: Rc<RefCell<Timers>>,
    immediates: RefCell<Immediates>,
    time: Time,
    /// The limit of jobs in one `run_jobs`.
    limit: Cell<u64>,
}

impl Default for EventLoop {
    fn default() -> EventLoop {
        EventLoop {
            ticks: RefCell::default(),
            microtasks: RefCell::default(),
            tasks: RefCell::default(),
            futures: RefCell::default(),
            cleanups: RefCell::default(),
            timers: Rc::default(),
            immediates: RefCell::default(),
            time: Time::Clock,
            limit: Cell::new(u64::MAX),
        }
    }
}

impl EventLoop {
    /// Returns a loop that never sleeps: timers are due when no other job is left, in the order of
    /// their delays. This is for tests and reproducible runs.
    ///
    /// # Examples
    ///
    /// ```
    /// # fn main() -> boa_engine::JsResult<()> {
    /// use std::rc::Rc;
    /// use asynccontext_boa::{EventLoop, Hooks, add_host, evaluate, install_with};
    /// use boa_engine::context::ContextBuilder;
    ///
    /// let mut context = ContextBuilder::new()
    ///     .host_hooks(Rc::new(Hooks::default()))
    ///     .job_executor(Rc::new(EventLoop::with_virtual_time()))
    ///     .build()?;
    /// install_with(&mut context)?;
    /// add_host(&mut context)?;
    /// evaluate(&mut context, "var done; setTimeout(() => { done = true; }, 3_600_000);", None)?;
    /// context.run_jobs()?; // returns at once
    /// assert!(evaluate(&mut context, "done", None)?.to_boolean());
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn with_virtual_time() -> EventLoop {
        EventLoop { time: Time::Virtual(Cell::new(0)), ..EventLoop::default() }
    }

    /// Limits the number of jobs in one `run_jobs`, so that a program that always enqueues another
    /// job ends. The remaining jobs stay queued for the next `run_jobs`.
    ///
    /// # Examples
    ///
    /// ```
    /// # fn main() -> boa_engine::JsResult<()> {
    /// use asynccontext_boa::{EventLoop, evaluate, install};
    /// use boa_engine::context::ContextBuilder;
    ///
    /// let mut context = install(ContextBuilder::new())?;
    /// context.downcast_job_executor::<EventLoop>().unwrap().limit_jobs(100);
    /// evaluate(&mut context, "(function again() { Promise.resolve().then(again); })()", None)?;
    /// assert!(context.run_jobs().is_err());
    /// # Ok(()) }
    /// ```
    pub fn limit_jobs(&self, jobs: u64) {
        self.limit.set(jobs);
    }

    pub(crate) fn now(&self, context: &Context) -> u128 {
        match &self.time {
            Time::Clock => context.clock().now().nanos_since_epoch(),
            Time::Virtual(now) => now.get(),
        }
    }

    /// Starts a timer, and returns its number. The loop waits for it if `keeps_alive` is set.
    pub(crate) fn start_timer(&self, job: NativeJob, delay: Duration, keeps_alive: bool, context: &Context) -> u64 {
        let due = self.now(context) + delay.as_nanos();
        let mut timers = self.timers.borrow_mut();
        let number = timers.number();
        timers.insert(number, due, Work::Once(job), keeps_alive);
        number
    }

    /// Removes a timer that has not fired.
    pub(crate) fn stop_timer(&self, number: u64) {
        self.timers.borrow_mut().remove(number);
    }

    /// Sets whether the loop waits for a timer that has not fired.
    pub(crate) fn keep_timer_alive(&self, number: u64, keeps_alive: bool) {
        self.timers.borrow_mut().keep_alive(number, keeps_alive);
    }

    /// Runs `job` after the timers that are due, and returns its number.
    pub(crate) fn start_immediate(&self, job: NativeJob, keeps_alive: bool) -> u64 {
        let mut immediates = self.immediates.borrow_mut();
        let number = immediates.next;
        immediates.next += 1;
        immediates.jobs.insert(number, (job, keeps_alive));
        immediates.keeping_alive += usize::from(keeps_alive);
        number
    }

    /// Removes the callback of a `setImmediate` that has not run.
    pub(crate) fn stop_immediate(&self, number: u64) {
        let mut immediates = self.immediates.borrow_mut();
        if let Some((_, kept_alive)) = immediates.jobs.remove(&number) {
            immediates.keeping_alive -= usize::from(kept_alive);
        }
    }

    /// Sets whether the loop waits for the callback of a `setImmediate` that has not run.
    pub(crate) fn keep_immediate_alive(&self, number: u64, keeps_alive: bool) {
        let mut immediates = self.immediates.borrow_mut();
        if let Some((_, kept_alive)) = immediates.jobs.get_mut(&number) {
            let before = std::mem::replace(kept_alive, keeps_alive);
            immediates.keeping_alive -= usize::from(before);
            immediates.keeping_alive += usize::from(keeps_alive);
        }
    }

    /// Starts a timer of the engine, which its token can remove.
    fn start_job(&self, work: Work, token: &CancellationToken, delay: u128, context: &Context) {
        if token.revoked() {
            return;
        }
        let due = self.now(context) + delay;
        let number = self.timers.borrow_mut().number();
        self.timers.borrow_mut().insert(number, due, work, true);
        let timers = Rc::downgrade(&self.timers);
        token.push_callback(move |_| {
            if let Some(timers) = timers.upgrade() {
                timers.borrow_mut().remove(number);
            }
        });
    }

    /// Returns the time until the next timer is due, if there is a timer.
    fn until_due(&self, context: &Context) -> Option<Duration> {
        let due = self.timers.borrow().next_due()?;
        Some(Duration::from_nanos(u64::try_from(due.saturating_sub(self.now(context))).unwrap_or(u64::MAX)))
    }

    /// Whether a timer or an immediate is pending for which the loop waits.
    fn waits(&self) -> bool {
        self.timers.borrow().keeps_alive() || self.immediates.borrow().keeping_alive > 0
    }

    /// Sleeps for `time`, or advances the virtual time.
    fn pass(&self, time: Duration) {
        match &self.time {
            Time::Clock => std::thread::sleep(time),
            Time::Virtual(now) => now.set(now.get() + time.as_nanos()),
        }
    }
}

/// The state of one `run_jobs`.
struct Run {
    jobs_left: u64,
    first_error: JsResult<()>,
}

impl Run {
    /// Counts a job. Returns an error if the limit is exceeded; the job then stays queued.
    fn count(&mut self) -> JsResult<()> {
        self.jobs_left = self.jobs_left.checked_sub(1).ok_or_else(|| {
            JsNativeError::error().with_message("the event loop has reached its limit of jobs; some jobs are left")
        })?;
        Ok(())
    }

    fn note(&mut self, result: JsResult<JsValue>, context: &mut Context) {
        if let Err(error) = result {
            self.keep(report_exception(error, context));
        }
    }

    fn keep(&mut self, result: JsResult<()>) {
        if self.first_error.is_ok() {
            self.first_error = result;
        }
    }
}

impl JobExecutor for EventLoop {
    fn enqueue_job(self: Rc<Self>, job: Job, context: &mut Context) {
        match job {
            Job::PromiseJob(job) => self.microtasks.borrow_mut().push_back(job),
            Job::GenericJob(job) => self.tasks.borrow_mut().push_back(job),
            Job::AsyncJob(job) => self.futures.borrow_mut().push_back(job),
            Job::FinalizationRegistryCleanupJob(job) => self.cleanups.borrow_mut().push_back(job),
            Job::TimeoutJob(job) => {
                let (token, delay) = (job.cancellation_token().clone(), job.timeout().as_nanos());
                self.start_job(Work::Timeout(job), &token, delay, context);
            }
            Job::IntervalJob(job) => {
                let (token, delay) = (job.cancellation_token().clone(), job.interval().as_nanos());
                self.start_job(Work::Interval(job), &token, delay, context);
            }
            // The enum is non-exhaustive. Future kinds of job are not supported.
            _ => {}
        }
    }

    fn run_jobs(self: Rc<Self>, context: &mut Context) -> JsResult<()> {
        future::block_on(self.run_jobs_async(&RefCell::new(context)))
    }

    async fn run_jobs_async(self: Rc<Self>, context: &RefCell<&mut Context>) -> JsResult<()> {
        let mut run = Run { jobs_left: self.limit.get(), first_error: Ok(()) };
        let mut futures = Running::new();
        let mut cleanups = Running::new();
        loop {
            self.drain_microtasks(&mut run, &mut context.borrow_mut())?;
            if is_stopped(&context.borrow()) {
                return run.first_error;
            }
            start(&self.futures, &mut futures, context);
            start(&self.cleanups, &mut cleanups, context);
            let ended = poll_some(&mut futures, &mut run, context).await;
            let cleaned = poll_some(&mut cleanups, &mut run, context).await;
            if ended || cleaned || !self.microtasks.borrow().is_empty() {
                continue;
            }
            // Take turns, so that no kind starves.
            let had_task = self.run_tasks(&mut run, &mut context.borrow_mut())?;
            // Timers and immediates without references run while something else keeps the loop alive.
            let is_alive = had_task || self.waits() || !futures.is_empty();
            let had_timer = is_alive && self.run_timers(&mut run, &mut context.borrow_mut())?;
            let had_immediate = is_alive && self.run_immediates(&mut run, &mut context.borrow_mut())?;
            if had_task || had_timer || had_immediate {
                continue;
            }
            let until_due = self.waits().then(|| self.until_due(&context.borrow())).flatten();
            match (until_due, futures.is_empty()) {
                (Some(time), true) => self.pass(time),
                // Another thread may wake the futures before the timer is due, so poll regularly.
                (Some(time), false) => self.pass(time.min(Duration::from_millis(1))),
                (None, false) => wait_for_one(&mut futures, &mut run, context).await,
                (None, true) => return run.first_error,
            }
        }
    }
}

impl EventLoop {
    /// Runs `job` before the microtasks that wait.
    pub(crate) fn start_tick(&self, job: NativeJob) {
        self.ticks.borrow_mut().push_back(job);
    }

    fn next_tick(&self) -> Option<NativeJob> {
        self.ticks.borrow_mut().pop_front()
    }

    /// Whether no job is left for which the loop waits.
    pub(crate) fn is_idle(&self) -> bool {
        self.ticks.borrow().is_empty()
            && self.microtasks.borrow().is_empty()
            && self.tasks.borrow().is_empty()
            && self.futures.borrow().is_empty()
            && !self.waits()
    }

    fn drain_microtasks(&self, run: &mut Run, context: &mut Context) -> JsResult<()> {
        loop {
            if is_stopped(context) {
                return Ok(());
            }
            while let Some(job) = self.next_tick() {
                run.count()?;
                let result = isolate(context, |context| job.call(context));
                run.note(result, context);
                if is_stopped(context) {
                    return Ok(());
                }
            }
            while !is_stopped(context) && !self.microtasks.borrow().is_empty() {
                run.count()?;
                let job = self.microtasks.borrow_mut().pop_front();
                if let Some(job) = job {
                    let result = isolate(context, |context| job.call(context));
                    run.note(result, context);
                }
            }
            // The microtasks may have enqueued ticks.
            if !self.ticks.borrow().is_empty() {
                continue;
            }
            run.keep(report_rejections(context));
            context.clear_kept_objects();
            // Listeners for rejections may have enqueued more jobs.
            if self.microtasks.borrow().is_empty() && self.ticks.borrow().is_empty() {
                return Ok(());
            }
        }
    }

    /// Runs the tasks, each with its microtasks. Returns whether there was one.
    ///
    /// A task that is added meanwhile waits for the next turn.
    fn run_tasks(&self, run: &mut Run, context: &mut Context) -> JsResult<bool> {
        let count = self.tasks.borrow().len();
        for _ in 0..count {
            if is_stopped(context) {
                break;
            }
            run.count()?;
            let Some(task) = self.tasks.borrow_mut().pop_front() else { break };
            let result = isolate(context, |context| task.call(context));
            run.note(result, context);
            self.drain_microtasks(run, context)?;
        }
        Ok(count > 0)
    }

    /// Fires the timers that are due, each with its microtasks. Returns whether there was one.
    ///
    /// A timer that starts meanwhile waits for the next turn.
    fn run_timers(&self, run: &mut Run, context: &mut Context) -> JsResult<bool> {
        let (now, end) = (self.now(context), self.timers.borrow().next_order());
        let mut had_timer = false;
        while !is_stopped(context) && self.timers.borrow().is_due(now, end) {
            run.count()?;
            let Some((number, work, kept_alive)) = self.timers.borrow_mut().pop() else { break };
            had_timer = true;
            let (result, again) = isolate(context, |context| work.run(context));
            if let Some(job) = again {
                let due = self.now(context) + job.interval().as_nanos();
                self.timers.borrow_mut().insert(number, due, Work::Interval(job), kept_alive);
            }
            run.note(result, context);
            self.drain_microtasks(run, context)?;
        }
        Ok(had_timer)
    }

    /// Runs the callbacks of `setImmediate`, each with its microtasks. Returns whether there was one.
    ///
    /// A callback that is added meanwhile waits for the next turn.
    fn run_immediates(&self, run: &mut Run, context: &mut Context) -> JsResult<bool> {
        let end = self.immediates.borrow().next;
        let mut had_immediate = false;
        let is_next =
            |immediates: &Immediates| immediates.jobs.first_key_value().is_some_and(|(&number, _)| number < end);
        while !is_stopped(context) && is_next(&self.immediates.borrow()) {
            run.count()?;
            let Some((_, (job, kept_alive))) = self.immediates.borrow_mut().jobs.pop_first() else { break };
            self.immediates.borrow_mut().keeping_alive -= usize::from(kept_alive);
            had_immediate = true;
            let result = isolate(context, |context| job.call(context));
            run.note(result, context);
            self.drain_microtasks(run, context)?;
        }
        Ok(had_immediate)
    }
}

/// Whether the program has called `process.exit`.
fn is_stopped(context: &Context) -> bool {
    Agent::find(context).is_some_and(|agent| agent.exit.get().is_some())
}

fn start<'a>(jobs: &RefCell<VecDeque<NativeAsyncJob>>, running: &mut Running<'a>, context: &'a RefCell<&mut Context>) {
    for job in mem::take(&mut *jobs.borrow_mut()) {
        let job = Box::pin(job.call(context));
        running.insert(Box::pin(isolate_future(job, context)));
    }
}

/// Polls the futures that were woken. Returns whether any has ended.
async fn poll_some(running: &mut Running<'_>, run: &mut Run, context: &RefCell<&mut Context>) -> bool {
    let mut ended = false;
    while let Some(Some(result)) = future::poll_once(running.next()).await {
        ended = true;
        run.note(result, &mut context.borrow_mut());
    }
    ended
}

/// Waits until a future has ended.
async fn wait_for_one(running: &mut Running<'_>, run: &mut Run, context: &RefCell<&mut Context>) {
    if let Some(result) = running.next().await {
        run.note(result, &mut context.borrow_mut());
    }
}

impl fmt::Debug for EventLoop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventLoop").field("time", &self.time).finish_non_exhaustive()
    }
}
