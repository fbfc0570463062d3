//! The target `rust-tokio`: the core on a runtime with several workers.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use asynccontext::Snapshot;
use tokio::runtime::{Builder, Handle};
use tokio::sync::{Semaphore, mpsc};

use super::agreed::Agreed;
use super::code::Program;
use super::executor::Start;
use super::storage::Surface;
use super::throw::Throwing;
use super::workers::{Outside, Workers};
use super::world::{Home, Strand, World};
use crate::program::ast::Case;
use crate::program::outcome::Outcome;
use crate::program::profile::Profile;
use crate::program::table::Capability;
use crate::targets::{Run, Target};

/// The number of cases that run on the workers at the same time, so that they perturb each other's schedules.
const AT_ONCE: usize = 16;

/// The core on tokio. Each case is repeated, every time on a schedule that another seed perturbs. All repetitions must
/// have the same outcome.
#[derive(Clone, Debug)]
pub struct RustTokio {
    surface: Surface,
    workers: usize,
    repetitions: u64,
    seed: u64,
    limit: Duration,
}

/// The name of a repetition.
struct Seed(u64);

impl fmt::Display for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "seed {}", self.0)
    }
}

impl Default for RustTokio {
    /// Returns the target with four workers and twenty repetitions.
    fn default() -> RustTokio {
        RustTokio { surface: Surface::Core, workers: 4, repetitions: 20, seed: 1, limit: Duration::from_secs(10) }
    }
}

impl RustTokio {
    /// Returns the target for an API of the crate.
    pub(super) fn of(surface: Surface) -> RustTokio {
        RustTokio { surface, ..RustTokio::default() }
    }

    /// Sets the number of repetitions of each case, at least one.
    pub fn repetitions(self, repetitions: u64) -> RustTokio {
        RustTokio { repetitions: repetitions.max(1), ..self }
    }

    /// Sets the number of workers, at least one.
    pub fn workers(self, workers: usize) -> RustTokio {
        RustTokio { workers: workers.max(1), ..self }
    }

    /// Sets the seed of the first repetition. Those of the others follow it.
    pub fn seed(self, seed: u64) -> RustTokio {
        RustTokio { seed, ..self }
    }

    /// Sets the time limit of each repetition.
    pub fn limit(self, limit: Duration) -> RustTokio {
        RustTokio { limit, ..self }
    }

    /// Runs all repetitions of a case.
    async fn repeat(&self, program: Program, runtime: Handle, outside: Outside) -> Run {
        let mut agreed = Agreed::new();
        for seed in (0..self.repetitions).map(|i| self.seed.wrapping_add(i)) {
            let outcome = match self.once(&program, runtime.clone(), outside.clone(), seed).await {
                Ok(outcome) => outcome,
                Err(fault) => return Run::Failed(format!("seed {seed}: {fault}")),
            };
            if let Err(differs) = agreed.add(Seed(seed), outcome) {
                return Run::Failed(format!("schedule-dependent: {differs}"));
            }
        }
        agreed.run("repetition")
    }

    /// Runs a case once. With odd seeds, `throw` is a panic. With every other pair of seeds, async generators are polled as
    /// streams.
    async fn once(&self, program: &Program, runtime: Handle, outside: Outside, seed: u64) -> Result<Outcome, String> {
        let throwing = if seed.is_multiple_of(2) { Throwing::Errors } else { Throwing::Panics };
        let streams = if (seed / 2).is_multiple_of(2) { BTreeSet::new() } else { program.streams.clone() };
        let workers = Arc::new(Workers::new(runtime, outside, seed));
        let world = World::new(workers.clone(), self.surface, throwing, streams);
        let main = Strand::main(&world, Home::Task);
        let (ticket, code) = (world.running.start(&main.name), program.code.clone());
        let begun = world.clone().run_main(ticket, Snapshot::empty().scope(async move { main.framed(&code).await }));
        world.executor.spawn(Start::Later, Box::pin(begun));
        let ended = tokio::time::timeout(self.limit, world.running.end().wait()).await;
        if ended.is_err() {
            world.running.fault(format!("no end after {:?}: {}", self.limit, world.running.unfinished()));
        }
        if workers.leaked() {
            world.running.fault("a worker's mapping is not empty between polls".to_owned());
        }
        world.close()
    }
}

impl Target for RustTokio {
    fn name(&self) -> &str {
        "rust-tokio"
    }

    fn describe(&self) -> String {
        format!("asynccontext on tokio, {} workers, {} repetitions of each case", self.workers, self.repetitions)
    }

    fn profile(&self) -> Profile {
        Profile::Rust
    }

    fn capabilities(&self) -> BTreeSet<Capability> {
        self.surface.capabilities().collect()
    }

    fn run(&self, cases: &[&Case], report: &mut dyn FnMut(usize, Run)) {
        let runtime = Builder::new_multi_thread().worker_threads(self.workers).enable_time().build();
        let (runtime, outside) = match runtime.and_then(|runtime| Ok((runtime, Outside::start()?))) {
            Ok(started) => started,
            Err(error) => {
                let failed = Run::Failed(format!("tokio's workers cannot be started: {error}"));
                return (0..cases.len()).for_each(|i| report(i, failed.clone()));
            }
        };
        let (sender, mut results) = mpsc::unbounded_channel();
        let turns = Arc::new(Semaphore::new(AT_ONCE));
        runtime.block_on(async {
            for (i, case) in cases.iter().enumerate() {
                let turn = turns.clone().acquire_owned().await;
                let (target, sender, program) = (self.clone(), sender.clone(), Program::new(&case.program));
                let (handle, outside) = (runtime.handle().clone(), outside.clone());
                runtime.spawn(async move {
                    let _turn = turn;
                    let run = target.repeat(program, handle, outside).await;
                    // The receiver outlives every sender.
                    let _ = sender.send((i, run));
                });
                while let Ok((i, run)) = results.try_recv() {
                    report(i, run);
                }
            }
            drop(sender);
            while let Some((i, run)) = results.recv().await {
                report(i, run);
            }
        });
        runtime.shutdown_timeout(self.limit);
    }
}
