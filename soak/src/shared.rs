//! What all strands of one running program share: which values live, and the first fault.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU32, AtomicU64, Ordering};
use std::time::Duration;

use crate::fault::{Fault, Kind};
use crate::model::{GuardId, Id};

/// More values than any program makes. (Miri takes long to make the table.)
const VALUES: usize = if cfg!(miri) { 1 << 10 } else { 1 << 13 };
/// So many may be made after the last question whether there is room.
const SPARE: usize = 512;

const LIVES: u8 = 1;
const DROPPED: u8 = 2;

/// How a program is run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Conditions {
    /// Makes the model wrong, see [`Stack::wrong`](crate::model::Stack).
    pub(crate) wrong: bool,
    /// How long what other threads let go of may take to end.
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
    /// Values that were compared.
    pub(crate) reads: AtomicU64,
    pub(crate) wrong_reads: AtomicU64,
    /// Work ran beside this program's own thread, so what it lets go of may end a little later.
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

    /// The number of a new value, which lives. 0 is that of defaults.
    pub(crate) fn new_value(&self) -> Id {
        let id = self.last_value.fetch_add(1, Ordering::Relaxed) + 1;
        self.lives[id as usize].store(LIVES, Ordering::Release);
        id
    }

    /// Whether a step may make values.
    pub(crate) fn has_room(&self) -> bool {
        self.last_value.load(Ordering::Relaxed) as usize + SPARE < VALUES
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

    /// How long what is let go of may take to end.
    pub(crate) fn lag(&self) -> Duration {
        if self.lags.load(Ordering::Relaxed) { self.conditions.lag } else { Duration::ZERO }
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
