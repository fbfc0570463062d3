//! The values that programs bind. Each has a number and is tracked, and may use contexts or panic when it
//! is dropped.

use std::fmt;
use std::hint::black_box;
use std::panic::resume_unwind;
use std::sync::Arc;
use std::thread;

use crate::interpret;
use crate::model::Id;
use crate::program::Mood;
use crate::shared::Shared;
use crate::strand::{OnExit, here, try_here};

/// The payload of a planned panic.
#[derive(Debug)]
pub(crate) struct Planned;

/// Panics as planned, unless the thread is panicking already, since a second panic would abort the process.
pub(crate) fn throw() {
    if !thread::panicking() {
        resume_unwind(Box::new(Planned));
    }
}

/// A value. A clone is a copy of the number only, and its drop is not tracked.
#[derive(Debug)]
pub(crate) struct Value {
    id: Id,
    /// Distinguishes a valid value from freed memory.
    check: u32,
    life: Option<Life>,
}

#[derive(Debug)]
struct Life {
    shared: Arc<Shared>,
    mood: Mood,
}

impl Value {
    /// Returns a new value of the strand that runs here.
    pub(crate) fn new(mood: Mood) -> Value {
        let (id, shared) = here(|strand| (strand.new_value(), strand.shared.clone()));
        Value { id, check: !id, life: Some(Life { shared, mood }) }
    }

    pub(crate) const fn default() -> Value {
        Value { id: 0, check: !0, life: None }
    }

    pub(crate) fn id(&self) -> Id {
        self.id
    }

    /// Returns its number, or none if the memory is not a valid value.
    pub(crate) fn seen(&self) -> Seen {
        if black_box(self.check) == !self.id { Seen::Value(self.id) } else { Seen::Rubbish }
    }
}

/// The result of a read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Seen {
    Nothing,
    Value(Id),
    /// Memory that is not a valid value.
    Rubbish,
}

impl fmt::Display for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Seen::Nothing => f.write_str("nothing"),
            Seen::Value(0) => f.write_str("the default"),
            Seen::Value(id) => write!(f, "value {id}"),
            Seen::Rubbish => f.write_str("invalid memory"),
        }
    }
}

impl Clone for Value {
    fn clone(&self) -> Value {
        Value { id: self.id, check: self.check, life: None }
    }
}

impl Drop for Value {
    fn drop(&mut self) {
        self.check = black_box(self.id);
        let Some(Life { shared, mood }) = &self.life else { return };
        shared.ends(self.id);
        if try_here(|_| ()).is_none() {
            return; // The thread is ending, or is idle in a pool.
        }
        match mood {
            Mood::Quiet => {}
            Mood::Panics => throw(),
            Mood::Does(body) => {
                here(|strand| strand.dropping += 1);
                let _exit = OnExit(|| here(|strand| strand.dropping -= 1));
                interpret::body(body, "the drop of a value");
            }
        }
    }
}

/// A value with a larger size and another alignment.
#[derive(Clone, Debug)]
#[repr(align(64))]
pub(crate) struct Wide {
    pub(crate) value: Value,
    _more: [u64; 12],
}

impl Wide {
    pub(crate) fn new(value: Value) -> Wide {
        Wide { value, _more: [0; 12] }
    }
}
