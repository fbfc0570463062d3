//! A strand: one flow of control of a program, with the model of its thread and the values that it
//! holds. The strand that runs on a thread is in a thread-local variable, where values find it when they
//! are dropped.

use std::cell::RefCell;
use std::mem;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use asynccontext::{Carried, Guard, Scoped, Snapshot, TaskGuard};

use crate::companion;
use crate::fault::WrongLife;
use crate::inhabitant::{Message, Task};
use crate::interpret::closures::Closure;
use crate::model::{Foreign, GuardId, Id, Mapping, Stack};
use crate::phase;
use crate::program::{Pick, Trap};
use crate::shared::Shared;

pub(crate) type Future = Pin<Box<Scoped<Task>>>;

/// A flow of control.
pub(crate) struct Strand {
    pub(crate) shared: Arc<Shared>,
    pub(crate) stack: Stack,
    /// The stacks of threads that wait for this strand.
    pub(crate) blocked: Vec<Stack>,
    /// Mappings that running steps hold.
    pub(crate) held: Vec<Mapping>,
    /// Values that are being read.
    pub(crate) reading: Vec<Id>,
    /// Values that this strand created, including dropped ones.
    pub(crate) own: Vec<Id>,
    /// The number of steps that it may still run.
    pub(crate) fuel: u32,
    steps: u64,
    /// The depth of forks.
    pub(crate) forks: u32,
    /// The depth of nested steps.
    pub(crate) depth: u32,
    /// The number of running drops of values.
    pub(crate) dropping: u32,
    pub(crate) snapshots: Vec<(Snapshot, Mapping)>,
    pub(crate) closures: Vec<(Closure, Mapping)>,
    pub(crate) futures: Vec<Future>,
    pub(crate) task_guards: Vec<(TaskGuard, GuardId)>,
    pub(crate) messages: Vec<(Carried<Message>, Mapping)>,
    /// The captured foreign context, until the model takes it.
    pub(crate) captured: Option<Foreign>,
    /// Whether the running frame is that of a starting scope that has not captured yet.
    pub(crate) starts: bool,
    /// The call of the companion that panics next.
    pub(crate) trap: Option<Trap>,
    marks: Vec<u32>,
    mark: u32,
    reads: u64,
}

thread_local! {
    static HERE: RefCell<Option<Box<Strand>>> = const { RefCell::new(None) };
    /// The guards that are not `Send`. The remaining ones are dropped with the thread.
    static GUARDS: RefCell<Vec<(Guard, GuardId)>> = const { RefCell::new(Vec::new()) };
}

/// Calls `f` with the strand that runs on this thread. `f` must not drop values of the crate.
pub(crate) fn here<R>(f: impl FnOnce(&mut Strand) -> R) -> R {
    HERE.with_borrow_mut(|strand| f(strand.as_mut().expect("a strand runs here")))
}

/// Calls `f` with the strand that runs on this thread, if there is one.
pub(crate) fn try_here<R>(f: impl FnOnce(&mut Strand) -> R) -> Option<R> {
    HERE.try_with(|here| here.borrow_mut().as_mut().map(|strand| f(strand))).ok().flatten()
}

/// Calls `f` with the guards of this thread. `f` must not drop any.
pub(crate) fn guards<R>(f: impl FnOnce(&mut Vec<(Guard, GuardId)>) -> R) -> R {
    GUARDS.with_borrow_mut(f)
}

/// Calls `f` without the strand and the guards of this thread, and restores them afterwards.
pub(crate) fn aside<R>(f: impl FnOnce() -> R) -> R {
    let strand = install(None);
    let guards = GUARDS.take();
    let level = companion::set_level(0);
    let mut before = Some((strand, guards));
    let _exit = OnExit(|| {
        if let Some((strand, guards)) = before.take() {
            install(strand);
            GUARDS.set(guards);
            companion::set_level(level);
        }
    });
    f()
}

/// Installs `strand` on this thread, and returns the previous one.
pub(crate) fn install(strand: Option<Box<Strand>>) -> Option<Box<Strand>> {
    HERE.with_borrow_mut(|here| mem::replace(here, strand))
}

/// Calls `f` when dropped, so that the model leaves a frame even after a panic.
pub(crate) struct OnExit<F: FnMut()>(pub(crate) F);

