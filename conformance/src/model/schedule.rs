//! Runs of a program under a schedule, and the dynamic rules D1 to D3.

use std::rc::Rc;

use super::fault::{Fault, FaultKind};
use super::quirk::Quirks;
use super::value::{Abrupt, Value};
use super::world::{Budget, Scope, World};
use crate::program::ast::{Stmt, Word};
use crate::program::outcome::Outcome;

/// The number of random schedules under which a case is run.
pub const CASE_SCHEDULES: u64 = 200;
/// The number of random schedules under which a random program is run.
pub const SEARCH_SCHEDULES: u64 = 4;
/// The number of statements that all schedules of a program contain together, except that [`SEARCH_SCHEDULES`] run in any
/// case. Programs of up to 500 statements run under as many schedules as a case; one of 10,000 strands, under fewer.
const STATEMENTS: usize = 100_000;

/// The order in which ready jobs run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Schedule {
    /// The order of JavaScript: all promise jobs and microtasks, first in, first out; then one other job of the host.
    Fifo,
    /// A random order with this seed.
    Random(u64),
}

/// The number of strands, besides the first, that the message about a deadlock lists.
const LISTED: usize = 20;

/// The greatest depth of nested blocks and calls. The text nests at most 64 deep; functions that call functions and
/// generators that resume generators add to that.
///
/// On WebAssembly there are no threads: a program runs on the caller's stack, of at least 8 MiB.
const DEPTH: usize = if cfg!(target_family = "wasm") { 400 } else { 4000 };
/// The stack for one level, with a reserve.
const STACK_PER_LEVEL: usize = 16 << 10;
/// The number of statements up to which a program fits on the stack of any thread.
const SMALL: usize = 64;

/// Runs a program once, and returns the observations of its strands.
///
/// # Examples
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
/// Returns a fault if a strand never ends (rule D1), if an exception cannot be caught (rule D2), if the program
/// exceeds the model's limits of statements or depth, or if a statement violates a static rule at run time.
pub fn run(program: &[Stmt], schedule: Schedule, quirks: &Quirks) -> Result<Outcome, Fault> {
    on_enough_stack(program, |budget| run_here(program, schedule, *quirks, budget))
}

/// Runs a program first in, first out, and returns the strand of each observation, in the order in which they are made.
///
/// # Examples
///
/// ```
/// use conformance::model;
/// use conformance::program::parse::parse;
///
/// let (file, _) = parse("litmus 1; case c { program { var v; microtask m { get v }; get v } }");
/// let order = model::order(&file.cases[0].program)?;
/// assert!(order.iter().eq(&["main".into(), "m".into()]));
/// # Ok::<(), conformance::model::Fault>(())
/// ```
///
/// # Errors
///
/// Returns a fault if [`run`] does.
pub fn order(program: &[Stmt]) -> Result<Vec<Word>, Fault> {
    on_enough_stack(program, |budget| {
        let world = play(program, Schedule::Fifo, Quirks::NONE, budget);
        let order = world.order.take();
        world.finish().map(|_| order)
    })
}

/// Checks that a program is deterministic: runs it first in, first out and under `k` random schedules, and returns the
/// common outcome. A program of more than 500 statements is run under fewer schedules, at least four.
///
/// # Errors
///
/// Returns a fault if [`run`] does under any of the schedules, or if two schedules give different outcomes (rule D3).
/// The fault then names a strand and its observations under both.
pub fn decide(program: &[Stmt], k: u64) -> Result<Outcome, Fault> {
    decide_under(program, k, &Quirks::NONE)
}

/// Like [`decide`], under quirks, such as those of a reading.
///
/// # Errors
///
/// As [`decide`].
pub fn decide_under(program: &[Stmt], k: u64, quirks: &Quirks) -> Result<Outcome, Fault> {
    on_enough_stack(program, |budget| {
        let outcome = run_here(program, Schedule::Fifo, *quirks, budget)?;
        let affordable = STATEMENTS / statements(program).max(1);
        for seed in 0..k.min(SEARCH_SCHEDULES.max(affordable as u64)) {
            let other = run_here(program, Schedule::Random(seed), *quirks, budget)?;
            if let Some(strand) = other.differences(&outcome).first() {
                return Err(schedule_fault(program, strand, &outcome, &other));
            }
        }
        Ok(outcome)
    })
}

