//! The plain model: lists of records, copied whole, and frames that change them.
//!
//! A [`Mapping`] is the draft's Async Context Mapping. A [`Stack`] is a thread with its
//! running frames. Guards and swaps are changes on a frame, applied in order to what the
//! frame started with. What a frame keeps alive is what it started with and what its changes
//! hold, whether it shows or not.

#[cfg(test)]
mod tests;

use std::sync::Arc;

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

/// A record for each variable.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Mapping(Arc<[Record]>);

impl Mapping {
    pub(crate) fn empty(variables: usize) -> Mapping {
        Mapping(vec![Record::Unbound; variables].into())
    }

    pub(crate) fn get(&self, key: Key) -> Record {
        self.0[key]
    }

    pub(crate) fn with(&self, key: Key, record: Record) -> Mapping {
        let mut records = self.0.clone();
        Arc::make_mut(&mut records)[key] = record;
        Mapping(records)
    }

    /// Without the variables that `gone` names.
    pub(crate) fn without(&self, gone: impl Fn(Key) -> bool) -> Mapping {
        let records = self.0.iter().enumerate();
        Mapping(records.map(|(key, record)| if gone(key) { Record::Unbound } else { *record }).collect())
    }

    pub(crate) fn values(&self) -> impl Iterator<Item = Id> {
        self.0.iter().filter_map(|record| record.value())
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
}

impl Frame {
    pub(crate) fn new(base: Mapping) -> Frame {
        Frame { shows: base.clone(), base, changes: Vec::new(), is_task: false }
    }

    /// The frame of a scoped future, iterator or stream.
    pub(crate) fn of_task(base: Mapping) -> Frame {
        Frame { is_task: true, ..Frame::new(base) }
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
    /// A deliberate mistake, to show that it would be found: a guard that is not its frame's
    /// newest is never left.
    pub(crate) wrong: bool,
}

impl Stack {
    pub(crate) fn new(root: Mapping) -> Stack {
        Stack { frames: vec![Frame::new(root)], wrong: false }
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

    pub(crate) fn in_task(&self) -> bool {
        self.frames.last().expect("the root").is_task
    }

    pub(crate) fn each_value(&self, f: &mut impl FnMut(Id)) {
        self.frames.iter().for_each(|frame| frame.each_value(f));
    }

    pub(crate) fn push(&mut self, frame: Frame) {
        self.frames.push(frame);
    }

    /// Ends the innermost frame. Guards of the next one that were dropped inside it take
    /// effect now.
    pub(crate) fn pop(&mut self) -> Frame {
        let frame = self.frames.pop().expect("a frame");
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
