//! The JUnit report for continuous integration: a suite per folder.

use std::collections::BTreeMap;
use std::time::Duration;

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::table::folder;
use crate::test262::results::{Kind, Run};

/// Returns the whole report as an XML document.
///
/// # Errors
///
/// Returns the writer's error when the document can't be made.
pub fn report(runs: &[Run]) -> Result<String, quick_junit::SerializeError> {
    let mut suites: BTreeMap<&str, TestSuite> = BTreeMap::new();
    for run in runs {
        let folder = folder(&run.path);
        let mut case = TestCase::new(run.name().to_string(), status(run));
        case.set_classname(folder);
        case.set_time(Duration::from_millis(run.milliseconds));
        suites.entry(folder).or_insert_with(|| TestSuite::new(folder)).add_test_case(case);
    }
    let mut report = Report::new("test262");
    report.add_test_suites(suites.into_values());
    report.to_string()
}

fn status(run: &Run) -> TestCaseStatus {
    let kind = match run.outcome.kind {
        Kind::Pass => return TestCaseStatus::success(),
        Kind::Fail => NonSuccessKind::Failure,
        _ => NonSuccessKind::Error,
    };
    let mut status = TestCaseStatus::non_success(kind);
    status.set_type(run.outcome.kind.word()).set_message(run.outcome.reason.clone());
    status
}
