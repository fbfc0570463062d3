//! The state that all strands of a running program share: the live values and the first fault.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU32, AtomicU64, Ordering};
use std::time::Duration;

use crate::fault::{Fault, Kind};
use crate::model::{GuardId, Id};

/// The size of the table of values, which exceeds their number in any program. It is smaller under Miri, which needs long
/// to allocate it.
const VALUES: usize = if cfg!(miri) { 1 << 10 } else { 1 << 13 };
/// The number of values that may be created after the last check of the table's capacity.
const SPARE: usize = 512;

const LIVES: u8 = 1;
const DROPPED: u8 = 2;

/// The options of a run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Conditions {
    /// Whether the model is wrong, see [`Stack::wrong`](crate::model::Stack).
    pub(crate) wrong: bool,
    /// The time limit for the drop of values that other threads release.
    pub(crate) lag: Duration,
}

impl Default for Conditions {
    fn default() -> Conditions {
        Conditions { wrong: false, lag: Duration::from_secs(5) }
    }
}

#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) variables: usize,
    pub(crate) conditions: Conditions,
    lives: Vec<AtomicU8>,
    last_value: AtomicU32,
    last_guard: AtomicU32,
    failed: AtomicBool,
    fault: Mutex<Option<Fault>>,
    pub(crate) steps: AtomicU64,
    /// The number of compared values.
    pub(crate) reads: AtomicU64,
    pub(crate) wrong_reads: AtomicU64,
    /// Whether other threads ran, so that values may be dropped slightly later.
    pub(crate) lags: AtomicBool,
}

impl Shared {
    pub(crate) fn new(variables: usize, conditions: Conditions) -> Shared {
        Shared {
            variables,
            conditions,
            lives: (0..VALUES).map(|_| AtomicU8::new(0)).collect(),
            last_value: AtomicU32::new(0),
            last_guard: AtomicU32::new(0),
            failed: AtomicBool::new(false),
            fault: Mutex::new(None),
            steps: AtomicU64::new(0),
            reads: AtomicU64::new(0),
            wrong_reads: AtomicU64::new(0),
            lags: AtomicBool::new(false),
        }
    }

    /// Returns the number of a new live value. The number of defaults is 0.
    pub(crate) fn new_value(&self) -> Id {
        let id = self.last_value.fetch_add(1, Ordering::Relaxed) + 1;
        self.lives[id as usize].store(LIVES, Ordering::Release);
        id
    }

    /// Whether a step may create values.
    pub(crate) fn has_room(&self) -> bool {
        self.last_value.load(Ordering::Relaxed) as usize + SPARE < VALUES
    }

    pub(crate) fn new_guard(&self) -> GuardId {
        self.last_guard.fetch_add(1, Ordering::Relaxed)
    }

    pub(crate) fn lives(&self, id: Id) -> bool {
        self.lives[id as usize].load(Ordering::Acquire) == LIVES
    }

    /// Notes the drop of a value.
    pub(crate) fn ends(&self, id: Id) {
        if self.lives[id as usize].swap(DROPPED, Ordering::AcqRel) != LIVES {
            self.report(Kind::Twice, String::new(), format!("value {id} is dropped twice"));
        }
    }

    pub(crate) fn values_made(&self) -> u32 {
        self.last_value.load(Ordering::Relaxed)
    }

    /// Returns the live values.
    pub(crate) fn all_alive(&self) -> Vec<Id> {
        (1..=self.values_made()).filter(|id| self.lives(*id)).collect()
    }

    /// Returns the time limit for the drop of released values.
    pub(crate) fn lag(&self) -> Duration {
        if self.lags.load(Ordering::Relaxed) { self.conditions.lag } else { Duration::ZERO }
    }

    /// Records a fault, unless there was one before. The program runs no further step.
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
