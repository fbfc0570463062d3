//! The latest binding of each variable: recorded in debug builds while reports of lost context are
//! on ([`crate::lost`]), never in release builds.

use std::fmt;
use std::panic::Location;
use std::thread::Thread;

/// How a value was bound.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum How {
    Run,
    Scope,
    Extract,
    With,
    Enter,
}

impl How {
    /// Whether the binding lasts as long as something holds its value.
    #[cfg(debug_assertions)]
    fn is_held(self) -> bool {
        matches!(self, How::Scope | How::Extract | How::With)
    }
}

/// A binding of a variable: where it was made, and whether it has ended.
///
/// Returned by [`Lost::binding`](crate::lost::Lost::binding).
#[derive(Clone, Debug)]
pub struct Binding {
    how: How,
    location: &'static Location<'static>,
    thread: Thread,
    ended: bool,
    used: bool,
}

impl Binding {
    /// The location of the call: of `run`, `scope` or `enter`, of `Snapshot::with`, or of a
    /// carrier's `extract`.
    pub fn location(&self) -> &'static Location<'static> {
        self.location
    }

    /// The thread that made the binding.
    pub fn thread(&self) -> &Thread {
        &self.thread
    }

    /// Whether the binding has ended: `run` has returned, the guard was dropped, or nothing holds
    /// the value of `scope`, `with` or `extract` any more.
    pub fn has_ended(&self) -> bool {
        self.ended
    }

    /// Whether the value was read or captured before the binding ended.
    pub fn was_used(&self) -> bool {
        self.used
    }
}

/// The call, and the state of the binding.
impl fmt::Display for Binding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (call, state) = match (self.how, self.ended, self.used) {
            (How::Run, false, _) => ("run", "its closure still runs"),
            (How::Run, true, true) => ("run", "its closure has returned"),
            (How::Run, true, false) => (
                "run",
                "its closure returned before anything read or captured the value. Did it return a \
                 future, or spawn one bare? A future gets its value by `scope`, as in `a.scope(1, b.scope(2, f))`",
            ),
            (How::Scope, false, _) => ("scope", "its value is still held"),
            (How::Scope, true, _) => ("scope", "nothing holds its value any more"),
            (How::Extract, false, _) => ("extract", "its value is still held"),
            (How::Extract, true, _) => ("extract", "nothing holds its value any more"),
            (How::With, false, _) => ("with", "its value is still held"),
            (How::With, true, _) => ("with", "nothing holds its value any more"),
            (How::Enter, false, _) => ("enter", "its guard still holds"),
            (How::Enter, true, true) => ("enter", "its guard was dropped"),
            (How::Enter, true, false) => (
                "enter",
                "its guard was dropped before anything read or captured the value. Was it bound \
                 to `_`, which drops at once?",
            ),
        };
        write!(f, "`{call}` at {}: {state}", self.location)
    }
}

#[cfg(debug_assertions)]
mod table {
    use std::cell::Cell;
    use std::collections::BTreeMap;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::sync::{Mutex, PoisonError};
    use std::thread;

    use super::super::call_site::CallSite;
    use super::{Binding, How};
    use crate::alone::Alone;

    /// The recorded bindings of a variable.
    #[derive(Clone)]
    struct Record {
        latest: Binding,
        /// The address of its node, which is unique until `freed` is called with it.
        node: usize,
        /// The latest binding that ended unused, unless its thread has since made one that was
        /// used.
        unused: Option<Binding>,
    }

    static ON: AtomicBool = AtomicBool::new(false);

    thread_local! {
        /// Whether this thread has locked the records.
        static LOCKED: Cell<bool> = const { Cell::new(false) };
    }

    /// By the variable's id. A record is removed with its variable.
    static RECORDS: Mutex<BTreeMap<u64, Record>> = Mutex::new(BTreeMap::new());

    /// Calls `f` with the records. A nested call, as from an allocator that binds a variable, does
    /// nothing: that binding is not recorded. The result of `f` is dropped after the lock is
    /// released. No other user code runs under the lock, so poisoning is ignored.
    fn records<R>(f: impl FnOnce(&mut BTreeMap<u64, Record>) -> R) -> Option<R> {
        let _alone = Alone::inside(&LOCKED)?;
        Some(f(&mut RECORDS.lock().unwrap_or_else(PoisonError::into_inner)))
    }

    /// Starts recording bindings.
    pub(crate) fn remember() {
        ON.store(true, Ordering::Relaxed);
    }

    fn is_on() -> bool {
        ON.load(Ordering::Relaxed)
    }

    /// Records that the node at the address `node` was made, and binds `key`.
    pub(in super::super) fn bound(key: u64, node: usize, how: How, site: CallSite) {
        if !is_on() {
            return;
        }
        let location = site.location();
        let latest = Binding { how, location, thread: thread::current(), ended: false, used: false };
        records(|records| {
            let unused = records.remove(&key).and_then(|old| old.unused);
            records.insert(key, Record { latest, node, unused });
        });
    }

    /// Records that the scope or the guard that made `node` has ended, and whether its value was
    /// used.
    pub(in super::super) fn ended(key: u64, node: usize, used: bool) {
        if !is_on() {
            return;
        }
        records(|records| {
            let Some(record) = records.get_mut(&key).filter(|record| record.node == node) else {
                return;
            };
            let latest = &mut record.latest;
            if latest.how.is_held() || latest.ended {
                return;
            }
            (latest.ended, latest.used) = (true, used);
            if !used {
                record.unused = Some(latest.clone());
            } else if record.unused.as_ref().is_some_and(|unused| unused.thread.id() == latest.thread.id()) {
                record.unused = None;
            }
        });
    }

    /// Records that `node` is freed: nothing holds its value any more.
    pub(in super::super) fn freed(key: u64, node: usize) {
        if !is_on() {
            return;
        }
        records(|records| {
            if let Some(record) = records.get_mut(&key).filter(|record| record.node == node) {
                record.node = 0;
                if record.latest.how.is_held() {
                    (record.latest.ended, record.latest.used) = (true, true);
                }
            }
        });
    }

    /// Removes the record of a variable that is dropped.
    pub(in super::super) fn forget(key: u64) {
        if is_on() {
            records(|records| records.remove(&key));
        }
    }

    /// Whether there is a record of a variable with this id.
    #[cfg(all(test, not(any(loom, shuttle))))]
    pub(in super::super) fn is_remembered(key: u64) -> bool {
        records(|records| records.contains_key(&key)).unwrap_or(false)
    }

    /// The latest binding of `key` that ended unused on this thread; if there is none, the latest
    /// of all.
    pub(in super::super) fn latest(key: u64) -> Option<Binding> {
        let record = records(|records| records.get(&key).cloned()).flatten()?;
        let here = thread::current().id();
        Some(record.unused.filter(|unused| unused.thread.id() == here).unwrap_or(record.latest))
    }
}
#[cfg(all(test, debug_assertions, not(any(loom, shuttle))))]
pub(super) use table::is_remembered;
#[cfg(debug_assertions)]
pub(crate) use table::remember;
#[cfg(debug_assertions)]
pub(super) use table::{bound, ended, forget, freed, latest};

#[cfg(not(debug_assertions))]
mod nothing {
    use super::super::call_site::CallSite;
    use super::How;

    #[inline(always)]
    pub(in super::super) fn bound(_: u64, _: usize, _: How, _: CallSite) {}

    #[inline(always)]
    pub(in super::super) fn freed(_: u64, _: usize) {}

    #[inline(always)]
    pub(in super::super) fn forget(_: u64) {}
}
#[cfg(not(debug_assertions))]
pub(super) use nothing::{bound, forget, freed};
