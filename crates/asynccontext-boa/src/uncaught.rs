//! Uncaught exceptions and unhandled rejections as a host receives them, and the listener that the host sets.

use std::cell::RefCell;
use std::rc::Rc;

use boa_engine::{Context, JsError, JsResult};

use crate::mapping::Mapping;

/// The kind of an [`Uncaught`] error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// A callback that the host called threw: a timer, a microtask, an event listener, or a job.
    Exception,
    /// A promise was rejected, and still had no handler when all microtasks had run.
    Rejection,
}

/// An error that no script caught.
#[derive(Clone, Debug)]
pub struct Uncaught {
    /// Whether it is an exception or a rejection.
    pub kind: Kind,
    /// The error, with its backtrace.
    pub error: JsError,
    /// The error and its backtrace as text, with positions in the original source.
    pub message: String,
    /// The mapping in which the promise was rejected or the callback was called.
    pub mapping: Mapping,
}

impl Uncaught {
    pub(crate) fn new(kind: Kind, error: JsError, message: String, mapping: Mapping) -> Uncaught {
        Uncaught { kind, error, message, mapping }
    }
}

type Listener = Rc<dyn Fn(Uncaught, &mut Context)>;

/// Passes uncaught errors to the host's listener.
#[derive(Default)]
pub(crate) struct Reporter {
    listener: RefCell<Option<Listener>>,
}

impl Reporter {
    pub(crate) fn listen(&self, listener: Option<Listener>) {
        *self.listener.borrow_mut() = listener;
    }

    /// Calls the listener, or returns the error if there is none.
    pub(crate) fn report(&self, uncaught: Uncaught, context: &mut Context) -> JsResult<()> {
        let listener = self.listener.borrow().clone();
        match listener {
            Some(listener) => {
                listener(uncaught, context);
                Ok(())
            }
            None => Err(uncaught.error),
        }
    }
}
