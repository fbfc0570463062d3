//! Random programs on several threads, with futures that move between them, compared with the
//! model: after *every* step, the values of all variables and the set of live values are those of
//! the model. Values use contexts in their own drops.

mod steps;
#[path = "../support/mod.rs"]
mod support;
mod world;

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};

use steps::step;
use support::model::Strand;
use support::rng::Rng;
use world::{Job, Shared, THREADS, Thrown, World};

/// One program: thread 0 starts, and calls the others.
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
    // The end: nothing may be left after the threads, and with them their roots, have ended.
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
