//! `Inherit`: a runtime on which a task that is spawned bare inherits, by tokio's task hooks.
//!
//! Of all files, this one alone knows what the hooks are given: a task's id and the place of its
//! spawn. What is found by the id lies in `tasks.rs`. tokio's pull request 8136 would let a hook
//! attach data to a task, hand that to each later hook of the task, call the spawn hook with the
//! parent's beside the child's, and call hooks for `spawn_blocking` too. Then
//!
//! * the task's frame is that data: `spawned` attaches it, `Polled::begin` opens it, and tokio
//!   drops it with the task. `Tasks`, its locks, `Ends`, `UNKNOWN` and `ended` go;
//! * `OPEN` stays: `closed` ends the poll of one task and those that are left further inside;
//! * what `leave_out` is asked has the parent as well, so that a connection can be told by who
//!   spawns it too.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::io;
use std::mem;
use std::sync::Arc;

use ::tokio::runtime::{Builder, LocalOptions, TaskMeta};
use ::tokio::task::Id;

use super::runtime::{LocalRuntime, Runtime};
use super::tasks::{Ends, Tasks};
use crate::contained::contained;
use crate::mapping::{Open, TaskFrame};
use crate::propagate::inherit::inherited_at;
use crate::snapshot::Snapshot;

#[cfg(test)]
mod tests;

mod pooled;

/// Builds a runtime on which every task runs in the values current where it was spawned,
/// also one that is spawned bare, by whatever crate.
///
/// Only with `--cfg tokio_unstable`.
///
/// ```
/// use asynccontext::Variable;
/// use asynccontext::tokio::runtime::{Builder, Inherit};
///
/// static TENANT: Variable<&str> = Variable::named("tenant");
///
/// let rt = Inherit::new().build(Builder::new_multi_thread().worker_threads(2))?;
/// rt.block_on(async {
///     let bare = TENANT.run("blue", || tokio::spawn(async { TENANT.get() }));
///     assert_eq!(bare.await.unwrap(), Some("blue"));
/// });
/// # std::io::Result::Ok(())
/// ```
///
/// A task is for guards what a [`Scoped`](crate::Scoped) future is: they stay with it
/// from poll to poll, and [`enter_task`](crate::Variable::enter_task) works in it.
///
/// # Tasks that outlive their spawner
///
/// A pool opens a connection inside of the first request that needs one, and keeps it for
/// others. Its task would keep that request's values and span as long as the connection lives,
/// and code that runs in it would act for that request. [`leave_out`](Inherit::leave_out) says
/// which tasks don't inherit, and [`pooled_connections`](Inherit::pooled_connections) knows those
/// of hyper and reqwest:
///
/// ```
/// use asynccontext::tokio::runtime::{Builder, Inherit};
///
/// let inherit = Inherit::new().leave_out(Inherit::pooled_connections);
/// let rt = inherit.build(Builder::new_multi_thread().worker_threads(1))?;
/// # drop(rt);
/// # std::io::Result::Ok(())
/// ```
///
/// # Hooks of your own
///
/// tokio keeps one hook of each kind, so this replaces those that are set on the builder.
/// Give yours to the methods here. They run within the task's values, but for
/// `on_task_spawn`, which runs within those of the code that spawns, and for
/// `on_task_terminate` of a task that ends because its runtime does.
///
/// While `on_after_task_poll` runs, another worker may poll the task already. So that hook
/// sees the task's values as the poll left them, and what it enters or swaps in ends with
/// it, while the same stays with the task from `on_before_task_poll`.
///
/// ```
/// use asynccontext::Variable;
/// use asynccontext::tokio::runtime::{Builder, Inherit};
/// use std::sync::mpsc;
///
/// static TENANT: Variable<&str> = Variable::named("tenant");
///
/// let (polled, polls) = mpsc::channel();
/// let rt = Inherit::new()
///     .on_before_task_poll(move |_| polled.send(TENANT.get()).unwrap())
///     .build(&mut Builder::new_current_thread())?;
/// let bare = TENANT.run("blue", || rt.block_on(async { tokio::spawn(async {}).await }));
/// assert!(bare.is_ok());
/// assert_eq!(polls.try_recv(), Ok(Some("blue")));
/// # std::io::Result::Ok(())
/// ```
///
/// # What it can't reach
///
/// tokio calls no hooks for the tasks of a `LocalSet` and for `spawn_blocking`: spawned
/// bare, the first see the values of what polls the set, and the second start empty.
///
/// When a runtime ends, tokio drops the tasks that are left outside of all hooks: a bare
/// one is dropped with the values of the thread that does it, mostly none. One that is
/// spawned through this crate is dropped in its own, as always. All other ends of a task
/// are inside: when it is done, by a panic, and when it is aborted.
///
/// What a task inherited is let go after its `JoinHandle` is ready, not before, and when the
/// runtime ends: with the last of its tasks, which [`Runtime`]'s drop waits for, while
/// `shutdown_background` and `shutdown_timeout` may leave some. From a runtime that was turned
/// into tokio's own the end is not seen: what was being spawned at that very moment is held
/// until the last [`Handle`](super::Handle) to it goes. A panic in
/// the drop of such a value, or of a companion, is caught and, as tokio does with one in a
/// hook at a task's end, dropped.
///
/// # Cost
///
/// tokio gives a task no room for what a hook knows of it, so each poll looks the task up
/// in a map of the runtime, which is split over 64 locks: about 30 ns more for each poll,
/// and 95 to 150 ns for each task ([`docs::performance`](crate::docs::performance)). The
/// functions of this crate add 1.5 ns to a poll. What `pooled_connections` looks at takes 5 ns for
/// each task, and 25 for a connection's.
#[derive(Default)]
#[must_use = "does nothing until a runtime is built"]
pub struct Inherit {
    on_spawn: Hook,
    on_before_poll: Hook,
    on_after_poll: Hook,
    on_terminate: Hook,
    left_out: LeftOut,
}

