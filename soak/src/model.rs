//! The plain model: lists of records, copied whole, and frames that change them.
//!
//! A [`Mapping`] is the draft's Async Context Mapping. A [`Stack`] is a thread with its
//! running frames. Guards and swaps are changes on a frame, applied in order to what the
//! frame started with. What a frame keeps alive is what it started with and what its changes
//! hold, whether it shows or not.

#[cfg(test)]
mod tests;

use std::mem;
use std::sync::Arc;

use crate::phase;

/// A variable: its place in a mapping.
pub(crate) type Key = usize;
/// One value: each that is bound has its own number.
pub(crate) type Id = u32;
/// One guard.
pub(crate) type GuardId = u32;

/// What a mapping says of one variable.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Record {
    Unbound,
    Bound(Id),
    /// `AsyncLocalStorage::exit`: bound to nothing, so that the default does not show.
    Nothing,
    /// `AsyncLocalStorage::disable`: as if never bound.
    Disabled,
}

/// Foreign context as it was captured: its level, and the value that was made for it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Foreign {
    pub(crate) level: u32,
    pub(crate) id: Id,
}

/// A record for each variable, and what was captured beside them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Mapping {
    records: Arc<[Record]>,
    foreign: Option<Foreign>,
    /// Nothing was asked, so an entry leaves alone what is current.
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

    /// Without the variables that `gone` names.
    pub(crate) fn without(&self, gone: impl Fn(Key) -> bool) -> Mapping {
        let records = self.records.iter().enumerate();
        let left = records.map(|(key, record)| if gone(key) { Record::Unbound } else { *record });
        Mapping { records: left.collect(), ..*self }
    }

    /// The same with this beside it.
    pub(crate) fn beside(&self, foreign: Option<Foreign>) -> Mapping {
        Mapping { foreign, records: self.records.clone(), leaves_foreign: false }
    }

    /// The same, whose entries leave alone what foreign context is current.
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

/// What happened to a frame's mapping since the frame began.
#[derive(Clone, Debug)]
enum Change {
    Guard {
        guard: GuardId,
        key: Key,
        record: Record,
        /// Dropped inside an inner frame, so it ends when that does.
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
    /// What it shows now: `base` with all changes.
    shows: Mapping,
    is_task: bool,
    /// Whether what is beside its mapping is entered with it.
    enters: bool,
    /// The level of foreign context to go back to.
    back: Option<u32>,
}

impl Frame {
    /// The frame of a `run`.
    pub(crate) fn new(base: Mapping) -> Frame {
        Frame { shows: base.clone(), base, changes: Vec::new(), is_task: false, enters: false, back: None }
    }

    /// The frame of what runs in a snapshot.
    pub(crate) fn in_snapshot(base: Mapping) -> Frame {
        Frame { enters: true, ..Frame::new(base) }
    }

    /// The frame of a scoped future, iterator or stream.
    pub(crate) fn of_task(base: Mapping) -> Frame {
        Frame { is_task: true, ..Frame::in_snapshot(base) }
    }

    /// The same, with which nothing foreign is entered.
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
    /// The level of foreign context that is current.
    level: u32,
    /// A deliberate mistake, to show that it would be found: a guard that is not its frame's
    /// newest is never left.
    pub(crate) wrong: bool,
}

impl Stack {
    pub(crate) fn new(root: Mapping) -> Stack {
        Stack { frames: vec![Frame::new(root)], level: 0, wrong: false }
    }

    /// How many frames run.
    pub(crate) fn depth(&self) -> usize {
        self.frames.len()
    }

    fn running(&mut self) -> &mut Frame {
        self.frames.last_mut().expect("the root")
    }

    /// What is current.
    pub(crate) fn shows(&self) -> &Mapping {
        &self.frames.last().expect("the root").shows
    }

    /// Whether the running frame shows a mapping that was swapped in.
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

    /// Pushes the frame of a scope that starts. It takes along what is current of foreign
    /// context, so that stays as it is.
    pub(crate) fn start(&mut self, mut frame: Frame) {
        if phase::has_companions() {
            frame.back = Some(self.level);
        }
        self.frames.push(frame);
    }

    /// What the running frame, which starts, has captured.
    pub(crate) fn starts_with(&mut self, foreign: Foreign) {
        let running = self.running();
        running.base = running.base.beside(Some(foreign));
        running.shows = running.base.clone();
    }

    /// The running frame starts, and the capture panicked: from now on nothing foreign is
    /// entered with it.
    pub(crate) fn starts_as_it_is(&mut self) {
        let running = self.running();
        running.base = running.base.leaving_foreign();
        running.shows = running.base.clone();
    }

    /// Entering what is beside the running frame's mapping panicked.
    pub(crate) fn was_not_entered(&mut self) {
        if let Some(level) = self.running().back.take() {
            self.level = level;
        }
    }

    /// Ends the innermost frame. Guards of the next one that were dropped inside it take
    /// effect now.
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

    /// The frame on this thread that has the guard, and where in its changes.
    fn find(&self, guard: GuardId) -> Option<(usize, usize)> {
        let is_it = |change: &Change| matches!(change, Change::Guard { guard: id, .. } if *id == guard);
        self.frames.iter().enumerate().find_map(|(at, frame)| Some((at, frame.changes.iter().position(is_it)?)))
    }

    /// Drops a guard: at once in the running frame, when the frame inside it ends in an outer
    /// one, without effect elsewhere.
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

    /// Keeps a guard: its frame then has at most one kept binding of each variable, the
    /// newest. Elsewhere the binding lasts as long as its frame, as if forgotten.
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

    /// Installs `mapping` on the running frame, which keeps one swap at most. Returns what
    /// was current.
    pub(crate) fn swap(&mut self, mapping: Mapping) -> Mapping {
        let previous = self.shows().clone();
        self.running().change(|changes| {
            changes.retain(|change| !matches!(change, Change::Swap(_)));
            changes.push(Change::Swap(mapping));
        });
        previous
    }
}
