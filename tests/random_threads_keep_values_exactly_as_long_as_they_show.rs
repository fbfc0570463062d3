//! Random programs on several threads, with futures that move between them, against
//! the model: after *every* step, what each variable reads and which values are
//! alive is what the model says. Values use contexts in their own drops.

mod support;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::Pin;
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context, Poll};

use asynccontext::agent::async_context_swap;
use asynccontext::{Guard, NotInTask, Propagate, Scoped, Snapshot, TaskGuard, Variable};
use support::model::{Frame, Id, Mapping, Strand};
use support::rng::Rng;

const THREADS: usize = 3;
static VARIABLES: [Variable<Tracked>; 24] = [const { Variable::new() }; 24];
static SCRATCH: [Variable<u8>; 3] = [const { Variable::new() }; 3];

/// These only make mappings long and scopes deep.
static FILL: [Variable<u8>; 50] = [const { Variable::new() }; 50];

/// What the threads share. Only one of them runs at a time.
struct Shared {
    world: Mutex<World>,
    live: Mutex<BTreeSet<Id>>,
    workers: Mutex<Vec<Sender<Job>>>,
}
type Job = Box<dyn FnOnce() + Send>;
type World_ = Arc<Shared>;

struct World {
    rng: Rng,
    variables: usize,
    steps_left: usize,
    next_id: u64,
    strands: Vec<Strand>,
    busy: [bool; THREADS],
    snapshots: Vec<(Snapshot, Mapping)>,
    task_guards: Vec<(TaskGuard, u64)>,
    tasks: Vec<(Pin<Box<Scoped<Task>>>, Frame)>,
    /// Mappings that a running step holds: the snapshot it runs in, a task's base.
    in_use: Vec<Mapping>,
    /// Values that are being read.
    read: Vec<Id>,
    steps: BTreeMap<&'static str, u64>,
}

thread_local! {
    /// The guards that can't leave this thread. They are dropped when it ends.
    static GUARDS: RefCell<Vec<(Guard, u64)>> = const { RefCell::new(Vec::new()) };
}

impl Shared {
    fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().expect("no panic under the lock")
    }

    fn below(&self, n: usize) -> usize {
        self.world().rng.below(n)
    }

    fn new_id(&self) -> u64 {
        let mut world = self.world();
        world.next_id += 1;
        world.next_id
    }
}

/// A value whose life is watched.
struct Tracked {
    id: Id,
    check: u64,
    mood: usize,
    shared: World_,
}

impl Tracked {
    fn new(shared: &World_) -> Tracked {
        let id = shared.new_id();
        let mood = shared.below(6);
        shared.live.lock().unwrap().insert(id);
        Tracked { id, check: !id, mood, shared: Arc::clone(shared) }
    }

