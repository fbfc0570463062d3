//! Guides.
//!
//! - [`five_minutes`]: request context in a service with axum.

pub mod five_minutes;
