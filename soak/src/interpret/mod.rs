//! Runs a program on the crate and on the model, and compares them after every step.
//!
//! The model changes before the crate may run user code, since a value that is dropped reads the current
//! mapping.

pub(crate) mod closures;
mod forks;
mod guards;
mod messages;
mod scoped;
mod scopes;
mod snapshots;
mod threads;

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::Ordering;
use std::time::Instant;

use crate::companion;
use crate::fault::{Kind, WrongLife};
use crate::model::Frame;
use crate::program::{Program, Step, print};
use crate::quiet;
use crate::shared::Shared;
use crate::strand::{OnExit, here};
use crate::value::{Planned, throw};
use crate::variables;

/// The greatest depth of nested bodies, which is limited by the stack.
const DEPTH: u32 = 20;

/// Runs the whole program as the strand that is installed here. A panic ends the outermost step that
/// caused it.
pub(crate) fn program(program: &Program) {
    for step in program.body.iter() {
        caught(|| one(step));
        look("the end of an outermost step");
    }
    caught(finish);
    look("the end of the program");
}

/// Drops the values that the strand holds, one after the other.
pub(crate) fn finish() {
    let mut more = true;
    while more {
        more = false;
        for last in [
            snapshots::release as fn(u16) -> bool,
            closures::drop_one,
            scoped::drop_one,
            messages::drop_one,
            guards::leave_task,
            guards::leave,
        ] {
            let mut again = true; // This stays true if the drop panics.
            caught(|| again = last(0));
            more |= again;
        }
    }
}

/// Drops the guards that are not `Send`.
pub(crate) fn leave_all_guards() {
    let mut more = true;
    while more {
        caught(|| more = guards::leave(0)); // `more` stays true if this panics.
    }
}

/// Runs steps, unless they nest too deep.
pub(crate) fn body(steps: &[Step], at: &str) {
    let depth = here(|strand| {
        strand.depth += 1;
        strand.depth
    });
    let _exit = OnExit(|| here(|strand| strand.depth -= 1));
    look(at);
    if depth <= DEPTH {
        steps.iter().for_each(one);
    }
}

fn one(step: &Step) {
    if here(|strand| strand.burn()) {
        take(step);
        compare(|| format!("`{}`", print::line(step)));
    }
}

/// Runs steps in a frame that is entered, which ends with them.
fn inside(steps: &[Step], at: &str) {
    let _exit = OnExit(|| drop(here(|strand| strand.stack.pop())));
    body(steps, at);
}

/// Calls `f`, which runs its steps in `frame`. If entering panics before that, the frame ends here.
fn framed(frame: Frame, f: impl FnOnce()) {
    let outside = here(|strand| {
        strand.stack.push(frame);
        strand.stack.depth() - 1
    });
    let _exit = OnExit(|| {
        here(|strand| {
            while strand.stack.depth() > outside {
                strand.stack.pop();
            }
        });
    });
    f();
}

/// Calls `f` and catches a planned panic. Any other panic is a fault.
pub(crate) fn caught(f: impl FnOnce()) {
    if let Err(panic) = catch_unwind(AssertUnwindSafe(f)) {
        check_panic(&*panic);
    }
}

fn check_panic(panic: &(dyn Any + Send)) {
    if !panic.is::<Planned>() {
        let what = format!("an unplanned panic: {}", quiet::last_panic());
        here(|strand| strand.shared.report(Kind::Panic, String::new(), what));
    }
}