    fn id(&self) -> Id {
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
                for variable in &VARIABLES {
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
struct Thrown;

/// Runs `f`; its `Thrown` ends here, any other panic is a failure.
fn caught(f: impl FnOnce()) {
    if let Err(panic) = catch_unwind(AssertUnwindSafe(f))
        && !panic.is::<Thrown>()
    {
        resume_unwind(panic)
    }
}

/// Runs `f` when dropped: the model's way out of a frame, also for a panic.
struct OnExit<F: FnMut()>(F);

impl<F: FnMut()> Drop for OnExit<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}

/// Calls `f(thread)` on a random thread that is idle, or here.
fn somewhere(shared: &World_, here: usize, f: impl FnOnce(usize) + Send + 'static) {
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
fn check(shared: &World_, here: usize, step: &str) {
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

/// What runs inside a frame: some steps, and sometimes a throw.
fn body(shared: &World_, here: usize, depth: usize) {
    check(shared, here, "entering a frame");
    for _ in 0..shared.below(5) {
        step(shared, here, depth);
    }
    if depth > 0 && shared.below(30) == 0 {
        resume_unwind(Box::new(Thrown));
    }
}

/// A future whose polls and whose drop run steps of the program.
struct Task {
    shared: World_,
    thread: usize,
    /// It is the program's turn to be dropped, not that of a failed test.
    dropping: bool,
}

impl Future for Task {
    type Output = ();

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        body(&self.shared, self.thread, 2);
        Poll::Pending
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        if self.dropping {
            check(&self.shared, self.thread, "entering a drop");
            for _ in 0..2 {
                step(&self.shared, self.thread, 0);
            }
        }
    }
}

fn leave(shared: &World_, here: usize, guard: impl Sized, id: u64) {
    shared.world().strands[here].leave(id);
    drop(guard);
}

/// One random step on thread `here`; frames nest `depth` deeper at most.
fn step(shared: &World_, here: usize, depth: usize) {
    let (kind, key, pick) = {
        let mut world = shared.world();
        let Some(left) = world.steps_left.checked_sub(1) else { return };
        world.steps_left = left;
        let kind = world.rng.below(24);
        let variables = world.variables;
        let key = match world.rng.below(3) {
            0 => 0, // one variable is hot
            _ => world.rng.below(variables),
        };
        (kind, key, world.rng.below(1000))
    };
    let variable = &VARIABLES[key];
    let done = match kind {
        3 | 4 => {
            keep(shared, pick, |world| world.strands[here].mapping(), Snapshot::capture());
            "capture"
        }
        5 => {
            let Some((snapshot, _)) = take(&mut shared.world().snapshots, pick) else { return };
            somewhere(shared, here, move |_| drop(snapshot));
            "drop a snapshot"
        }
        6 | 7 if depth > 0 => run_in(shared, here, depth, pick),
        8..=11 => {
            let value = Tracked::new(shared);
            let (id, guard) = (value.id, shared.new_id());
            if pick % 2 == 0 {
                match variable.enter_task(value) {
                    Ok(entered) => {
                        let mut world = shared.world();
                        world.strands[here].enter(guard, key, id);
                        world.task_guards.push((entered, guard));
                        "enter_task"
                    }
                    Err(NotInTask) => "no task",
                }
            } else {
                let entered = variable.enter(value);
                shared.world().strands[here].enter(guard, key, id);
                GUARDS.with_borrow_mut(|guards| guards.push((entered, guard)));
                "enter"
            }
        }
        12..=14 => {
            let taken = GUARDS.with_borrow_mut(|guards| take(guards, if pick % 2 == 0 { usize::MAX } else { pick }));
            match taken {
                Some((guard, _)) if pick % 11 == 0 => {
                    std::mem::forget(guard);
                    "forget a guard"
                }
                Some((guard, id)) => {
                    leave(shared, here, guard, id);
                    "drop a guard"
                }
                None => return,
            }
        }
        15 | 16 => {
            let Some((guard, id)) = take(&mut shared.world().task_guards, pick) else { return };
            let (also, anywhere) = (Arc::clone(shared), pick % 3 == 0);
            if anywhere {
                somewhere(shared, here, move |there| leave(&also, there, guard, id));
            } else {
                leave(shared, here, guard, id);
            }
            "drop a task's guard"
        }
        17 => {
            let taken = take(&mut shared.world().snapshots, pick);
            let (snapshot, mapping) = taken.unwrap_or_default();
            let previous = async_context_swap(snapshot);
            keep(shared, pick, |world| world.strands[here].swap(mapping), previous);
            "swap"
        }
        2 if pick % 40 == 0 && depth > 0 => {
            caught(|| far_inside(shared, here, depth, 70));
            "run 70 times inside each other"
        }
        0..=2 if depth > 0 => run(shared, here, depth, key),
        18 | 19 if depth > 0 => read(shared, here, depth, key),
        20 => {
            let mut world = shared.world();
            if world.tasks.len() < 5 {
                let frame = Frame::new(world.strands[here].mapping());
                let task = Task { shared: Arc::clone(shared), thread: here, dropping: false };
                world.tasks.push((Box::pin(task.in_current_snapshot()), frame));
            }
            "scope a future"
        }
        21 | 22 if depth > 0 => {
            let Some((task, frame)) = take(&mut shared.world().tasks, pick) else { return };
            let also = Arc::clone(shared);
            somewhere(shared, here, move |there| poll(&also, there, task, frame));
            "poll"
        }
        23 if depth > 0 => {
            let Some((task, frame)) = take(&mut shared.world().tasks, pick) else { return };
            let also = Arc::clone(shared);
            somewhere(shared, here, move |there| drop_task(&also, there, task, frame));
            "drop a future"
        }
        _ => return,
    };
    *shared.world().steps.entry(done).or_default() += 1;
    check(shared, here, done);
}

fn take<T>(from: &mut Vec<T>, pick: usize) -> Option<T> {
    let last = from.len().checked_sub(1)?;
    Some(from.remove(if pick == usize::MAX { last } else { pick % from.len() }))
}

/// Puts a snapshot with the others, perhaps in another's place.
fn keep(shared: &World_, pick: usize, model: impl FnOnce(&mut World) -> Mapping, snapshot: Snapshot) {
    let mut world = shared.world();
    let mapping = model(&mut world);
    let old = match world.snapshots.len() {
        8 => Some(std::mem::replace(&mut world.snapshots[pick % 8], (snapshot, mapping))),
        _ => {
            world.snapshots.push((snapshot, mapping));
            None
        }
    };
    drop(world);
    drop(old);
}

/// Runs steps under so many more frames of variables that are not watched.
fn far_inside(shared: &World_, here: usize, depth: usize, frames: usize) {
    if frames == 0 {
        return body(shared, here, depth - 1);
    }
    {
        let strand = &mut shared.world().strands[here];
        let mapping = strand.mapping();
        strand.push(Frame::new(mapping));
    }
    FILL[frames % FILL.len()].run(0, || {
        let _exit = OnExit(|| drop(shared.world().strands[here].pop()));
        far_inside(shared, here, depth, frames - 1);
    });
}

fn run(shared: &World_, here: usize, depth: usize, key: usize) -> &'static str {
    let value = Tracked::new(shared);
    {
        let strand = &mut shared.world().strands[here];
        let mapping = strand.mapping().with_record(key, value.id);
        strand.push(Frame::new(mapping));
    }
    caught(|| {
        VARIABLES[key].run(value, || {
            let _exit = OnExit(|| drop(shared.world().strands[here].pop()));
            body(shared, here, depth - 1);
        });
    });
    "run"
}

fn run_in(shared: &World_, here: usize, depth: usize, pick: usize) -> &'static str {
    let Some((snapshot, mapping)) = take(&mut shared.world().snapshots, pick) else {
        return "run in no snapshot";
    };
    {
        let mut world = shared.world();
        world.in_use.push(mapping.clone());
        world.strands[here].push(Frame::new(mapping.clone()));
    }
    caught(|| {
        snapshot.run(|| {
            let _exit = OnExit(|| drop(shared.world().strands[here].pop()));
            body(shared, here, depth - 1);
        });
    });
    shared.world().no_longer_used(&mapping);
    keep(shared, pick, |_| mapping, snapshot);
    "run in a snapshot"
}

fn read(shared: &World_, here: usize, depth: usize, key: usize) -> &'static str {
    caught(|| {
        VARIABLES[key].with(|value| {
            let Some(value) = value else { return };
            shared.world().read.push(value.id());
            let _exit = OnExit(|| {
                let mut world = shared.world();
                let last = world.read.iter().rposition(|id| *id == value.id());
                world.read.remove(last.expect("pushed above"));
            });
            for _ in 0..shared.below(6) {
                step(shared, here, depth - 1);
            }
            value.id();
        });
    });
    "read"
}

