//! Abrupt ends of a body, and the two ways in which `throw` propagates: as an `Err`, or as a panic.

use std::any::Any;
use std::fmt;
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::pin;
use std::task::Poll;

use crate::program::ast::Word;

/// The reason why a body ended before its last statement.
#[derive(Debug)]
pub(super) enum Abrupt {
    /// `throw`, if it propagates as an `Err`.
    Throw(Word),
    /// `return X`: the name X.
    Return(Word),
    /// `break`.
    Break,
    /// A generator was closed at a `yield`.
    Close,
    /// The run cannot be completed. No statement catches this.
    Fault(String),
}

/// The result of a body.
pub(super) type Flow<T = ()> = Result<T, Abrupt>;

/// The way in which `throw` propagates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Throwing {
    /// As an `Err` that bodies return.
    Errors,
    /// As a panic that unwinds through the crate's `run`, `wrap` and polls.
    Panics,
}

impl fmt::Display for Throwing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Throwing::Errors => "throw by Err",
            Throwing::Panics => "throw by panic",
        })
    }
}

/// The payload of a panic that represents `throw`.
struct Thrown(Word);

impl Throwing {
    /// Returns the error to return, or unwinds without calling the panic hook.
    pub(super) fn throw(self, value: Word) -> Abrupt {
        match self {
            Throwing::Errors => Abrupt::Throw(value),
            Throwing::Panics => resume_unwind(Box::new(Thrown(value))),
        }
    }

    /// Propagates an abrupt end that was caught.
    pub(super) fn rethrow(self, abrupt: Abrupt) -> Abrupt {
        match abrupt {
            Abrupt::Throw(value) => self.throw(value),
            abrupt => abrupt,
        }
    }
}

/// Runs a body, and returns `Abrupt::Throw` for a `throw` of either kind.
pub(super) fn catching<T>(body: impl FnOnce() -> Flow<T>) -> Flow<T> {
    catch_unwind(AssertUnwindSafe(body)).unwrap_or_else(|payload| Err(caught(payload)))
}

/// Polls a body, and returns `Abrupt::Throw` for a `throw` of either kind in any poll.
pub(super) async fn catching_polls<T>(body: impl Future<Output = Flow<T>>) -> Flow<T> {
    let mut body = pin!(body);
    poll_fn(|cx| match catch_unwind(AssertUnwindSafe(|| body.as_mut().poll(cx))) {
        Ok(polled) => polled,
        Err(payload) => Poll::Ready(Err(caught(payload))),
    })
    .await
}

/// Converts a panic: a `throw`, or a fault of the crate or of the interpreter.
fn caught(payload: Box<dyn Any + Send>) -> Abrupt {
    match payload.downcast::<Thrown>() {
        Ok(thrown) => Abrupt::Throw(thrown.0),
        Err(payload) => {
            let text = payload.downcast_ref::<&str>().map(|text| (*text).to_owned());
            let text = text.or_else(|| payload.downcast_ref::<String>().cloned());
            Abrupt::Fault(format!("panicked: {}", text.unwrap_or_else(|| "no message".to_owned())))
        }
    }
}
