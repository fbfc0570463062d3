//! The timers of an event loop, in the order of their due times.

use std::collections::{BTreeMap, HashMap};

use boa_engine::job::{IntervalJob, NativeJob, TimeoutJob};
use boa_engine::{Context, JsResult, JsValue};

/// What a timer runs.
pub(super) enum Work {
    Once(NativeJob),
    Timeout(TimeoutJob),
    Interval(IntervalJob),
}

impl Work {
    /// Runs the timer. Returns it if it repeats and was not cancelled.
    pub(super) fn run(self, context: &mut Context) -> (JsResult<JsValue>, Option<IntervalJob>) {
        match self {
            Work::Once(job) => (job.call(context), None),
            Work::Timeout(job) => (job.call(context), None),
            Work::Interval(job) => {
                let result = job.call(context);
                let again = (!job.cancelled()).then_some(job);
                (result, again)
            }
        }
    }
}

struct Timer {
    number: u64,
    work: Work,
    keeps_alive: bool,
}

/// Timers by due time and then by order. Each operation takes logarithmic time.
#[derive(Default)]
pub(super) struct Timers {
    by_time: BTreeMap<(u128, u64), Timer>,
    /// The key of each timer by its number.
    keys: HashMap<u64, (u128, u64)>,
    next_order: u64,
    next_number: u64,
    /// The number of timers for which the loop waits.
    keeping_alive: usize,
}

impl Timers {
    /// Returns the number of a new timer.
    pub(super) fn number(&mut self) -> u64 {
        self.next_number += 1;
        self.next_number
    }

    pub(super) fn insert(&mut self, number: u64, due: u128, work: Work, keeps_alive: bool) {
        self.remove(number);
        let key = (due, self.next_order);
        self.next_order += 1;
        self.keys.insert(number, key);
        self.by_time.insert(key, Timer { number, work, keeps_alive });
        self.keeping_alive += usize::from(keeps_alive);
    }

    pub(super) fn remove(&mut self, number: u64) {
        if let Some(timer) = self.keys.remove(&number).and_then(|key| self.by_time.remove(&key)) {
            self.keeping_alive -= usize::from(timer.keeps_alive);
        }
    }

    /// Sets whether the loop waits for a timer.
    pub(super) fn keep_alive(&mut self, number: u64, keeps_alive: bool) {
        if let Some(timer) = self.keys.get(&number).and_then(|key| self.by_time.get_mut(key)) {
            self.keeping_alive -= usize::from(timer.keeps_alive);
            self.keeping_alive += usize::from(keeps_alive);
            timer.keeps_alive = keeps_alive;
        }
    }

    /// Whether the loop waits for any timer.
    pub(super) fn keeps_alive(&self) -> bool {
        self.keeping_alive > 0
    }

    /// Returns the time at which the next timer is due.
    pub(super) fn next_due(&self) -> Option<u128> {
        self.by_time.first_key_value().map(|(&(due, _), _)| due)
    }

    /// Returns the order of the next timer that is inserted. All timers that exist have a lower one.
    pub(super) fn next_order(&self) -> u64 {
        self.next_order
    }

    /// Whether a timer is due at `now`, not counting timers from the order `end` on.
    pub(super) fn is_due(&self, now: u128, end: u64) -> bool {
        self.by_time.first_key_value().is_some_and(|(&(due, order), _)| due <= now && order < end)
    }

    /// Removes the next timer. Returns its number, its work and whether the loop waited for it.
    pub(super) fn pop(&mut self) -> Option<(u64, Work, bool)> {
        let (_, timer) = self.by_time.pop_first()?;
        self.keys.remove(&timer.number);
        self.keeping_alive -= usize::from(timer.keeps_alive);
        Some((timer.number, timer.work, timer.keeps_alive))
    }
}
