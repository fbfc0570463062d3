//! A hook on all resources of the process. It checks that each is created and destroyed once, and
//! runs in its own context.

use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use asynccontext::als::{HookCallbacks, Resource, create_hook, execution_async_id};

use crate::strand::try_here;
use crate::variables;

static ENABLED: AtomicBool = AtomicBool::new(false);
static ALIVE: AtomicI64 = AtomicI64::new(0);
static MADE: AtomicU64 = AtomicU64::new(0);
static WRONG: AtomicU64 = AtomicU64::new(0);

struct Watch;

impl HookCallbacks for Watch {
    fn init(&self, _: &Resource) {
        ALIVE.fetch_add(1, Ordering::Relaxed);
        MADE.fetch_add(1, Ordering::Relaxed);
        read();
    }

    fn before(&self, resource: &Resource) {
        // A task keeps a mapping that it swapped in.
        let is_own = try_here(|strand| !strand.stack.is_swapped()).unwrap_or(false);
        if is_own && execution_async_id() != resource.async_id() {
            WRONG.fetch_add(1, Ordering::Relaxed);
        }
        read();
    }

    // The program may have swapped the mapping before these two calls.
    fn after(&self, _: &Resource) {
        read();
    }

    fn promise_resolve(&self, _: &Resource) {
        read();
    }

    fn destroy(&self, _: &Resource) {
        ALIVE.fetch_sub(1, Ordering::Relaxed);
        read();
    }
}

/// Reads that are allowed at any time.
fn read() {
    for key in 0..4 {
        let _ = variables::read(key, key as u64);
    }
}

/// Enables the hook for the rest of the process.
pub(crate) fn enable() {
    if !ENABLED.swap(true, Ordering::Relaxed) {
        create_hook(Watch).enable();
    }
}

/// The calls of the hook.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Calls {
    pub(crate) made: u64,
    pub(crate) alive: i64,
    /// The number of calls before a resource runs that were made in another context.
    pub(crate) wrong: u64,
}

impl Calls {
    /// Whether each resource has been destroyed, and each call was made in its context.
    pub(crate) fn is_right(self) -> bool {
        self.alive == 0 && self.wrong == 0
    }
}

/// Returns the calls so far. No program may run.
pub(crate) fn calls() -> Calls {
    let start = Instant::now();
    while ALIVE.load(Ordering::Acquire) != 0 && start.elapsed() < Duration::from_secs(5) {
        thread::yield_now(); // A pool may still drop some resources.
    }
    let [made, wrong] = [&MADE, &WRONG].map(|count| count.load(Ordering::Relaxed));
    Calls { made, wrong, alive: ALIVE.load(Ordering::Relaxed) }
}