fn run_here(program: &[Stmt], schedule: Schedule, quirks: Quirks, budget: Budget) -> Result<Outcome, Fault> {
    play(program, schedule, quirks, budget).finish()
}

/// Runs a program to its end, and returns its world.
fn play(program: &[Stmt], schedule: Schedule, quirks: Quirks, budget: Budget) -> Rc<World<'_>> {
    let world = World::new(schedule, quirks, budget);
    world.start_main(program);
    world.run_jobs();
    world.check_that_strands_ended();
    world
}

impl<'p> World<'p> {
    /// Starts `main`, an async body in the empty mapping. Nothing can catch its exceptions.
    pub(super) fn start_main(self: &Rc<Self>, program: &'p [Stmt]) {
        let main: Word = "main".into();
        let scope = Scope::strand(&main, &None);
        let world = Rc::clone(self);
        let strand = main.clone();
        let closure = Box::pin(async move {
            if let Err(Abrupt::Throw(thrown)) = world.evaluate_function(program, &scope).await {
                let from = world.thrown_from.borrow().clone();
                let message = format!("`{}` is thrown out of `{strand}`, and nothing can catch it", thrown.text());
                world.fail(FaultKind::Uncaught, &from, message);
            }
        });
        let context = self.new_context(&main, closure);
        self.resume_context(context, Ok(Value::Undefined));
    }

    /// Checks rule D1: when no job is left, a strand that still awaits something never ends.
    fn check_that_strands_ended(&self) {
        let waiting = self.waiting();
        // The cause is not a strand that awaits another waiting strand, and not the statement around a waiting
        // async callback.
        let cause = waiting.iter().rev().find(|wait| !waiting.iter().any(|other| wait.awaits(&other.strand)));
        let Some(cause) = cause.or(waiting.last()) else { return };
        let mut others: Vec<&str> = waiting.iter().map(|wait| &*wait.strand).filter(|s| *s != &*cause.strand).collect();
        others.sort_unstable();
        others.dedup();
        let mut message = format!("`{}` never ends: it waits here forever", cause.strand);
        let more = others.len().saturating_sub(LISTED);
        others.truncate(LISTED);
        if !others.is_empty() {
            message += &format!(", and so do `{}`", others.join("`, `"));
        }
        if more > 0 {
            message += &format!(" and {more} more");
        }
        self.fail(FaultKind::Deadlock, &cause.stmt.span, message);
    }
}

/// Returns the fault that names a strand with different observations under two schedules.
fn schedule_fault(program: &[Stmt], strand: &Word, fifo: &Outcome, other: &Outcome) -> Fault {
    let seen = |outcome: &Outcome| match outcome.strand(strand) {
        [] => "nothing".to_owned(),
        seen => format!("`{}`", seen.iter().map(|seen| &*seen.value).collect::<Vec<_>>().join(" ")),
    };
    let message = format!(
        "the outcome depends on the schedule: `{strand}` observes {} first in, first out, but {} in another order",
        seen(fifo),
        seen(other),
    );
    let place = binds(program, strand).or(program.first());
    Fault { kind: FaultKind::Schedule, span: place.map_or(0..0, |stmt| stmt.span.clone()), message }
}

/// Returns the statement that binds a name.
fn binds<'p>(block: &'p [Stmt], name: &Word) -> Option<&'p Stmt> {
    block.iter().find_map(|stmt| {
        if stmt.name() == Some(name) { Some(stmt) } else { stmt.blocks().find_map(|block| binds(block, name)) }
    })
}

fn statements(block: &[Stmt]) -> usize {
    block.iter().map(|stmt| 1 + stmt.blocks().map(|block| statements(block)).sum::<usize>()).sum()
}

/// Calls `run` on a stack that is deep enough for a program.
///
/// Functions cannot recurse, so the depth of a program is bounded by its number of statements. Small programs run on
/// the caller's stack, others on a separate thread where there are threads.
fn on_enough_stack<T: Send>(program: &[Stmt], run: impl FnOnce(Budget) -> Result<T, Fault> + Send) -> Result<T, Fault> {
    let statements = statements(program);
    let budget = Budget { steps: 20 * statements.max(5_000), depth: DEPTH.min(2 * statements + 8) };
    if statements <= SMALL || cfg!(target_family = "wasm") {
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
            Err(_) => Err(failed("a thread with enough stack for this program cannot be started")),
        }
    })
}
