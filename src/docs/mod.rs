//! Guides: how to use the crate, what it doesn't do, how it works, what it costs. And where
//! to look when a value is missing: [`where_did_my_context_go`].

pub mod from_async_local_storage;
pub mod internal;
pub mod limitations;
pub mod patterns;
pub mod performance;
pub mod where_did_my_context_go;
