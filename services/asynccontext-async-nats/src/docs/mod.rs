//! Guides.

pub mod context_over_queues;