fn poll(shared: &World_, here: usize, mut task: Pin<Box<Scoped<Task>>>, frame: Frame) {
    let base = frame.base().clone();
    {
        let mut world = shared.world();
        world.in_use.push(base.clone());
        world.strands[here].push(frame);
    }
    task.as_mut().inner_pin_mut().get_mut().thread = here;
    let mut left = None;
    caught(|| {
        let _exit = OnExit(|| left = Some(shared.world().strands[here].pop()));
        let _ = support::poll(task.as_mut());
    });
    let mut world = shared.world();
    world.no_longer_used(&base);
    world.tasks.push((task, left.expect("popped")));
}

fn drop_task(shared: &World_, here: usize, mut task: Pin<Box<Scoped<Task>>>, frame: Frame) {
    shared.world().strands[here].push(frame);
    let inner = task.as_mut().inner_pin_mut().get_mut();
    inner.thread = here;
    inner.dropping = true;
    caught(|| drop(task));
    shared.world().strands[here].pop();
}

impl World {
    fn no_longer_used(&mut self, mapping: &Mapping) {
        let last = self.in_use.iter().rposition(|m| m == mapping);
        self.in_use.remove(last.expect("pushed before"));
    }
}

/// One program: thread 0 starts, and calls upon the others.
fn program(seed: u64, variables: usize, steps: usize) -> BTreeMap<&'static str, u64> {
    let shared = Arc::new(Shared {
        world: Mutex::new(World {
            rng: Rng::new(seed),
            variables,
            steps_left: steps,
            next_id: 0,
            strands: vec![Strand::default(); THREADS],
            busy: [true, false, false],
            snapshots: Vec::new(),
            task_guards: Vec::new(),
            tasks: Vec::new(),
            in_use: Vec::new(),
            read: Vec::new(),
            steps: BTreeMap::new(),
        }),
        live: Mutex::default(),
        workers: Mutex::default(),
    });
    let mut threads = Vec::new();
    for _ in 0..THREADS {
        let (send, jobs) = channel::<Job>();
        shared.workers.lock().unwrap().push(send);
        threads.push(std::thread::spawn(move || jobs.into_iter().for_each(|job| job())));
    }
    let (done, wait) = channel();
    let also = Arc::clone(&shared);
    let job = move || {
        let go = || {
            while also.world().steps_left > 0 {
                step(&also, 0, 4)
            }
        };
        drop(done.send(catch_unwind(AssertUnwindSafe(go))));
    };
    shared.workers.lock().unwrap()[0].send(Box::new(job)).unwrap();
    if let Err(panic) = wait.recv().expect("the worker answers") {
        eprintln!("seed {seed}, {variables} variables, {steps} steps");
        resume_unwind(panic);
    }
    // The end: nothing may be left, once the threads and with them their roots end.
    let left = {
        let mut world = shared.world();
        let tasks = std::mem::take(&mut world.tasks);
        (std::mem::take(&mut world.snapshots), std::mem::take(&mut world.task_guards), tasks)
    };
    drop(left);
    shared.workers.lock().unwrap().clear();
    for thread in threads {
        thread.join().expect("a worker ends well");
    }
    let live = shared.live.lock().unwrap();
    assert!(live.is_empty(), "seed {seed}: {live:?} leaked");
    std::mem::take(&mut shared.world().steps)
}

#[test]
fn random_programs() {
    std::panic::set_hook(Box::new(|info| {
        if !info.payload().is::<Thrown>() {
            eprintln!("{info}");
        }
    }));
    let from = std::env::var("SEED").ok().and_then(|s| s.parse().ok()).unwrap_or(0);
    let mut steps = BTreeMap::new();
    for seed in from..from + support::scaled(400) as u64 {
        let variables = [2, 5, 24][seed as usize % 3];
        for (step, times) in program(seed, variables, 500) {
            *steps.entry(step).or_insert(0) += times;
        }
    }
    println!("{steps:?}");
}
