//! The executable spec: the draft's algorithms, and those of ECMA-262 that they amend, over a List
//! of records. Obviously right beats fast.
//!
//! Each operation is a function of its name in snake case and cites its clause by anchor; the
//! comments tell its steps where they can't be read off the code. A body of the program is a Rust
//! future whose leaves are `await` and `yield`: an execution context is such a future, and resuming
//! it polls it once.
//!
//! | file | what it holds |
//! |---|---|
//! | `mapping` | records, variables, snapshot and swap |
//! | `promise`, `job` | promises, reactions, jobs and their queues |
//! | `generator`, `async_generator`, `iterator` | both kinds of generator, and loops over them |
//! | `function`, `interpret` | bodies, calls, async functions; statements |
//! | `host` | microtasks, timers, threads, modules, cleanup, unhandled rejections |
//! | `frame` | guards and other bindings without a body, which the draft lacks |
//! | `world` | everything that one run can reach |
//! | `schedule` | which job runs next; the dynamic rules |
//! | `quirk`, `als` | what implementations do instead |
//! | `fault` | why a program has no outcome |

mod als;
mod async_generator;
mod fault;
mod frame;
mod function;
mod generator;
mod host;
mod interpret;
mod iterator;
mod job;
mod mapping;
mod promise;
mod quirk;
mod schedule;
#[cfg(test)]
mod tests;
mod value;
mod world;

pub use fault::{Fault, FaultKind};
pub use quirk::{Quirk, Quirks};
pub use schedule::{CASE_SCHEDULES, SEARCH_SCHEDULES, Schedule, decide, run};
