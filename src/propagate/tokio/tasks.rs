//! A map from the ids of a runtime's tasks to their frames.

use std::collections::HashMap;
use std::fmt;
use std::hash::{BuildHasher, BuildHasherDefault, Hasher};
use std::mem;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ::tokio::runtime::Handle;
use ::tokio::task::Id;

use super::inherit::drop_contained;
use crate::mapping::TaskFrame;

/// The number of locks, large enough that workers rarely contend.
const SHARDS: usize = 64;

type Frames = HashMap<Id, Arc<TaskFrame>, BuildHasherDefault<Spread>>;

/// A part of the map, on a cache line of its own.
#[derive(Default)]
#[repr(align(64))]
struct Shard(Mutex<Frames>);

/// A task may be inserted after it has ended: the spawning thread inserts it, and meanwhile another
/// thread may end it together with its runtime. When a runtime has ended, all entries are therefore
/// removed.
pub(super) struct Tasks {
    shards: [Shard; SHARDS],
    /// [`RUNS`], [`ENDS`] or [`HAS_ENDED`]. Written before all shards are locked, and read
    /// under the lock of one.
    state: AtomicU8,
    /// Set while the state is `ENDS`, to find out whether tasks are alive. (It is not set earlier,
    /// since the handle in turn holds this map.)
    runtime: Mutex<Option<Handle>>,
}

const RUNS: u8 = 0;
/// The runtime accepts no tasks from other threads, but its workers may still poll.
const ENDS: u8 = 1;
/// No task of the runtime is polled again.
const HAS_ENDED: u8 = 2;

impl Tasks {
    pub(super) fn new() -> Tasks {
        let shards = std::array::from_fn(|_| Shard::default());
        Tasks { shards, state: AtomicU8::new(RUNS), runtime: Mutex::new(None) }
    }

    /// Inserts the frame of a spawned task. Returns it if the task can't be polled any more.
    pub(super) fn insert(&self, id: Id, frame: Arc<TaskFrame>) -> Option<Arc<TaskFrame>> {
        let mut shard = self.shard(id);
        if self.state.load(Ordering::Relaxed) == HAS_ENDED {
            return Some(frame);
        }
        shard.insert(id, frame)
    }

    pub(super) fn get(&self, id: Id) -> Option<Arc<TaskFrame>> {
        self.shard(id).get(&id).map(Arc::clone)
    }

    /// Removes the frame of an ended task. Also returns whether the runtime is ending.
    pub(super) fn remove(&self, id: Id) -> (Option<Arc<TaskFrame>>, bool) {
        let mut shard = self.shard(id);
        (shard.remove(&id), self.state.load(Ordering::Relaxed) == ENDS)
    }

    /// Removes and returns all remaining frames, for the caller to drop, if the runtime is ending
    /// and no task is alive.
    ///
    /// This is called when the runtime begins to end, and at the end of each later task. Workers
    /// are blocking tasks of tokio, so the last call is that of the last worker.
    #[must_use]
    pub(super) fn let_go(&self) -> Vec<Arc<TaskFrame>> {
        let mut runtime = self.runtime.lock().unwrap_or_else(PoisonError::into_inner);
        let lives = |runtime: &Handle| runtime.metrics().num_alive_tasks() > 0;
        if runtime.as_ref().is_none_or(lives) {
            return Vec::new();
        }
        let _runtime = runtime.take();
        drop(runtime);
        self.state.store(HAS_ENDED, Ordering::Relaxed);
        self.shards.iter().flat_map(|shard| mem::take(&mut *shard.lock()).into_values()).collect()
    }

    /// Called when the runtime begins to end.
    #[must_use]
    fn ends(&self, runtime: Handle) -> Vec<Arc<TaskFrame>> {
        *self.runtime.lock().unwrap_or_else(PoisonError::into_inner) = Some(runtime);
        self.state.store(ENDS, Ordering::Relaxed);
        // A task that ends from here on sees the new state. All others have ended.
        self.shards.iter().for_each(|shard| drop(shard.lock()));
        self.let_go()
    }

    /// No user code runs under the lock.
    fn shard(&self, id: Id) -> MutexGuard<'_, Frames> {
        let hash = BuildHasherDefault::<Spread>::default().hash_one(id);
        // The hash map uses the lowest bits and the highest seven.
        let shard = (hash >> 32) as usize % SHARDS;
        self.shards[shard].lock()
    }
}

impl Shard {
    fn lock(&self) -> MutexGuard<'_, Frames> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Signals by its drop that a runtime is ending.
#[derive(Default)]
pub(super) struct Ends(Option<(Arc<Tasks>, Handle)>);

impl Ends {
    pub(super) fn of(tasks: Arc<Tasks>, runtime: &Handle) -> Ends {
        Ends(Some((tasks, runtime.clone())))
    }

    /// Discards the signal for a runtime that is converted into tokio's, whose end can't be
    /// observed.
    pub(super) fn unseen(mut self) {
        self.0 = None;
    }
}

impl Drop for Ends {
    fn drop(&mut self) {
        if let Some((tasks, runtime)) = self.0.take() {
            drop_contained(tasks.ends(runtime));
        }
    }
}

impl fmt::Debug for Ends {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ends").finish_non_exhaustive()
    }
}

/// A hasher for task ids, which are consecutive numbers, so they only need to be spread over all
/// bits.
#[derive(Default)]
struct Spread(u64);

impl Hasher for Spread {
    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.write_u64(u64::from(byte));
        }
    }

    fn write_u64(&mut self, n: u64) {
        // The fraction of the golden ratio: it maps neighbors far apart.
        let product = u128::from(self.0 ^ n) * 0x9e37_79b9_7f4a_7c15;
        self.0 = product as u64 ^ (product >> 64) as u64;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}
