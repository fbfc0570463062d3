//! Random programs, and what comes of them on several targets.

mod features;
mod generate;

pub use features::Features;
pub use generate::{program, program_seed};
