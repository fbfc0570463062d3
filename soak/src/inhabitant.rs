//! Values that programs put into a context: inside wrapped closures, messages and scoped futures.
//! They check the context when they are dropped.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use asynccontext::TaskGuard;
use futures_core::Stream;

use crate::interpret;
use crate::model::{Frame, GuardId, Id, Key, Mapping, Record};
use crate::program::Body;
use crate::shared::Shared;
use crate::strand::{OnExit, here, try_here};

/// A value inside a context, which must be dropped there. The model's frame is entered before the drop
/// and left at its end.
#[derive(Debug)]
pub(crate) struct Inhabitant {
    shared: Arc<Shared>,
    /// A tracked value, so that the drop of the inhabitant is detected.
    id: Id,
    last: Option<Body>,
    pub(crate) is_inside: Inside,
}

/// Whether the inhabitant is in its context: after it was put there, and before it is taken out.
#[derive(Clone, Debug, Default)]
pub(crate) struct Inside(Arc<AtomicBool>);

impl Inside {
    pub(crate) fn set(&self, inside: bool) {
        self.0.store(inside, Ordering::Relaxed);
    }

    fn get(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

impl Inhabitant {
    pub(crate) fn new(last: Option<Body>) -> Inhabitant {
        let shared = here(|strand| strand.shared.clone());
        let id = shared.new_value();
        Inhabitant { shared, id, last, is_inside: Inside::default() }
    }
}

impl Drop for Inhabitant {
    fn drop(&mut self) {
        self.shared.ends(self.id);
        if try_here(|_| ()).is_none() {
            return;
        }
        let leaves = self.is_inside.get();
        let _exit = OnExit(|| {
            if leaves {
                here(|strand| strand.stack.pop());
            }
        });
        match &self.last {
            Some(last) => interpret::body(last, "the drop of what is scoped"),
            None => interpret::look("the drop of what is scoped"),
        }
    }
}

/// A message: steps for its receiver.
#[derive(Debug)]
pub(crate) struct Message {
    pub(crate) body: Body,
    pub(crate) inhabitant: Inhabitant,
}

impl Message {
    pub(crate) fn new(body: Body) -> Message {
        Message { body, inhabitant: Inhabitant::new(None) }
    }
}

/// A guard of a task. Its drop leaves the guard in the model.
#[derive(Debug)]
struct HeldGuard {
    guard: Option<TaskGuard>,
    id: GuardId,
}

impl HeldGuard {
    fn new((guard, id): (TaskGuard, GuardId)) -> HeldGuard {
        HeldGuard { guard: Some(guard), id }
    }
}

impl Drop for HeldGuard {
    fn drop(&mut self) {
        try_here(|strand| strand.stack.leave(self.id));
        drop(self.guard.take());
    }
}

/// A future, iterator or stream that runs some of the program's steps at each poll or step.
#[derive(Debug)]
pub(crate) struct Task {
    turns: Arc<[Body]>,
    turn: usize,
    /// The model's frame between two turns.
    frame: Option<Frame>,
    /// The binding of a scope that has not started.
    unstarted: Option<(Key, Record)>,
    /// The guards that it holds. They are dropped before the inhabitant leaves the frame.
    guards: Vec<HeldGuard>,
    inhabitant: Inhabitant,
}

impl Task {
    /// Returns an inhabitant that is not in a context yet.
    pub(crate) fn new(turns: Arc<[Body]>, last: Body) -> Task {
        let inhabitant = Inhabitant::new(Some(last));
        Task { turns, turn: 0, frame: None, unstarted: None, guards: Vec::new(), inhabitant }
    }

    /// Notes that it was put into a context with this mapping.
    pub(crate) fn is_inside(&mut self, mapping: Mapping) {
        self.frame = Some(Frame::of_task(mapping));
        self.inhabitant.is_inside.set(true);
    }

    /// Notes that it was put into a scope with this binding, which starts at its first poll.
    pub(crate) fn is_unstarted(&mut self, key: Key, record: Record) {
        let nothing = Mapping::empty(self.inhabitant.shared.variables);
        self.is_inside(nothing.with(key, record));
        self.unstarted = Some((key, record));
    }

    /// Returns the binding of the scope at its start, or at its drop before the start.
    pub(crate) fn start(&mut self) -> Option<(Key, Record)> {
        self.unstarted.take()
    }

    pub(crate) fn frame(&self) -> &Frame {
        self.frame.as_ref().expect("no turn is running")
    }

    /// Takes the frame, which is entered before a turn or the drop.
    pub(crate) fn enter(&mut self) -> Frame {
        self.frame.take().expect("no turn is running")
    }

    /// Returns the frame if a turn did not start.
    pub(crate) fn give_back(&mut self, frame: Frame) {
        self.frame = Some(frame);
    }

    pub(crate) fn runs(&self) -> bool {
        self.frame.is_none()
    }

    /// Notes that it was taken out of its context, which has ended.
    pub(crate) fn is_outside(&mut self) {
        self.frame = None;
        self.inhabitant.is_inside.set(false);
    }

    /// Runs a turn. Returns whether more turns remain.
    fn turn(&mut self) -> bool {
        let turn = self.turns.get(self.turn).cloned();
        self.turn += 1;
        here(|strand| strand.starts = false);
        let result = catch_unwind(AssertUnwindSafe(|| match turn {
            Some(body) => interpret::body(&body, "a turn of a task"),
            None => interpret::look("a turn too many"),
        }));
        // Every other guard is held by this value, and is dropped with it.
        here(|strand| {
            if strand.stack.in_task() && self.turn.is_multiple_of(2) {
                self.guards.extend(strand.task_guards.pop().map(HeldGuard::new));
            }
            self.frame = Some(strand.stack.pop());
        });
        result.unwrap_or_else(|panic| resume_unwind(panic));
        self.turn < self.turns.len()
    }
}

impl Future for Task {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        if self.turn() { Poll::Pending } else { Poll::Ready(()) }
    }
}

impl Iterator for Task {
    type Item = ();

    fn next(&mut self) -> Option<()> {
        self.turn().then_some(())
    }
}

impl Stream for Task {
    type Item = ();

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<()>> {
        if self.turn() { Poll::Ready(Some(())) } else { Poll::Ready(None) }
    }
}
