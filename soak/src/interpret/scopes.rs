//! `run`, single and nested, `exit` of storages, and reads with inner steps.

use super::{body, framed, inside};
use crate::fault::Kind;
use crate::model::{Frame, Key, Record};
use crate::program::{Body, Mood};
use crate::strand::{OnExit, here};
use crate::value::{Seen, Value};
use crate::variables;

pub(super) fn run(key: Key, mood: &Mood, steps: &Body) {
    let value = Value::new(mood.clone());
    framed(binding(key, &value), || variables::run(key, value, || inside(steps, "the start of `run`")));
}

/// Returns a frame with the current mapping and `value`.
fn binding(key: Key, value: &Value) -> Frame {
    let record = Record::Bound(value.id());
    here(|strand| Frame::new(strand.stack.shows().with(key, record)))
}

/// Runs the given number of nested scopes, with the steps in the innermost one.
pub(super) fn nest(from: Key, values: &[Mood], steps: &Body) {
    let Some((mood, rest)) = values.split_first() else {
        return body(steps, "the innermost `run`");
    };
    let key = from % here(|strand| strand.shared.variables);
    let value = Value::new(mood.clone());
    framed(binding(key, &value), || {
        variables::run(key, value, || {
            let _exit = OnExit(|| drop(here(|strand| strand.stack.pop())));
            nest(key + 1, rest, steps);
        });
    });
}

pub(super) fn exit(key: Key, steps: &Body) {
    let Some(key) = storage(key) else { return };
    let frame = here(|strand| Frame::new(strand.stack.shows().with(key, Record::Nothing)));
    framed(frame, || variables::exit(key, || inside(steps, "the start of `exit`")));
}

pub(super) fn hide(key: Key, steps: &Body) {
    let key = variables::no_storage(key);
    let frame = here(|strand| Frame::new(strand.stack.shows().with(key, Record::Unbound)));
    framed(frame, || variables::hide(key, || inside(steps, "the start of `hidden().run`")));
}

/// Returns the storage that is nearest to `key`, if the program has it.
pub(super) fn storage(key: Key) -> Option<Key> {
    let variables = here(|strand| strand.shared.variables);
    (key..variables).chain(0..key).find(|key| variables::is_storage(*key))
}

/// Runs steps while a value is read. They may end its binding, but must not drop the value.
pub(super) fn read(key: Key, steps: &Body) {
    variables::with(key, |value| {
        let Some(value) = value else { return };
        let Seen::Value(id) = value.seen() else { return };
        let is_bound = id != 0; // Not a default.
        if is_bound {
            here(|strand| strand.reading.push(id));
        }
        let _exit = OnExit(|| {
            here(|strand| {
                if value.seen() != Seen::Value(id) {
                    let what = format!("value {id} became invalid while it was read");
                    strand.shared.report(Kind::Gone, String::new(), what);
                }
                if is_bound {
                    strand.reading.pop();
                }
            });
        });
        body(steps, "the start of a read");
    });
}
