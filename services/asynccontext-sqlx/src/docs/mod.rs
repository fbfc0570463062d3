//! Guides. Their examples are compiled and run by the tests.
//!
//! - [`transactions_without_plumbing`]: from a parameter in every function to none.
//! - [`other_libraries`]: the same with sea-orm and diesel-async.

pub mod other_libraries;
pub mod transactions_without_plumbing;
