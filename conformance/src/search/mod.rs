//! Random programs, and what comes of them on several targets.
//!
//! [`hunt`] generates programs, lets the model decide each, runs them on targets, classifies what
//! differs by the model's quirks, and shrinks it.

mod features;
mod generate;
mod shrink;

pub use features::Features;
pub use generate::{program, program_seed};
pub use shrink::shrink;

use crate::program::table::Kind;

/// The letter for the names of a kind.
fn prefix(kind: Kind) -> &'static str {
    match kind {
        Kind::Variable => "v",
        Kind::Snapshot => "s",
        Kind::Function => "f",
        Kind::Wrapped => "w",
        Kind::Deferred => "d",
        Kind::Task => "t",
        Kind::Reaction => "q",
        Kind::Request => "p",
        Kind::Microtask | Kind::Timer => "m",
        Kind::Thenable => "h",
        Kind::Generator => "g",
        Kind::AsyncGenerator => "ag",
        Kind::Emitter => "e",
        Kind::Guard => "u",
        Kind::Module => "o",
        Kind::Thread => "n",
        Kind::Finalizer => "z",
        Kind::Unhandled => "l",
        Kind::Resource => "r",
    }
}
