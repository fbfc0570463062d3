//! Operations on variables, snapshots, guards and futures, decoded from bytes and run on the crate
//! and on the model of the crate's own tests. The values of all variables are compared after each
//! step and whenever a value is dropped; at the end no value may be alive.

#[allow(dead_code, unreachable_pub, missing_docs)]
#[path = "../../tests/support/model.rs"]
mod model;
mod program;

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};
use std::{mem, thread};

use asynccontext::agent::async_context_swap;
use asynccontext::{Guard, Propagate, Scoped, Snapshot, TaskGuard, Variable, Wrapped};

use self::model::{Frame, Id, Key, Mapping, Strand};
use self::program::{Body, KEYS, Mood, Step, Way};

static VARIABLES: [Variable<Value>; KEYS] = [const { Variable::new() }; KEYS];

/// The maximum number of steps of a program, since closures may call themselves.
const FUEL: u32 = 400;
/// The maximum nesting of running bodies.
const DEPTH: u32 = 24;

/// The model, and everything that the program holds.
#[derive(Default)]
struct World {
    strand: Strand,
    /// Whether each value is alive, by its number.
    lives: Vec<bool>,
    next_guard: u64,
    steps: u32,
    depth: u32,
    snapshots: Vec<(Snapshot, Mapping)>,
    closures: Vec<(Rc<Wrapped<Closure>>, Mapping)>,
    futures: Vec<Pin<Box<Scoped<Task>>>>,
    guards: Vec<(AnyGuard, u64)>,
}

type Closure = Box<dyn Fn()>;

enum AnyGuard {
    Here(Guard),
    Task(TaskGuard),
}

thread_local! {
    static WORLD: RefCell<World> = RefCell::default();
}

/// Calls `f` with the world. `f` must not drop any of the crate's types.
fn world<R>(f: impl FnOnce(&mut World) -> R) -> R {
    WORLD.with_borrow_mut(f)
}

/// The payload of panics that are part of a program.
struct Planned;

/// Runs the program encoded in `bytes`.
pub fn check(bytes: &[u8]) {
    WORLD.set(World::default());
    let body = program::read(bytes);
    // in a separate frame, so that the thread's root is unchanged
    caught(|| framed(Mapping::default(), || Snapshot::empty().run(|| whole(&body))));
    let alive: Vec<usize> = world(|world| (0..world.lives.len()).filter(|id| world.lives[*id]).collect());
    assert!(alive.is_empty(), "values {alive:?} are alive in the end");
}

/// Runs the steps, then drops everything that the program holds, one by one.
fn whole(body: &[Step]) {
    let _exit = OnExit(|| drop(world(|world| world.strand.pop())));
    caught(|| steps(body));
    let mut more = true;
    while more {
        more = false;
        for drop_one in [release, drop_closure, drop_future, leave] {
            let mut again = true; // also if it panics
            caught(|| again = drop_one(0));
            more |= again;
        }
        look();
    }
}

/// Catches a panic that is part of the program.
fn caught(f: impl FnOnce()) {
    if let Err(panic) = catch_unwind(AssertUnwindSafe(f))
        && !panic.is::<Planned>()
    {
        resume_unwind(panic);
    }
}

/// Panics unless the thread is already panicking, since a second panic would abort the process.
fn throw() {
    if !thread::panicking() {
        resume_unwind(Box::new(Planned)); // without calling the panic hook
    }
}

/// A value: its number and the behavior of its drop.
struct Value {
    id: Id,
    mood: Mood,
}

impl Value {
    fn new(mood: Mood) -> Value {
        let id = world(|world| {
            world.lives.push(true);
            world.lives.len() as Id - 1
        });
        Value { id, mood }
    }
}

impl Drop for Value {
    fn drop(&mut self) {
        let lived = world(|world| mem::replace(&mut world.lives[self.id as usize], false));
        assert!(lived, "value {} is dropped twice", self.id);
        look();
        match self.mood {
            Mood::Reads => {}
            Mood::Binds => run(0, Mood::Reads, &Body::default()),
            Mood::Panics => throw(),
        }
    }
}

/// Compares the value of every variable with the model.
fn look() {
    let shows = world(|world| world.strand.mapping());
    for (key, variable) in VARIABLES.iter().enumerate() {
        let seen = variable.with(|value| value.map(|value| value.id));
        assert_eq!(seen, shows.get(key), "variable {key}");
    }
}

/// Runs `f` when dropped, so that the model's frame ends also on a panic.
struct OnExit<F: FnMut()>(F);

impl<F: FnMut()> Drop for OnExit<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}

