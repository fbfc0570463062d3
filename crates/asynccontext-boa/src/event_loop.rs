//! The event loop: a job executor that isolates the mapping of each job, runs all microtasks
//! between tasks, reports errors, and continues after them.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::future::{Future, poll_fn};
use std::mem;
use std::pin::Pin;
use std::rc::Rc;
use std::task::Poll;
use std::time::Duration;

use boa_engine::job::{GenericJob, IntervalJob, Job, JobExecutor, NativeAsyncJob, NativeJob, PromiseJob, TimeoutJob};
use boa_engine::{Context, JsNativeError, JsResult, JsValue};
use futures_lite::future;

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

enum Timer {
    Once(TimeoutJob),
    Repeated(IntervalJob),
}

impl Timer {
    fn cancelled(&self) -> bool {
        match self {
            Timer::Once(job) => job.cancelled(),
            Timer::Repeated(job) => job.cancelled(),
        }
    }
}

type Running<'a> = Vec<Pin<Box<dyn Future<Output = JsResult<JsValue>> + 'a>>>;

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
    /// The timers, by due time and then by order.
    timers: RefCell<BTreeMap<(u128, u64), Timer>>,
    next_timer: Cell<u64>,
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
            timers: RefCell::default(),
            next_timer: Cell::new(0),
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

    fn now(&self, context: &Context) -> u128 {
        match &self.time {
            Time::Clock => context.clock().now().nanos_since_epoch(),
            Time::Virtual(now) => now.get(),
        }
    }

    fn start_timer(&self, timer: Timer, delay: u128, context: &Context) {
        let number = self.next_timer.get();
        self.next_timer.set(number + 1);
        self.timers.borrow_mut().insert((self.now(context) + delay, number), timer);
    }

    /// Whether the next timer is due, not counting cancelled ones.
    fn is_due(&self, context: &Context) -> bool {
        let mut timers = self.timers.borrow_mut();
        timers.retain(|_, timer| !timer.cancelled());
        timers.first_key_value().is_some_and(|((due, _), _)| *due <= self.now(context))
    }

    /// Returns the time until the next timer is due, if there is a timer.
    fn until_due(&self, context: &Context) -> Option<Duration> {
        let timers = self.timers.borrow();
        let (due, _) = timers.first_key_value()?.0;
        Some(Duration::from_nanos(u64::try_from(due.saturating_sub(self.now(context))).unwrap_or(u64::MAX)))
    }

    fn fire(&self, timer: Timer, context: &mut Context) -> JsResult<JsValue> {
        match timer {
            Timer::Once(job) => isolate(context, |context| job.call(context)),
            Timer::Repeated(job) => {
                let result = isolate(context, |context| job.call(context));
                if !job.cancelled() {
                    let delay = job.interval().as_nanos();
                    self.start_timer(Timer::Repeated(job), delay, context);
                }
                result
            }
        }
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
                let delay = job.timeout().as_nanos();
                self.start_timer(Timer::Once(job), delay, context);
            }
            Job::IntervalJob(job) => {
                let delay = job.interval().as_nanos();
                self.start_timer(Timer::Repeated(job), delay, context);
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
            if Agent::find(&context.borrow()).is_some_and(|agent| agent.exit.get().is_some()) {
                return run.first_error;
            }
            start(&self.futures, &mut futures, context);
            start(&self.cleanups, &mut cleanups, context);
            let ended = poll_some(&mut futures, &mut run, context).await;
            let cleaned = poll_some(&mut cleanups, &mut run, context).await;
            if ended || cleaned || !self.microtasks.borrow().is_empty() {
                continue;
            }
            // Alternate between the two kinds, so that neither starves.
            let had_task = self.run_task(&mut run, &mut context.borrow_mut())?;
            let had_timer = self.run_timer(&mut run, &mut context.borrow_mut())?;
            if had_task || had_timer {
                continue;
            }
            let until_due = self.until_due(&context.borrow());
            match (until_due, futures.is_empty()) {
                (Some(time), true) => self.pass(time),
                // Another thread may wake the futures before the timer is due, so poll regularly.
                (Some(time), false) => self.pass(time.min(Duration::from_millis(1))),
                (None, false) => wait_for_some(&mut futures, &mut run, context).await,
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
            && self.timers.borrow().is_empty()
    }

    fn drain_microtasks(&self, run: &mut Run, context: &mut Context) -> JsResult<()> {
        loop {
            if let Some(agent) = Agent::find(context) {
                agent.executions.report_collected(context);
            }
            while let Some(job) = self.next_tick() {
                run.count()?;
                let result = isolate(context, |context| job.call(context));
                run.note(result, context);
            }
            while !self.microtasks.borrow().is_empty() {
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

    /// Runs the next task and its microtasks. Returns whether there was a task.
    fn run_task(&self, run: &mut Run, context: &mut Context) -> JsResult<bool> {
        if self.tasks.borrow().is_empty() {
            return Ok(false);
        }
        run.count()?;
        let task = self.tasks.borrow_mut().pop_front();
        if let Some(task) = task {
            let result = isolate(context, |context| task.call(context));
            run.note(result, context);
        }
        self.drain_microtasks(run, context)?;
        Ok(true)
    }

    /// Fires the next timer if it is due. Returns whether it was due.
    fn run_timer(&self, run: &mut Run, context: &mut Context) -> JsResult<bool> {
        if !self.is_due(context) {
            return Ok(false);
        }
        run.count()?;
        let timer = self.timers.borrow_mut().pop_first();
        if let Some((_, timer)) = timer {
            let result = self.fire(timer, context);
            run.note(result, context);
        }
        Ok(true)
    }
}

fn start<'a>(jobs: &RefCell<VecDeque<NativeAsyncJob>>, running: &mut Running<'a>, context: &'a RefCell<&mut Context>) {
    for job in mem::take(&mut *jobs.borrow_mut()) {
        let job = Box::pin(job.call(context));
        running.push(Box::pin(isolate_future(job, context)));
    }
}

/// Polls each future once. Returns whether any has ended.
async fn poll_some(running: &mut Running<'_>, run: &mut Run, context: &RefCell<&mut Context>) -> bool {
    future::poll_once(wait_for_some(running, run, context)).await.is_some()
}

/// Polls the futures until at least one has ended.
async fn wait_for_some(running: &mut Running<'_>, run: &mut Run, context: &RefCell<&mut Context>) {
    let ended = poll_fn(|task| {
        let mut ended = Vec::new();
        running.retain_mut(|future| match future.as_mut().poll(task) {
            Poll::Ready(result) => {
                ended.push(result);
                false
            }
            Poll::Pending => true,
        });
        if ended.is_empty() { Poll::Pending } else { Poll::Ready(ended) }
    })
    .await;
    for result in ended {
        run.note(result, &mut context.borrow_mut());
    }
}

impl fmt::Debug for EventLoop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventLoop").field("time", &self.time).finish_non_exhaustive()
    }
}
