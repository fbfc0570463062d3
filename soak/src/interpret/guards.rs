//! Guards: entered, left in any order and at any place, kept and forgotten.

use std::mem;

use super::scopes::storage;
use crate::fault::Kind;
use crate::model::{Key, Record};
use crate::program::{Mood, Pick};
use crate::strand::{guards, here, put, take};
use crate::value::Value;
use crate::variables;

/// The number of guards of each kind that a thread or a strand holds.
const MOST: usize = 12;

pub(super) fn enter(key: Key, mood: &Mood) {
    let value = Value::new(mood.clone());
    let record = Record::Bound(value.id());
    let entered = variables::enter(key, value);
    let id = here(|strand| {
        let id = strand.shared.new_guard();
        strand.stack.enter(id, key, record);
        id
    });
    if let Some((guard, id)) = guards(|guards| put(guards, MOST, (entered, id))) {
        here(|strand| strand.stack.leave(id));
        drop(guard);
    }
}

pub(super) fn enter_hidden(key: Key) {
    let key = variables::no_storage(key);
    let entered = variables::enter_hidden(key);
    let id = here(|strand| {
        let id = strand.shared.new_guard();
        strand.stack.enter(id, key, Record::Unbound);
        id
    });
    if let Some((guard, id)) = guards(|guards| put(guards, MOST, (entered, id))) {
        here(|strand| strand.stack.leave(id));
        drop(guard);
    }
}

pub(super) fn enter_task(key: Key, mood: &Mood) {
    let value = Value::new(mood.clone());
    let record = Record::Bound(value.id());
    let entered = variables::enter_task(key, value);
    let in_task = here(|strand| strand.stack.in_task());
    let full = match entered {
        Ok(_) if !in_task => return fault("`enter_task` succeeds outside a task"),
        Err(_) if in_task => return fault("`enter_task` fails inside a task"),
        Err(_) => return,
        Ok(guard) => here(|strand| {
            let id = strand.shared.new_guard();
            strand.stack.enter(id, key, record);
            put(&mut strand.task_guards, MOST, (guard, id))
        }),
    };
    if let Some((guard, id)) = full {
        here(|strand| strand.stack.leave(id));
        drop(guard);
    }
}

fn fault(what: &str) {
    here(|strand| strand.shared.report(Kind::Answer, String::new(), what.to_owned()));
}

/// Drops a guard of this thread. Returns whether there was one.
pub(super) fn leave(pick: Pick) -> bool {
    let Some((guard, id)) = guards(|guards| take(guards, pick)) else { return false };
    here(|strand| strand.stack.leave(id));
    drop(guard);
    true
}

/// Drops a guard of a task on any thread. Returns whether there was one.
pub(super) fn leave_task(pick: Pick) -> bool {
    let Some((guard, id)) = here(|strand| take(&mut strand.task_guards, pick)) else { return false };
    here(|strand| strand.stack.leave(id));
    drop(guard);
    true
}

pub(super) fn keep(pick: Pick) {
    let Some((guard, id)) = guards(|guards| take(guards, pick)) else { return };
    here(|strand| strand.stack.keep(id));
    guard.keep();
}

pub(super) fn forget(pick: Pick) {
    if let Some((guard, _)) = guards(|guards| take(guards, pick)) {
        mem::forget(guard);
    }
}

pub(super) fn forget_task(pick: Pick) {
    if let Some((guard, _)) = here(|strand| take(&mut strand.task_guards, pick)) {
        mem::forget(guard);
    }
}

pub(super) fn enter_with(key: Key, mood: &Mood) {
    let Some(key) = storage(key) else { return };
    let value = Value::new(mood.clone());
    enter_kept(key, Record::Bound(value.id()));
    variables::enter_with(key, value);
}

pub(super) fn disable(key: Key) {
    let Some(key) = storage(key) else { return };
    enter_kept(key, Record::Disabled);
    variables::disable(key);
}

/// Enters and keeps a guard in the model.
fn enter_kept(key: Key, record: Record) {
    here(|strand| {
        let id = strand.shared.new_guard();
        strand.stack.enter(id, key, record);
        strand.stack.keep(id);
    });
}
