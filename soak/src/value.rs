//! The values that programs bind: each knows its number and that it lives, and may use
//! contexts, or panic, when it is dropped.

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

/// The panic that programs plan.
#[derive(Debug)]
pub(crate) struct Planned;

/// Panics as planned, unless a panic is on its way: a second one would end the process.
pub(crate) fn throw() {
    if !thread::panicking() {
        resume_unwind(Box::new(Planned));
    }
}

/// A value. A clone is a mere copy of the number, and its end is no event.
#[derive(Debug)]
pub(crate) struct Value {
    id: Id,
    /// Tells memory that is in use from memory that was.
    check: u32,
    life: Option<Life>,
}

#[derive(Debug)]
struct Life {
    shared: Arc<Shared>,
    mood: Mood,
}

impl Value {
    /// A new value of the strand that runs here.
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

    /// Its number, or none if it is no value any more.
    pub(crate) fn seen(&self) -> Seen {
        if black_box(self.check) == !self.id { Seen::Value(self.id) } else { Seen::Rubbish }
    }
}

/// What a read sees.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Seen {
    Nothing,
    Value(Id),
    /// Memory that holds no value.
    Rubbish,
}

impl fmt::Display for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Seen::Nothing => f.write_str("nothing"),
            Seen::Value(0) => f.write_str("the default"),
            Seen::Value(id) => write!(f, "value {id}"),
            Seen::Rubbish => f.write_str("memory that holds no value"),
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
            return; // a thread that ends, or one of a pool between two jobs
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

/// A value that takes more memory, and is aligned otherwise.
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
