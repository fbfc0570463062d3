//! What a row of the matrix says: how an adapter carries a piece of work.

#[cfg(any(feature = "tokio-rt-multi-thread", feature = "futures"))]
use std::rc::Rc;

use crate::probe::Probe;

/// An adapter.
pub struct Row {
    pub name: &'static str,
    /// Hands the probe to the adapter, in the mapping of this call.
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

/// What becomes of the probe in the adapter's hands.
pub enum Carry {
    /// The adapter holds it. Each call is a step, on whichever thread makes it, and says
    /// whether there is another one. Dropping the closure drops the adapter.
    Held(Box<dyn FnMut() -> bool + Send>),
    /// It is on its way. The call waits until the work is done.
    Sent(Box<dyn FnOnce()>),
    /// The work is done.
    Done,
}

/// Where the steps of the work run.
pub enum Moves {
    /// On whichever thread takes them: each may be on another one.
    Steps,
    /// All on one thread, which is not the one of the call.
    Away,
    /// All on one thread, and why.
    Never(&'static str),
}

/// Where tasks are spawned that stay on their thread: one for each thread that spawns.
#[derive(Default)]
pub struct At {
    #[cfg(feature = "tokio-rt-multi-thread")]
    pub local: Rc<asynccontext::tokio::LocalSet>,
    #[cfg(feature = "futures")]
    pub pool: Rc<std::cell::RefCell<futures::executor::LocalPool>>,
}
