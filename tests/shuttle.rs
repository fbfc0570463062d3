//! Random small programs on three or four threads, on random schedules. At every step, each thread
//! reads the values of a simple model, and all held values are alive; when all threads have reached
//! the end of a round, exactly the held values are alive.
//!
//! ```text
//! RUSTFLAGS="--cfg shuttle" cargo test --release --test shuttle --target-dir target/shuttle -- --nocapture
//! ```
//!
//! Shuttle switches threads at each atomic operation of the core, and here at each read of a value
//! and inside each drop. Loom explores all interleavings of a few operations; this samples
//! interleavings of hundreds. Every atomic operation is sequentially consistent, so only loom and
//! the thread sanitizer can find a wrong ordering. Under shuttle three bindings are a long mapping.
//! The reference counts of the map's own parts are not scheduled, and neither is a variable's id,
//! which is assigned before the threads start.
//!
//! A failure prints its schedule, and on a random schedule its seed too. `SHUTTLE_RANDOM_SEED=…`
//! runs the program of a seed first; `SHUTTLE_REPLAY=…` runs the schedule in that file. A crash
//! prints neither: `SHUTTLE_ALWAYS_PERSIST_SEED=…` writes the seed of each random program to that
//! file before it runs. `SHUTTLE_RUNS=…` is the number of programs of each test; the default is
//! 20,000, or as many as end in 25 seconds.

#![cfg(shuttle)]

mod support;

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::future::Future;
use std::mem::{self, ManuallyDrop};
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use asynccontext::agent::async_context_swap;
use asynccontext::{Guard, Propagate, Scoped, Snapshot, TaskGuard, Variable};
use shuttle::rand::RngCore;
use shuttle::scheduler::{PctScheduler, RandomScheduler, ReplayScheduler, Scheduler};
use shuttle::sync::Barrier;
use shuttle::thread;
use support::model::{Frame, Id, Key, Mapping, Strand};
use support::rng::Rng;

/// After this number of steps of each thread, all threads stop and the live values are compared.
const STEPS: usize = 14;
const ROUNDS: usize = 2;
const DEPTH: usize = 3;

/// The number of steps of each kind.
static DONE: [AtomicU64; 29] = [const { AtomicU64::new(0) }; 29];

/// The last two are uninherited.
static VARIABLES: [Variable<Tracked>; 7] = [
    Variable::new(),
    Variable::new(),
    Variable::new(),
    Variable::new(),
    Variable::new(),
    Variable::new().uninherited(),
    Variable::new().uninherited(),
];

fn is_uninherited(key: Key) -> bool {
    key >= VARIABLES.len() - 2
}

/// Data that the threads share. No lock is held where shuttle may switch threads.
struct Shared {
    next: AtomicU64,
    live: Mutex<BTreeSet<Id>>,
    pool: Mutex<Pool>,
    /// The values that each thread holds at the end of a round.
    held: Mutex<Vec<Id>>,
    barrier: Barrier,
}

/// Snapshots and futures that any thread may take and use.
#[derive(Default)]
struct Pool {
    snapshots: Vec<Arc<(Snapshot, Mapping)>>,
    guards: Vec<(TaskGuard, u64)>,
    tasks: Vec<(Pin<Box<Scoped<Task>>>, Frame)>,
}

impl Pool {
    fn values(&self) -> impl Iterator<Item = Id> {
        let snapshots = self.snapshots.iter().flat_map(|snapshot| snapshot.1.values());
        snapshots.chain(self.tasks.iter().flat_map(|(_, frame)| frame.values()))
    }
}

/// The state of one thread.
struct Local {
    rng: Rng,
    strand: Strand,
    guards: Vec<(Guard, u64)>,
    /// The values that the thread is reading.
    reads: Vec<Id>,
    steps: usize,
    rounds: usize,
}

shuttle::thread_local! {
    /// Forgotten with its thread: after a failure shuttle drops the threads' data in an arbitrary
    /// order.
    static LOCAL: RefCell<Option<ManuallyDrop<Box<Local>>>> = RefCell::new(None);
}

fn local<R>(f: impl FnOnce(&mut Local) -> R) -> R {
    LOCAL.with(|local| f(local.borrow_mut().as_mut().expect("a thread of the program")))
}

fn below(n: usize) -> usize {
    local(|local| local.rng.below(n))
}

fn mapping() -> Mapping {
    local(|local| local.strand.mapping())
}

/// A point at which shuttle may switch threads.
fn switch() {
    thread::sleep(Duration::ZERO);
}

