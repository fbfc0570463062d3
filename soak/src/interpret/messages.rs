//! Messages that carry the sender's values.

use asynccontext::Carried;

use super::{body, framed};
use crate::inhabitant::Message;
use crate::model::Frame;
use crate::program::{Body, Pick};
use crate::strand::{here, put, take};
use crate::variables::is_attached;

const MOST: usize = 4;

pub(super) fn send(steps: &Body) {
    let message = Message::new(steps.clone());
    let is_inside = message.inhabitant.is_inside.clone();
    let carried = Carried::new(message);
    is_inside.set(true);
    let full = here(|strand| {
        let mapping = strand.taken().without(is_attached);
        put(&mut strand.messages, MOST, (carried, mapping))
    });
    if let Some((carried, mapping)) = full {
        framed(Frame::in_snapshot(mapping), || drop(carried));
    }
}

pub(super) fn handle(pick: Pick) {
    let Some((carried, mapping)) = here(|strand| take(&mut strand.messages, pick)) else { return };
    framed(Frame::in_snapshot(mapping), || {
        carried.handle(|message| body(&message.body, "the start of a message"));
    });
}

/// Drops a message, which happens in its context; tells whether there was one.
pub(super) fn drop_one(pick: Pick) -> bool {
    let Some((carried, mapping)) = here(|strand| take(&mut strand.messages, pick)) else { return false };
    framed(Frame::in_snapshot(mapping), || drop(carried));
    true
}
