//! What one test has recorded, and to which test the running code belongs.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, Once, PoisonError};

use asynccontext::lost::{self, Lost};
use asynccontext::{Snapshot, Variable};

use crate::recorded::Recorded;
use crate::seen::Seen;

/// The test whose scope is current.
pub(crate) static CURRENT: Variable<Arc<Log>> = Variable::named("asynccontext-testing: test");

thread_local! {
    /// The test that this thread belongs to: its own thread, or one of its runtime.
    static OWNER: RefCell<Option<Arc<Log>>> = const { RefCell::new(None) };
    /// Set while the kit itself reads variables.
    static READING: Cell<bool> = const { Cell::new(false) };
}

/// What one test has recorded.
#[derive(Default)]
pub(crate) struct Log {
    recorded: Mutex<Option<Arc<[&'static dyn Recorded]>>>,
    /// The names of the variables that the test overrides.
    overridden: Mutex<Vec<String>>,
    seen: Mutex<Vec<Seen>>,
    lost: Mutex<Vec<Lost>>,
}

/// More failed reads of one test are not kept.
const MOST_LOST: usize = 100;

impl Log {
    /// Returns the test that the running code belongs to, by its scope.
    pub(crate) fn of_scope() -> Option<Arc<Log>> {
        let _reading = Reading::begin();
        CURRENT.get()
    }

    /// Returns the test that this thread belongs to.
    pub(crate) fn of_thread() -> Option<Arc<Log>> {
        OWNER.try_with(|owner| owner.borrow().clone()).ok().flatten()
    }

    /// Makes this thread one of the test.
    pub(crate) fn own_thread(self: Arc<Log>) -> Owned {
        Owned(OWNER.replace(Some(self)))
    }

    /// Makes this thread one of the test until the thread ends.
    pub(crate) fn own_thread_for_good(self: Arc<Log>) {
        OWNER.set(Some(self));
    }

    pub(crate) fn record(&self, variables: Vec<&'static dyn Recorded>) {
        let mut recorded = locked(&self.recorded);
        let before = recorded.iter().flat_map(|list| list.iter().copied());
        *recorded = Some(before.chain(variables).collect());
    }

    /// Returns the variables that are recorded, if the test records.
    pub(crate) fn recorded(&self) -> Option<Arc<[&'static dyn Recorded]>> {
        locked(&self.recorded).clone()
    }

    pub(crate) fn override_named(&self, name: &str) {
        locked(&self.overridden).push(name.to_owned());
        static REPORT: Once = Once::new();
        REPORT.call_once(|| {
            lost::report(noticed);
            lost::include_get();
            lost::include_defaults();
        });
    }

    pub(crate) fn push(&self, seen: Seen) {
        locked(&self.seen).push(seen);
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        locked(&self.seen).clone()
    }

    pub(crate) fn lost(&self) -> Vec<Lost> {
        locked(&self.lost).clone()
    }
}

/// Clones the current values of `variables`.
pub(crate) fn values(variables: &[&'static dyn Recorded]) -> Snapshot {
    let _reading = Reading::begin();
    variables.iter().fold(Snapshot::empty(), |values, variable| variable.add(values))
}

/// Receives the reports of failed reads.
fn noticed(report: &Lost) {
    if READING.get() {
        return;
    }
    let Some(log) = Log::of_thread() else { return };
    let name = report.error().name();
    if name.is_empty() || !locked(&log.overridden).iter().any(|overridden| overridden == name) {
        return;
    }
    let mut lost = locked(&log.lost);
    if lost.len() < MOST_LOST {
        lost.push(report.clone());
    }
}

/// Events that belong to no test, the latest ones.
static STRAYS: Mutex<VecDeque<Seen>> = Mutex::new(VecDeque::new());

const MOST_STRAYS: usize = 1000;

pub(crate) fn push_stray(seen: Seen) {
    let mut strays = locked(&STRAYS);
    if strays.len() == MOST_STRAYS {
        strays.pop_front();
    }
    strays.push_back(seen);
}

pub(crate) fn strays() -> Vec<Seen> {
    locked(&STRAYS).iter().cloned().collect()
}

/// Gives the thread back to the test that it belonged to before.
pub(crate) struct Owned(Option<Arc<Log>>);

impl Drop for Owned {
    fn drop(&mut self) {
        OWNER.set(self.0.take());
    }
}

struct Reading(bool);

impl Reading {
    fn begin() -> Reading {
        Reading(READING.replace(true))
    }
}

impl Drop for Reading {
    fn drop(&mut self) {
        READING.set(self.0);
    }
}

/// No code of the program runs under these locks, so poisoning carries no information.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
