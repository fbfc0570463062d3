//! What all strands of one running program share: which values live, and the first fault.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU32, AtomicU64, Ordering};

use crate::fault::{Fault, Kind};
use crate::model::{GuardId, Id};

/// More values than any program makes.
const VALUES: usize = 1 << 14;

const LIVES: u8 = 1;
const DROPPED: u8 = 2;

#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) variables: usize,
    /// Makes the model wrong, see [`Stack::wrong`](crate::model::Stack).
    pub(crate) wrong: bool,
    lives: Vec<AtomicU8>,
    last_value: AtomicU32,
    last_guard: AtomicU32,
    failed: AtomicBool,
    fault: Mutex<Option<Fault>>,
    /// Values that were compared.
    pub(crate) reads: AtomicU64,
    pub(crate) wrong_reads: AtomicU64,
    /// Work ran beside this program's own thread, so what it lets go of may end a little later.
    pub(crate) lags: AtomicBool,
}

impl Shared {
    pub(crate) fn new(variables: usize, wrong: bool) -> Shared {
        Shared {
            variables,
            wrong,
            lives: (0..VALUES).map(|_| AtomicU8::new(0)).collect(),
            last_value: AtomicU32::new(0),
            last_guard: AtomicU32::new(0),
            failed: AtomicBool::new(false),
            fault: Mutex::new(None),
            reads: AtomicU64::new(0),
            wrong_reads: AtomicU64::new(0),
            lags: AtomicBool::new(false),
        }
    }

    /// The number of a new value, which lives. 0 is that of defaults.
    pub(crate) fn new_value(&self) -> Id {
        let id = self.last_value.fetch_add(1, Ordering::Relaxed) + 1;
        self.lives[id as usize].store(LIVES, Ordering::Release);
        id
    }

    /// Whether so many values more may be made.
    pub(crate) fn has_room(&self, values: usize) -> bool {
        self.last_value.load(Ordering::Relaxed) as usize + values + 1 < VALUES / 2
    }

    pub(crate) fn new_guard(&self) -> GuardId {
        self.last_guard.fetch_add(1, Ordering::Relaxed)
    }

    pub(crate) fn lives(&self, id: Id) -> bool {
        self.lives[id as usize].load(Ordering::Acquire) == LIVES
    }

    /// The value is being dropped.
    pub(crate) fn ends(&self, id: Id) {
        if self.lives[id as usize].swap(DROPPED, Ordering::AcqRel) != LIVES {
            self.report(Kind::Twice, String::new(), format!("value {id} is dropped twice"));
        }
    }

    pub(crate) fn values_made(&self) -> u32 {
        self.last_value.load(Ordering::Relaxed)
    }

    /// The values that live.
    pub(crate) fn all_alive(&self) -> Vec<Id> {
        (1..=self.values_made()).filter(|id| self.lives(*id)).collect()
    }

    /// Notes what went wrong, if nothing did before. The program takes no further step.
    pub(crate) fn report(&self, kind: Kind, at: String, what: String) {
        self.fault.lock().expect("no panic under the lock").get_or_insert(Fault { kind, at, what });
        self.failed.store(true, Ordering::Release);
    }

    pub(crate) fn has_failed(&self) -> bool {
        self.failed.load(Ordering::Relaxed)
    }

    pub(crate) fn fault(&self) -> Option<Fault> {
        self.fault.lock().expect("no panic under the lock").clone()
    }
}
