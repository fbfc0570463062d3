//! Language values and completions: what flows through promises, calls and generators.

use crate::program::ast::Word;

/// The identity of a promise: its place in [`World::promises`](super::world::World).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct PromiseId(pub(super) usize);

/// The identity of an object with a `then` of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct ThenableId(pub(super) usize);

/// A language value, as far as a litmus program can make one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    /// JavaScript's `undefined`; the word `none`.
    Undefined,
    /// A word of the program, as a primitive.
    Word(Word),
    /// A promise.
    Promise(PromiseId),
    /// An object whose `then` is the program's.
    Thenable(ThenableId),
    /// An iterator's result. Its value is always `undefined`, since `yield` takes no operand.
    IteratorResult {
        /// Whether the iterator is done.
        done: bool,
    },
}

impl Value {
    /// The value that a word of the program stands for.
    pub(super) fn of(word: &Word) -> Value {
        if &**word == "none" { Value::Undefined } else { Value::Word(Word::clone(word)) }
    }

    /// The TypeError that an operation throws. A program sees no more of it than this.
    pub(super) fn type_error() -> Value {
        Value::Word("TypeError".into())
    }

    /// How it is observed.
    pub(super) fn text(&self) -> Word {
        match self {
            Value::Undefined => "none".into(),
            Value::Word(word) => Word::clone(word),
            Value::Promise(_) => "[object Promise]".into(),
            Value::Thenable(_) | Value::IteratorResult { .. } => "[object Object]".into(),
        }
    }

    /// `IteratorComplete`: whether an iterator's result says that it is done.
    pub(super) fn iterator_complete(&self) -> bool {
        !matches!(self, Value::IteratorResult { done: false })
    }
}

/// A thrown value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Thrown(pub(super) Value);

/// How a statement ends when it doesn't end normally.
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

/// The completion of a statement, or the one that a suspended body is resumed with.
///
/// Rust's `?` on it is ECMA-262's.
pub(super) type Completion = Result<Value, Abrupt>;

/// The completion of a call.
pub(super) type CallResult = Result<Value, Thrown>;

/// The completion of a call whose body completed so: a return gives its value.
pub(super) fn call_result(completion: Completion) -> CallResult {
    match completion {
        Ok(_) | Err(Abrupt::Break) => Ok(Value::Undefined),
        Err(Abrupt::Return(value)) => Ok(value),
        Err(Abrupt::Throw(value)) => Err(Thrown(value)),
    }
}
