//! Where a statement of a program under construction stands, and so what may stand there.

use super::scope::Strand;
use crate::program::table::Kind;

/// Where the next statement stands.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) strand: Strand,
    pub(super) depth: usize,
    /// In a body that may run more than once (rule R2).
    pub(super) pure: bool,
    pub(super) awaits: bool,
    /// Directly in the body of this kind of generator, or in a `try` or loop in it.
    pub(super) yields: Option<Kind>,
    /// In a body of `main`, or of a microtask or timer of it, that surely runs to its end.
    pub(super) certain: bool,
    /// Where a throw is caught.
    pub(super) throws: bool,
    /// In a strand out of which a throw reaches a promise or whoever resumes it.
    pub(super) rejects: bool,
    /// In a strand that may wait for names at once. `main` may when it has settled every deferred.
    pub(super) waits: bool,
    /// In a thread, which sees variables only.
    pub(super) thread: bool,
    /// In the text of a catch body, where `caught` has a meaning.
    pub(super) caught: bool,
}

impl Place {
    /// The body of `main`.
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

    /// A synchronous block of the same strand.
    pub(super) fn block(self) -> Place {
        Place { depth: self.depth + 1, awaits: false, yields: None, ..self }
    }

    /// The body of a new strand.
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

    /// A pure body.
    pub(super) fn pure(self) -> Place {
        Place { pure: true, certain: false, throws: false, rejects: false, ..self.block() }
    }
}
