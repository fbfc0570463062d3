//! The columns of the matrix: the check of each guarantee for a row.

use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Barrier;
use std::thread;

use crate::probe::{Log, NAME, Probe, STEPS, Task, current, surfaced};
use crate::row::{At, Carry, Moves, Row};
use crate::rows;

/// The column that a row may be exempt from.
pub const SWITCH: &str = "kept over a worker switch";

type Column = (&'static str, fn(&'static Row));

pub const COLUMNS: [Column; 6] = [
    ("seen inside", seen_inside),
    ("restored after", restored_after),
    ("current on drop", current_on_drop),
    ("kept over panic", kept_over_panic),
    (SWITCH, kept_over_a_worker_switch),
    ("isolated under concurrency", isolated_under_concurrency),
];

/// The name where the work is passed to the adapter, and where it is driven.
const MADE: u64 = 1;
const DRIVEN: u64 = 2;

/// Passes work to the adapter where the name is `name`.
fn carry(row: &Row, at: &At, name: u64, task: Task) -> (Carry, Log) {
    let log = Log::default();
    let probe = Probe::new(task, &log);
    let carried = NAME.run(name, || {
        let carried = catch(|| (row.carry)(at, probe));
        assert_eq!(current(), (Some(name), None), "after it was passed on");
        carried
    });
    (carried.unwrap_or(Carry::Done), log)
}

/// Returns the result of `f`, or nothing if the work panics.
fn catch<R>(f: impl FnOnce() -> R) -> Option<R> {
    catch_unwind(AssertUnwindSafe(f)).map_err(surfaced).ok()
}

/// Drives work to its end on this thread, where the name is another one, and drops it.
fn drive(carried: Carry) {
    NAME.run(DRIVEN, || {
        let unchanged = || assert_eq!(current(), (Some(DRIVEN), None), "after a step");
        match carried {
            Carry::Held(mut step) => {
                while catch(&mut step).unwrap_or(false) {
                    unchanged();
                }
                unchanged();
                drop(step);
            }
            Carry::Sent(wait) => drop(catch(wait)),
            Carry::Done => {}
        }
        unchanged();
    });
}

/// Passes on, drives and drops work.
fn whole(row: &Row, task: Task) -> Log {
    let at = At::default();
    let (carried, log) = carry(row, &at, MADE, task);
    drive(carried);
    drop(at);
    log.wait_for_the_drop();
    log
}

fn seen_inside(row: &'static Row) {
    let steps = whole(row, Task::Returns).note(|notes| std::mem::take(&mut notes.steps));
    assert!(steps.len() == 1 || steps.len() as u64 == STEPS, "{} steps", steps.len());
    assert!(steps.iter().all(|(_, name)| *name == Some(MADE)), "{steps:?}");
}

/// The work leaves a binding in each step, which neither the driver nor later work on the same
/// threads sees.
fn restored_after(row: &'static Row) {
    whole(row, Task::Returns);
    assert_eq!(current(), (None, None));
    rows::assert_that_workers_are_empty();
}

/// It is dropped once, with its own values: when it is done, before its first step, and between
/// steps.
fn current_on_drop(row: &'static Row) {
    let once = |log: &Log| assert_eq!(log.note(|notes| notes.drops.clone()), [Some(MADE)]);
    once(&whole(row, Task::Returns));
    for steps in [0, 1] {
        let at = At::default();
        let (mut carried, log) = carry(row, &at, MADE, Task::Returns);
        NAME.run(DRIVEN, || {
            if let Carry::Held(step) = &mut carried {
                (0..steps).for_each(|_| _ = step());
            }
            drop(carried);
            drop(at);
            log.wait_for_the_drop();
            assert_eq!(current(), (Some(DRIVEN), None));
        });
        once(&log);
    }
}

/// A panic of the work reaches the driver and affects nothing else.
fn kept_over_panic(row: &'static Row) {
    let log = whole(row, Task::Panics);
    log.wait_until(|notes| notes.surfaced);
    log.note(|notes| {
        assert!(notes.steps.iter().all(|(_, name)| *name == Some(MADE)), "{:?}", notes.steps);
        assert_eq!(notes.drops, [Some(MADE)]);
    });
    assert_eq!(current(), (None, None));
    rows::assert_that_workers_are_empty();
    seen_inside(row); // another time, on the same workers
}

fn kept_over_a_worker_switch(row: &'static Row) {
    let most = if let Moves::Never(_) = row.moves { 200 } else { 20_000 };
    let at = At::default();
    let (carried, log) = carry(row, &at, MADE, Task::Moves(most));
    match carried {
        Carry::Held(mut step) => while elsewhere(&mut step) {},
        carried => drive(carried),
    }
    log.wait_for_the_drop();
    let (steps, drops) = log.note(|notes| (std::mem::take(&mut notes.steps), notes.drops.clone()));
    assert!(steps.iter().all(|(_, name)| *name == Some(MADE)), "{steps:?}");
    assert_eq!(drops, [Some(MADE)]);
    let threads: HashSet<_> = steps.iter().map(|(thread, _)| *thread).collect();
    match row.moves {
        Moves::Steps => assert!(threads.len() > 1, "it never moved"),
        Moves::Away => assert!(threads.len() == 1 && !threads.contains(&thread::current().id())),
        Moves::Never(_) => assert_eq!(threads.len(), 1, "it moved"),
    }
}

/// Takes a step on a thread of its own, which stays empty.
fn elsewhere(step: &mut (dyn FnMut() -> bool + Send)) -> bool {
    let there = || {
        let more = step();
        assert_eq!(current(), (None, None));
        more
    };
    thread::scope(|scope| scope.spawn(there).join()).unwrap()
}

/// Several threads, each with several pieces of work in progress, all with different values.
fn isolated_under_concurrency(row: &'static Row) {
    let start = Barrier::new(3);
    let one_thread = |thread: u64| {
        start.wait();
        for round in 0..4 {
            let at = At::default();
            let (mut held, mut others, mut logs) = (Vec::new(), Vec::new(), Vec::new());
            for name in (0..6).map(|n| thread * 1000 + round * 10 + n) {
                let (carried, log) = carry(row, &at, name, Task::Returns);
                logs.push((name, log));
                match carried {
                    Carry::Held(step) => held.push(step),
                    other => others.push(other),
                }
            }
            while !held.is_empty() {
                held.retain_mut(|step| step()); // in turn
                assert_eq!(current(), (None, None));
            }
            others.into_iter().for_each(drive);
            drop(at);
            for (name, log) in logs {
                log.wait_for_the_drop();
                log.note(|notes| {
                    assert!(notes.steps.iter().all(|(_, seen)| *seen == Some(name)), "{name}: {:?}", notes.steps);
                    assert_eq!(notes.drops, [Some(name)]);
                });
            }
        }
    };
    thread::scope(|scope| {
        let threads: Vec<_> = (1..=3).map(|n| scope.spawn(move || one_thread(n))).collect();
        threads.into_iter().for_each(|thread| thread.join().unwrap());
    });
    rows::assert_that_workers_are_empty();
}
