//! Tests of the model: small programs in the text form, and the observations of their strands.

mod async_generator;
mod frame;
mod function;
mod generator;
mod mapping;
mod promise;

use super::{Fault, Quirk, Quirks, Schedule, decide, run};
use crate::program::ast::Block;
use crate::program::parse::parse;

/// Returns the program of this text.
fn program(text: &str) -> Block {
    let source = format!("litmus 1\ncase c {{\nprogram {{\n{text}\n}}\n}}");
    let (file, diagnostics) = parse(&source);
    assert!(diagnostics.is_empty(), "{diagnostics:?} in {text}");
    file.cases.into_iter().next().expect("there is one case").program
}

/// Asserts the outcome of a program under 50 schedules.
#[track_caller]
fn sees(text: &str, expected: &str) {
    match decide(&program(text), 50) {
        Ok(outcome) => assert_eq!(outcome.to_string(), expected, "{text}"),
        Err(fault) => panic!("{fault} in {text}"),
    }
}

/// Asserts the outcome of a program under quirks.
#[track_caller]
fn sees_with<const N: usize>(quirks: [Quirk; N], text: &str, expected: &str) {
    let outcome = run(&program(text), Schedule::Fifo, &Quirks::from(quirks));
    assert_eq!(outcome.map(|outcome| outcome.to_string()), Ok(expected.to_owned()), "{text}");
}

/// Returns the fault of a program that has no outcome, and the text of the statement that it names.
#[track_caller]
fn fails(text: &str) -> (Fault, String) {
    let source = format!("litmus 1\ncase c {{\nprogram {{\n{text}\n}}\n}}");
    let fault = decide(&program(text), 50).expect_err(text);
    let place = source[fault.span.clone()].to_owned();
    (fault, place)
}
