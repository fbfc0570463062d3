//! The event loop: a job executor that runs every job in a mapping of its own, drains
//! microtasks between tasks, reports what goes wrong and goes on.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::future::{Future, poll_fn};
use std::mem;
use std::pin::Pin;
use std::rc::Rc;
use std::task::Poll;
use std::time::Duration;

use boa_engine::job::{GenericJob, IntervalJob, Job, JobExecutor, NativeAsyncJob, PromiseJob, TimeoutJob};
use boa_engine::{Context, JsNativeError, JsResult, JsValue};
use futures_lite::future;

use crate::jobs::{isolate, isolate_future};
use crate::report::{report_exception, report_rejections};

/// How the loop knows the time.
#[derive(Debug)]
enum Time {
    /// By the context's clock. It sleeps until the next timer is due.
    Clock,
    /// By its timers alone: when nothing else is left, the next timer is due. Nanoseconds.
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
/// `Context::run_jobs` returns when nothing is left to do: no microtask, no task, no timer,
/// no asynchronous job. An error ends its own job only. It goes to
/// [`on_uncaught`](crate::on_uncaught), or the first of them comes out of `run_jobs`.
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
    microtasks: RefCell<VecDeque<PromiseJob>>,
    tasks: RefCell<VecDeque<GenericJob>>,
    futures: RefCell<VecDeque<NativeAsyncJob>>,
    cleanups: RefCell<VecDeque<NativeAsyncJob>>,
    /// By the time they are due, then by their order.
    timers: RefCell<BTreeMap<(u128, u64), Timer>>,
    next_timer: Cell<u64>,
    time: Time,
    /// How many jobs one `run_jobs` may run.
    limit: Cell<u64>,
}

impl Default for EventLoop {
    fn default() -> EventLoop {
        EventLoop {
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
    /// A loop that never sleeps: a timer is due as soon as nothing else is left to do, in
    /// the order of the timers' delays. For tests, and for programs that are to be repeated.
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

    /// Bounds the number of jobs that one `run_jobs` runs, so that a program which always
    /// enqueues another ends. What is left stays for the next `run_jobs`.
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

    /// Whether the next timer that is not cancelled is due.
    fn is_due(&self, context: &Context) -> bool {
        let mut timers = self.timers.borrow_mut();
        timers.retain(|_, timer| !timer.cancelled());
        timers.first_key_value().is_some_and(|((due, _), _)| *due <= self.now(context))
    }

    /// How long nothing is due, if there is a timer.
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

    /// Lets `time` pass: by sleeping, or by saying so.
    fn pass(&self, time: Duration) {
        match &self.time {
            Time::Clock => std::thread::sleep(time),
            Time::Virtual(now) => now.set(now.get() + time.as_nanos()),
        }
    }
}

/// What one `run_jobs` has done so far.
struct Run {
    jobs_left: u64,
    first_error: JsResult<()>,
}

impl Run {
    /// Counts a job that is there. An error if it is one too many: it stays where it is.
    fn count(&mut self) -> JsResult<()> {
        self.jobs_left = self.jobs_left.checked_sub(1).ok_or_else(|| {
            JsNativeError::error().with_message("the event loop has run as many jobs as it may; some are left")
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
            // The engine may learn of more kinds; there is nothing to run them with here.
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
            start(&self.futures, &mut futures, context);
            start(&self.cleanups, &mut cleanups, context);
            let ended = poll_some(&mut futures, &mut run, context).await;
            let cleaned = poll_some(&mut cleanups, &mut run, context).await;
            if ended || cleaned || !self.microtasks.borrow().is_empty() {
                continue;
            }
            // One of each in turn, so that neither keeps the other waiting for ever.
            let had_task = self.run_task(&mut run, &mut context.borrow_mut())?;
            let had_timer = self.run_timer(&mut run, &mut context.borrow_mut())?;
            if had_task || had_timer {
                continue;
            }
            let until_due = self.until_due(&context.borrow());
            match (until_due, futures.is_empty()) {
                (Some(time), true) => self.pass(time),
                // Somebody else wakes the futures, perhaps before the timer: look now and then.
                (Some(time), false) => self.pass(time.min(Duration::from_millis(1))),
                (None, false) => wait_for_some(&mut futures, &mut run, context).await,
                (None, true) => return run.first_error,
            }
        }
    }
}

impl EventLoop {
    fn drain_microtasks(&self, run: &mut Run, context: &mut Context) -> JsResult<()> {
        loop {
            while !self.microtasks.borrow().is_empty() {
                run.count()?;
                let job = self.microtasks.borrow_mut().pop_front();
                if let Some(job) = job {
                    let result = isolate(context, |context| job.call(context));
                    run.note(result, context);
                }
            }
            run.keep(report_rejections(context));
            context.clear_kept_objects();
            // Whoever heard of a rejection may have enqueued more.
            if self.microtasks.borrow().is_empty() {
                return Ok(());
            }
        }
    }

    /// Runs the next task and its microtasks. Whether there was one.
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

    /// Fires the next timer, if it is due. Whether it was.
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

/// Polls each future once. Whether any has ended.
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
