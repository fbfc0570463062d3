//! Scoped futures, iterators and streams, which the program polls in any order.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Waker};

use asynccontext::Propagate;
use futures_core::Stream;

use super::framed;
use super::snapshots::copy;
use crate::inhabitant::Task;
use crate::model::{Frame, Record};
use crate::program::{Body, By, Drive, Pick};
use crate::strand::{Future, Strand, here, put, take};
use crate::value::Value;
use crate::variables;

const MOST: usize = 5;

pub(super) fn make(by: &By, turns: &Arc<[Body]>, last: &Body) {
    let task = Task::new(turns.clone(), last.clone());
    let future = match by {
        By::Current => {
            let mut future = task.in_current_snapshot();
            future.inner_mut().is_inside(here(Strand::taken));
            future
        }
        By::Value(key, mood) => {
            let value = Value::new(mood.clone());
            let record = Record::Bound(value.id());
            let mut future = variables::scope(*key, value, task);
            future.inner_mut().is_unstarted(*key, record);
            future
        }
        By::Hidden(key) => {
            let key = variables::no_storage(*key);
            let mut future = variables::scope_hidden(key, task);
            future.inner_mut().is_unstarted(key, Record::Unbound);
            future
        }
        By::Snapshot(pick) => {
            let Some((snapshot, mapping)) = copy(*pick) else { return };
            let mut future = if pick % 2 == 0 { snapshot.scope(task) } else { task.with_snapshot(snapshot) };
            future.inner_mut().is_inside(mapping);
            future
        }
    };
    give_back(Box::pin(future));
}

/// Adds a future, which may replace another one.
pub(super) fn give_back(future: Future) {
    if let Some(future) = here(|strand| put(&mut strand.futures, MOST, future)) {
        end(future);
    }
}

pub(super) fn drive(how: Drive, pick: Pick) {
    let Some(mut future) = here(|strand| take(&mut strand.futures, pick)) else { return };
    let (start, frame) = (future.inner_mut().start(), future.inner_mut().enter());
    here(|strand| match start {
        Some((key, record)) => {
            let base = strand.stack.shows().with(key, record).beside(None);
            strand.stack.start(Frame::of_task(base));
            strand.starts = true;
        }
        None => strand.stack.push(frame),
    });
    let context = &mut Context::from_waker(Waker::noop());
    let result = catch_unwind(AssertUnwindSafe(|| match how {
        Drive::Poll => drop(future.as_mut().poll(context)),
        Drive::Next => drop(future.next()),
        Drive::PollNext => drop(future.as_mut().poll_next(context)),
    }));
    if future.inner().runs() {
        let frame = here(|strand| {
            strand.starts = false;
            strand.stack.pop() // Entering panicked.
        });
        future.inner_mut().give_back(frame);
    }
    give_back(future);
    result.unwrap_or_else(|panic| resume_unwind(panic));
}

/// Drops a future in its context. Returns whether there was one.
pub(super) fn drop_one(pick: Pick) -> bool {
    let Some(future) = here(|strand| take(&mut strand.futures, pick)) else { return false };
    end(future);
    true
}

fn end(mut future: Future) {
    let (start, mut frame) = (future.inner_mut().start(), future.inner_mut().enter());
    if let Some((key, record)) = start {
        frame = here(|strand| Frame::of_task(strand.stack.shows().with(key, record))).entering_nothing();
    }
    framed(frame, || drop(future));
}

/// Takes a future out of its context, and drops it outside.
pub(super) fn into_inner(pick: Pick) {
    let Some(mut future) = here(|strand| take(&mut strand.futures, pick)) else { return };
    future.inner_mut().is_outside();
    drop(Pin::into_inner(future).into_inner());
}
