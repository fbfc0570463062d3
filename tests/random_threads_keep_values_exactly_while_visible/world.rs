//! The shared data, the tracked values, and the comparison.

use std::array;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::Pin;
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard};

use asynccontext::{Guard, Scoped, Snapshot, TaskGuard, Variable};

use crate::steps::Task;
use crate::support::model::{Frame, Id, Key, Mapping, Strand};
use crate::support::rng::Rng;

pub(crate) const THREADS: usize = 3;
pub(crate) static VARIABLES: LazyLock<[Variable<Tracked>; 24]> = LazyLock::new(|| {
    array::from_fn(|key| if is_uninherited(key) { Variable::new().uninherited() } else { Variable::new() })
});
pub(crate) static SCRATCH: [Variable<u8>; 3] = [const { Variable::new() }; 3];

/// A third of the variables are uninherited.
pub(crate) fn is_uninherited(key: Key) -> bool {
    key % 3 == 1
}

/// These only make mappings long and scopes deep.
pub(crate) static FILL: [Variable<u8>; 50] = [const { Variable::new() }; 50];

/// Data that the threads share. Only one of them runs at a time.
pub(crate) struct Shared {
    pub(crate) world: Mutex<World>,
    pub(crate) live: Mutex<BTreeSet<Id>>,
    pub(crate) workers: Mutex<Vec<Sender<Job>>>,
}
pub(crate) type Job = Box<dyn FnOnce() + Send>;
pub(crate) type Handle = Arc<Shared>;

pub(crate) struct World {
    pub(crate) rng: Rng,
    pub(crate) variables: usize,
    pub(crate) steps_left: usize,
    pub(crate) next_id: u64,
    pub(crate) strands: Vec<Strand>,
    pub(crate) busy: [bool; THREADS],
    pub(crate) snapshots: Vec<(Snapshot, Mapping)>,
    pub(crate) task_guards: Vec<(TaskGuard, u64)>,
    pub(crate) tasks: Vec<(Pin<Box<Scoped<Task>>>, Frame)>,
    /// Mappings that a running step holds: the snapshot it runs in, a task's base.
    pub(crate) in_use: Vec<Mapping>,
    /// Values that are being read.
    pub(crate) read: Vec<Id>,
    pub(crate) steps: BTreeMap<&'static str, u64>,
}

thread_local! {
    /// The guards that are not `Send`. They are dropped when the thread ends.
    pub(crate) static GUARDS: RefCell<Vec<(Guard, u64)>> = const { RefCell::new(Vec::new()) };
}

impl Shared {
    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().expect("no panic under the lock")
    }

    pub(crate) fn below(&self, n: usize) -> usize {
        self.world().rng.below(n)
    }

    pub(crate) fn new_id(&self) -> u64 {
        let mut world = self.world();
        world.next_id += 1;
        world.next_id
    }
}

/// A value whose lifetime is tracked.
pub(crate) struct Tracked {
    pub(crate) id: Id,
    pub(crate) check: u64,
    pub(crate) mood: usize,
    pub(crate) shared: Handle,
}

impl Tracked {
    pub(crate) fn new(shared: &Handle) -> Tracked {
        let id = shared.new_id();
        let mood = shared.below(6);
        shared.live.lock().unwrap().insert(id);
        Tracked { id, check: !id, mood, shared: Arc::clone(shared) }
    }

    pub(crate) fn id(&self) -> Id {
        assert_eq!(self.check, !self.id, "a read of a value that is gone");
        self.id
    }
}

impl Drop for Tracked {
    fn drop(&mut self) {
        assert!(self.shared.live.lock().unwrap().remove(&self.id()), "dropped twice");
        self.check = 0;
        let [a, b, c] = &SCRATCH;
        match self.mood {
            // No variable shows a value that is being dropped.
            0 => {
                for variable in VARIABLES.iter() {
                    variable.with(|v| {
                        let seen = v.map(Tracked::id);
                        let live = self.shared.live.lock().unwrap();
                        assert!(seen.is_none_or(|id| live.contains(&id)), "sees a dead value");
                    });
                }
            }
            1 => {
                let outside = Snapshot::capture();
                let inside = a.run(1, Snapshot::capture);
                inside.run(|| outside.clone().run(|| drop(inside.clone())));
            }
            2 => {
                let (first, second) = (a.enter(1), b.enter(2));
                let _snapshot = Snapshot::capture();
                drop(first);
                b.run(3, || drop(c.enter(4)));
                drop(second);
            }
            _ => {}
        }
    }
}

/// The panic that programs throw.
pub(crate) struct Thrown;

/// Runs `f` and catches its `Thrown`; any other panic is a failure.
pub(crate) fn caught(f: impl FnOnce()) {
    match catch_unwind(AssertUnwindSafe(f)) {
        Err(panic) if !panic.is::<Thrown>() => resume_unwind(panic),
        _ => {}
    }
}

/// Runs `f` when dropped: ends the model's frame, even after a panic.
pub(crate) struct OnExit<F: FnMut()>(pub(crate) F);

impl<F: FnMut()> Drop for OnExit<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}

/// Calls `f(thread)` on a random thread that is idle, or here.
pub(crate) fn somewhere(shared: &Handle, here: usize, f: impl FnOnce(usize) + Send + 'static) {
    let there = {
        let mut world = shared.world();
        let there = world.rng.below(THREADS);
        if world.busy[there] {
            drop(world);
            return f(here);
        }
        world.busy[there] = true;
        there
    };
    let (done, wait) = channel();
    let job = move || drop(done.send(catch_unwind(AssertUnwindSafe(|| f(there)))));
    shared.workers.lock().unwrap()[there].send(Box::new(job)).unwrap();
    let result = wait.recv().expect("the worker answers");
    shared.world().busy[there] = false;
    result.unwrap_or_else(|panic| resume_unwind(panic));
}

/// The comparison, after every step.
pub(crate) fn check(shared: &Handle, here: usize, step: &str) {
    let (mapping, expected, variables) = {
        let world = shared.world();
        let mut expected: BTreeSet<Id> = world.read.iter().copied().collect();
        for strand in &world.strands {
            expected.extend(strand.values());
        }
        for (_, frame) in &world.tasks {
            expected.extend(frame.values());
        }
        let snapshots = world.snapshots.iter().map(|s| &s.1);
        for mapping in snapshots.chain(&world.in_use) {
            expected.extend(mapping.values());
        }
        (world.strands[here].mapping(), expected, world.variables)
    };
    for (key, variable) in VARIABLES[..variables].iter().enumerate() {
        let seen = variable.with(|v| v.map(Tracked::id));
        assert_eq!(seen, mapping.get(key), "variable {key} after {step}");
    }
    assert_eq!(*shared.live.lock().unwrap(), expected, "live values after {step}");
}

impl World {
    pub(crate) fn no_longer_used(&mut self, mapping: &Mapping) {
        let last = self.in_use.iter().rposition(|m| m == mapping);
        self.in_use.remove(last.expect("pushed before"));
    }
}
