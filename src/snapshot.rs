//! `Snapshot`: all current values at once (`sec-asynccontext-snapshot-objects`).

use std::fmt;

use crate::mapping::{self, Inside, Link, Scoped, name_of};
use crate::wrapped::Wrapped;

/// The values that all variables had at one moment.
#[derive(Clone)]
pub struct Snapshot(pub(crate) Link);

impl Snapshot {
    /// The current values (`sec-asynccontext.snapshot`). Copies none of them.
    #[inline]
    pub fn capture() -> Snapshot {
        Snapshot(mapping::capture())
    }

    /// No values at all: the mapping of a bare thread.
    pub const fn empty() -> Snapshot {
        Snapshot(Link::EMPTY)
    }

    /// Is nothing bound here?
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Calls `f` with these values (`sec-asynccontext-snapshot.prototype.run`).
    #[inline]
    pub fn run<R>(&self, f: impl FnOnce() -> R) -> R {
        mapping::run_in(&self.0, f)
    }

    /// The future `f`, polled and dropped with these values.
    #[inline]
    pub fn scope<F>(&self, f: F) -> Scoped<F> {
        Scoped::new(self.0.clone(), f)
    }

    /// The closure `f`, called and dropped with these values
    /// (`sec-asynccontext.snapshot.wrap`).
    #[inline]
    pub fn wrap<F>(&self, f: F) -> Wrapped<F> {
        Wrapped(Inside::new(self.0.clone(), f))
    }
}

impl Default for Snapshot {
    fn default() -> Snapshot {
        Snapshot::empty()
    }
}

/// The names of what is bound, never the values: `Snapshot { "tenant", #17 }`.
impl fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut ids = self.0.ids();
        ids.sort_unstable(); // in the order of their first use
        f.write_str("Snapshot ")?;
        if f.alternate() || ids.is_empty() {
            return f.debug_set().entries(ids.into_iter().map(Bound)).finish();
        }
        for (at, id) in ids.into_iter().enumerate() {
            let before = if at == 0 { "{ " } else { ", " };
            write!(f, "{before}{:?}", Bound(id))?;
        }
        f.write_str(" }")
    }
}

/// One bound variable, by its name; by its number if it has none or is gone.
struct Bound(u64);

impl fmt::Debug for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match name_of(self.0) {
            Some(name) => write!(f, "{name:?}"),
            None => write!(f, "#{}", self.0),
        }
    }
}
