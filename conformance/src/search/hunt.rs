//! The search: runs batches of programs on every target, and classifies and shrinks the deviations.

use std::ops::Range;
use std::time::{Duration, Instant};

use super::case::{id, number, text};
use super::classify::{Class, classify};
use super::features::Features;
use super::generate;
use super::report::{Difference, Example, Rejection, Report};
use super::shrink::{shrink, statements};
use crate::model::{self, Quirks};
use crate::parallel::in_order;
use crate::program::ast::{Block, Case};
use crate::program::outcome::Outcome;
use crate::program::parse::parse;
use crate::program::reading::Reading;
use crate::program::{VERSION, check};
use crate::targets::{Run, Target, attempt};

/// The number of programs in a batch.
pub(super) const BATCH: u64 = 200;
/// The time limit for shrinking one program.
const PATIENCE: Duration = Duration::from_secs(60);

/// The options of a search.
#[derive(Clone, Debug)]
pub struct Options {
    /// The number of programs.
    pub count: u64,
    /// The seed that determines all programs.
    pub seed: u64,
    /// The features that they use.
    pub features: Features,
    /// The number of random schedules, besides FIFO, under which the model must give the same outcome (rule D3).
    pub schedules: u64,
    /// Whether an example of each class is shrunk.
    pub shrink: bool,
    /// The reading of the draft that the targets follow.
    pub reading: Reading,
}

impl Default for Options {
    fn default() -> Options {
        let schedules = model::SEARCH_SCHEDULES;
        Options {
            count: 1000,
            seed: 1,
            features: Features::default(),
            schedules,
            shrink: true,
            reading: Reading::Draft,
        }
    }
}

/// The progress of a search.
#[derive(Clone, Copy, Debug)]
pub enum Progress<'a> {
    /// The number of programs that have run on every target.
    Done(u64),
    /// A program that deviates on a target is being shrunk. The number is that of its statements now.
    Shrinking(&'a str, Class, usize),
}

/// A program whose text is well-formed and whose outcome does not depend on the schedule.
pub(super) struct Test {
    n: u64,
    pub(super) case: Case,
    pub(super) expected: Outcome,
}

/// A target's result on a case: its outcome or its error; none if it does not support the case.
type Answer = Option<Result<Outcome, String>>;

