//! Steps on another thread while this one waits. The strand moves to that thread and back.

use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::thread::{self, Result};

use crate::interpret::body;
use crate::model::{Frame, Mapping, Stack};
use crate::program::{Body, Hop};
use crate::strand::{Strand, here, install};
use crate::variables::is_uninherited;

pub(super) fn hop(how: Hop, steps: &Body) {
    // Nothing is captured of the companion, since no strand runs here meanwhile.
    let shows = here(|strand| strand.stack.shows().beside(None));
    let starts = match how {
        Hop::Bare => None,
        Hop::Scope => Some(shows),
        Hop::Spawn => Some(shows.without(is_uninherited)),
    };
    let strand = install(None).expect("a strand runs here");
    let steps = steps.clone();
    let there = move || run_there(strand, starts, &steps);
    let joined = match how {
        Hop::Bare => std::thread::scope(|scope| scope.spawn(there).join()),
        Hop::Scope => asynccontext::thread::scope(|scope| scope.spawn(there).join()),
        Hop::Spawn => asynccontext::thread::spawn(there).join(),
    };
    let (mut strand, result) = joined.unwrap_or_else(|panic| resume_unwind(panic));
    strand.stack = strand.blocked.pop().expect("pushed there");
    install(Some(strand));
    if !thread::panicking() {
        result.unwrap_or_else(|panic| resume_unwind(panic)); // A second panic would abort the process.
    }
}

/// Runs steps on the other thread.
fn run_there(mut strand: Box<Strand>, starts: Option<Mapping>, steps: &Body) -> (Box<Strand>, Result<()>) {
    let mut stack = Stack::new(Mapping::empty(strand.shared.variables));
    stack.wrong = strand.shared.conditions.wrong;
    if let Some(mapping) = starts {
        stack.push(Frame::in_snapshot(mapping));
    }
    strand.blocked.push(mem::replace(&mut strand.stack, stack));
    install(Some(strand));
    let result = catch_unwind(AssertUnwindSafe(|| body(steps, "the start of another thread")));
    (install(None).expect("the strand runs here"), result)
}
