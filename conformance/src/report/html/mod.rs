//! The report as a page: one file without references to others, which works from disk and offline.
//!
//! `page.html` has the frame, `page.css` the style. The scripts build the views from the embedded data: `page.js` holds
//! what all views use and the addresses, `matrix.js`, `case.js` and `targets.js` one view each.

mod data;

use std::time::SystemTime;

use crate::compare::Comparison;
use crate::suite::Suite;

const PAGE: &str = include_str!("page.html");
const STYLE: &str = include_str!("page.css");
const SCRIPTS: [&str; 5] = [
    include_str!("elements.js"),
    include_str!("matrix.js"),
    include_str!("case.js"),
    include_str!("targets.js"),
    include_str!("page.js"),
];

/// Returns the page. `started` is when the run began. With the address of a `playground`, each case of the embedded suite
/// has a link that opens it there.
pub fn page(suite: &Suite, comparison: &Comparison, started: SystemTime, playground: Option<&str>) -> String {
    // The text of a script element ends at the first `</script`, also inside a string.
    let data = data::data(suite, comparison, started, playground).to_string().replace('<', "\\u003c");
    let scripts = SCRIPTS.concat();
    let parts = [("/* style */", STYLE), ("/* data */", &data), ("/* scripts */", &scripts)];
    let mut page = String::with_capacity(PAGE.len() + data.len() + (64 << 10));
    let mut rest = PAGE;
    for (mark, part) in parts {
        let (before, after) = rest.split_once(mark).unwrap_or((rest, ""));
        page.extend([before, part]);
        rest = after;
    }
    page + rest
}
