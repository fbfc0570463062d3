//! Generated programs as cases.

use super::features::Features;
use super::generate::program;
use crate::program::ast::{Block, Case};
use crate::program::diagnostic::Diagnostic;
use crate::program::parse::parse;
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
pub(super) fn placed(id: &str, program: Block) -> (String, Result<Case, Diagnostic>) {
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