impl Shared {
    fn id(&self) -> u64 {
        self.next.fetch_add(1, Ordering::Relaxed)
    }

    fn live(&self) -> MutexGuard<'_, BTreeSet<Id>> {
        self.live.lock().expect("no panic under the lock")
    }

    fn pool(&self) -> MutexGuard<'_, Pool> {
        self.pool.lock().expect("no panic under the lock")
    }

    /// Adds a snapshot to the pool, possibly replacing another one.
    fn keep(&self, snapshot: Snapshot, mapping: Mapping) {
        let at = below(4);
        let snapshot = Arc::new((snapshot, mapping));
        let mut pool = self.pool();
        let old = match pool.snapshots.get_mut(at) {
            Some(old) => Some(mem::replace(old, snapshot)),
            None => {
                pool.snapshots.push(snapshot);
                None
            }
        };
        drop(pool);
        drop(old);
    }

    /// Returns one of the snapshots, which others may use meanwhile: half the time the first.
    fn snapshot(&self) -> Arc<(Snapshot, Mapping)> {
        let pick = if below(2) == 0 { 0 } else { below(4) };
        self.pool().snapshots.get(pick).cloned().unwrap_or_default()
    }
}

/// Takes one of those that any thread may use.
fn take<T>(shared: &Shared, from: impl FnOnce(&mut Pool) -> &mut Vec<T>) -> Option<T> {
    let pick = below(1000);
    let mut pool = shared.pool();
    let from = from(&mut pool);
    if from.is_empty() { None } else { Some(from.swap_remove(pick % from.len())) }
}

/// A value whose lifetime is tracked.
struct Tracked {
    id: Id,
    check: Id,
    shared: Arc<Shared>,
}

impl Tracked {
    fn new(shared: &Arc<Shared>) -> Tracked {
        let id = shared.id();
        shared.live().insert(id);
        Tracked { id, check: !id, shared: Arc::clone(shared) }
    }

    fn id(&self) -> Id {
        assert_eq!(self.check, !self.id, "a read of a value that is gone");
        self.id
    }
}

impl Drop for Tracked {
    fn drop(&mut self) {
        let id = self.id();
        switch();
        let lived = self.shared.live().remove(&id);
        self.check = 0;
        if std::thread::panicking() {
            return; // some thread has failed already
        }
        assert!(lived, "dropped twice");
        match id % 4 {
            // No variable has a value that was dropped.
            0 => VARIABLES.iter().for_each(|variable| {
                let seen = variable.with(|value| value.map(Tracked::id));
                let live = seen.is_none_or(|id| self.shared.live().contains(&id));
                assert!(live, "shows a value that is gone");
            }),
            1 => drop(Snapshot::capture().clone()),
            _ => {}
        }
    }
}

/// A future whose polls run steps of the program.
struct Task(Arc<Shared>);

impl Future for Task {
    type Output = ();

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        body(&self.0, 2);
        Poll::Pending
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            check(&self.0);
        }
    }
}

/// Runs `f` in the model's `frame`. The frame ends with `f`, but its values may be dropped only
/// later, so they are returned to the caller.
fn inside(frame: Frame, f: impl FnOnce()) -> Frame {
    local(|local| local.strand.push(frame));
    f();
    local(|local| local.strand.pop())
}

fn body(shared: &Arc<Shared>, depth: usize) {
    check(shared);
    for _ in 0..below(5) {
        step(shared, depth);
    }
    check(shared);
}

