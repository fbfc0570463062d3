//! Guides: how to use the crate, what it doesn't do, how it works, what it costs.
//!
//! - [`patterns`]: request ids, tenants, transactions, queues, tests and more, each as code
//!   that runs; and what to leave out of a context.
//! - [`where_did_my_context_go`]: where to look when a value is missing.
//! - [`from_async_local_storage`]: each call of Node beside the one here.
//! - [`limitations`]: what the crate doesn't do, and where a promise is weaker than it sounds.
//! - [`internal`] and [`performance`]: how it works, and what it costs.

pub mod from_async_local_storage;
pub mod internal;
pub mod limitations;
pub mod patterns;
pub mod performance;
pub mod where_did_my_context_go;
