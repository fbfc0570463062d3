//! The frames of a runtime's tasks, by the ids of the tasks.

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

/// So many locks, that workers seldom meet at one.
const SHARDS: usize = 64;

type Frames = HashMap<Id, Arc<TaskFrame>, BuildHasherDefault<Spread>>;

/// On a cache line of its own.
#[derive(Default)]
#[repr(align(64))]
struct Shard(Mutex<Frames>);

/// A task can be known for longer than it lives: it is announced by the thread that spawns
/// it, after another thread may have ended it together with its runtime. So when a runtime
/// has ended, all are let go of.
pub(super) struct Tasks {
    shards: [Shard; SHARDS],
    /// [`RUNS`], [`ENDS`] or [`HAS_ENDED`]. Written before all shards are locked, and read
    /// under the lock of one.
    state: AtomicU8,
    /// While the state is `ENDS`, to learn whether a task lives. (The handle holds this in
    /// turn, so not before.)
    runtime: Mutex<Option<Handle>>,
}

const RUNS: u8 = 0;
/// It takes no tasks from other threads, but its workers may still poll.
const ENDS: u8 = 1;
/// No task of it is polled again.
const HAS_ENDED: u8 = 2;

impl Tasks {
    pub(super) fn new() -> Tasks {
        let shards = std::array::from_fn(|_| Shard::default());
        Tasks { shards, state: AtomicU8::new(RUNS), runtime: Mutex::new(None) }
    }

    /// The task is spawned. The frame is given back if it can't be polled any more.
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

    /// The task has ended. Says too whether the runtime ends.
    pub(super) fn remove(&self, id: Id) -> (Option<Arc<TaskFrame>>, bool) {
        let mut shard = self.shard(id);
        (shard.remove(&id), self.state.load(Ordering::Relaxed) == ENDS)
    }

    /// If the runtime ends and no task lives, lets go of what is still known: the frames, to be
    /// dropped by the caller.
    ///
    /// It is called when the runtime was told to end, and at the end of each task after that.
    /// The workers are blocking tasks for tokio, so the last call is that of the last worker.
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

    /// The runtime was told to end.
    #[must_use]
    fn ends(&self, runtime: Handle) -> Vec<Arc<TaskFrame>> {
        *self.runtime.lock().unwrap_or_else(PoisonError::into_inner) = Some(runtime);
        self.state.store(ENDS, Ordering::Relaxed);
        // A task that ends from here on sees the new state. Others have ended.
        self.shards.iter().for_each(|shard| drop(shard.lock()));
        self.let_go()
    }

    /// No code of a user's runs under the lock.
    fn shard(&self, id: Id) -> MutexGuard<'_, Frames> {
        let hash = BuildHasherDefault::<Spread>::default().hash_one(id);
        // The map takes the lowest bits and the highest seven.
        let shard = (hash >> 32) as usize % SHARDS;
        self.shards[shard].lock()
    }
}

impl Shard {
    fn lock(&self) -> MutexGuard<'_, Frames> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Told by its drop that a runtime ends.
#[derive(Default)]
pub(super) struct Ends(Option<(Arc<Tasks>, Handle)>);

impl Ends {
    pub(super) fn of(tasks: Arc<Tasks>, runtime: &Handle) -> Ends {
        Ends(Some((tasks, runtime.clone())))
    }

    /// The runtime goes on where its end is not seen.
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

/// tokio counts its tasks, so ids need only be spread over all bits.
#[derive(Default)]
struct Spread(u64);

impl Hasher for Spread {
    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.write_u64(u64::from(byte));
        }
    }

    fn write_u64(&mut self, n: u64) {
        // The golden ratio's fraction: neighbours come to lie far apart.
        let product = u128::from(self.0 ^ n) * 0x9e37_79b9_7f4a_7c15;
        self.0 = product as u64 ^ (product >> 64) as u64;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}
