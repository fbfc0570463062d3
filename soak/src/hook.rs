//! A hook on all resources of the process: each is made once and destroyed once, and is
//! entered in its own context.

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
        // a task that swapped its mapping stays so
        let is_own = try_here(|strand| !strand.stack.is_swapped()).unwrap_or(false);
        if is_own && execution_async_id() != resource.async_id() {
            WRONG.fetch_add(1, Ordering::Relaxed);
        }
        read();
    }

    // These two come after the program may have swapped the mapping.
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

/// Reads that are allowed at any moment.
fn read() {
    for key in 0..4 {
        let _ = variables::read(key, key as u64);
    }
}

/// Enables the hook, for good.
pub(crate) fn enable() {
    if !ENABLED.swap(true, Ordering::Relaxed) {
        create_hook(Watch).enable();
    }
}

/// What was told of resources.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Told {
    pub(crate) made: u64,
    pub(crate) alive: i64,
    /// Calls before a resource runs, in another context than its own.
    pub(crate) wrong: u64,
}

impl Told {
    /// Whether each resource that was made is gone, and each call came in its context.
    pub(crate) fn is_right(self) -> bool {
        self.alive == 0 && self.wrong == 0
    }
}

/// What was told until now, once no program runs any more.
pub(crate) fn told() -> Told {
    let start = Instant::now();
    while ALIVE.load(Ordering::Acquire) != 0 && start.elapsed() < Duration::from_secs(5) {
        thread::yield_now(); // a pool may still drop some
    }
    let [made, wrong] = [&MADE, &WRONG].map(|count| count.load(Ordering::Relaxed));
    Told { made, wrong, alive: ALIVE.load(Ordering::Relaxed) }
}
