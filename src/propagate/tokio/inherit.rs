//! `Inherit`, which builds a runtime on which bare tasks inherit values, by tokio's task hooks.
//!
//! Only this file uses the arguments of the hooks: a task's id and the location of its spawn. The
//! map from ids to frames is in `tasks.rs`. tokio's pull request 8136 would let a hook attach data
//! to a task, pass that data to each later hook of the task, pass the parent's data to the spawn
//! hook too, and call hooks for `spawn_blocking`. With that,
//!
//! * the task's frame becomes that data: `spawned` attaches it, `Polled::begin` opens it, and tokio
//!   drops it with the task. `Tasks`, its locks, `Ends`, `UNKNOWN` and `ended` can be removed;
//! * `OPEN` stays: `closed` ends the poll of one task and the polls left open inside it;
//! * the predicates of `leave_out` can also see the parent, and recognize a connection by its
//!   spawner.

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

/// A builder of runtimes on which every task runs with the values that were current at its spawn,
/// including bare tasks that other crates spawn.
///
/// Requires `--cfg tokio_unstable`.
///
/// For guards, a task behaves like a [`Scoped`](crate::Scoped) future: bindings stay with it from
/// poll to poll, and [`enter_task`](crate::Variable::enter_task) works in it.
///
/// # Tasks that outlive their spawner
///
/// A pool opens a connection during the first request that needs one, and keeps it for others. The
/// connection's task would keep that request's values and span alive as long as the connection, and
/// code in it would act on behalf of that request. [`leave_out`](Inherit::leave_out) selects tasks
/// that don't inherit, and [`pooled_connections`](Inherit::pooled_connections) recognizes those of
/// hyper and reqwest:
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
/// # Other hooks
///
/// tokio stores one hook of each kind, so this type replaces those that are set on the builder. Set
/// other hooks with the methods of this type. They run with the task's values. The exceptions are
/// `on_task_spawn`, which runs with the values of the spawning code, and `on_task_terminate` of a
/// task that ends because its runtime ends.
///
/// While `on_after_task_poll` runs, another worker may already poll the task. That hook therefore
/// sees the task's values as they were at the end of the poll, and its own bindings and swaps end
/// with it. Bindings and swaps made in `on_before_task_poll` stay with the task.
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
/// # Limits
///
/// tokio calls no hooks for the tasks of a `LocalSet` and for `spawn_blocking`. If spawned bare,
/// the former see the values of the code that polls the set, and the latter start empty.
///
/// When a runtime ends, tokio drops the remaining tasks without calling hooks: a bare task is
/// dropped with the values of the dropping thread, usually none. A task that is spawned through
/// this crate is always dropped with its own values. On completion, a panic or an abort, every task
/// is dropped with its own values.
///
/// The inherited values of a task are dropped after its `JoinHandle` is ready, or when the runtime
/// ends, with the last of its tasks. The drop of [`Runtime`] waits for those tasks, while
/// `shutdown_background` and `shutdown_timeout` may leave some running. The end of a runtime that
/// was converted into tokio's type is not observed: values of tasks that were being spawned at that
/// moment are held until the last [`Handle`](super::Handle) to the runtime is dropped. A panic in
/// the drop of such a value, or of a companion, is caught and discarded, as tokio does with a panic
/// in a hook at a task's end.
///
/// # Cost
///
/// tokio's hooks can't attach data to a task, so each poll looks the task up in a map of the
/// runtime, which is split over 64 locks. This adds about 30 ns to each poll, and 95 to 150 ns to
/// each task ([`docs::performance`](crate::docs::performance)). The functions of this crate add 1.5
/// ns to a poll. `pooled_connections` takes 5 ns for each task, and 25 for one of a connection.
///
/// # Examples
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
    /// Creates a builder without other hooks.
    ///
    /// # Examples
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

    /// Leaves out the tasks for which `f` returns true: they start in the empty snapshot, without
    /// the values and [companions](crate::companion), such as a span, of their spawner, and keep
    /// none of them alive. In all other respects they are ordinary tasks: guards stay with them,
    /// and tasks that they spawn inherit from them. Hooks of [`als`](crate::als) are not called for
    /// them.
    ///
    /// Several calls combine. `f` runs where the task is spawned, with the values of the spawning
    /// code, and may read them. It recognizes the task by tokio's metadata, mainly the location of
    /// the spawn. That is the call of the spawn function, or of a `#[track_caller]` function around
    /// it: for a task of a library, usually a line of the library.
    ///
    /// A task that is spawned by this crate's functions inherits in any case: its future is tied to
    /// the values before tokio sees it.
    ///
    /// # Panics
    ///
    /// A panic in `f` unwinds from the spawning call, and the task is never polled.
    ///
    /// # Examples
    ///
    /// ```
    /// use asynccontext::Variable;
    /// use asynccontext::tokio::runtime::{Builder, Inherit};
    ///
    /// static TENANT: Variable<&str> = Variable::named("tenant");
    /// /// Bound around spawns of tasks that belong to no request.
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

    /// Returns whether a task belongs to a pool of HTTP connections, judged by the file of its
    /// spawn. For use with [`leave_out`](Inherit::leave_out).
    ///
    /// | file | what is spawned there |
    /// |---|---|
    /// | `hyper-util-*/src/rt/tokio.rs` | all that goes through `TokioExecutor`: hyper-util's pool and its connections, so those of reqwest from 0.12 on; connections over HTTP/2 of hyper, which spawns nothing itself, as h2 doesn't |
    /// | `hyper-*/src/common/exec.rs` | the same of hyper 0.14, so of reqwest 0.11 |
    /// | `reqwest-*/src/async_impl/h3_client/pool.rs` | reqwest's connections of HTTP/3 |
    ///
    /// No work of a client's request is spawned there: the caller polls the request, and the
    /// connection's tasks poll and drop the request's body, whether or not they inherit. To make
    /// the request's values visible in its body, tie the body to them:
    /// `body.in_current_snapshot()`, with the feature `http-body`. If the request that began a
    /// connect gets another connection meanwhile, the connect continues in a task spawned there,
    /// for the pool, and the connector then sees no values.
    ///
    /// # Tasks that it misjudges
    ///
    /// * **A server's requests over HTTP/2**, which hyper passes to the same executor. They start
    ///   empty, so handlers don't see values bound around the connection, while over HTTP/1 they
    ///   run in the connection's task and do. Values that a handler or a middleware binds itself
    ///   are visible. Wrap the executor in `ServerExecutor` of the crate `asynccontext-hyper-util`,
    ///   which ties each request to the connection's values.
    /// * **Tasks that a program passes to `TokioExecutor` itself.**
    /// * **Copies of these crates.** The function checks the name of the folder: the crate's name
    ///   with its version, as in cargo's registry, or without it, as `cargo vendor` writes it. A
    ///   fork with another name, a git dependency, whose folder is named after a commit, and paths
    ///   of other build tools are not recognized, and neither are other pools, such as those of
    ///   databases. Another crate in a folder of that name, with that file, is mistaken for it.
    /// * **Custom executors**, which spawn in a file of their own. Let them spawn by
    ///   `ClientExecutor` of that crate, or name the file in a predicate.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::tokio::runtime::{Builder, Inherit};
    /// let inherit = Inherit::new().leave_out(Inherit::pooled_connections);
    /// let rt = inherit.build(Builder::new_multi_thread().worker_threads(1))?;
    /// # drop(rt);
    /// # std::io::Result::Ok(())
    /// ```
    pub fn pooled_connections(task: &TaskMeta<'_>) -> bool {
        pooled::is_spawned_in(task.spawned_at().file())
    }

    /// Sets the hook of [`Builder::on_task_spawn`].
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::tokio::runtime::{Builder, Inherit};
    /// let inherit = Inherit::new().on_task_spawn(|task| println!("{}", task.id()));
    /// let rt = inherit.build(&mut Builder::new_current_thread())?;
    /// rt.block_on(async { tokio::spawn(async {}).await }).unwrap();
    /// # std::io::Result::Ok(())
    /// ```
    pub fn on_task_spawn<F>(mut self, f: F) -> Inherit
    where
        F: Fn(&TaskMeta<'_>) + Send + Sync + 'static,
    {
        self.on_spawn = Hook::new(f);
        self
    }

    /// Sets the hook of [`Builder::on_before_task_poll`].
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::tokio::runtime::{Builder, Inherit};
    /// let inherit = Inherit::new().on_before_task_poll(|task| println!("{}", task.id()));
    /// let rt = inherit.build(&mut Builder::new_current_thread())?;
    /// rt.block_on(async { tokio::spawn(async {}).await }).unwrap();
    /// # std::io::Result::Ok(())
    /// ```
    pub fn on_before_task_poll<F>(mut self, f: F) -> Inherit
    where
        F: Fn(&TaskMeta<'_>) + Send + Sync + 'static,
    {
        self.on_before_poll = Hook::new(f);
        self
    }

    /// Sets the hook of [`Builder::on_after_task_poll`].
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::tokio::runtime::{Builder, Inherit};
    /// let inherit = Inherit::new().on_after_task_poll(|task| println!("{}", task.id()));
    /// let rt = inherit.build(&mut Builder::new_current_thread())?;
    /// rt.block_on(async { tokio::spawn(async {}).await }).unwrap();
    /// # std::io::Result::Ok(())
    /// ```
    pub fn on_after_task_poll<F>(mut self, f: F) -> Inherit
    where
        F: Fn(&TaskMeta<'_>) + Send + Sync + 'static,
    {
        self.on_after_poll = Hook::new(f);
        self
    }

    /// Sets the hook of [`Builder::on_task_terminate`].
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::tokio::runtime::{Builder, Inherit};
    /// let inherit = Inherit::new().on_task_terminate(|task| println!("{}", task.id()));
    /// let rt = inherit.build(&mut Builder::new_current_thread())?;
    /// rt.block_on(async { tokio::spawn(async {}).await }).unwrap();
    /// # std::io::Result::Ok(())
    /// ```
    pub fn on_task_terminate<F>(mut self, f: F) -> Inherit
    where
        F: Fn(&TaskMeta<'_>) + Send + Sync + 'static,
    {
        self.on_terminate = Hook::new(f);
        self
    }

    /// Calls [`Builder::build`] and wraps the runtime. The builder's task hooks are replaced by
    /// hooks that do nothing.
    ///
    /// # Errors
    ///
    /// Returns an error where tokio's method does.
    ///
    /// # Examples
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

    /// Calls [`Builder::build_local`] and wraps the runtime. The builder's task hooks are replaced
    /// by hooks that do nothing.
    ///
    /// # Errors
    ///
    /// Returns an error where tokio's method does.
    ///
    /// # Panics
    ///
    /// Panics if the builder is for several workers.
    ///
    /// # Examples
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

    /// Sets the hooks and builds. The hooks are set last, since later ones would replace them.
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

/// An optional hook of the user.
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

/// The predicates passed to [`Inherit::leave_out`].
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
    /// The last task that ended on this thread without an entry in the map.
    static UNKNOWN: Cell<Option<Id>> = const { Cell::new(None) };
}

/// Runs on the thread that spawns, before the task can be polled.
fn spawned(tasks: &Tasks, left_out: &LeftOut, meta: &TaskMeta<'_>) {
    // A task that is spawned on a closed runtime ends before its spawn hook is called.
    if UNKNOWN.get() != Some(meta.id()) {
        let values = match left_out.has(meta) {
            true => Snapshot::empty(),
            false => inherited_at(meta.spawned_at(), "tokio::spawn"),
        };
        drop_contained(tasks.insert(meta.id(), TaskFrame::new(values.0)));
    }
}

/// Removes and returns the task's frame, so that the caller drops the values in it.
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

/// A poll that has begun. Its drop ends the poll if a hook of the user panics.
struct Polled(Id);

impl Polled {
    fn begin(tasks: &Tasks, id: Id) -> Polled {
        if let Some(mut open) = tasks.get(id).and_then(TaskFrame::open) {
            contained(|| open.enter_attached());
            // If the thread's list is already destroyed, the frame is closed immediately.
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

/// Closes the frame of the task `id`, after those further inside, which earlier hooks left open.
/// With `keep`, code can still run in the frame.
///
/// Another thread may be waiting to poll the task, so all frames are closed before any user code
/// runs.
fn closed(id: Id, keep: bool) -> Closed {
    let Some((innermost, mut open)) = innermost_within(id) else { return Closed(None) };
    open.close(keep);
    let left = Closed(Some(open));
    if innermost == id { left } else { closed(id, keep) }
}

/// A closed frame. Its drop releases the rest.
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

/// Drops all frames, even if the drop of a value in one panics.
pub(super) fn drop_contained(frames: impl IntoIterator<Item = Arc<TaskFrame>>) {
    frames.into_iter().for_each(|frame| contained(|| drop(frame)));
}

/// Removes the innermost frame from the list, if the frame of the task `id` is in the list: hooks
/// that left a frame open further inside are over too.
fn innermost_within(id: Id) -> Option<(Id, Open)> {
    let take = |all: &RefCell<Vec<(Id, Open)>>| {
        let mut all = all.borrow_mut();
        let known = all.iter().rev().any(|(other, _)| *other == id);
        if known { all.pop() } else { None }
    };
    OPEN.try_with(take).ok().flatten()
}
