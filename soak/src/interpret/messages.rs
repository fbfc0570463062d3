//! Messages that carry the sender's values.

use asynccontext::Carried;

use super::{body, framed, scoped, snapshots};
use crate::inhabitant::{Message, Task};
use crate::model::{Frame, Mapping};
use crate::program::{Body, Pick, Trap};
use crate::strand::{here, put, take};
use crate::variables::is_uninherited;

const MOST: usize = 4;

pub(super) fn send(steps: &Body) {
    let message = Message::new(steps.clone());
    let is_inside = message.inhabitant.is_inside.clone();
    let carried = Carried::new(message);
    is_inside.set(true);
    let full = here(|strand| {
        let mapping = strand.taken().without(is_uninherited);
        put(&mut strand.messages, MOST, (carried, mapping))
    });
    if let Some((carried, mapping)) = full {
        framed(Frame::in_snapshot(mapping), || drop(carried));
    }
}

pub(super) fn handle(pick: Pick) {
    let Some((carried, mapping)) = here(|strand| take(&mut strand.messages, pick)) else { return };
    // If leaving the context panics, the result of the call is dropped while the message's snapshot is
    // still held. The values of that snapshot would count as leaked.
    let way_out_panics = here(|strand| strand.trap == Some(Trap::Leave));
    match pick % 4 {
        0 if !way_out_panics => handle_async(carried, mapping),
        1 => into_parts(carried, mapping),
        _ => framed(Frame::in_snapshot(mapping), || {
            carried.handle(|message| body(&message.body, "the start of a message"));
        }),
    }
}

/// Makes a future of a message, in the message's context.
fn handle_async(carried: Carried<Message>, mapping: Mapping) {
    let mut future = None;
    framed(Frame::in_snapshot(mapping.clone()), || {
        future = Some(carried.handle_async(|message| {
            let turns = [message.body.clone()].into();
            Task::new(turns, Body::default())
        }));
    });
    if let Some(mut future) = future {
        future.inner_mut().is_inside(mapping);
        scoped::give_back(Box::pin(future));
    }
}

/// Takes a message out of its context, and keeps the snapshot.
fn into_parts(carried: Carried<Message>, mapping: Mapping) {
    let (snapshot, message) = carried.into_parts();
    message.inhabitant.is_inside.set(false);
    snapshots::keep(snapshot, mapping);
    drop(message);
}

/// Drops a message in its context. Returns whether there was one.
pub(super) fn drop_one(pick: Pick) -> bool {
    let Some((carried, mapping)) = here(|strand| take(&mut strand.messages, pick)) else { return false };
    framed(Frame::in_snapshot(mapping), || drop(carried));
    true
}
