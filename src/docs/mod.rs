//! Guides: how to use the crate, what it doesn't do, how it works, what it costs.

pub mod from_async_local_storage;
pub mod internal;
pub mod limitations;
pub mod patterns;
pub mod performance;
