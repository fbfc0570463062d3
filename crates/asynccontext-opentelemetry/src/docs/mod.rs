//! Guides, compiled and run.

pub mod from_spans_and_guards;
