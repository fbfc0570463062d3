//! A row of the matrix: how an adapter carries a piece of work.

#[cfg(any(feature = "tokio-rt-multi-thread", feature = "futures"))]
use std::rc::Rc;

use crate::probe::Probe;

/// An adapter.
pub struct Row {
    pub name: &'static str,
    /// Passes the probe to the adapter, in the mapping of this call.
    pub carry: CarryFn,
    pub moves: Moves,
}

type CarryFn = fn(&At, Probe) -> Carry;

impl Row {
    pub const fn steps(name: &'static str, carry: CarryFn) -> Row {
        Row { name, carry, moves: Moves::Steps }
    }

    pub const fn away(name: &'static str, carry: CarryFn) -> Row {
        Row { name, carry, moves: Moves::Away }
    }

    pub const fn stays(name: &'static str, why: &'static str, carry: CarryFn) -> Row {
        Row { name, carry, moves: Moves::Never(why) }
    }
}

/// The state of the probe in the adapter.
pub enum Carry {
    /// The adapter holds it. Each call is a step, on the calling thread, and returns whether there
    /// is another one. Dropping the closure drops the adapter.
    Held(Box<dyn FnMut() -> bool + Send>),
    /// It is in progress. The call waits until the work is done.
    Sent(Box<dyn FnOnce()>),
    /// The work is done.
    Done,
}

/// The threads on which the steps of the work run.
pub enum Moves {
    /// On any thread: each step may be on another one.
    Steps,
    /// All on one thread, other than that of the call.
    Away,
    /// All on one thread, with the reason.
    Never(&'static str),
}

/// A place for tasks that stay on their thread, one for each spawning thread.
#[derive(Default)]
pub struct At {
    #[cfg(feature = "tokio-rt-multi-thread")]
    pub local: Rc<asynccontext::tokio::LocalSet>,
    #[cfg(feature = "futures")]
    pub pool: Rc<std::cell::RefCell<futures::executor::LocalPool>>,
}
