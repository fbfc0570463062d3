//! Guides: usage, limits, implementation and cost.
//!
//! - [`patterns`]: request ids, tenants, transactions, queues, tests and more, each with runnable
//!   code, and what to leave out of a context.
//! - [`where_did_my_context_go`]: how to find out why a value is missing.
//! - [`from_async_local_storage`]: each call of Node with its counterpart.
//! - [`from_task_local`]: each call of `tokio::task_local!` with its counterpart.
//! - *What not to put in*: [`patterns::what_to_leave_out`].
//! - [`limitations`]: what the crate doesn't do, and the exact limits of its guarantees.
//! - [`internal`] and [`performance`]: the implementation, and its cost.

pub mod from_async_local_storage;
pub mod from_task_local;
pub mod internal;
pub mod limitations;
pub mod patterns;
pub mod performance;
pub mod where_did_my_context_go;
