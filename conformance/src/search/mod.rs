//! Random programs on several targets.
//!
//! [`hunt()`] generates programs, runs each on the model and on the targets, classifies deviations by
//! the model's quirks, and shrinks the programs that deviate.

mod classify;
mod features;
mod generate;
mod hunt;
mod report;
mod shrink;

pub use classify::{Class, classify};
pub use features::Features;
pub use generate::{program, program_seed};
pub use hunt::{Options, Progress, hunt};
pub use report::{Difference, Example, Rejection, Report, Tally};
pub use shrink::shrink;

use crate::program::ast::{Block, Case};
use crate::program::diagnostic::Diagnostic;
use crate::program::parse::parse;
use crate::program::table::Kind;
use crate::program::{VERSION, print};

/// Returns the `n`-th program of a search as a case, `random-<seed>-<n>`.
///
/// # Errors
///
/// Returns a diagnostic if the program's text cannot be parsed, which is a defect of the generator or the printer.
pub fn case(seed: u64, n: u64, features: &Features) -> Result<Case, Diagnostic> {
    placed(&format!("random-{seed}-{n}"), program(seed, n, features)).1
}

/// Returns a program's text, and the case that is parsed from it, whose spans are places in that text.
fn placed(id: &str, program: Block) -> (String, Result<Case, Diagnostic>) {
    let case = Case::new(id.into(), VERSION, program, 0..0);
    let text = print::file([&case]);
    let (file, mistakes) = parse(&text);
    let read = match (mistakes.into_iter().next(), file.cases.into_iter().next()) {
        (None, Some(case)) => Ok(case),
        (Some(mistake), _) => Err(mistake),
        (None, None) => Err(Diagnostic::new(0..text.len(), "the text contains no case")),
    };
    (text, read)
}

/// Returns the letter with which names of a kind start.
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
        Kind::Microtask | Kind::Timer | Kind::Interval => "m",
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
