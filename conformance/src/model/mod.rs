//! An executable model of the draft: its algorithms, and the ECMA-262 algorithms that it amends,
//! over a List of records. The code prefers being easy to check over being fast.
//!
//! Each abstract operation is a function with the operation's name in snake case, and cites its
//! clause by anchor. The steps stand as comments beside the lines that perform them:
//!
//! - In a clause of the draft, a comment starts with the number of the step, counted as in the
//!   pinned commit (`spec/README.md`) and without the steps that the draft deletes.
//! - In an operation of ECMA-262, which the draft leaves as it is, the steps have no number.
//! - `Not modeled` marks steps that no litmus program can observe, such as checks of `this`.
//! - `Quirk` marks a branch that describes what an implementation does instead of the draft.
//!
//! A body of the program is a Rust future whose leaves are `await` and `yield`. An execution context
//! is such a future, and resuming the context polls the future once.
//!
//! | file | contents |
//! |---|---|
//! | `mapping` | records, variables, snapshot and swap |
//! | `promise`, `job` | promises, reactions, jobs and their queues |
//! | `generator`, `async_generator`, `iterator` | both kinds of generator, and loops over them |
//! | `function`, `interpret` | bodies, calls, async functions; statements |
//! | `host` | microtasks, timers, threads, modules, cleanup, unhandled rejections |
//! | `channel` | operations of the host, and objects that receive messages |
//! | `frame` | guards and other bindings without a body, which the draft does not have |
//! | `world` | the state of one run |
//! | `schedule` | the order of jobs, and the dynamic rules |
//! | `quirk`, `als`, `guards` | deviations of implementations |
//! | `fault` | the reasons why a program has no outcome |

mod als;
mod async_generator;
mod channel;
mod fault;
mod frame;
mod function;
mod generator;
mod guards;
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
pub use schedule::{CASE_SCHEDULES, SEARCH_SCHEDULES, Schedule, decide, decide_under, order, run};