impl<F: FnMut()> Drop for OnExit<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}

impl Strand {
    pub(crate) fn new(shared: Arc<Shared>, fuel: u32) -> Box<Strand> {
        let mut stack = Stack::new(Mapping::empty(shared.variables));
        stack.wrong = shared.conditions.wrong;
        Box::new(Strand {
            shared,
            stack,
            blocked: Vec::new(),
            held: Vec::new(),
            reading: Vec::new(),
            own: Vec::new(),
            fuel,
            steps: 0,
            forks: 0,
            depth: 0,
            dropping: 0,
            snapshots: Vec::new(),
            closures: Vec::new(),
            futures: Vec::new(),
            task_guards: Vec::new(),
            messages: Vec::new(),
            captured: None,
            starts: false,
            trap: None,
            marks: Vec::new(),
            mark: 0,
            reads: 0,
        })
    }

    pub(crate) fn new_value(&mut self) -> Id {
        let id = self.shared.new_value();
        self.own.push(id);
        id
    }

    /// Returns the mapping of a snapshot that was just taken.
    pub(crate) fn taken(&mut self) -> Mapping {
        let shows = self.stack.shows().clone();
        if phase::has_companions() { shows.beside(self.captured.take()) } else { shows }
    }

    /// Reduces the number of remaining steps. Returns whether there was one.
    pub(crate) fn burn(&mut self) -> bool {
        if self.fuel == 0 || self.shared.has_failed() || !self.shared.has_room() {
            return false;
        }
        self.fuel -= 1;
        self.steps += 1;
        true
    }

    /// Counts the given number of reads, and returns a number that changes with each call.
    pub(crate) fn count_reads(&mut self, reads: u64) -> u64 {
        self.reads += reads;
        self.reads
    }

    /// Adds the counters of the strand to the shared ones.
    pub(crate) fn settle_accounts(&mut self) {
        self.shared.reads.fetch_add(mem::take(&mut self.reads), Ordering::Relaxed);
        self.shared.steps.fetch_add(mem::take(&mut self.steps), Ordering::Relaxed);
    }

    /// Returns an error in the set of live values, if there is one: all values that this strand can reach
    /// must be alive, and no other value that it created.
    pub(crate) fn wrong_lives(&mut self) -> Option<WrongLife> {
        self.mark += 1;
        let (mark, shared, marks) = (self.mark, &self.shared, &mut self.marks);
        marks.resize(shared.values_made() as usize + 1, 0);
        let mut gone = None;
        let mut reach = |id: Id| {
            if mem::replace(&mut marks[id as usize], mark) != mark && !shared.lives(id) {
                gone = Some(id);
            }
        };
        self.stack.each_value(&mut reach);
        self.blocked.iter().for_each(|stack| stack.each_value(&mut reach));
        self.reading.iter().copied().for_each(&mut reach);
        let snapshots = self.snapshots.iter().map(|held| &held.1);
        let closures = self.closures.iter().map(|held| &held.1);
        let messages = self.messages.iter().map(|held| &held.1);
        for mapping in snapshots.chain(closures).chain(messages).chain(&self.held) {
            mapping.values().for_each(&mut reach);
        }
        for future in &self.futures {
            future.inner().frame().each_value(&mut reach);
        }
        if let Some(id) = gone {
            return Some(WrongLife::Gone(id));
        }
        self.own.retain(|id| shared.lives(*id));
        self.own.iter().find(|id| marks[**id as usize] != mark).map(|id| WrongLife::Leaked(*id))
    }
}

/// Removes and returns an item, if there is one.
pub(crate) fn take<T>(from: &mut Vec<T>, pick: Pick) -> Option<T> {
    let last = from.len().checked_sub(1)?;
    // The newest and the oldest are the most likely.
    let at = match pick % 4 {
        0 => last,
        1 => 0,
        _ => usize::from(pick / 4) % from.len(),
    };
    Some(from.remove(at))
}

/// Adds an item. Returns the item that it replaces, if there are too many.
#[must_use]
pub(crate) fn put<T>(into: &mut Vec<T>, most: usize, item: T) -> Option<T> {
    into.push(item);
    (into.len() > most).then(|| into.remove(0))
}
