//! Snapshots: taken, cloned, run in, swapped in and dropped.

use asynccontext::Snapshot;
use asynccontext::agent::async_context_swap;

use super::{framed, inside};
use crate::model::{Frame, Key, Mapping, Record};
use crate::program::{Body, Mood, Pick};
use crate::strand::{OnExit, Strand, here, put, take};
use crate::value::Value;
use crate::variables::{self, is_uninherited};

const MOST: usize = 8;

/// Adds a snapshot, which may replace another one.
pub(super) fn keep(snapshot: Snapshot, mapping: Mapping) {
    let full = here(|strand| put(&mut strand.snapshots, MOST, (snapshot, mapping)));
    drop(full);
}

pub(super) fn capture() {
    let snapshot = Snapshot::capture();
    keep(snapshot, here(Strand::taken));
}

pub(super) fn inherit() {
    let snapshot = Snapshot::inherit();
    keep(snapshot, here(Strand::taken).without(is_uninherited));
}

pub(super) fn empty() {
    keep(Snapshot::empty(), here(|strand| Mapping::empty(strand.shared.variables)));
}

/// Returns a copy of one of the strand's snapshots, with its mapping.
pub(super) fn copy(pick: Pick) -> Option<(Snapshot, Mapping)> {
    here(|strand| {
        let at = usize::from(pick).checked_rem(strand.snapshots.len())?;
        Some(strand.snapshots[at].clone())
    })
}

pub(super) fn clone(pick: Pick) {
    if let Some((snapshot, mapping)) = copy(pick) {
        keep(snapshot, mapping);
    }
}

pub(super) fn with(pick: Pick, key: Key, mood: &Mood) {
    let Some((snapshot, mapping)) = copy(pick) else { return };
    let key = variables::no_storage(key);
    let value = Value::new(mood.clone());
    let mapping = mapping.with(key, Record::Bound(value.id()));
    keep(variables::with_value(key, value, snapshot), mapping);
}

pub(super) fn without(pick: Pick, key: Key) {
    let Some((snapshot, mapping)) = copy(pick) else { return };
    let key = variables::no_storage(key);
    keep(variables::without_value(key, snapshot), mapping.with(key, Record::Unbound));
}

/// Drops a snapshot. Returns whether there was one.
pub(super) fn release(pick: Pick) -> bool {
    let taken = here(|strand| take(&mut strand.snapshots, pick));
    taken.is_some() // It is dropped here.
}

/// Runs steps in a snapshot. They may drop the strand's own copy of it.
pub(super) fn run_in(pick: Pick, steps: &Body) {
    let Some((snapshot, mapping)) = copy(pick) else { return };
    let frame = Frame::in_snapshot(mapping.clone());
    let snapshot = holding(mapping, snapshot);
    framed(frame, || snapshot.1.run(|| inside(steps, "the start of `Snapshot::run`")));
}

/// An item, and its mapping in the model, which is dropped first.
pub(super) fn holding<T>(mapping: Mapping, item: T) -> (OnExit<impl FnMut()>, T) {
    here(|strand| strand.held.push(mapping));
    (OnExit(|| drop(here(|strand| strand.held.pop()))), item)
}

pub(super) fn swap(pick: Pick) {
    let Some((snapshot, mapping)) = here(|strand| take(&mut strand.snapshots, pick)) else { return };
    let previous = here(|strand| strand.stack.swap(mapping));
    let shown = async_context_swap(snapshot);
    keep(shown, previous);
}
