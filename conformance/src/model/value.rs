//! Language values and completion records.

use std::ptr;
use std::rc::Rc;

use super::mapping::Snapshot;
use crate::program::ast::Word;

/// The identity of a promise: its index in [`World::promises`](super::world::World).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct PromiseId(pub(super) usize);

/// The identity of a thenable: an object with its own `then` method.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct ThenableId(pub(super) usize);

/// An error object that a program made.
#[derive(Debug)]
pub(super) struct ErrorObject {
    /// The value as which `caught` observes it.
    pub(super) value: Word,
    /// Reading error-snapshot: the property `snapshot`.
    pub(super) snapshot: Option<Rc<Snapshot>>,
}

impl PartialEq for ErrorObject {
    fn eq(&self, other: &ErrorObject) -> bool {
        ptr::eq(self, other)
    }
}

impl Eq for ErrorObject {}

/// A language value that a litmus program can create.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    /// JavaScript's `undefined`; the word `none`.
    Undefined,
    /// A word of the program, as a primitive value.
    Word(Word),
    /// An error object.
    Error(Rc<ErrorObject>),
    /// A promise.
    Promise(PromiseId),
    /// An object whose `then` method is part of the program.
    Thenable(ThenableId),
    /// An iterator result. Its value is always `undefined`, since `yield` has no operand.
    IteratorResult {
        /// Whether the iterator is done.
        done: bool,
    },
}

impl Value {
    /// Returns the value of a word of the program.
    pub(super) fn of(word: &Word) -> Value {
        if &**word == "none" { Value::Undefined } else { Value::Word(Word::clone(word)) }
    }

    /// Returns the TypeError that an operation throws, as programs observe it.
    pub(super) fn type_error() -> Value {
        Value::Word("TypeError".into())
    }

    /// Returns the value as programs observe it.
    pub(super) fn text(&self) -> Word {
        match self {
            Value::Undefined => "none".into(),
            Value::Word(word) => Word::clone(word),
            Value::Error(error) => Word::clone(&error.value),
            Value::Promise(_) => "[object Promise]".into(),
            Value::Thenable(_) | Value::IteratorResult { .. } => "[object Object]".into(),
        }
    }

    /// Reading error-snapshot: returns the snapshot that an error has.
    pub(super) fn snapshot(&self) -> Option<&Rc<Snapshot>> {
        match self {
            Value::Error(error) => error.snapshot.as_ref(),
            _ => None,
        }
    }

    /// IteratorComplete: whether an iterator result is done.
    pub(super) fn iterator_complete(&self) -> bool {
        !matches!(self, Value::IteratorResult { done: false })
    }
}

/// A thrown value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Thrown(pub(super) Value);

/// An abrupt completion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Abrupt {
    /// A break completion.
    Break,
    /// A return completion.
    Return(Value),
    /// A throw completion.
    Throw(Value),
}

impl From<Thrown> for Abrupt {
    fn from(Thrown(value): Thrown) -> Abrupt {
        Abrupt::Throw(value)
    }
}

/// The completion of a statement, or the completion with which a suspended body is resumed.
///
/// Rust's operator `?` means what ECMA-262's `?` means.
pub(super) type Completion = Result<Value, Abrupt>;

/// The completion of a call.
pub(super) type CallResult = Result<Value, Thrown>;

/// Converts the completion of a body to that of the call: a return completion becomes its value.
pub(super) fn call_result(completion: Completion) -> CallResult {
    match completion {
        Ok(_) | Err(Abrupt::Break) => Ok(Value::Undefined),
        Err(Abrupt::Return(value)) => Ok(value),
        Err(Abrupt::Throw(value)) => Err(Thrown(value)),
    }
}
