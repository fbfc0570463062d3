//! The model for comparison with the core: lists of records, copied as a whole.
//!
//! `Mapping` is the draft's Async Context Mapping. A `Strand` is a thread with its
//! running frames. Guards and swaps are changes on a frame, applied in order to
//! what the frame started with.

/// A variable.
pub type Key = usize;
/// A value: each bound value has its own number.
pub type Id = u64;

/// Records of a key and a value, no key twice.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Mapping(Vec<(Key, Id)>);

impl Mapping {
    pub fn get(&self, key: Key) -> Option<Id> {
        self.0.iter().find(|r| r.0 == key).map(|r| r.1)
    }

    pub fn with_record(&self, key: Key, value: Id) -> Mapping {
        let mut records = self.0.clone();
        records.retain(|r| r.0 != key);
        records.push((key, value));
        Mapping(records)
    }

    pub fn without(&self, gone: impl Fn(Key) -> bool) -> Mapping {
        Mapping(self.0.iter().copied().filter(|r| !gone(r.0)).collect())
    }

    pub fn values(&self) -> impl Iterator<Item = Id> {
        self.0.iter().map(|r| r.1)
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }
}

/// A change of a frame's mapping since the frame began.
#[derive(Clone, Debug)]
enum Change {
    Guard { guard: u64, key: Key, value: Id, kept: bool, dropped: bool },
    Swap(Mapping),
}

/// A `run`, a `Snapshot::run`, a future, or a thread's root.
#[derive(Clone, Default, Debug)]
pub struct Frame {
    base: Mapping,
    changes: Vec<Change>,
}

impl Frame {
    pub fn new(base: Mapping) -> Frame {
        Frame { base, changes: Vec::new() }
    }

    pub fn base(&self) -> &Mapping {
        &self.base
    }

    pub fn mapping(&self) -> Mapping {
        let mut mapping = self.base.clone();
        for change in &self.changes {
            match change {
                Change::Guard { key, value, .. } => mapping = mapping.with_record(*key, *value),
                Change::Swap(whole) => mapping = whole.clone(),
            }
        }
        mapping
    }

    /// The values that the frame keeps alive.
    pub fn values(&self) -> Vec<Id> {
        let mut values: Vec<Id> = self.base.values().collect();
        for change in &self.changes {
            match change {
                Change::Guard { value, .. } => values.push(*value),
                Change::Swap(mapping) => values.extend(mapping.values()),
            }
        }
        values
    }
}

/// A thread: its running frames, outermost first. The first is the root.
#[derive(Clone, Debug)]
pub struct Strand {
    frames: Vec<Frame>,
}

impl Default for Strand {
    fn default() -> Strand {
        Strand { frames: vec![Frame::default()] }
    }
}

impl Strand {
    fn running(&mut self) -> &mut Frame {
        self.frames.last_mut().expect("the root")
    }

    pub fn mapping(&self) -> Mapping {
        self.frames.last().expect("the root").mapping()
    }

    pub fn values(&self) -> Vec<Id> {
        self.frames.iter().flat_map(Frame::values).collect()
    }

    /// How many frames run.
    pub fn depth(&self) -> usize {
        self.frames.len()
    }

    pub fn push(&mut self, frame: Frame) {
        self.frames.push(frame);
    }

    /// Ends the innermost frame. Guards of the next one that were dropped inside it
    /// take effect now.
    pub fn pop(&mut self) -> Frame {
        let frame = self.frames.pop().expect("a frame");
        let gone = |c: &Change| matches!(c, Change::Guard { dropped: true, .. });
        self.running().changes.retain(|c| !gone(c));
        frame
    }

    pub fn enter(&mut self, guard: u64, key: Key, value: Id) {
        let change = Change::Guard { guard, key, value, kept: false, dropped: false };
        self.running().changes.push(change);
    }

    /// Drops a guard: at once in the running frame, when the frame inside it ends in
    /// an outer one, without effect elsewhere.
    pub fn leave(&mut self, which: u64) {
        let is_it = |c: &Change| matches!(c, Change::Guard { guard, .. } if *guard == which);
        let innermost = self.frames.len() - 1;
        for (depth, frame) in self.frames.iter_mut().enumerate() {
            if depth == innermost {
                frame.changes.retain(|c| !is_it(c));
            } else if let Some(Change::Guard { dropped, .. }) = frame.changes.iter_mut().find(|c| is_it(c)) {
                *dropped = true;
            }
        }
    }

    /// Keeps the binding of a guard until its frame ends. Of two kept bindings of one variable, the
    /// older one ends, as if its guard were dropped.
    pub fn keep(&mut self, which: u64) {
        let is_it = |c: &Change| matches!(c, Change::Guard { guard, .. } if *guard == which);
        let Some(changes) = self.frames.iter_mut().map(|f| &mut f.changes).find(|all| all.iter().any(is_it)) else {
            return;
        };
        let mut of = None;
        if let Some(Change::Guard { key, kept, .. }) = changes.iter_mut().find(|c| is_it(c)) {
            *kept = true;
            of = Some(*key);
        }
        let mut kept = changes.iter().filter_map(|c| match c {
            Change::Guard { guard, key, kept: true, dropped: false, .. } if Some(*key) == of => Some(*guard),
            _ => None,
        });
        if let (Some(older), Some(_)) = (kept.next(), kept.next()) {
            self.leave(older);
        }
    }

    pub fn swap(&mut self, mapping: Mapping) -> Mapping {
        let previous = self.mapping();
        let frame = self.running();
        frame.changes.retain(|c| !matches!(c, Change::Swap(_)));
        frame.changes.push(Change::Swap(mapping));
        previous
    }
}
