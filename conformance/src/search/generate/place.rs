//! The place of a statement in a program under construction, with its restrictions.

use super::scope::Strand;
use crate::program::table::Kind;

/// The place of the next statement.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) strand: Strand,
    pub(super) depth: usize,
    /// Whether the body may run more than once (rule R2).
    pub(super) pure: bool,
    pub(super) awaits: bool,
    /// The kind of the generator in whose body the place directly is, or in a `try` or loop there.
    pub(super) yields: Option<Kind>,
    /// Whether the body belongs to `main`, or to a microtask or timer of it, and certainly runs to its end.
    pub(super) certain: bool,
    /// Whether an exception is caught.
    pub(super) throws: bool,
    /// Whether an exception of the strand rejects a promise or reaches the resumer.
    pub(super) rejects: bool,
    /// Whether the strand may wait for names now. `main` may do so when it has settled every deferred.
    pub(super) waits: bool,
    /// Whether the place is in a thread, which can use variables only.
    pub(super) thread: bool,
    /// Whether the place is in the text of a catch body, where `caught` is allowed.
    pub(super) caught: bool,
}

impl Place {
    /// The place in the body of `main`.
    pub(super) const MAIN: Place = Place {
        strand: 0,
        depth: 0,
        pure: false,
        awaits: true,
        yields: None,
        certain: true,
        throws: false,
        rejects: false,
        waits: false,
        thread: false,
        caught: false,
    };

    /// Returns a synchronous block of the same strand.
    pub(super) fn block(self) -> Place {
        Place { depth: self.depth + 1, awaits: false, yields: None, ..self }
    }

    /// Returns the body of a new strand.
    pub(super) fn strand(self, strand: Strand) -> Place {
        Place {
            strand,
            depth: self.depth + 1,
            pure: false,
            awaits: false,
            yields: None,
            certain: false,
            throws: false,
            rejects: true,
            waits: true,
            ..self
        }
    }

    /// Returns a pure body.
    pub(super) fn pure(self) -> Place {
        Place { pure: true, certain: false, throws: false, rejects: false, ..self.block() }
    }
}
