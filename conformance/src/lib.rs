//! Litmus programs for AsyncContext, and the implementations that run them: the draft's algorithms,
//! the crate `asynccontext`, and JavaScript runtimes.

mod child;
pub mod clauses;
pub mod compare;
pub mod engine;
pub mod model;
pub mod program;
pub mod report;
pub mod runtimes;
pub mod search;
pub mod shell;
pub mod suite;
pub mod targets;
pub mod test262;
pub mod wpt;
