//! Runs of a program under a schedule, and the decision whether it has an outcome (rules D1 to D3).

use std::rc::Rc;

use super::fault::{Fault, FaultKind};
use super::quirk::Quirks;
use super::value::{Abrupt, Value};
use super::world::{Budget, Scope, World};
use crate::program::ast::{Stmt, Word};
use crate::program::outcome::Outcome;

/// How many schedules decide a case.
pub const CASE_SCHEDULES: u64 = 200;
/// How many schedules decide a random program.
pub const SEARCH_SCHEDULES: u64 = 4;

/// Which of the ready jobs runs next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Schedule {
    /// As JavaScript does: promise jobs and microtasks in order, then one of the host's other jobs.
    Fifo,
    /// Any ready job, drawn with this seed.
    Random(u64),
}

/// Blocks and calls within one another. The text nests 64 deep at most; the rest is calls of
/// functions by functions and of generators by generators.
const DEPTH: usize = 4000;
/// Stack for one level of them, generously.
const STACK_PER_LEVEL: usize = 16 << 10;
/// Programs of up to this many statements can't nest deeper than any thread's stack allows.
const SMALL: usize = 64;

/// Runs a program once, and gives what its strands saw.
///
/// ```
/// use conformance::model::{self, Quirks, Schedule};
/// use conformance::program::parse::parse;
///
/// let (file, _) = parse("litmus 1; case c { program { var v; run v a { get v }; get v } }");
/// let outcome = model::run(&file.cases[0].program, Schedule::Fifo, &Quirks::NONE)?;
/// assert_eq!(outcome.to_string(), "main a none");
/// # Ok::<(), conformance::model::Fault>(())
/// ```
///
/// # Errors
///
/// Fails when a strand never ends (rule D1), when something is thrown where nothing can catch it
/// (rule D2), when the program evaluates more statements or nests deeper than the model goes, and
/// when it breaks a static rule in a way that shows.
pub fn run(program: &[Stmt], schedule: Schedule, quirks: &Quirks) -> Result<Outcome, Fault> {
    on_enough_stack(program, |budget| run_here(program, schedule, *quirks, budget))
}

/// Decides whether a program is deterministic: runs it first in, first out and under `k` random
/// schedules, and gives the outcome they share.
///
/// # Errors
///
/// Fails as [`run`] does, under any of the schedules, and when two of them give different outcomes
/// (rule D3): the fault names a strand and what it saw under each.
pub fn decide(program: &[Stmt], k: u64) -> Result<Outcome, Fault> {
    on_enough_stack(program, |budget| {
        let outcome = run_here(program, Schedule::Fifo, Quirks::NONE, budget)?;
        for seed in 0..k {
            let other = run_here(program, Schedule::Random(seed), Quirks::NONE, budget)?;
            if let Some(strand) = other.differences(&outcome).first() {
                return Err(schedule_fault(program, strand, &outcome, &other));
            }
        }
        Ok(outcome)
    })
}

fn run_here(program: &[Stmt], schedule: Schedule, quirks: Quirks, budget: Budget) -> Result<Outcome, Fault> {
    let world = World::new(schedule, quirks, budget);
    world.start_main(program);
    world.run_jobs();
    world.check_that_strands_ended();
    world.finish()
}

impl<'p> World<'p> {
    /// Starts `main`: an async body in the empty mapping, which nothing can catch from.
    pub(super) fn start_main(self: &Rc<Self>, program: &'p [Stmt]) {
        let main: Word = "main".into();
        let scope = Scope::strand(&main, &None);
        let world = Rc::clone(self);
        let strand = main.clone();
        let closure = Box::pin(async move {
            if let Err(Abrupt::Throw(thrown)) = world.evaluate_function(program, &scope).await {
                let from = world.thrown_from.borrow().clone();
                let message = format!("`{}` is thrown out of `{strand}`, where nothing can catch it", thrown.text());
                world.fail(FaultKind::Uncaught, &from, message);
            }
        });
        let context = self.new_context(&main, closure);
        self.resume_context(context, Ok(Value::Undefined));
    }

    /// Rule D1: no job is left, so a strand that still awaits something awaits it for ever.
    fn check_that_strands_ended(&self) {
        let waiting = self.waiting();
        // A strand that awaits another which waits itself is not the cause; nor is the statement
        // around an async callback that waits.
        let cause = waiting.iter().rev().find(|wait| !waiting.iter().any(|other| wait.awaits(&other.strand)));
        let Some(cause) = cause.or(waiting.last()) else { return };
        let mut others: Vec<&str> = waiting.iter().map(|wait| &*wait.strand).filter(|s| *s != &*cause.strand).collect();
        others.sort_unstable();
        others.dedup();
        let mut message = format!("`{}` never ends: it waits here for ever", cause.strand);
        if !others.is_empty() {
            message += &format!(", and so do `{}`", others.join("`, `"));
        }
        self.fail(FaultKind::Deadlock, &cause.stmt.span, message);
    }
}

/// Names a strand that saw different things under two schedules.
fn schedule_fault(program: &[Stmt], strand: &Word, fifo: &Outcome, other: &Outcome) -> Fault {
    let seen = |outcome: &Outcome| match outcome.strand(strand) {
        [] => "nothing".to_owned(),
        seen => format!("`{}`", seen.iter().map(|seen| &*seen.value).collect::<Vec<_>>().join(" ")),
    };
    let message = format!(
        "the outcome depends on the schedule: `{strand}` sees {} first in, first out, and {} in another order",
        seen(fifo),
        seen(other),
    );
    let place = binds(program, strand).or(program.first());
    Fault { kind: FaultKind::Schedule, span: place.map_or(0..0, |stmt| stmt.span.clone()), message }
}

/// The statement that binds a name.
fn binds<'p>(block: &'p [Stmt], name: &Word) -> Option<&'p Stmt> {
    block.iter().find_map(|stmt| {
        if stmt.name() == Some(name) { Some(stmt) } else { stmt.blocks().find_map(|block| binds(block, name)) }
    })
}

fn statements(block: &[Stmt]) -> usize {
    block.iter().map(|stmt| 1 + stmt.blocks().map(|block| statements(block)).sum::<usize>()).sum()
}

/// Runs something on a stack that is deep enough for a program.
///
/// Functions don't recurse, so a program can't nest deeper than it has statements: small ones run
/// on the caller's stack, others on a thread of their own.
fn on_enough_stack<T: Send>(program: &[Stmt], run: impl FnOnce(Budget) -> Result<T, Fault> + Send) -> Result<T, Fault> {
    let statements = statements(program);
    let budget = Budget { steps: 20 * statements.max(5_000), depth: DEPTH.min(2 * statements + 8) };
    if statements <= SMALL {
        return run(budget);
    }
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new()
            .name("model".into())
            .stack_size((1 << 20) + budget.depth * STACK_PER_LEVEL)
            .spawn_scoped(scope, move || run(budget));
        let failed = |message: &str| Fault { kind: FaultKind::Budget, span: 0..0, message: message.into() };
        match thread.map(|thread| thread.join()) {
            Ok(Ok(result)) => result,
            Ok(Err(panic)) => std::panic::resume_unwind(panic),
            Err(_) => Err(failed("there is no memory for a thread that is deep enough for this program")),
        }
    })
}
