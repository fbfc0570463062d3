//! The targets `rust-threads` and `rust-rayon`: each strand that is started runs on a separate thread or on
//! a worker of a pool, which it blocks while it waits.

use std::collections::BTreeSet;
use std::sync::Arc;

use asynccontext::rayon::ThreadPool;

use super::agreed::Agreed;
use super::blocking::{Blocking, Means};
use super::code::Program;
use super::executor::{Executor as _, Start};
use super::storage::Surface;
use super::throw::Throwing;
use super::world::{Home, Strand, World};
use crate::program::ast::Case;
use crate::program::outcome::Outcome;
use crate::program::profile::Profile;
use crate::program::table::Capability;
use crate::targets::{Run, Target};

/// The number of workers. It exceeds the number of strands of any program, since each may block a worker.
const WORKERS: usize = 128;

/// The core with every task, timer, microtask, thenable and async generator on a thread of `asynccontext::thread`. Bodies
/// are closures on the stack of that thread, and an `await` blocks it. Each case runs twice, with `throw` as an `Err` and
/// as a panic. Both runs must have the same outcome.
#[derive(Clone, Copy, Debug, Default)]
pub struct RustThreads;

/// Like [`RustThreads`], but on the workers of a pool of `asynccontext::rayon`.
#[derive(Clone, Copy, Debug, Default)]
pub struct RustRayon;

fn once(program: &Program, means: Means, throwing: Throwing) -> Result<Outcome, String> {
    let executor = Arc::new(Blocking::new(means));
    let world = World::new(executor.clone(), Surface::Core, throwing, BTreeSet::new());
    let main = Strand::main(&world, Home::Thread);
    let (ticket, code) = (world.running.start(&main.name), program.code.clone());
    let begun = world.clone().run_main(ticket, async move { main.framed(&code).await });
    executor.spawn(Start::Later, Box::pin(begun));
    Blocking::wait(&world.running);
    world.close()
}

fn twice(program: &Program, means: &Means) -> Run {
    let mut agreed = Agreed::new();
    for throwing in [Throwing::Errors, Throwing::Panics] {
        let added = once(program, means.clone(), throwing).and_then(|outcome| agreed.add(throwing, outcome));
        if let Err(fault) = added {
            return Run::Failed(fault);
        }
    }
    agreed.run("run")
}

fn run(cases: &[&Case], means: &Means, report: &mut dyn FnMut(usize, Run)) {
    for (i, case) in cases.iter().enumerate() {
        report(i, twice(&Program::new(&case.program), means));
    }
}

impl Target for RustThreads {
    fn name(&self) -> &str {
        "rust-threads"
    }

    fn describe(&self) -> String {
        "asynccontext::thread, a thread for each started strand".to_owned()
    }

    fn profile(&self) -> Profile {
        Profile::Rust
    }

    fn capabilities(&self) -> BTreeSet<Capability> {
        Surface::Core.capabilities().collect()
    }

    fn run(&self, cases: &[&Case], report: &mut dyn FnMut(usize, Run)) {
        run(cases, &Means::Thread, report);
    }
}

impl Target for RustRayon {
    fn name(&self) -> &str {
        "rust-rayon"
    }

    fn describe(&self) -> String {
        format!("asynccontext::rayon, a pool of {WORKERS} workers that strands may block")
    }

    fn profile(&self) -> Profile {
        Profile::Rust
    }

    fn capabilities(&self) -> BTreeSet<Capability> {
        Surface::Core.capabilities().collect()
    }

    fn run(&self, cases: &[&Case], report: &mut dyn FnMut(usize, Run)) {
        match rayon::ThreadPoolBuilder::new().num_threads(WORKERS).build() {
            Ok(pool) => run(cases, &Means::Pool(Arc::new(ThreadPool::from(pool))), report),
            Err(error) => {
                let failed = Run::Failed(format!("rayon's workers cannot be started: {error}"));
                (0..cases.len()).for_each(|i| report(i, failed.clone()));
            }
        }
    }
}
