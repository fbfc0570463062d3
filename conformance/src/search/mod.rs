//! Random programs on several targets.
//!
//! [`hunt()`] generates programs, runs each on the model and on the targets, classifies deviations by
//! the model's quirks, and shrinks the programs that deviate.

mod case;
mod classify;
mod coverage;
mod emit;
mod features;
mod generate;
mod hunt;
mod names;
mod report;
mod shrink;

pub use case::case;
pub use classify::{Class, cause, classify};
pub use coverage::{Coverage, Relation};
pub use emit::emit;
pub use features::Features;
pub use generate::{program, program_seed};
pub use hunt::{Options, Progress, hunt};
pub use report::{Difference, Example, Rejection, Report, Tally};
pub use shrink::shrink;
