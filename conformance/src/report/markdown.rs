//! The Markdown report, for a comment on a change: the verdict, the targets, the groups, and what deviates.

use std::io::{self, Write};

use super::cause::by_reason;
use super::count::count;
use super::difference::{differences, disputes};
use super::groups::{Tally, groups};
use crate::clauses::Clauses;
use crate::compare::{Cell, Column, Comparison};
use crate::suite::Suite;

/// The number of cases and of open results that are named.
const NAMED: usize = 50;

/// Prints the whole report.
pub fn print(out: &mut dyn Write, suite: &Suite, comparison: &Comparison) -> io::Result<()> {
    let passes = comparison.passes() && suite.is_agreed();
    writeln!(out, "## AsyncContext conformance: {}\n", if passes { "pass" } else { "fail" })?;
    let (cases, targets) = (count(suite.cases.len(), "case"), count(comparison.columns.len(), "target"));
    let (commit, date) = (Clauses::commit().get(..7).unwrap_or_default(), Clauses::date());
    writeln!(out, "{cases} on {targets}, by the draft of {date} (`{commit}`).\n")?;
    let disputes = disputes(suite);
    if !disputes.is_empty() {
        writeln!(out, "Expectations that the model of the draft does not share:\n")?;
        disputes.iter().try_for_each(|line| writeln!(out, "- {}", text(line)))?;
        writeln!(out)?;
    }
    summary(out, comparison)?;
    table(out, suite, comparison)?;
    causes(out, suite, comparison)?;
    open(out, suite, comparison)
}

fn summary(out: &mut dyn Write, comparison: &Comparison) -> io::Result<()> {
    writeln!(
        out,
        "| target | what it is | conforms | known deviation | open | not supported |\n|---|---|--:|--:|--:|--:|"
    )?;
    for column in &comparison.columns {
        let Tally { conforms, known, open, unsupported } = Tally::of(column, 0..column.cells.len());
        let open = if open > 0 { format!("**{open}**") } else { "0".to_owned() };
        let (name, what) = (text(&column.target), text(&column.describe));
        writeln!(out, "| {name} | {what} | {conforms} | {known} | {open} | {unsupported} |")?;
    }
    for missing in &comparison.missing {
        writeln!(out, "| {} | not run: {} | | | | |", text(&missing.target), text(&missing.why))?;
    }
    writeln!(
        out,
        "\nA known deviation has a known reason. An open result has none, or is a crash or a hang. \
         A case is not supported if the target lacks a feature that it needs.\n"
    )
}

fn table(out: &mut dyn Write, suite: &Suite, comparison: &Comparison) -> io::Result<()> {
    let columns: Vec<&Column> = comparison.columns.iter().filter(|column| !column.conforms()).collect();
    if columns.is_empty() {
        return Ok(());
    }
    writeln!(out, "Deviations by group (✓ conforms, – not supported, ! open):\n")?;
    write!(out, "| group | cases |")?;
    columns.iter().try_for_each(|column| write!(out, " {} |", text(&column.target)))?;
    writeln!(out, "\n|---|--:|{}", "--:|".repeat(columns.len()))?;
    for group in groups(suite) {
        let tallies: Vec<Tally> = columns.iter().map(|column| Tally::of(column, group.cases.iter().copied())).collect();
        if tallies.iter().all(|tally| tally.conforms()) {
            continue;
        }
        write!(out, "| {} | {} |", text(&group.name), group.cases.len())?;
        for tally in tallies {
            match tally {
                tally if tally.is_unsupported() => write!(out, " – |")?,
                tally if tally.open > 0 => write!(out, " **!{}** |", tally.open)?,
                tally if tally.known > 0 => write!(out, " {} |", tally.known)?,
                _ => write!(out, " ✓ |")?,
            }
        }
        writeln!(out)?;
    }
    writeln!(out)
}

fn causes(out: &mut dyn Write, suite: &Suite, comparison: &Comparison) -> io::Result<()> {
    let causes = by_reason(comparison);
    if causes.is_empty() {
        return Ok(());
    }
    writeln!(out, "| what deviates from the draft | cases | targets |\n|---|---|---|")?;
    for (why, deviations) in causes {
        let cases = deviations.cases.iter().take(NAMED).filter_map(|i| suite.cases.get(*i));
        let mut cases: Vec<_> = cases.map(|entry| format!("`{}`", entry.case.id)).collect();
        if deviations.cases.len() > NAMED {
            cases.push(format!("{} more", deviations.cases.len() - NAMED));
        }
        let targets = deviations.targets.iter().filter_map(|i| comparison.columns.get(*i));
        let targets: Vec<_> = targets.map(|column| text(&column.target)).collect();
        let number = deviations.cases.len();
        let cases = cases.join(", ");
        let cell = format!("<details><summary>{number}</summary>{cases}</details>");
        writeln!(out, "| {} | {cell} | {} |", text(why), targets.join(", "))?;
    }
    writeln!(out)
}

fn open(out: &mut dyn Write, suite: &Suite, comparison: &Comparison) -> io::Result<()> {
    let mut lines = Vec::new();
    for (i, entry) in suite.cases.iter().enumerate() {
        for column in &comparison.columns {
            let Some(cell) = column.cells.get(i).filter(|cell| cell.verdict.is_open()) else { continue };
            let source = suite.source(entry);
            let what: Vec<String> = differences(entry, source, cell).iter().map(ToString::to_string).collect();
            let what = if what.is_empty() { reason(cell) } else { what.join("; ") };
            let (id, target, verdict) = (&entry.case.id, text(&column.target), cell.verdict.word());
            lines.push(format!("- `{id}` on {target}, {verdict}: {}", text(&what)));
        }
    }
    if lines.is_empty() {
        return Ok(());
    }
    writeln!(out, "Open results:\n")?;
    lines.iter().take(NAMED).try_for_each(|line| writeln!(out, "{line}"))?;
    if lines.len() > NAMED {
        writeln!(out, "- {} more", lines.len() - NAMED)?;
    }
    Ok(())
}

fn reason(cell: &Cell) -> String {
    cell.reason.clone().unwrap_or_default()
}

/// Returns a text without the characters that have a meaning in a cell of a table.
fn text(text: &str) -> String {
    let escape = |c: char| match c {
        '|' | '`' | '*' | '_' | '<' | '[' => format!("\\{c}"),
        '\n' | '\r' => " ".to_owned(),
        c => c.to_string(),
    };
    text.chars().map(escape).collect()
}
