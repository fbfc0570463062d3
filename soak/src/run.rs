//! Runs one program on a separate thread.

#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread;

use crate::fault::{Fault, Kind};
use crate::interpret;
use crate::program::Program;
use crate::quiet;
use crate::shared::{Conditions, Shared};
use crate::strand::{Strand, install};

/// The limit of steps of a program, since closures may call themselves.
const FUEL: u32 = 1500;
const STACK: usize = 16 << 20;

/// The result of a program.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Outcome {
    /// The number of compared values.
    pub(crate) reads: u64,
    pub(crate) wrong_reads: u64,
    pub(crate) steps: u64,
    pub(crate) values: u64,
    /// The number of values that were alive at the end.
    pub(crate) left: u64,
    /// The first fault.
    pub(crate) fault: Option<Fault>,
}

/// Runs the program.
pub(crate) fn run(program: &Program, conditions: Conditions) -> Outcome {
    let shared = Arc::new(Shared::new(program.variables, conditions));
    let also = shared.clone();
    let ended = thread::scope(|scope| {
        let main = move || {
            install(Some(Strand::new(also, FUEL)));
            interpret::program(program);
            let mut strand = install(None).expect("the program returns the strand");
            strand.settle_accounts();
        };
        let builder = thread::Builder::new().stack_size(STACK);
        builder.spawn_scoped(scope, main).expect("a thread").join()
    });
    if ended.is_err() {
        let what = format!("a panic outside all steps: {}", quiet::last_panic());
        shared.report(Kind::Panic, String::new(), what);
    }
    interpret::nothing_is_left(&shared);
    Outcome {
        reads: shared.reads.load(Ordering::Relaxed),
        wrong_reads: shared.wrong_reads.load(Ordering::Relaxed),
        steps: shared.steps.load(Ordering::Relaxed),
        values: shared.values_made().into(),
        left: shared.all_alive().len() as u64,
        fault: shared.fault(),
    }
}
