//! The binding of a scope, before and at its start.
//!
//! Rust's futures are lazy: in the draft's sense, an async function runs from its first poll on. A
//! scope therefore starts where it is first driven (`task.rs`). Until then it holds its binding
//! over an empty mapping; at the start, the binding is put over the current mapping.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use super::attachments::{capture_at, is_observed};
use super::call_site::{CallSite, CaptureSite};
use super::current::{base, capture};
use super::key::Key;
use super::last_binding::How;
use super::link::Link;
use super::node::Kind;
use super::owned::Held;
use super::ownership::{clean, own};
use super::run::run_alone;
use super::steps::{Entries, absence};
use super::thread::thread;

impl Link {
    /// The binding of `value` to `key` over an empty mapping.
    #[inline]
    #[cfg_attr(debug_assertions, track_caller)]
    pub(crate) fn alone<T: Send + Sync + 'static>(key: &Key<T>, value: T) -> Link {
        Link::empty().with(key, value, How::Scope, CallSite::here())
    }

    /// The same for a scope that hides `key`.
    #[cfg_attr(debug_assertions, track_caller)]
    pub(crate) fn absent<T>(key: &Key<T>) -> Link {
        Link::new(absence(key.id_to_bind()), CallSite::here())
    }

    /// Returns the current mapping with this link's binding, or with its variable hidden. Runs no
    /// user code.
    ///
    /// # Safety
    ///
    /// The link was made by [`alone`](Self::alone) or [`absent`](Self::absent), and has not been
    /// started.
    #[cold]
    pub(super) unsafe fn over_current(&self) -> Link {
        let current = capture(self.site());
        let Some(bound) = self.head() else { return current };
        let chain = clean(current.head(), bound.key());
        let chain = match bound.held() {
            Held::One(value) => Entries::of(bound.key(), value.clone()).over(chain),
            _ => chain,
        };
        Link::new(chain, self.site())
    }

    /// Puts this link's binding over the current mapping. Runs no user code.
    ///
    /// # Safety
    ///
    /// As for [`over_current`](Self::over_current); from now on the link is started.
    #[inline]
    pub(super) unsafe fn put_over_current(&mut self) {
        let node = self.node();
        // SAFETY: the caller's promise. This is the only link reference to the node. Snapshots that
        // were taken before the start hold value references, through which the fields that are
        // written here are never read. So this thread may write them like those of a new node (rule
        // 2).
        unsafe {
            if (*node).kind != Kind::Binding {
                *self = self.over_current();
                return;
            }
            (*node).owned.set(false);
            (*node).rest_on(base(thread(|t| t.head.get()).top()));
            // In a running scope, so that the chain beneath stays live, whatever an allocator does.
            run_alone(self, || own(node));
        }
    }

    /// The same, and captures an attachment, which may run user code.
    ///
    /// # Panics
    ///
    /// If that code panics. The link is started then, and its entries leave the current foreign
    /// context alone.
    ///
    /// # Safety
    ///
    /// As for [`put_over_current`](Self::put_over_current).
    #[inline]
    pub(super) unsafe fn start(&mut self) {
        // SAFETY: the caller's promise.
        unsafe { self.put_over_current() };
        if is_observed() {
            let site = CaptureSite { call: self.site(), what: "Scoped" };
            match catch_unwind(AssertUnwindSafe(|| run_alone(self, || capture_at(site)))) {
                Ok(captured) => *self = captured,
                Err(panic) => {
                    *self = self.as_it_is();
                    resume_unwind(panic)
                }
            }
        }
    }

    /// Returns the mapping that this would be if it were started here.
    ///
    /// # Safety
    ///
    /// As for [`over_current`](Self::over_current).
    #[cfg_attr(debug_assertions, track_caller)]
    pub(super) unsafe fn started(&self) -> Link {
        let site = CaptureSite::here("Snapshot");
        // SAFETY: the caller's promise.
        let here = unsafe { self.over_current() };
        if is_observed() { run_alone(&here, || capture_at(site)) } else { here }
    }
}