/// One random step; frames nest at most `depth` levels deeper.
fn step(shared: &Arc<Shared>, depth: usize) {
    if !goes_on(shared) {
        return;
    }
    let key = below(VARIABLES.len());
    let variable = &VARIABLES[key];
    let kind = below(DONE.len());
    match kind {
        0..=3 if depth > 0 => {
            let value = Tracked::new(shared);
            let frame = Frame::new(mapping().with_record(key, value.id));
            // The model's frame ends inside the scope, before the scope drops its values.
            variable.run(value, || drop(inside(frame, || body(shared, depth - 1))));
        }
        4..=6 => shared.keep(Snapshot::capture(), mapping()),
        7 => shared.keep(Snapshot::inherit(), mapping().without(is_uninherited)),
        27 | 28 => {
            let held = shared.snapshot();
            let (snapshot, mapping) = &*held;
            shared.keep(snapshot.run(Snapshot::inherit), mapping.without(is_uninherited));
        }
        8 => drop(take(shared, |pool| &mut pool.snapshots)),
        9 | 10 if depth > 0 => {
            let held = shared.snapshot();
            let (snapshot, mapping) = &*held;
            snapshot.run(|| drop(inside(Frame::new(mapping.clone()), || body(shared, depth - 1))));
        }
        11..=13 => {
            let held = shared.snapshot();
            let (snapshot, mapping) = &*held;
            let value = Tracked::new(shared);
            let mapping = mapping.with_record(key, value.id);
            shared.keep(snapshot.run(|| variable.run(value, Snapshot::capture)), mapping);
        }
        14 | 15 => {
            let (value, guard) = (Tracked::new(shared), shared.id());
            let id = value.id;
            let entered = variable.enter(value);
            local(|local| {
                local.strand.enter(guard, key, id);
                local.guards.push((entered, guard));
            });
        }
        16 => {
            let (value, guard) = (Tracked::new(shared), shared.id());
            let id = value.id;
            if let Ok(entered) = variable.enter_task(value) {
                local(|local| local.strand.enter(guard, key, id));
                shared.pool().guards.push((entered, guard));
            }
        }
        17 | 18 => {
            let Some((guard, id)) = own_guard() else { return };
            local(|local| local.strand.leave(id));
            drop(guard);
        }
        19 => {
            let Some((guard, id)) = own_guard() else { return };
            local(|local| local.strand.keep(id));
            guard.keep();
        }
        20 => {
            let Some((guard, id)) = take(shared, |pool| &mut pool.guards) else { return };
            local(|local| local.strand.leave(id));
            drop(guard);
        }
        21 => {
            let held = shared.snapshot();
            let previous = async_context_swap(held.0.clone());
            let mapping = local(|local| local.strand.swap(held.1.clone()));
            shared.keep(previous, mapping);
        }
        22 if depth > 0 => variable.with(|value| {
            let Some(value) = value else { return };
            local(|local| local.reads.push(value.id()));
            body(shared, depth - 1);
            value.id();
            local(|local| local.reads.pop());
        }),
        23 => {
            let task = (Box::pin(Task(Arc::clone(shared)).in_current_snapshot()), Frame::new(mapping()));
            shared.pool().tasks.push(task);
        }
        24 | 25 if depth > 0 => {
            let Some((mut task, frame)) = take(shared, |pool| &mut pool.tasks) else { return };
            let frame = inside(frame, || assert!(support::poll(task.as_mut()).is_pending()));
            shared.pool().tasks.push((task, frame));
        }
        26 => {
            let Some((task, frame)) = take(shared, |pool| &mut pool.tasks) else { return };
            inside(frame, || drop(task));
        }
        _ => return,
    }
    DONE[kind].fetch_add(1, Ordering::Relaxed);
    check(shared);
}

/// Takes one of the guards that can't leave this thread.
fn own_guard() -> Option<(Guard, u64)> {
    local(|local| {
        let pick = local.rng.below(local.guards.len());
        if local.guards.is_empty() { None } else { Some(local.guards.remove(pick)) }
    })
}

/// Checks that the thread reads the values of the model, even if others run meanwhile, and that the
/// values held by it and by the pool are alive.
fn check(shared: &Shared) {
    let (mapping, mut held) = local(|local| (local.strand.mapping(), local.holds()));
    for (key, variable) in VARIABLES.iter().enumerate() {
        let seen = variable.with(|value| {
            let seen = value.map(Tracked::id);
            switch();
            assert_eq!(value.map(Tracked::id), seen);
            seen
        });
        assert_eq!(seen, mapping.get(key), "variable {key}");
    }
    let pool = shared.pool();
    held.extend(pool.values());
    let live = shared.live().clone();
    drop(pool);
    assert!(held.iter().all(|id| live.contains(id)), "{held:?} is held, and {live:?} alive");
}

impl Local {
    fn holds(&self) -> Vec<Id> {
        self.strand.values().into_iter().chain(self.reads.iter().copied()).collect()
    }
}

/// Whether there is another step. At the end of a round this waits for the other threads, at any
/// depth, and one of them checks which values are alive.
fn goes_on(shared: &Shared) -> bool {
    let (goes_on, ends) = local(|local| {
        local.steps = local.steps.saturating_sub(1);
        let ends = local.steps == 0 && local.rounds > 0;
        if ends {
            local.rounds -= 1;
            local.steps = if local.rounds > 0 { STEPS } else { 0 };
        }
        (local.steps > 0, ends)
    });
    if ends {
        shared.held.lock().expect("no panic under the lock").extend(local(|local| local.holds()));
        if shared.barrier.wait().is_leader() {
            shared.is_exact();
        }
        shared.barrier.wait();
    }
    goes_on
}

