//! `Inherit`: a runtime on which a task that is spawned bare inherits, by tokio's task hooks.

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

#[cfg(test)]
mod tests;

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
/// functions of this crate add 1.5 ns to a poll.
#[derive(Default)]
#[must_use = "does nothing until a runtime is built"]
pub struct Inherit {
    on_spawn: Hook,
    on_before_poll: Hook,
    on_after_poll: Hook,
    on_terminate: Hook,
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
        let Inherit { on_spawn, on_before_poll, on_after_poll, on_terminate } = self;
        let tasks = Arc::new(Tasks::new());
        let [spawning, polling, ending] = [(); 3].map(|()| Arc::clone(&tasks));
        builder
            .on_task_spawn(move |meta| {
                spawned(&spawning, meta);
                on_spawn.call(meta);
            })
            .on_before_task_poll(move |meta| {
                let polled = Polled::begin(&polling, meta.id());
                on_before_poll.call(meta);
                mem::forget(polled); // until the hook after the poll
            })
            .on_after_task_poll(move |meta| {
                let polled = closed(meta.id());
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

    fn call(&self, meta: &TaskMeta<'_>) {
        if let Some(f) = &self.0 {
            f(meta);
        }
    }
}

thread_local! {
    /// The tasks that are being polled on this thread, the innermost last.
    static OPEN: RefCell<Vec<(Id, Open)>> = const { RefCell::new(Vec::new()) };
    /// The task that ended last on this thread without being known.
    static UNKNOWN: Cell<Option<Id>> = const { Cell::new(None) };
}

/// Runs on the thread that spawns, before the task can be polled.
fn spawned(tasks: &Tasks, meta: &TaskMeta<'_>) {
    // A task that is spawned on a closed runtime ends before it is announced.
    if UNKNOWN.get() != Some(meta.id()) {
        let frame = TaskFrame::new(inherited_at(meta.spawned_at(), "tokio::spawn").0);
        drop_contained(tasks.insert(meta.id(), frame));
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
            contained(|| open.beside());
            // When the thread's list is gone, the frame is closed at once.
            let _ = OPEN.try_with(|all| all.borrow_mut().push((id, open)));
        }
        Polled(id)
    }
}

impl Drop for Polled {
    fn drop(&mut self) {
        closed(self.0);
    }
}

/// Closes the frame of the task `id`, and before it those further inside, which hooks that
/// are over left behind.
///
/// Another thread may wait to poll the task. So all of them are closed before any user code
/// runs.
fn closed(id: Id) -> Closed {
    let Some((innermost, mut open)) = innermost_within(id) else { return Closed(None) };
    open.close();
    let left = Closed(Some(open));
    if innermost == id { left } else { closed(id) }
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
