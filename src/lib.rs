//! AsyncContext for Rust.
