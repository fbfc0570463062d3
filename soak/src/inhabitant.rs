//! What programs put into a context: values inside wrapped closures, messages and scoped
//! futures, which look around when they are dropped.

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

/// Lies inside a context, and is dropped there. Whoever drops it enters the model's frame
/// first; the end of this leaves that frame.
#[derive(Debug)]
pub(crate) struct Inhabitant {
    shared: Arc<Shared>,
    /// It counts among the values, so that its own end is seen.
    id: Id,
    last: Option<Body>,
    pub(crate) is_inside: Inside,
}

/// Whether something is in its context: it is not before it was put there, nor after it was
/// taken out.
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

/// What is sent: steps for whoever handles it.
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

/// A task's guard, which the model leaves when it is dropped.
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

/// A future, iterator or stream that takes a turn of the program's steps each time.
#[derive(Debug)]
pub(crate) struct Task {
    turns: Arc<[Body]>,
    turn: usize,
    /// The model's frame between the turns.
    frame: Option<Frame>,
    /// The binding of a scope that has not started.
    unstarted: Option<(Key, Record)>,
    /// Guards that it holds itself; they go before the inhabitant leaves.
    guards: Vec<HeldGuard>,
    inhabitant: Inhabitant,
}

impl Task {
    /// One that is in no context yet.
    pub(crate) fn new(turns: Arc<[Body]>, last: Body) -> Task {
        let inhabitant = Inhabitant::new(Some(last));
        Task { turns, turn: 0, frame: None, unstarted: None, guards: Vec::new(), inhabitant }
    }

    /// It was put into a context that shows this.
    pub(crate) fn is_inside(&mut self, mapping: Mapping) {
        self.frame = Some(Frame::of_task(mapping));
        self.inhabitant.is_inside.set(true);
    }

    /// It was put into a scope with this binding, which starts where it is first driven.
    pub(crate) fn is_unstarted(&mut self, key: Key, record: Record) {
        let nothing = Mapping::empty(self.inhabitant.shared.variables);
        self.is_inside(nothing.with(key, record));
        self.unstarted = Some((key, record));
    }

    /// Tells of its start, or its end before that, the binding that comes over what is current.
    pub(crate) fn start(&mut self) -> Option<(Key, Record)> {
        self.unstarted.take()
    }

    pub(crate) fn frame(&self) -> &Frame {
        self.frame.as_ref().expect("it does not run")
    }

    /// Takes the frame, to enter it before a turn or the drop.
    pub(crate) fn enter(&mut self) -> Frame {
        self.frame.take().expect("it does not run")
    }

    /// Gives the frame back when a turn was not reached.
    pub(crate) fn give_back(&mut self, frame: Frame) {
        self.frame = Some(frame);
    }

    pub(crate) fn runs(&self) -> bool {
        self.frame.is_none()
    }

    /// It was taken out of its context, which has ended.
    pub(crate) fn is_outside(&mut self) {
        self.frame = None;
        self.inhabitant.is_inside.set(false);
    }

    /// Takes a turn; tells whether there are more.
    fn turn(&mut self) -> bool {
        let turn = self.turns.get(self.turn).cloned();
        self.turn += 1;
        here(|strand| strand.starts = false);
        let result = catch_unwind(AssertUnwindSafe(|| match turn {
            Some(body) => interpret::body(&body, "a turn of a task"),
            None => interpret::look("a turn too many"),
        }));
        // It holds every other guard itself, so they are dropped with it.
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
