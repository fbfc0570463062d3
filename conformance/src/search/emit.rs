//! The programs of a search, for implementations that run elsewhere.

use super::hunt::{self, BATCH, Options};
use super::report::Report;
use crate::program::ast::{Case, Expect};

/// Gives each valid program of a search to `each`, as a case that states the model's outcome. Runs it nowhere else.
///
/// # Errors
///
/// Returns the first error of `each`.
///
/// # Examples
///
/// ```
/// use conformance::search::{Options, emit};
///
/// let mut ids = Vec::new();
/// let report = emit(&Options { count: 2, ..Options::default() }, &mut |case| {
///     ids.push(case.id.to_string());
///     Ok::<(), std::io::Error>(())
/// })?;
/// assert_eq!(ids, ["random-1-0", "random-1-1"]);
/// assert_eq!(report.generated, 2);
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn emit<E>(options: &Options, each: &mut dyn FnMut(&Case) -> Result<(), E>) -> Result<Report, E> {
    let mut report = Report::default();
    for start in (0..options.count).step_by(BATCH as usize) {
        let end = options.count.min(start + BATCH);
        for test in hunt::tests(options, start..end, &mut report) {
            let mut case = test.case;
            case.expects.push(Expect::of(&test.expected));
            each(&case)?;
        }
    }
    Ok(report)
}