fn steps(body: &[Step]) {
    let depth = world(|world| {
        world.depth += 1;
        world.depth
    });
    let _exit = OnExit(|| world(|world| world.depth -= 1));
    look();
    if depth > DEPTH {
        return;
    }
    for step in body {
        let left = world(|world| {
            world.steps += 1;
            world.steps <= FUEL
        });
        if left {
            take(step);
            look();
        }
    }
}

/// Runs the steps in the entered frame, and ends the frame.
fn inside(body: &[Step]) {
    let _exit = OnExit(|| drop(world(|world| world.strand.pop())));
    steps(body);
}

/// Calls `f`, which runs its steps in a frame with this mapping. If entering panics before that,
/// the frame ends here.
fn framed(mapping: Mapping, f: impl FnOnce()) {
    let frames = world(|world| {
        world.strand.push(Frame::new(mapping));
        world.strand.depth() - 1
    });
    let _exit = OnExit(|| {
        world(|world| {
            while world.strand.depth() > frames {
                world.strand.pop();
            }
        });
    });
    f();
}

fn take(step: &Step) {
    match step {
        Step::Run(key, mood, body) => run(*key, *mood, body),
        Step::Read(key, body) => VARIABLES[*key].with(|value| {
            let before = value.map(|value| value.id);
            steps(body);
            assert_eq!(value.map(|value| value.id), before, "a value changed while it was read");
        }),
        Step::Enter(key, mood) => {
            let value = Value::new(*mood);
            let id = value.id;
            let guard = VARIABLES[*key].enter(value);
            entered(AnyGuard::Here(guard), *key, id);
        }
        Step::EnterTask(key, mood) => {
            let value = Value::new(*mood);
            let id = value.id;
            if let Ok(guard) = VARIABLES[*key].enter_task(value) {
                entered(AnyGuard::Task(guard), *key, id);
            }
        }
        Step::Leave(pick) => drop(leave(*pick)),
        Step::Keep(pick) => match taken(|world| &mut world.guards, *pick) {
            Some((AnyGuard::Here(guard), _)) => guard.keep(),
            Some((AnyGuard::Task(guard), _)) => mem::forget(guard),
            None => {}
        },
        Step::Capture => {
            let snapshot = Snapshot::capture();
            world(|world| world.snapshots.push((snapshot, world.strand.mapping())));
        }
        Step::Release(pick) => drop(release(*pick)),
        Step::RunIn(pick, body) => {
            let Some((snapshot, mapping)) = copy(*pick) else { return };
            framed(mapping, || snapshot.run(|| inside(body)));
        }
        Step::With(pick, key, mood) => {
            let Some((snapshot, mapping)) = copy(*pick) else { return };
            let value = Value::new(*mood);
            let mapping = mapping.with_record(*key, value.id);
            let snapshot = snapshot.with(&VARIABLES[*key], value);
            world(|world| world.snapshots.push((snapshot, mapping)));
        }
        Step::Without(pick, key) => {
            let Some((snapshot, mapping)) = copy(*pick) else { return };
            let snapshot = snapshot.without(&VARIABLES[*key]);
            let mapping = mapping.without(|other| other == *key);
            world(|world| world.snapshots.push((snapshot, mapping)));
        }
        Step::Hide(key, body) => {
            let mapping = world(|world| world.strand.mapping()).without(|other| other == *key);
            framed(mapping, || VARIABLES[*key].hidden().run(|| inside(body)));
        }
        Step::Swap(pick) => {
            let Some((snapshot, mapping)) = taken(|world| &mut world.snapshots, *pick) else { return };
            let previous = world(|world| world.strand.swap(mapping));
            let snapshot = async_context_swap(snapshot);
            world(|world| world.snapshots.push((snapshot, previous)));
        }
        Step::Wrap(body) => {
            let body = body.clone();
            let closure = Snapshot::capture().wrap(Box::new(move || inside(&body)) as Closure);
            world(|world| world.closures.push((Rc::new(closure), world.strand.mapping())));
        }
        Step::Call(pick) => {
            let closure = world(|world| {
                let at = usize::from(*pick).checked_rem(world.closures.len())?;
                Some(world.closures[at].clone())
            });
            let Some((closure, mapping)) = closure else { return };
            framed(mapping, || closure.call(()));
        }
        Step::DropClosure(pick) => drop(drop_closure(*pick)),
        Step::Future(way, turns) => future(*way, turns),
        Step::Poll(pick) => poll(*pick),
        Step::DropFuture(pick) => drop(drop_future(*pick)),
        Step::IntoInner(pick) => {
            let Some(mut future) = taken(|world| &mut world.futures, *pick) else { return };
            future.inner_mut().frame = None;
            drop(Pin::into_inner(future).into_inner());
        }
        Step::Catch(body) => caught(|| steps(body)),
        Step::Throw => throw(),
    }
}

