//! The implementations that a build for WebAssembly contains, in place of `mod.rs`.

mod answer;
pub mod boa;
pub mod js;
pub mod model;
mod target;

pub use self::target::{Missing, Run, Target, attempt};