fn take(step: &Step) {
    match step {
        Step::Run { key, value, body } => scopes::run(*key, value, body),
        Step::Nest { from, values, body } => scopes::nest(*from, values, body),
        Step::Exit { key, body } => scopes::exit(*key, body),
        Step::Read { key, body } => scopes::read(*key, body),
        Step::Enter { key, value } => guards::enter(*key, value),
        Step::EnterTask { key, value } => guards::enter_task(*key, value),
        Step::EnterWith { key, value } => guards::enter_with(*key, value),
        Step::Disable { key } => guards::disable(*key),
        Step::Leave(pick) => drop(guards::leave(*pick)),
        Step::LeaveTask(pick) => drop(guards::leave_task(*pick)),
        Step::Keep(pick) => guards::keep(*pick),
        Step::Forget(pick) => guards::forget(*pick),
        Step::ForgetTask(pick) => guards::forget_task(*pick),
        Step::Capture => snapshots::capture(),
        Step::Inherit => snapshots::inherit(),
        Step::Empty => snapshots::empty(),
        Step::Clone(pick) => snapshots::clone(*pick),
        Step::Release(pick) => drop(snapshots::release(*pick)),
        Step::RunIn { pick, body } => snapshots::run_in(*pick, body),
        Step::Swap(pick) => snapshots::swap(*pick),
        Step::With { pick, key, value } => snapshots::with(*pick, *key, value),
        Step::Without { pick, key } => snapshots::without(*pick, *key),
        Step::Hide { key, body } => scopes::hide(*key, body),
        Step::EnterHidden { key } => guards::enter_hidden(*key),
        Step::Wrap { how, body } => closures::wrap(*how, body),
        Step::Call(pick) => closures::call(*pick),
        Step::DropWrapped(pick) => drop(closures::drop_one(*pick)),
        Step::Scope { by, turns, last } => scoped::make(by, turns, last),
        Step::Drive { how, pick } => scoped::drive(*how, *pick),
        Step::DropScoped(pick) => drop(scoped::drop_one(*pick)),
        Step::IntoInner(pick) => scoped::into_inner(*pick),
        Step::Send { body } => messages::send(body),
        Step::Handle(pick) => messages::handle(*pick),
        Step::DropMessage(pick) => drop(messages::drop_one(*pick)),
        Step::Catch(body) => caught(|| self::body(body, "a catch")),
        Step::Throw => throw(),
        Step::Level(level) => companion::change_level(*level),
        Step::Trap(trap) => here(|strand| strand.trap = Some(*trap)),
        Step::Fork { how, bodies } => forks::fork(*how, bodies),
        Step::Hop { how, body } => threads::hop(*how, body),
    }
}

/// Compares the values of all variables and the set of live values with the model.
pub(crate) fn look(at: &str) {
    compare(|| at.to_owned());
}

fn compare(at: impl Fn() -> String) {
    let looked = here(|strand| {
        if strand.shared.has_failed() {
            return None;
        }
        let variables = strand.shared.variables;
        let way = strand.count_reads(variables as u64);
        Some((variables, way, strand.stack.shows().clone(), strand.dropping == 0))
    });
    let Some((variables, way, shows, lives)) = looked else { return };
    for key in 0..variables {
        let seen = variables::read(key, way + key as u64);
        let wanted = variables::wanted(key, shows.get(key));
        if seen != wanted {
            here(|strand| {
                strand.shared.wrong_reads.fetch_add(1, Ordering::Relaxed);
                let what = format!("v{key} reads {seen}, but should read {wanted}");
                strand.shared.report(Kind::Read, at(), what);
            });
            return;
        }
    }
    let (level, wanted) = (companion::level(), here(|strand| strand.stack.level()));
    if level != wanted {
        let what = format!("the foreign level is {level}, but should be {wanted}");
        return here(|strand| strand.shared.report(Kind::Read, at(), what));
    }
    // While a drop runs, further drops of the same step may follow.
    if lives && let Some(wrong) = wrong_lives() {
        let (kind, what) = match wrong {
            WrongLife::Gone(id) => (Kind::Gone, format!("value {id} was dropped, but can still be reached")),
            WrongLife::Leaked(id) => (Kind::Leak, format!("value {id} is alive, but nothing holds it")),
        };
        here(|strand| strand.shared.report(kind, at(), what));
    }
}

fn wrong_lives() -> Option<WrongLife> {
    let start = Instant::now();
    loop {
        let (wrong, lag) = here(|strand| (strand.wrong_lives(), strand.shared.lag()));
        match wrong {
            Some(WrongLife::Leaked(_)) if start.elapsed() < lag => std::thread::yield_now(),
            other => return other,
        }
    }
}

/// Checks at the end of a program that no value is alive.
pub(crate) fn nothing_is_left(shared: &Shared) {
    let start = Instant::now();
    while let left = shared.all_alive()
        && !left.is_empty()
        && !shared.has_failed()
    {
        if start.elapsed() >= shared.lag() {
            let what = format!("values {left:?} are alive");
            return shared.report(Kind::Leak, "the end of all threads".to_owned(), what);
        }
        std::thread::yield_now();
    }
}
