//! The frames of a runtime's tasks, by the ids of the tasks.

use std::collections::HashMap;
use std::hash::{BuildHasher, BuildHasherDefault, Hasher};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ::tokio::task::Id;

use crate::mapping::TaskFrame;

/// So many locks, that workers seldom meet at one.
const SHARDS: usize = 64;

type Frames = HashMap<Id, Arc<TaskFrame>, BuildHasherDefault<Spread>>;

/// On a cache line of its own.
#[derive(Default)]
#[repr(align(64))]
struct Shard(Mutex<Frames>);

pub(super) struct Tasks([Shard; SHARDS]);

impl Tasks {
    pub(super) fn new() -> Tasks {
        Tasks(std::array::from_fn(|_| Shard::default()))
    }

    pub(super) fn insert(&self, id: Id, frame: Arc<TaskFrame>) {
        self.shard(id).insert(id, frame);
    }

    pub(super) fn get(&self, id: Id) -> Option<Arc<TaskFrame>> {
        self.shard(id).get(&id).map(Arc::clone)
    }

    pub(super) fn remove(&self, id: Id) -> Option<Arc<TaskFrame>> {
        self.shard(id).remove(&id)
    }

    /// No code of a user's runs under the lock.
    fn shard(&self, id: Id) -> MutexGuard<'_, Frames> {
        let hash = BuildHasherDefault::<Spread>::default().hash_one(id);
        // The map takes the lowest bits and the highest seven.
        let shard = (hash >> 32) as usize % SHARDS;
        self.0[shard].0.lock().unwrap_or_else(PoisonError::into_inner)
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
