//! The steps of a program, each on the core and on the model.

use std::future::Future;
use std::panic::resume_unwind;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use asynccontext::agent::async_context_swap;
use asynccontext::{NotInTask, Propagate, Scoped, Snapshot};

use crate::support;
use crate::support::model::{Frame, Mapping};
use crate::world::{
    FILL, GUARDS, Handle, OnExit, Thrown, Tracked, VARIABLES, World, caught, check, is_uninherited, somewhere,
};

/// The content of a frame: some steps, and sometimes a throw.
fn body(shared: &Handle, here: usize, depth: usize) {
    check(shared, here, "entering a frame");
    for _ in 0..shared.below(5) {
        step(shared, here, depth);
    }
    if depth > 0 && shared.below(30) == 0 {
        resume_unwind(Box::new(Thrown));
    }
}

/// A future whose polls and whose drop run steps of the program.
pub(crate) struct Task {
    shared: Handle,
    thread: usize,
    /// Dropped by the program, not by a failed test.
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

fn leave(shared: &Handle, here: usize, guard: impl Sized, id: u64) {
    shared.world().strands[here].leave(id);
    drop(guard);
}

/// One random step on thread `here`; frames nest at most `depth` levels deeper.
pub(crate) fn step(shared: &Handle, here: usize, depth: usize) {
    let (kind, key, pick) = {
        let mut world = shared.world();
        let Some(left) = world.steps_left.checked_sub(1) else { return };
        world.steps_left = left;
        let kind = world.rng.below(25);
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
        24 => {
            let detached = asynccontext::thread::spawn(Snapshot::capture);
            let inherited = |world: &mut World| world.strands[here].mapping().without(is_uninherited);
            keep(shared, pick, inherited, detached.join().expect("captures"));
            "start detached work"
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

/// Adds a snapshot to the pool, possibly replacing another one.
fn keep(shared: &Handle, pick: usize, model: impl FnOnce(&mut World) -> Mapping, snapshot: Snapshot) {
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

/// Runs steps inside the given number of further frames of untracked variables.
fn far_inside(shared: &Handle, here: usize, depth: usize, frames: usize) {
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

fn run(shared: &Handle, here: usize, depth: usize, key: usize) -> &'static str {
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

fn run_in(shared: &Handle, here: usize, depth: usize, pick: usize) -> &'static str {
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

fn read(shared: &Handle, here: usize, depth: usize, key: usize) -> &'static str {
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

fn poll(shared: &Handle, here: usize, mut task: Pin<Box<Scoped<Task>>>, frame: Frame) {
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

fn drop_task(shared: &Handle, here: usize, mut task: Pin<Box<Scoped<Task>>>, frame: Frame) {
    shared.world().strands[here].push(frame);
    let inner = task.as_mut().inner_pin_mut().get_mut();
    inner.thread = here;
    inner.dropping = true;
    caught(|| drop(task));
    shared.world().strands[here].pop();
}
