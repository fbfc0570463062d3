//! Runs programs concurrently, with consecutive seeds, and shrinks those that fail.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::args::{Args, Until};
use crate::fault::Fault;
use crate::phase::{self, Phase};
use crate::program::generate::generate;
use crate::program::{Program, shrink};
use crate::progress::Progress;
use crate::run::run;
use crate::shared::Conditions;
use crate::supervise::Notes;
use crate::total::{Failure, Total};

/// The limits of time and runs for shrinking a program.
const SHRINK: (Duration, usize) = (Duration::from_secs(30), 5000);
/// The time after which a program counts as hanging, sufficient for sanitizers.
const HANGS: Duration = Duration::from_secs(300);
const TICK: Duration = Duration::from_millis(200);

struct Drive<'a> {
    args: &'a Args,
    start: Instant,
    next_seed: AtomicU64,
    total: Mutex<Total>,
    /// The program of each thread, and its start.
    running: Vec<Mutex<Option<(u64, Instant)>>>,
    notes: Notes,
}

/// Runs programs according to the arguments, phase after phase. `hangs` is called for a program that
/// does not end. It must not return.
pub(crate) fn drive(args: &Args, notes: Notes, hangs: fn(u64) -> !) -> Total {
    let drive = Drive {
        args,
        start: Instant::now(),
        next_seed: AtomicU64::new(args.seed),
        total: Mutex::default(),
        running: (0..args.threads()).map(|_| Mutex::default()).collect(),
        notes,
    };
    let progress = Progress::new(args.until());
    for phase in args.phases() {
        phase::enter(phase);
        drive.side_by_side(phase, &progress, hangs);
    }
    progress.finish();
    drive.total.into_inner().expect(WHOLE)
}

const WHOLE: &str = "no panic under the lock";

impl Drive<'_> {
    /// Runs the programs of a phase, and shows the progress.
    fn side_by_side(&self, phase: Phase, progress: &Progress, hangs: fn(u64) -> !) {
        thread::scope(|scope| {
            let start = |at| scope.spawn(move || self.one_after_the_other(phase, at));
            let threads: Vec<_> = (0..self.running.len()).map(start).collect();
            while !threads.iter().all(|thread| thread.is_finished()) {
                thread::sleep(TICK);
                progress.show(&self.total.lock().expect(WHOLE), self.start.elapsed());
                for place in &self.running {
                    if let Some((seed, since)) = *place.lock().expect(WHOLE)
                        && since.elapsed() > HANGS
                    {
                        hangs(seed);
                    }
                }
            }
        });
    }

    fn one_after_the_other(&self, phase: Phase, at: usize) {
        let place = &self.running[at];
        let options = self.args.options(phase);
        while let Some(seed) = self.next(phase) {
            *place.lock().expect(WHOLE) = Some((seed, Instant::now()));
            self.notes.runs(at, phase.name(), seed);
            if self.args.abort {
                std::process::abort();
            }
            let program = generate(seed, &options);
            let outcome = run(&program, self.conditions());
            self.total.lock().expect(WHOLE).add(&outcome);
            if let Some(fault) = outcome.fault {
                let failure = self.shrink(phase, program, fault);
                self.total.lock().expect(WHOLE).failures.push(failure);
            }
            *place.lock().expect(WHOLE) = None;
        }
    }

    /// Returns the next seed, or none if the phase has ended.
    fn next(&self, phase: Phase) -> Option<u64> {
        if self.total.lock().expect(WHOLE).failures.len() >= self.args.failures.get() {
            return None;
        }
        let is_over = |seed| match self.args.end_of(phase) {
            Until::Elapsed(time) => self.start.elapsed() >= time,
            Until::Programs(programs) => seed - self.args.seed >= programs,
        };
        let next = |seed| (!is_over(seed)).then_some(seed + 1);
        self.next_seed.fetch_update(Ordering::Relaxed, Ordering::Relaxed, next).ok()
    }

    fn conditions(&self) -> Conditions {
        Conditions { wrong: self.args.plant, ..Conditions::default() }
    }

    /// Returns the smallest program found that fails in the same way.
    fn shrink(&self, phase: Phase, program: Program, fault: Fault) -> Failure {
        let start = Instant::now();
        // The wait for leaks is short while shrinking, so the result runs once more with the usual wait.
        let hasty = Conditions { lag: Duration::from_millis(50), ..self.conditions() };
        let small = shrink::shrink(&program, SHRINK.1, |smaller| {
            if start.elapsed() > SHRINK.0 {
                return false;
            }
            run(smaller, hasty).fault.is_some_and(|found| found.kind == fault.kind)
        });
        match run(&small, self.conditions()).fault {
            Some(fault) => Failure { phase, program: small, fault },
            None => Failure { phase, program, fault },
        }
    }
}
