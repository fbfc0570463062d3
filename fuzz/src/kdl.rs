//! Arbitrary text as a file of litmus programs: the parser, the checker and the printer must not
//! panic, and printing must preserve the meaning.

use conformance::program::{parse::parse, print};

use crate::cases;

/// Reads `bytes` as a litmus file, checks and prints it, and reads it again.
pub fn check(bytes: &[u8]) {
    let source = String::from_utf8_lossy(bytes);
    let (file, diagnostics) = parse(&source);
    cases::diagnostics_point_into(&source, &diagnostics);
    for case in &file.cases {
        cases::holds(&source, case);
    }
    let written = print::file(&file.cases);
    let (again, diagnostics) = parse(&written);
    assert_eq!(diagnostics, [], "{written}");
    let placeless = |cases: &[_]| cases.iter().map(conformance::program::ast::Case::without_places).collect::<Vec<_>>();
    assert_eq!(placeless(&again.cases), placeless(&file.cases), "{written}");
    assert_eq!(print::file(&again.cases), written);
}
