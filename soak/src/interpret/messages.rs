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
    let carried = Carried::new(Message::new(steps.clone()));
    let full = here(|strand| {
        let mapping = strand.stack.shows().without(is_attached);
        put(&mut strand.messages, MOST, (carried, mapping))
    });
    if let Some((carried, mapping)) = full {
        framed(Frame::new(mapping), || drop(carried));
    }
}

pub(super) fn handle(pick: Pick) {
    let Some((carried, mapping)) = here(|strand| take(&mut strand.messages, pick)) else { return };
    framed(Frame::new(mapping), || {
        carried.handle(|message| body(&message.body, "the start of a message"));
    });
}

/// Drops a message, which happens in its context; tells whether there was one.
pub(super) fn drop_one(pick: Pick) -> bool {
    let Some((carried, mapping)) = here(|strand| take(&mut strand.messages, pick)) else { return false };
    framed(Frame::new(mapping), || drop(carried));
    true
}
