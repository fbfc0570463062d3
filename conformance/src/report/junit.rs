//! The JUnit report for continuous integration: a suite per target.

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::difference::differences;
use crate::compare::{Cell, Comparison, Verdict};
use crate::suite::{Entry, Suite};

/// Returns the whole report as an XML document.
///
/// # Errors
///
/// Returns the writer's error when the document can't be made.
pub fn report(suite: &Suite, comparison: &Comparison) -> Result<String, quick_junit::SerializeError> {
    let mut report = Report::new("conformance");
    for column in &comparison.columns {
        let mut tests = TestSuite::new(&*column.target);
        for (entry, cell) in suite.cases.iter().zip(&column.cells) {
            let mut case = TestCase::new(&*entry.case.id, status(suite, entry, cell, column.must_conform));
            case.set_classname(&*suite.source(entry).path);
            tests.add_test_case(case);
        }
        report.add_test_suite(tests);
    }
    if suite.own {
        report.add_test_suite(expectations(suite));
    }
    for missing in &comparison.missing {
        let mut tests = TestSuite::new(&*missing.target);
        for entry in &suite.cases {
            let mut status = TestCaseStatus::skipped();
            status.set_message(format!("not run: {}", missing.why));
            let mut case = TestCase::new(&*entry.case.id, status);
            case.set_classname(&*suite.source(entry).path);
            tests.add_test_case(case);
        }
        report.add_test_suite(tests);
    }
    report.to_string()
}

/// Returns a suite with a test for each case: that the model gives the outcome that the case states for the draft.
fn expectations(suite: &Suite) -> TestSuite {
    let mut tests = TestSuite::new("the model gives what the cases state");
    for entry in &suite.cases {
        let status = match &entry.disputed {
            None => TestCaseStatus::success(),
            Some(stated) => {
                let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
                status.set_message(format!("you expect {stated}; the model gives {}", entry.base));
                status
            }
        };
        let mut case = TestCase::new(&*entry.case.id, status);
        case.set_classname(&*suite.source(entry).path);
        tests.add_test_case(case);
    }
    tests
}

fn status(suite: &Suite, entry: &Entry, cell: &Cell, must_conform: bool) -> TestCaseStatus {
    let reason = cell.reason.clone().unwrap_or_default();
    match cell.verdict {
        Verdict::Conforms => TestCaseStatus::success(),
        Verdict::NotSupported => {
            let mut status = TestCaseStatus::skipped();
            status.set_message(reason);
            status
        }
        Verdict::KnownDeviation | Verdict::Unstable if !must_conform => TestCaseStatus::success(),
        Verdict::Error => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
            status.set_type(cell.verdict.word()).set_message(reason);
            status
        }
        Verdict::KnownDeviation | Verdict::Unstable | Verdict::Unexplained => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            let lines: Vec<_> = differences(entry, suite.source(entry), cell).iter().map(ToString::to_string).collect();
            status.set_type(cell.verdict.word()).set_message(lines.join("\n"));
            status
        }
    }
}
