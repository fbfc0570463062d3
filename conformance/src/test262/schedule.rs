//! The child processes: orders, answers, and children that do not answer.

use std::fs;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use super::flavor::Engine;
use super::frontmatter::Frontmatter;
use super::judge::judge;
use super::order::{Mode, Observed, Order};
use super::results::{Kind, Outcome, Run};
use super::suite::{Harness, Suite, Test};
use crate::child::{Child, Line};
use crate::program::reading::Reading;

/// The subcommand of the tool that runs a worker.
pub const WORKER: &str = "test262-worker";

/// The number of runs after which a child is replaced, so that leaks of the engine do not accumulate.
const RUNS_PER_CHILD: usize = 200;

/// The options of a run.
#[derive(Clone, Debug)]
pub struct Options {
    /// The executable of the tool, which is started as a worker.
    pub program: PathBuf,
    /// The engine.
    pub engine: Engine,
    /// The reading of the draft that the engine follows.
    pub reading: Reading,
    /// The number of tests that run at the same time.
    pub jobs: NonZeroUsize,
    /// The time limit of one run.
    pub time_limit: Duration,
    /// The limit of a child's address space in bytes.
    pub memory_limit: u64,
}

impl Options {
    /// Returns the defaults of the command line: one run on each processor, with ten seconds and a gibibyte each.
    pub fn new(program: impl Into<PathBuf>) -> Options {
        Options {
            program: program.into(),
            engine: Engine::default(),
            reading: Reading::Draft,
            jobs: thread::available_parallelism().unwrap_or(NonZeroUsize::MIN),
            time_limit: Duration::from_secs(10),
            memory_limit: 1 << 30,
        }
    }
}

/// Runs tests in each of their modes, and returns the results in order.
///
/// `done` is called with the path of each test that has ended.
pub fn run(suite: &Suite, tests: &[Test], options: &Options, done: &mut dyn FnMut(&str)) -> Vec<Run> {
    let next = AtomicUsize::new(0);
    let mut all: Vec<(usize, Vec<Run>)> = Vec::with_capacity(tests.len());
    thread::scope(|scope| {
        let (send, runs) = mpsc::channel();
        for _ in 0..options.jobs.get().min(tests.len()) {
            let (send, next) = (send.clone(), &next);
            scope.spawn(move || {
                let mut host = Host { suite, options, child: None, number: 0 };
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some(test) = tests.get(at) else { return };
                    if send.send((at, host.test(test))).is_err() {
                        return;
                    }
                }
            });
        }
        drop(send);
        for (at, runs) in runs {
            if let Some(run) = runs.first() {
                done(&run.path);
            }
            all.push((at, runs));
        }
    });
    all.sort_by_key(|(at, _)| *at);
    all.into_iter().flat_map(|(_, runs)| runs).collect()
}

/// The owner of the child process.
struct Host<'a> {
    suite: &'a Suite,
    options: &'a Options,
    /// The child with the number of its runs.
    child: Option<(Child, usize)>,
    number: u64,
}

impl Host<'_> {
    fn test(&mut self, test: &Test) -> Vec<Run> {
        let text = fs::read_to_string(&test.path).map_err(|error| format!("the test cannot be read: {error}"));
        let read = text
            .and_then(|text| Frontmatter::read(&text).map_err(|error| format!("its frontmatter is invalid: {error}")));
        match read {
            Ok(read) => Mode::of(&read).into_iter().map(|mode| self.run(test, mode, &read)).collect(),
            Err(reason) => vec![Run {
                path: test.name.clone(),
                mode: None,
                outcome: Outcome::new(Kind::Error, reason),
                milliseconds: 0,
                features: Vec::new(),
            }],
        }
    }

    fn run(&mut self, test: &Test, mode: Mode, read: &Frontmatter) -> Run {
        self.number += 1;
        let order = Order::new(self.number, test.path.clone(), mode, read);
        let start = Instant::now();
        let outcome = self.observe(&order).map_or_else(|trouble| trouble, |observed| judge(read, &observed));
        Run {
            path: test.name.clone(),
            mode: Some(mode),
            outcome,
            milliseconds: u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX),
            features: read.features.clone(),
        }
    }

    /// Returns the outcome of a run. If a reused child ends during a run, the run is repeated in a new child, so that
    /// effects of earlier runs are not attributed to it.
    fn observe(&mut self, order: &Order) -> Result<Observed, Outcome> {
        let used = self.child.as_ref().is_some_and(|(_, runs)| *runs > 0);
        match self.ask(order) {
            Err(trouble) if used && trouble.kind != Kind::Timeout => self.ask(order),
            answer => answer,
        }
    }

    fn ask(&mut self, order: &Order) -> Result<Observed, Outcome> {
        let (mut child, runs) = match self.child.take() {
            Some(child) => child,
            None => (self.start()?, 0),
        };
        // If the order cannot be written, the child has ended, and its output contains the reason.
        let _ = child.say(&order.write().to_string());
        let limit = self.options.time_limit;
        match child.line(limit) {
            Line::Text(line) => {
                let unreadable = || Outcome::new(Kind::Crash, format!("unreadable answer: {line}"));
                let observed = Observed::read(&line, order.number).ok_or_else(unreadable)?;
                if !observed.spent && runs + 1 < RUNS_PER_CHILD {
                    self.child = Some((child, runs + 1));
                }
                Ok(observed)
            }
            Line::Unreadable(start) => Err(Outcome::new(Kind::Crash, format!("unreadable answer: {start}"))),
            Line::Silence => {
                let told = format!("it did not end within {} s", limit.as_secs_f32());
                Err(Outcome::new(Kind::Timeout, with_errors(told, &child.errors())))
            }
            Line::End => Err(ended(&mut child, limit)),
        }
    }

    fn start(&self) -> Result<Child, Outcome> {
        let options = self.options;
        let mut command = Command::new(&options.program);
        command.arg(WORKER).arg("--folder").arg(&self.suite.folder);
        if let Harness::Folder(folder) = &self.suite.harness {
            command.arg("--harness").arg(folder);
        }
        if options.engine == Engine::Bare {
            command.arg("--bare");
        } else {
            command.arg("--reading").arg(options.reading.word());
        }
        // Only the end of standard error is kept. Without a backtrace, it is the error message.
        command.env("RUST_BACKTRACE", "0");
        command.arg("--memory-limit").arg(options.memory_limit.to_string());
        Child::start_to_talk(&mut command).map_err(|error| {
            Outcome::new(Kind::Error, format!("`{}` cannot be started: {error}", options.program.display()))
        })
    }
}

/// Returns the outcome if a child ended before its answer.
fn ended(child: &mut Child, limit: Duration) -> Outcome {
    let status = child.end(limit).map_or_else(|| "it does not end".to_owned(), |status| status.to_string());
    let errors = child.errors();
    let line = |part: &str| errors.lines().find(|line| line.contains(part)).map(str::to_owned);
    if let Some(told) = line("has overflowed its stack") {
        return Outcome::new(Kind::StackOverflow, told);
    }
    if let Some(told) = line("memory allocation of") {
        return Outcome::new(Kind::OutOfMemory, told);
    }
    Outcome::new(Kind::Crash, with_errors(status, &errors))
}

fn with_errors(told: String, errors: &str) -> String {
    if errors.is_empty() { told } else { format!("{told}; standard error: {errors}") }
}