/// Searches for programs on which a target deviates from the model.
///
/// # Examples
///
/// ```
/// use conformance::search::{Options, hunt};
/// use conformance::targets::rust::Rust;
///
/// let report = hunt(&Options { count: 10, ..Options::default() }, &[&Rust], &mut |_| {});
/// assert!(report.passes());
/// ```
pub fn hunt(options: &Options, targets: &[&dyn Target], progress: &mut dyn FnMut(Progress<'_>)) -> Report {
    let mut report = Report::on(targets);
    // Each processor takes the next batch through all targets, so that none waits for a slow target.
    let batches = options.count.div_ceil(BATCH);
    let batch = |batch: usize| {
        let start = batch as u64 * BATCH;
        let mut found = Report::on(targets);
        let tests = tests(options, start..options.count.min(start + BATCH), &mut found);
        for (index, target) in targets.iter().enumerate() {
            compare(index, *target, &tests, &mut found);
        }
        found
    };
    in_order(usize::try_from(batches).unwrap_or(usize::MAX), batch, |found| {
        report.merge(found);
        progress(Progress::Done(report.generated));
    });
    if options.shrink {
        for difference in &mut report.differences {
            if let Some(target) = targets.iter().find(|target| target.name() == difference.target) {
                difference.shrunk = smallest(options, *target, difference, progress);
            }
        }
        report.drop_repetitions();
    }
    report
}

/// Returns the valid programs among some programs of a search.
pub(super) fn tests(options: &Options, range: Range<u64>, report: &mut Report) -> Vec<Test> {
    let mut tests = Vec::new();
    for n in range {
        report.generated += 1;
        match admit(options, n, generate::program(options.seed, n, &options.features)) {
            Ok(test) => {
                report.coverage.add(&test.case.program);
                tests.push(test);
            }
            Err(rejection) => report.reject(rejection),
        }
    }
    tests
}

/// Returns a program as a test, or the reason why it is not valid.
fn admit(options: &Options, n: u64, mut program: Block) -> Result<Test, Rejection> {
    number(&mut program);
    let case = Case::new(id(options.seed, n).into(), VERSION, program, 0..0);
    let decided = match check::program(&case.program).into_iter().next() {
        Some(mistake) => Err(mistake.message),
        None => model::decide_under(&case.program, options.schedules, &Quirks::of_reading(options.reading))
            .map_err(|fault| fault.message),
    };
    match decided {
        Ok(expected) => Ok(Test { n, case, expected }),
        Err(reason) => Err(Rejection { n, reason, text: text(&case.id, &case.program) }),
    }
}

/// Runs tests on a target, and classifies the deviations.
fn compare(index: usize, target: &dyn Target, tests: &[Test], report: &mut Report) {
    let cases: Vec<&Case> = tests.iter().map(|test| &test.case).collect();
    for (test, answer) in tests.iter().zip(run(target, &cases)) {
        let tally = &mut report.targets[index];
        let Some(seen) = answer else {
            tally.unsupported += 1;
            continue;
        };
        tally.compared += 1;
        if let Some(class) = class(target, test, &seen) {
            let found = example(test, seen);
            report
                .differ(index, Difference { target: target.name().to_owned(), n: test.n, class, found, shrunk: None });
        }
    }
}

fn run(target: &dyn Target, cases: &[&Case]) -> Vec<Answer> {
    let mut answers: Vec<Answer> = vec![Some(Err("the target reported no result".to_owned())); cases.len()];
    attempt(target, cases, &mut |i, run| {
        answers[i] = match run {
            Run::Outcome(outcome) => Some(Ok(outcome)),
            Run::Failed(why) => Some(Err(why)),
            Run::Unsupported(_) => None,
        };
    });
    answers
}

/// Returns the class of a result; none if the target agrees with the model. What a target that must conform does
/// otherwise is always unexplained.
fn class(target: &dyn Target, test: &Test, seen: &Result<Outcome, String>) -> Option<Class> {
    match seen {
        Ok(seen) if *seen == test.expected => None,
        // No quirk may explain a deviation of such a target, and a defect may show in every other program.
        Ok(_) if target.must_conform() => Some(Class::Unexplained),
        Ok(seen) => Some(classify(&test.case.program, seen, target.profile(), target.api())),
        Err(_) => Some(Class::Error),
    }
}

fn example(test: &Test, seen: Result<Outcome, String>) -> Example {
    let statements = statements(&test.case.program);
    Example { text: text(&test.case.id, &test.case.program), statements, expected: test.expected.clone(), seen }
}

/// Returns the smallest program found that deviates in the same class.
fn smallest(
    options: &Options,
    target: &dyn Target,
    difference: &Difference,
    progress: &mut dyn FnMut(Progress<'_>),
) -> Option<Example> {
    let program = parse(&difference.found.text).0.cases.into_iter().next()?.program;
    let deadline = Instant::now() + PATIENCE;
    let mut best = None;
    shrink(program, &mut |candidates| {
        if Instant::now() > deadline {
            return vec![false; candidates.len()];
        }
        let tests: Vec<Option<Test>> =
            candidates.iter().map(|candidate| admit(options, difference.n, candidate.clone()).ok()).collect();
        let cases: Vec<&Case> = tests.iter().flatten().map(|test| &test.case).collect();
        let mut answers = run(target, &cases).into_iter();
        let mut smallest = None;
        let kept = tests.iter().map(|test| {
            let found = test.as_ref().and_then(|test| Some((test, answers.next()??)));
            let found = found.filter(|(test, seen)| class(target, test, seen) == Some(difference.class));
            let kept = found.is_some();
            smallest = smallest.take().or(found);
            kept
        });
        let kept = kept.collect();
        if let Some((test, seen)) = smallest {
            let found = example(test, seen);
            progress(Progress::Shrinking(target.name(), difference.class, found.statements));
            best = Some(found);
        }
        kept
    });
    best
}