impl Shared {
    /// Checks, while all threads wait, that exactly the values held by them and by the pool are
    /// alive.
    fn is_exact(&self) {
        let held = mem::take(&mut *self.held.lock().expect("no panic under the lock"));
        let expected: BTreeSet<Id> = held.into_iter().chain(self.pool().values()).collect();
        let live = self.live().clone();
        assert_eq!(live, expected, "what is alive, and what should be");
    }
}

/// Makes the running thread one of the program's.
fn join_in(seed: u64, rounds: usize) {
    let rng = Rng::new(seed);
    let (strand, guards, reads) = (Strand::default(), Vec::new(), Vec::new());
    let this = Box::new(Local { rng, strand, guards, reads, steps: STEPS, rounds });
    LOCAL.with(|local| *local.borrow_mut() = Some(ManuallyDrop::new(this)));
}

fn leave() {
    let this = LOCAL.with(|local| local.borrow_mut().take());
    drop(this.map(ManuallyDrop::into_inner));
}

fn a_thread(shared: &Arc<Shared>, seed: u64) {
    join_in(seed, ROUNDS);
    // Nothing may be left at the thread's root, which under shuttle is never released.
    Snapshot::empty().run(|| {
        inside(Frame::default(), || {
            while local(|local| local.rounds) > 0 {
                step(shared, DEPTH);
            }
        });
    });
    leave();
}

fn program() {
    let threads = 3 + (shuttle::rand::thread_rng().next_u64() % 2) as usize;
    let shared = Arc::new(Shared {
        next: AtomicU64::new(0),
        live: Mutex::default(),
        pool: Mutex::default(),
        held: Mutex::default(),
        barrier: Barrier::new(threads),
    });
    // In order, so that each has the same id, and thus the same place in a map, in every process.
    static ORDER: Mutex<()> = Mutex::new(());
    let order = ORDER.lock();
    VARIABLES.iter().for_each(|variable| variable.run(Tracked::new(&shared), || ()));
    drop(order);
    let threads: Vec<_> = (0..threads)
        .map(|_| {
            let (shared, seed) = (Arc::clone(&shared), shuttle::rand::thread_rng().next_u64());
            thread::spawn(move || a_thread(&shared, seed))
        })
        .collect();
    threads.into_iter().for_each(|thread| thread.join().expect("it ends well"));
    shared.is_exact();
    join_in(0, 0);
    let Pool { snapshots, guards, tasks } = mem::take(&mut *shared.pool());
    drop((snapshots, guards));
    tasks.into_iter().for_each(|(task, frame)| drop(inside(frame, || drop(task))));
    leave();
    shared.is_exact();
}

/// In batches, since a scheduler that is stopped early reports a failure.
fn check_on<S: Scheduler + 'static>(scheduler: impl Fn(usize) -> S) {
    let mut config = shuttle::Config::new();
    config.stack_size = 1 << 18;
    config.silence_warnings = true; // of what stands at the top
    if let Ok(file) = std::env::var("SHUTTLE_REPLAY") {
        let replay = ReplayScheduler::new_from_file(file).expect("a schedule");
        shuttle::Runner::new(replay, config).run(program);
        return;
    }
    let asked_for: Option<usize> = std::env::var("SHUTTLE_RUNS").ok().and_then(|runs| runs.parse().ok());
    let (mut programs, start) = (0, Instant::now());
    while programs < asked_for.unwrap_or(20_000) && (asked_for.is_some() || start.elapsed().as_secs() < 25) {
        let some = asked_for.map_or(500, |all| all - programs).min(500);
        programs += shuttle::Runner::new(scheduler(some), config.clone()).run(program);
    }
    let done = DONE.each_ref().map(|done| done.load(Ordering::Relaxed));
    println!("{programs} programs; steps of each kind: {done:?}");
    assert!(programs < 1000 || !done.contains(&0));
}

/// At each switch any thread may be next.
#[test]
fn programs_on_random_schedules() {
    check_on(RandomScheduler::new);
}

/// Threads run by priority, which changes at a few random points: this finds errors that require a
/// long delay of a thread.
#[test]
fn programs_with_few_preemptions() {
    check_on(|programs| PctScheduler::new(4, programs));
}
