//! Litmus programs for AsyncContext, and the implementations that run them: the draft's algorithms,
//! the crate `asynccontext`, and JavaScript runtimes.
//!
//! In WebAssembly, which has neither processes nor threads, only the embedded targets exist: the model and Boa.

// What serves only the absent targets.
#![cfg_attr(target_family = "wasm", allow(dead_code, unused_imports))]

#[cfg(not(target_family = "wasm"))]
mod child;
pub mod clauses;
pub mod compare;
pub mod engine;
pub mod model;
mod parallel;
pub mod program;
pub mod report;
#[cfg(not(target_family = "wasm"))]
pub mod runtimes;
pub mod search;
pub mod shell;
pub mod suite;
#[cfg_attr(target_family = "wasm", path = "targets/embedded.rs")]
pub mod targets;
pub mod test262;
pub mod wpt;