impl Inherit {
    /// Without hooks of your own.
    ///
    /// ```
    /// use asynccontext::tokio::runtime::{Builder, Inherit};
    ///
    /// let rt = Inherit::new().build(&mut Builder::new_current_thread())?;
    /// assert_eq!(rt.block_on(async { 1 }), 1);
    /// # std::io::Result::Ok(())
    /// ```
    pub fn new() -> Inherit {
        Inherit::default()
    }

    /// A task for which `f` returns true starts in the empty snapshot: it has no value of its
    /// spawner's and no [companion](crate::companion), such as a span, and keeps none of them
    /// alive. Otherwise it is a task as all are: guards stay with it, and what it spawns inherits
    /// from it. Hooks of [`als`](crate::als) aren't told of it.
    ///
    /// Called again, it leaves out those tasks as well. `f` runs where the task is spawned, in the
    /// values of the code that spawns it, and may read them. It knows the task by what tokio tells
    /// of it: the place of the spawn above all. That is where the function is called which spawns,
    /// or a caller of that with `#[track_caller]`: for a library's task mostly a line of the library.
    ///
    /// A task that is spawned by this crate's functions inherits in any case, also at such a
    /// place: its future is tied to the values before tokio sees it.
    ///
    /// # Panics
    ///
    /// A panic in `f` is one of the call that spawns, and the task is never polled.
    ///
    /// ```
    /// use asynccontext::Variable;
    /// use asynccontext::tokio::runtime::{Builder, Inherit};
    ///
    /// static TENANT: Variable<&str> = Variable::named("tenant");
    /// /// Bound where a task is spawned that is nobody's.
    /// static DETACHED: Variable<()> = Variable::named("detached");
    ///
    /// let rt = Inherit::new()
    ///     .leave_out(|task| task.spawned_at().file().ends_with("/pool.rs"))
    ///     .leave_out(|_| DETACHED.get().is_some())
    ///     .build(&mut Builder::new_current_thread())?;
    /// rt.block_on(TENANT.scope("blue", async {
    ///     let job = tokio::spawn(async { TENANT.get() });
    ///     assert_eq!(job.await.unwrap(), Some("blue"));
    ///     let collector = DETACHED.run((), || tokio::spawn(async { TENANT.get() }));
    ///     assert_eq!(collector.await.unwrap(), None);
    /// }));
    /// # std::io::Result::Ok(())
    /// ```
    pub fn leave_out<F>(mut self, f: F) -> Inherit
    where
        F: Fn(&TaskMeta<'_>) -> bool + Send + Sync + 'static,
    {
        self.left_out.0.push(Box::new(f));
        self
    }

    /// Whether a task belongs to a pool of HTTP connections, by the file that it is spawned in, for
    /// [`leave_out`](Inherit::leave_out).
    ///
    /// | file | what is spawned there |
    /// |---|---|
    /// | `hyper-util-*/src/rt/tokio.rs` | all that goes through `TokioExecutor`: hyper-util's pool and its connections, so those of reqwest from 0.12 on; connections over HTTP/2 of hyper, which spawns nothing itself, as h2 doesn't |
    /// | `hyper-*/src/common/exec.rs` | the same of hyper 0.14, so of reqwest 0.11 |
    /// | `reqwest-*/src/async_impl/h3_client/pool.rs` | reqwest's connections of HTTP/3 |
    ///
    /// No work of a client's request is spawned there: the caller polls the request, and the
    /// connection's tasks poll and drop the request's body, whether or not they inherit. To see the
    /// request's values in its body, tie it to them: `body.in_current_snapshot()`, with the feature
    /// `http-body`. A connect goes on there when the request that began it got another connection
    /// meanwhile: it makes one for the pool, and from then on your connector sees no values.
    ///
    /// # What it can't tell apart
    ///
    /// * **A server's requests over HTTP/2**, which hyper hands to the same executor. They start
    ///   empty, so handlers don't see what was bound around the connection, while over HTTP/1 they
    ///   run in the connection's task and do. What a handler or a middleware binds itself is seen.
    ///   Wrap the executor in `ServerExecutor` of the crate `asynccontext-hyper-util`, which ties
    ///   each request to the connection's values.
    /// * **What your code gives to `TokioExecutor` by hand.**
    /// * **Copies of these crates.** The folder is looked at, which is the crate's name with its
    ///   version in cargo's registry, and also without where `cargo vendor` puts it. A fork of
    ///   another name, a git dependency, whose folder is named after a commit, and paths that
    ///   another build tool makes are not known, and neither are other pools, such as a
    ///   database's. A crate of your own in a folder of that name, with that file, is taken for it.
    /// * **An executor of your own** spawns in a file of yours. Let it spawn by `ClientExecutor` of
    ///   that crate, or name the file in a predicate.
    pub fn pooled_connections(task: &TaskMeta<'_>) -> bool {
        pooled::is_spawned_in(task.spawned_at().file())
    }

    /// As [`Builder::on_task_spawn`].
    pub fn on_task_spawn<F>(mut self, f: F) -> Inherit
    where
        F: Fn(&TaskMeta<'_>) + Send + Sync + 'static,
    {
        self.on_spawn = Hook::new(f);
        self
    }

    /// As [`Builder::on_before_task_poll`].
    pub fn on_before_task_poll<F>(mut self, f: F) -> Inherit
    where
        F: Fn(&TaskMeta<'_>) + Send + Sync + 'static,
    {
        self.on_before_poll = Hook::new(f);
        self
    }

    /// As [`Builder::on_after_task_poll`].
    pub fn on_after_task_poll<F>(mut self, f: F) -> Inherit
    where
        F: Fn(&TaskMeta<'_>) + Send + Sync + 'static,
    {
        self.on_after_poll = Hook::new(f);
        self
    }

    /// As [`Builder::on_task_terminate`].
    pub fn on_task_terminate<F>(mut self, f: F) -> Inherit
    where
        F: Fn(&TaskMeta<'_>) + Send + Sync + 'static,
    {
        self.on_terminate = Hook::new(f);
        self
    }

    /// As [`Builder::build`]. The builder's task hooks are replaced, and afterwards they do
    /// nothing.
    ///
    /// # Errors
    ///
    /// As tokio's.
    ///
    /// ```
    /// use asynccontext::tokio::runtime::{Builder, Inherit};
    ///
    /// let rt = Inherit::new().build(Builder::new_multi_thread().worker_threads(1))?;
    /// let rt: tokio::runtime::Runtime = rt.into();
    /// # std::io::Result::Ok(())
    /// ```
    pub fn build(self, builder: &mut Builder) -> io::Result<Runtime> {
        let (built, tasks) = self.within(builder, Builder::build);
        built.map(|inner| Runtime::that_ends(Ends::of(tasks, inner.handle()), inner))
    }

    /// As [`Builder::build_local`]. The builder's task hooks are replaced, and afterwards
    /// they do nothing.
    ///
    /// # Errors
    ///
    /// As tokio's.
    ///
    /// # Panics
    ///
    /// As tokio's: if the builder is for several workers.
    ///
    /// ```
    /// use asynccontext::tokio::runtime::{Builder, Inherit, LocalOptions};
    ///
    /// let rt = Inherit::new().build_local(&mut Builder::new_current_thread(), LocalOptions::default())?;
    /// assert_eq!(rt.block_on(async { 1 }), 1);
    /// # std::io::Result::Ok(())
    /// ```
    pub fn build_local(self, builder: &mut Builder, options: LocalOptions) -> io::Result<LocalRuntime> {
        let (built, tasks) = self.within(builder, |b| b.build_local(options));
        built.map(|inner| LocalRuntime::that_ends(Ends::of(tasks, inner.handle()), inner))
    }

    /// Hooks that are set later would replace these one by one, so they are set last.
    fn within<R>(self, builder: &mut Builder, build: impl FnOnce(&mut Builder) -> R) -> (R, Arc<Tasks>) {
        let Inherit { on_spawn, on_before_poll, on_after_poll, on_terminate, left_out } = self;
        let tasks = Arc::new(Tasks::new());
        let [spawning, polling, ending] = [(); 3].map(|()| Arc::clone(&tasks));
        builder
            .on_task_spawn(move |meta| {
                spawned(&spawning, &left_out, meta);
                on_spawn.call(meta);
            })
            .on_before_task_poll(move |meta| {
                let polled = Polled::begin(&polling, meta.id());
                on_before_poll.call(meta);
                mem::forget(polled); // until the hook after the poll
            })
            .on_after_task_poll(move |meta| {
                let polled = closed(meta.id(), on_after_poll.is_set());
                polled.run(|| on_after_poll.call(meta));
            })
            .on_task_terminate(move |meta| {
                let _ended = ended(&ending, meta.id());
                on_terminate.call(meta);
            });
        let built = build(builder);
        builder.on_task_spawn(|_| ()).on_before_task_poll(|_| ()).on_after_task_poll(|_| ()).on_task_terminate(|_| ());
        (built, tasks)
    }
}

impl fmt::Debug for Inherit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inherit").finish_non_exhaustive()
    }
}

type Callback = dyn Fn(&TaskMeta<'_>) + Send + Sync;

/// A hook of the user's, if there is one.
#[derive(Default)]
struct Hook(Option<Box<Callback>>);

impl Hook {
    fn new(f: impl Fn(&TaskMeta<'_>) + Send + Sync + 'static) -> Hook {
        Hook(Some(Box::new(f)))
    }

    fn is_set(&self) -> bool {
        self.0.is_some()
    }

    fn call(&self, meta: &TaskMeta<'_>) {
        if let Some(f) = &self.0 {
            f(meta);
        }
    }
}

type Question = dyn Fn(&TaskMeta<'_>) -> bool + Send + Sync;

/// What [`Inherit::leave_out`] was given.
#[derive(Default)]
struct LeftOut(Vec<Box<Question>>);

impl LeftOut {
    fn has(&self, meta: &TaskMeta<'_>) -> bool {
        self.0.iter().any(|f| f(meta))
    }
}

thread_local! {
    /// The tasks that are being polled on this thread, the innermost last.
    static OPEN: RefCell<Vec<(Id, Open)>> = const { RefCell::new(Vec::new()) };
    /// The task that ended last on this thread without being known.
    static UNKNOWN: Cell<Option<Id>> = const { Cell::new(None) };
}

/// Runs on the thread that spawns, before the task can be polled.
fn spawned(tasks: &Tasks, left_out: &LeftOut, meta: &TaskMeta<'_>) {
    // A task that is spawned on a closed runtime ends before it is announced.
    if UNKNOWN.get() != Some(meta.id()) {
        let values = match left_out.has(meta) {
            true => Snapshot::empty(),
            false => inherited_at(meta.spawned_at(), "tokio::spawn"),
        };
        drop_contained(tasks.insert(meta.id(), TaskFrame::new(values.0)));
    }
}

/// The task's frame, so that the values that it holds are dropped by the caller.
fn ended(tasks: &Tasks, id: Id) -> Option<Arc<TaskFrame>> {
    let (frame, ends) = tasks.remove(id);
    if frame.is_none() {
        UNKNOWN.set(Some(id));
    }
    if ends {
        drop_contained(tasks.let_go());
    }
    frame
}

/// The hook before a poll. Its drop ends the poll if a hook of the user's panics.
struct Polled(Id);

impl Polled {
    fn begin(tasks: &Tasks, id: Id) -> Polled {
        if let Some(mut open) = tasks.get(id).and_then(TaskFrame::open) {
            contained(|| open.enter_attached());
            // When the thread's list is gone, the frame is closed at once.
            let _ = OPEN.try_with(|all| all.borrow_mut().push((id, open)));
        }
        Polled(id)
    }
}

impl Drop for Polled {
    fn drop(&mut self) {
        closed(self.0, false);
    }
}

/// Closes the frame of the task `id`, and before it those further inside, which hooks that
/// are over left behind. With `keep`, for code that runs in it yet.
///
/// Another thread may wait to poll the task. So all of them are closed before any user code
/// runs.
fn closed(id: Id, keep: bool) -> Closed {
    let Some((innermost, mut open)) = innermost_within(id) else { return Closed(None) };
    open.close(keep);
    let left = Closed(Some(open));
    if innermost == id { left } else { closed(id, keep) }
}

/// A frame that is closed. Its drop lets go of the rest.
struct Closed(Option<Open>);

impl Closed {
    fn run(&self, f: impl FnOnce()) {
        match &self.0 {
            Some(open) => open.run(f),
            None => f(),
        }
    }
}

impl Drop for Closed {
    fn drop(&mut self) {
        let open = self.0.take();
        contained(|| drop(open));
    }
}

/// Drops frames, also when the drop of a value in one panics.
pub(super) fn drop_contained(frames: impl IntoIterator<Item = Arc<TaskFrame>>) {
    frames.into_iter().for_each(|frame| contained(|| drop(frame)));
}

/// Takes the innermost frame off the list, if the frame of the task `id` is in it: hooks
/// that left one further inside behind are over too.
fn innermost_within(id: Id) -> Option<(Id, Open)> {
    let take = |all: &RefCell<Vec<(Id, Open)>>| {
        let mut all = all.borrow_mut();
        let known = all.iter().rev().any(|(other, _)| *other == id);
        if known { all.pop() } else { None }
    };
    OPEN.try_with(take).ok().flatten()
}
