//! Tests that run in this process, one after another, for a build without child processes.

use std::fs;
use std::path::Path;

use super::execute::execute;
use super::flavor::Engine;
use super::frontmatter::Frontmatter;
use super::judge::judge;
use super::order::{Mode, Order};
use super::results::{Kind, Outcome};
use super::suite::{Error, Suite};
use crate::program::reading::Reading;

/// Runs the tests below `root` that match the filter and hold under the pinned draft, and calls `done` with each test's
/// path, mode and outcome.
///
/// There are no limits on time and memory: a test that does not end or crashes ends the run.
///
/// # Errors
///
/// Returns an error if the tests cannot be found.
pub fn run_here(root: &Path, filter: &str, done: &mut dyn FnMut(&str, &str, &Outcome)) -> Result<(), Error> {
    let suite = Suite::within(root.to_owned(), None); // WASI has no absolute paths
    let filters: Vec<String> = (!filter.is_empty()).then(|| filter.to_owned()).into_iter().collect();
    for test in suite.select(&filters)? {
        let text = fs::read_to_string(&test.path).map_err(|error| error.to_string());
        let read = text.and_then(|text| Frontmatter::read(&text).map_err(|error| error.to_string()));
        let read = match read {
            Ok(read) => read,
            Err(reason) => {
                done(&test.name, "", &Outcome::new(Kind::Error, reason));
                continue;
            }
        };
        if !read.holds_under(Reading::Draft) {
            continue;
        }
        for mode in Mode::of(&read) {
            let order = Order::new(0, test.path.clone(), mode, &read);
            let observed = execute(&order, &suite, Engine::AsyncContext, Reading::Draft);
            done(&test.name, mode.word(), &judge(&read, &observed));
        }
    }
    Ok(())
}
