//! Host tests in the form of web platform tests: a file `ID.any.js` per case, with a subtest per observation.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::clauses::Clauses;
use crate::program::ast::{Case, Stmt};
use crate::program::needs::needs;
use crate::program::profile::Api;
use crate::program::table::{Capability, Field, Op};
use crate::suite::{Entry, Suite};
use crate::targets::js;

/// The script that the files include: it runs a program and registers its subtests.
pub const RESOURCE: &str = concat!(include_str!("litmus.js"), "\n", include_str!("../targets/js/web.js"));
/// The path of that script below the folder of the tests.
pub const RESOURCE_PATH: &str = "resources/litmus.js";

/// The globals in which the tests run.
const GLOBALS: &str = "window,dedicatedworker,sharedworker";

/// The names that a program can take from the script.
const NAMES: [&str; 13] = [
    "EventEmitter",
    "abortSignal",
    "channel",
    "deferred",
    "eventTarget",
    "interval",
    "iterator",
    "listen",
    "microtask",
    "onUnhandled",
    "sleep",
    "strand",
    "timer",
];

/// A test file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its path below the folder of the tests.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// Returns the files for the cases that concern the host: timers, microtasks, events, messages, streams and unhandled
/// rejections. Cases that need more than the draft's API and the web platform are left out.
///
/// # Examples
///
/// ```
/// use conformance::{suite::Suite, wpt};
///
/// let files = wpt::files(&Suite::embedded());
/// assert!(files.iter().all(|file| file.path.ends_with(".any.js")));
/// assert!(files.iter().any(|file| file.text.contains("// META: global=window")));
/// ```
pub fn files(suite: &Suite) -> Vec<File> {
    suite.cases.iter().filter(|entry| is_host_test(&entry.case)).map(|entry| file(suite, entry)).collect()
}

/// Whether a case concerns the host and can be expressed on the web platform.
fn is_host_test(case: &Case) -> bool {
    let web = [
        Capability::Broadcast,
        Capability::EventTarget,
        Capability::Message,
        Capability::Options,
        Capability::Rejection,
        Capability::WebStream,
    ];
    let expressible = needs(case).iter().all(|need| web.contains(need)) && case.experiments.is_empty();
    expressible
        && !case.expects.is_empty()
        && any(&case.program, &|stmt| {
            use Op::{AbortSignal, Channel, Emitter, EventTarget, Interval, Microtask, Timer, Unhandled};
            match stmt.op {
                Timer | Interval | Microtask | Emitter | EventTarget | AbortSignal | Channel | Unhandled => true,
                Op::Await => stmt.get(Field::Target).is_some_and(|x| &**x == "timer"),
                _ => false,
            }
        })
}

fn any(block: &[Stmt], found: &impl Fn(&Stmt) -> bool) -> bool {
    block.iter().any(|stmt| found(stmt) || stmt.blocks().any(|block| any(block, found)))
}

fn file(suite: &Suite, entry: &Entry) -> File {
    let case = &entry.case;
    let source = &suite.source(entry).path;
    let folder = source.strip_suffix(".kdl").unwrap_or(source).rsplit('/').next().unwrap_or_default();
    File { path: format!("{folder}/{}.any.js", case.id), text: text(entry) }
}

fn text(entry: &Entry) -> String {
    let case = &entry.case;
    let program = js::javascript(case, Api::Ac);
    let words: BTreeSet<&str> = program.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
    let names: Vec<&str> = NAMES.into_iter().filter(|name| words.contains(name)).collect();
    let mut out = format!(
        "// META: title={}\n// META: global={GLOBALS}\n// META: script=../{RESOURCE_PATH}\n//\n",
        line(&case.title)
    );
    for clause in &case.clauses {
        let url = Clauses::get(&clause.text).map_or_else(|| clause.text.to_string(), crate::clauses::Clause::url);
        let _ = writeln!(out, "// {url}");
    }
    for (url, what) in &case.contested {
        let _ = writeln!(out, "// Contested: {} {url}", line(what));
    }
    let _ = writeln!(out, "// Exported from the litmus program `{}`.\n", case.id);
    let strands: Vec<String> = entry
        .base
        .strands
        .iter()
        .map(|(strand, seen)| {
            let values: Vec<String> = seen.iter().map(|observation| literal(&observation.value)).collect();
            format!("{}: [{}]", literal(strand), values.join(", "))
        })
        .collect();
    let _ = writeln!(out, "const expected = {{ {} }};\n", strands.join(", "));
    let _ = writeln!(out, "litmus({}, expected, async ({{ {} }}) => {{", literal(&case.title), names.join(", "));
    for line in program.lines() {
        let _ = writeln!(out, "{}", if line.is_empty() { String::new() } else { format!("  {line}") });
    }
    out + "});\n"
}

/// Returns a text on one line, for a comment.
fn line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn literal(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
