//! Measures the crate beside its peers and beside the floor of the machine: one binary,
//! one run, in rounds.
//!
//! A round measures everything once, briefly, each operation next to its peers. Whatever
//! slows the machine down for a while slows one round, and there subject and peer alike.
//! Criterion takes the samples of each round; the reporter compares within rounds.
//!
//! Each iteration ends with `black_box(())`, or has one within: a clobber of all memory.
//! Without it LLVM moves the loads of thread-locals out of the loop.

mod company;
mod floor;
mod plan;

use plan::Plan;

fn main() {
    let plan = Plan::from_args();
    for round in 1..=plan.rounds {
        let mut criterion = plan.criterion(round);
        floor::all(&mut criterion);
    }
}
