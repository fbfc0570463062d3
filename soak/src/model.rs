//! The plain model: lists of records, copied whole, and frames that change them.
//!
//! A [`Mapping`] is the draft's Async Context Mapping. A [`Stack`] is a thread with its running frames.
//! Guards and swaps are changes of a frame, which apply in order to its initial mapping. A frame keeps
//! the values of its initial mapping and of its changes alive, including hidden ones.

#[cfg(test)]
mod tests;

use std::mem;
use std::sync::Arc;

use crate::phase;

/// A variable: its index in a mapping.
pub(crate) type Key = usize;
/// The number of a value. Each bound value has a unique one.
pub(crate) type Id = u32;
/// The number of a guard.
pub(crate) type GuardId = u32;

/// The record of one variable in a mapping.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Record {
    Unbound,
    Bound(Id),
    /// Bound to no value by `AsyncLocalStorage::exit`, which hides the default.
    Nothing,
    /// Unbound by `AsyncLocalStorage::disable`.
    Disabled,
}

/// Captured foreign context: its level, and the tracked value of the capture.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Foreign {
    pub(crate) level: u32,
    pub(crate) id: Id,
}

/// A mapping: a record for each variable, and the captured foreign context.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Mapping {
    records: Arc<[Record]>,
    foreign: Option<Foreign>,
    /// Nothing was captured, so entering does not change the current foreign context.
    leaves_foreign: bool,
}

impl Mapping {
    pub(crate) fn empty(variables: usize) -> Mapping {
        Mapping { records: vec![Record::Unbound; variables].into(), foreign: None, leaves_foreign: false }
    }

    pub(crate) fn get(&self, key: Key) -> Record {
        self.records[key]
    }

    pub(crate) fn with(&self, key: Key, record: Record) -> Mapping {
        let mut records = self.records.clone();
        Arc::make_mut(&mut records)[key] = record;
        Mapping { records, ..*self }
    }

    /// Returns the mapping without the variables in `gone`.
    pub(crate) fn without(&self, gone: impl Fn(Key) -> bool) -> Mapping {
        let records = self.records.iter().enumerate();
        let left = records.map(|(key, record)| if gone(key) { Record::Unbound } else { *record });
        Mapping { records: left.collect(), ..*self }
    }

    /// Returns the mapping with this foreign context.
    pub(crate) fn beside(&self, foreign: Option<Foreign>) -> Mapping {
        Mapping { foreign, records: self.records.clone(), leaves_foreign: false }
    }

    /// Returns the mapping without foreign context, so that entering does not change the current one.
    fn leaving_foreign(&self) -> Mapping {
        Mapping { leaves_foreign: true, ..self.beside(None) }
    }

    pub(crate) fn values(&self) -> impl Iterator<Item = Id> {
        let foreign = self.foreign.map(|foreign| foreign.id);
        self.records.iter().filter_map(|record| record.value()).chain(foreign)
    }
}

impl Record {
    fn value(self) -> Option<Id> {
        match self {
            Record::Bound(id) => Some(id),
            _ => None,
        }
    }
}

/// A change of a frame's mapping.
#[derive(Clone, Debug)]
enum Change {
    Guard {
        guard: GuardId,
        key: Key,
        record: Record,
        /// Whether the guard was dropped inside an inner frame, with which it ends.
        dropped: bool,
        kept: bool,
    },
    Swap(Mapping),
}

/// A `run`, a `Snapshot::run`, a scoped future, or a thread's root.
#[derive(Clone, Debug)]
pub(crate) struct Frame {
    base: Mapping,
    changes: Vec<Change>,
    /// The current mapping: `base` with all changes.
    shows: Mapping,
    is_task: bool,
    /// Whether the foreign context of its mapping is entered with it.
    enters: bool,
    /// The level of foreign context that is restored at the end.
    back: Option<u32>,
}

impl Frame {
    /// Returns the frame of a `run`.
    pub(crate) fn new(base: Mapping) -> Frame {
        Frame { shows: base.clone(), base, changes: Vec::new(), is_task: false, enters: false, back: None }
    }

    /// Returns the frame of code that runs in a snapshot.
    pub(crate) fn in_snapshot(base: Mapping) -> Frame {
        Frame { enters: true, ..Frame::new(base) }
    }

    /// Returns the frame of a scoped future, iterator or stream.
    pub(crate) fn of_task(base: Mapping) -> Frame {
        Frame { is_task: true, ..Frame::in_snapshot(base) }
    }

    /// Returns the frame without entering foreign context.
    pub(crate) fn entering_nothing(self) -> Frame {
        Frame { enters: false, ..self }
    }

    fn change(&mut self, change: impl FnOnce(&mut Vec<Change>)) {
        change(&mut self.changes);
        self.shows = self.base.clone();
        for change in &self.changes {
            match change {
                Change::Guard { key, record, .. } => self.shows = self.shows.with(*key, *record),
                Change::Swap(mapping) => self.shows = mapping.clone(),
            }
        }
    }

    /// Calls `f` with each value that the frame keeps alive.
    pub(crate) fn each_value(&self, f: &mut impl FnMut(Id)) {
        self.base.values().for_each(&mut *f);
        for change in &self.changes {
            match change {
                Change::Guard { record, .. } => record.value().into_iter().for_each(&mut *f),
                Change::Swap(mapping) => mapping.values().for_each(&mut *f),
            }
        }
    }
}

/// A thread: its running frames, outermost first. The first is the root.
#[derive(Clone, Debug)]
pub(crate) struct Stack {
    frames: Vec<Frame>,
    /// The current level of foreign context.
    level: u32,
    /// A deliberate error that tests use: a guard that is not the newest of its frame is never left.
    pub(crate) wrong: bool,
}

