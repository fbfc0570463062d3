//! Measures the crate, its peers and the floor of the machine: one binary, one run, in rounds.
//!
//! A round measures everything once and briefly, each operation next to its peers. So a disturbance of the
//! machine affects one round, and an operation and its peers alike. Criterion takes the samples of each round,
//! and the reporter computes costs from them.
//!
//! Each iteration of a loop has a `black_box(())`, which clobbers all memory. Without it LLVM moves the loads
//! of thread-locals out of the loop.

mod bind;
mod capture;
mod carrier;
mod company;
mod facade;
mod floor;
mod growth;
mod map;
mod measure;
mod peers;
mod plan;
mod poll;
mod read;
mod request;
mod spawn;
mod sweep;

use std::hint::black_box;
use std::io;
use std::process::ExitCode;
use std::thread;

use plan::Plan;
use sweep::Sweep;

/// The stack size, sufficient for a million nested scopes.
const STACK: usize = 2 << 30;

fn main() -> ExitCode {
    let plan = Plan::from_args();
    let rounds = thread::Builder::new().stack_size(STACK).spawn(move || rounds(&plan));
    match rounds.map(thread::JoinHandle::join) {
        Ok(Ok(Ok(()))) => ExitCode::SUCCESS,
        Ok(Ok(Err(error))) | Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
        Ok(Err(_)) => ExitCode::FAILURE, // The panic has printed its message.
    }
}

fn rounds(plan: &Plan) -> io::Result<()> {
    peers::prepare();
    let mut sweep = Sweep::default();
    for round in 1..=plan.rounds {
        eprintln!("round {round} of {}", plan.rounds);
        let mut criterion = plan.criterion(round);
        let c = &mut criterion;
        further_down(round, &mut || {
            floor::all(c);
            read::all(c);
            bind::all(c);
            capture::all(c);
            carrier::all(c);
            poll::all(c);
            spawn::all(c);
            request::all(c);
            facade::all(c);
            map::all(c);
            if plan.grows() {
                growth::all(c);
            }
        });
        if plan.is_whole() {
            sweep.round();
        }
    }
    if plan.is_whole() { sweep.save(&plan.samples) } else { Ok(()) }
}

/// Calls `f` some `steps` deeper in the stack.
///
/// A store delays loads from addresses that are equal to its own in the lowest twelve bits. Whether that happens
/// is a matter of chance, so each round has its stack at a different address.
#[inline(never)]
fn further_down(steps: usize, f: &mut dyn FnMut()) {
    match steps.checked_sub(1) {
        None => f(),
        Some(less) => {
            let room = black_box([0_u8; 200]);
            further_down(less, f);
            black_box(room);
        }
    }
}
