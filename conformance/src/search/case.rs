//! Generated programs as cases.

use super::features::Features;
use super::generate::program;
use crate::program::ast::{Block, Case, Stmt};
use crate::program::diagnostic::Diagnostic;
use crate::program::parse::parse;
use crate::program::{VERSION, print};

/// Returns the `n`-th program of a search as a case, `random-<seed>-<n>`.
///
/// # Errors
///
/// Returns a diagnostic if the program's text cannot be parsed, which is a defect of the generator or the printer.
pub fn case(seed: u64, n: u64, features: &Features) -> Result<Case, Diagnostic> {
    let text = text(&id(seed, n), &program(seed, n, features));
    let (file, mistakes) = parse(&text);
    match (mistakes.into_iter().next(), file.cases.into_iter().next()) {
        (None, Some(case)) => Ok(case),
        (Some(mistake), _) => Err(mistake),
        (None, None) => Err(Diagnostic::new(0..text.len(), "the text contains no case")),
    }
}

/// Returns the id of the `n`-th program of a search.
pub(super) fn id(seed: u64, n: u64) -> String {
    format!("random-{seed}-{n}")
}

/// Returns a program's text.
pub(super) fn text(id: &str, program: &[Stmt]) -> String {
    print::file([&Case::new(id.into(), VERSION, program.to_vec(), 0..0)])
}

/// Gives the statements and operands of a program numbers in the order of the text as their places. The rules depend on
/// that order only, and to print and parse a program would take longer than to run it.
pub(super) fn number(program: &mut Block) {
    number_from(program, &mut 0);
}

fn number_from(block: &mut Block, at: &mut usize) {
    for stmt in block {
        let start = *at;
        *at += 1;
        for (_, operand) in &mut stmt.operands {
            operand.span = *at..*at + 1;
            *at += 1;
        }
        for inner in [&mut stmt.body, &mut stmt.catch, &mut stmt.finally].into_iter().flatten() {
            number_from(inner, at);
        }
        *at += 1;
        stmt.span = start..*at;
    }
}