impl Stack {
    pub(crate) fn new(root: Mapping) -> Stack {
        Stack { frames: vec![Frame::new(root)], level: 0, wrong: false }
    }

    /// Returns the number of running frames.
    pub(crate) fn depth(&self) -> usize {
        self.frames.len()
    }

    fn running(&mut self) -> &mut Frame {
        self.frames.last_mut().expect("the root")
    }

    /// Returns the current mapping.
    pub(crate) fn shows(&self) -> &Mapping {
        &self.frames.last().expect("the root").shows
    }

    /// Whether a mapping was swapped into the running frame.
    pub(crate) fn is_swapped(&self) -> bool {
        let is_swap = |change: &Change| matches!(change, Change::Swap(_));
        self.frames.last().expect("the root").changes.iter().any(is_swap)
    }

    pub(crate) fn in_task(&self) -> bool {
        self.frames.last().expect("the root").is_task
    }

    pub(crate) fn each_value(&self, f: &mut impl FnMut(Id)) {
        self.frames.iter().for_each(|frame| frame.each_value(f));
    }

    pub(crate) fn level(&self) -> u32 {
        self.level
    }

    pub(crate) fn set_level(&mut self, level: u32) {
        self.level = level;
    }

    pub(crate) fn push(&mut self, mut frame: Frame) {
        if frame.enters && !frame.base.leaves_foreign && phase::has_companions() {
            let level = frame.base.foreign.map_or(0, |foreign| foreign.level);
            frame.back = Some(mem::replace(&mut self.level, level));
        }
        self.frames.push(frame);
    }

    /// Pushes the frame of a scope that starts. It captures the current foreign context, which
    /// therefore does not change.
    pub(crate) fn start(&mut self, mut frame: Frame) {
        if phase::has_companions() {
            frame.back = Some(self.level);
        }
        self.frames.push(frame);
    }

    /// Sets the foreign context that the starting frame has captured.
    pub(crate) fn starts_with(&mut self, foreign: Foreign) {
        let running = self.running();
        running.base = running.base.beside(Some(foreign));
        running.shows = running.base.clone();
    }

    /// Notes that the capture of the starting frame panicked, so that no foreign context is entered
    /// with it.
    pub(crate) fn starts_as_it_is(&mut self) {
        let running = self.running();
        running.base = running.base.leaving_foreign();
        running.shows = running.base.clone();
    }

    /// Notes that entering the foreign context of the running frame panicked.
    pub(crate) fn was_not_entered(&mut self) {
        if let Some(level) = self.running().back.take() {
            self.level = level;
        }
    }

    /// Ends the innermost frame. The drops inside it of guards of the next frame take effect now.
    pub(crate) fn pop(&mut self) -> Frame {
        let mut frame = self.frames.pop().expect("a frame");
        self.level = frame.back.take().unwrap_or(self.level);
        let is_dropped = |change: &Change| matches!(change, Change::Guard { dropped: true, .. });
        if self.running().changes.iter().any(is_dropped) {
            self.running().change(|changes| changes.retain(|change| !is_dropped(change)));
        }
        frame
    }

    pub(crate) fn enter(&mut self, guard: GuardId, key: Key, record: Record) {
        let change = Change::Guard { guard, key, record, dropped: false, kept: false };
        self.running().change(|changes| changes.push(change));
    }

    /// Returns the frame on this thread that has the guard, and the index of the change.
    fn find(&self, guard: GuardId) -> Option<(usize, usize)> {
        let is_it = |change: &Change| matches!(change, Change::Guard { guard: id, .. } if *id == guard);
        self.frames.iter().enumerate().find_map(|(at, frame)| Some((at, frame.changes.iter().position(is_it)?)))
    }

    /// Drops a guard. In the running frame this takes effect at once; in an outer frame, when the frame
    /// inside it ends; otherwise there is no effect.
    pub(crate) fn leave(&mut self, guard: GuardId) {
        if let Some((frame, at)) = self.find(guard) {
            if self.wrong && at + 1 < self.frames[frame].changes.len() {
                return;
            }
            self.end(frame, at);
        }
    }

    fn end(&mut self, frame: usize, at: usize) {
        if frame + 1 == self.frames.len() {
            self.frames[frame].change(|changes| drop(changes.remove(at)));
        } else if let Change::Guard { dropped, .. } = &mut self.frames[frame].changes[at] {
            *dropped = true;
        }
    }

    /// Keeps a guard. Its frame has at most one kept binding of each variable, the newest. If the guard
    /// is not on this thread, its binding lasts as long as its frame, as if it were forgotten.
    pub(crate) fn keep(&mut self, guard: GuardId) {
        let Some((frame, at)) = self.find(guard) else { return };
        let Change::Guard { key: its, kept, .. } = &mut self.frames[frame].changes[at] else { return };
        *kept = true;
        let its = *its;
        let changes = self.frames[frame].changes.iter().enumerate();
        let others = changes.filter(
            |(_, change)| matches!(change, Change::Guard { key, kept: true, dropped: false, .. } if *key == its),
        );
        let all: Vec<usize> = others.map(|(at, _)| at).collect();
        if let [older, _] = all[..] {
            self.end(frame, older);
        }
    }

    /// Swaps `mapping` into the running frame, which keeps at most one swap. Returns the previous
    /// mapping.
    pub(crate) fn swap(&mut self, mapping: Mapping) -> Mapping {
        let previous = self.shows().clone();
        self.running().change(|changes| {
            changes.retain(|change| !matches!(change, Change::Swap(_)));
            changes.push(Change::Swap(mapping));
        });
        previous
    }
}
