//! The terminal report: a line for each folder, and every run that did not pass, with the reason.

use std::collections::BTreeMap;
use std::io::{self, Write};

use anstyle::{AnsiColor, Style};

use crate::report::style::{FAINT, STRONG};
use crate::test262::compare::{Change, Comparison};
use crate::test262::results::{Counts, Kind, Outcome, Run};

const GOOD: Style = AnsiColor::Green.on_default();
const BAD: Style = AnsiColor::Red.on_default();

/// The depth of the folders that have a line.
const DEPTH: usize = 2;

/// Prints runs, and the changes since an earlier run.
pub fn print(out: &mut dyn Write, runs: &[Run], comparison: Option<&Comparison>) -> io::Result<()> {
    let mut folders: BTreeMap<&str, Counts> = BTreeMap::new();
    for run in runs {
        folders.entry(folder(&run.path)).or_default().add(run);
    }
    let width = folders.keys().map(|folder| folder.chars().count()).max().unwrap_or(0).max("all".len());
    for (folder, counts) in &folders {
        line(out, folder, width, counts)?;
    }
    let all = Counts::of(runs);
    if folders.len() > 1 {
        line(out, "all", width, &all)?;
    }
    for run in runs.iter().filter(|run| !run.passed()) {
        let kind = run.outcome.kind.word();
        writeln!(out, "\n{BAD}{kind}{BAD:#}  {STRONG}{}{STRONG:#}", run.name())?;
        for line in run.outcome.reason.lines() {
            writeln!(out, "  {line}")?;
        }
        if !run.features.is_empty() {
            writeln!(out, "  {FAINT}features: {}{FAINT:#}", run.features.join(", "))?;
        }
    }
    comparison.map_or(Ok(()), |comparison| compare(out, comparison))
}

/// Prints the changes since an earlier run.
fn compare(out: &mut dyn Write, comparison: &Comparison) -> io::Result<()> {
    let Comparison { better, worse, appeared, vanished } = comparison;
    writeln!(out, "\n{STRONG}since the earlier run{STRONG:#}")?;
    for (what, style, changes) in
        [("worse", BAD, worse), ("better", GOOD, better), ("appeared", FAINT, appeared), ("vanished", FAINT, vanished)]
    {
        writeln!(out, "{:>6} {what}", changes.len())?;
        for change in changes {
            writeln!(out, "       {style}{}{style:#}  {}", change.name(), became(change))?;
        }
    }
    Ok(())
}

fn became(change: &Change) -> String {
    let word = |outcome: &Option<_>| outcome.as_ref().map(|outcome: &Outcome| outcome.kind.word());
    match (word(&change.then), word(&change.now)) {
        (Some(then), Some(now)) => format!("{then}, now {now}"),
        (Some(word), None) | (None, Some(word)) => word.to_owned(),
        (None, None) => String::new(),
    }
}

/// Returns the folder of a path, down to the depth.
pub(super) fn folder(path: &str) -> &str {
    let Some((folder, _)) = path.rsplit_once('/') else { return "." };
    match folder.match_indices('/').nth(DEPTH - 1) {
        Some((end, _)) => folder.get(..end).unwrap_or(folder),
        None => folder,
    }
}

fn line(out: &mut dyn Write, name: &str, width: usize, counts: &Counts) -> io::Result<()> {
    let (passed, total) = (counts.get(Kind::Pass), counts.total());
    let style = if passed == total { GOOD } else { BAD };
    write!(out, "{name:<width$}  {style}{passed:>6} of {total:>6} passed{style:#}")?;
    for kind in Kind::ALL.into_iter().filter(|kind| *kind != Kind::Pass && counts.get(*kind) > 0) {
        write!(out, "  {} {}", counts.get(kind), kind.word())?;
    }
    writeln!(out)
}