fn run(key: Key, mood: Mood, body: &[Step]) {
    let value = Value::new(mood);
    let mapping = world(|world| world.strand.mapping().with_record(key, value.id));
    framed(mapping, || VARIABLES[key].run(value, || inside(body)));
}

fn entered(guard: AnyGuard, key: Key, value: Id) {
    world(|world| {
        world.next_guard += 1;
        world.strand.enter(world.next_guard, key, value);
        world.guards.push((guard, world.next_guard));
    });
}

/// Removes and returns an item of a list, if there is one.
fn taken<T>(list: impl FnOnce(&mut World) -> &mut Vec<T>, pick: u8) -> Option<T> {
    world(|world| {
        let list = list(world);
        let at = usize::from(pick).checked_rem(list.len())?;
        Some(list.remove(at))
    })
}

fn copy(pick: u8) -> Option<(Snapshot, Mapping)> {
    world(|world| {
        let at = usize::from(pick).checked_rem(world.snapshots.len())?;
        Some(world.snapshots[at].clone())
    })
}

/// Drops a guard. Returns whether there was one, as do the next three functions.
fn leave(pick: u8) -> bool {
    let Some((guard, id)) = taken(|world| &mut world.guards, pick) else { return false };
    world(|world| world.strand.leave(id));
    drop(guard);
    true
}

fn release(pick: u8) -> bool {
    taken(|world| &mut world.snapshots, pick).is_some() // and dropped here
}

fn drop_closure(pick: u8) -> bool {
    taken(|world| &mut world.closures, pick).is_some() // and dropped here
}

/// Drops a future in its context; [`Task`] ends the model's frame.
fn drop_future(pick: u8) -> bool {
    let Some(mut future) = taken(|world| &mut world.futures, pick) else { return false };
    let frame = future.inner_mut().enter();
    world(|world| world.strand.push(frame));
    future.inner_mut().is_dropped_inside = true;
    drop(future);
    true
}

/// A future that runs the steps of one turn at each poll.
struct Task {
    turns: Rc<[Body]>,
    turn: usize,
    /// The model's frame between polls.
    frame: Option<Frame>,
    /// The binding of a scope that has not started.
    unstarted: Option<(Key, Id)>,
    is_dropped_inside: bool,
}

impl Task {
    /// Takes the frame that is entered for a poll or the drop.
    fn enter(&mut self) -> Frame {
        let frame = self.frame.take().expect("it does not run");
        match self.unstarted.take() {
            Some((key, id)) => Frame::new(world(|world| world.strand.mapping()).with_record(key, id)),
            None => frame,
        }
    }
}

impl Future for Task {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        let turn = self.turns.get(self.turn).cloned().unwrap_or_default();
        self.turn += 1;
        let result = catch_unwind(AssertUnwindSafe(|| steps(&turn)));
        self.frame = Some(world(|world| world.strand.pop()));
        match result {
            Err(panic) => resume_unwind(panic),
            Ok(()) if self.turn < self.turns.len() => Poll::Pending,
            Ok(()) => Poll::Ready(()),
        }
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        look();
        if self.is_dropped_inside {
            world(|world| world.strand.pop());
        }
    }
}

fn future(way: Way, turns: &Rc<[Body]>) {
    let shows = world(|world| world.strand.mapping());
    let task = |mapping, unstarted| {
        let frame = Some(Frame::new(mapping));
        Task { turns: turns.clone(), turn: 0, frame, unstarted, is_dropped_inside: false }
    };
    let future = match way {
        Way::Current => task(shows, None).in_current_snapshot(),
        Way::Value(key, mood) => {
            let value = Value::new(mood);
            let task = task(Mapping::default(), Some((key, value.id)));
            VARIABLES[key].scope(value, task)
        }
        Way::Snapshot(pick) => {
            let Some((snapshot, mapping)) = copy(pick) else { return };
            snapshot.scope(task(mapping, None))
        }
    };
    world(|world| world.futures.push(Box::pin(future)));
}

fn poll(pick: u8) {
    let Some(mut future) = taken(|world| &mut world.futures, pick) else { return };
    let frame = future.inner_mut().enter();
    world(|world| world.strand.push(frame));
    let result = catch_unwind(AssertUnwindSafe(|| {
        let _ = future.as_mut().poll(&mut Context::from_waker(Waker::noop()));
    }));
    if future.inner().frame.is_none() {
        let frame = world(|world| world.strand.pop()); // entering panicked
        future.inner_mut().frame = Some(frame);
    }
    world(|world| world.futures.push(future));
    result.unwrap_or_else(|panic| resume_unwind(panic));
}
