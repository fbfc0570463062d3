//! AsyncContext for Rust: values that follow the flow of a program.

#![deny(unsafe_code)]

pub mod agent;
mod error;
mod guard;
mod mapping;
#[cfg(doctest)]
mod must_not_compile;
mod propagate;
mod snapshot;
pub mod spec;
mod sync;
mod variable;
pub mod wrapped;

pub use error::{NotInTask, Unbound};
pub use guard::{Guard, TaskGuard};
pub use mapping::Scoped;
pub use propagate::Propagate;
pub use snapshot::Snapshot;
pub use variable::Variable;
pub use wrapped::Wrapped;
