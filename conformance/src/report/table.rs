//! The full terminal report: the targets, the matrix with its legend, each deviation, and the totals.

use std::io::{self, Write};

use super::count::count;
use super::difference::{differences, disputes, shown};
use super::style::{self, FAINT, STRONG};
use crate::compare::{Cell, Column, Comparison, Verdict};
use crate::suite::Suite;

/// Prints the whole report.
pub fn print(out: &mut dyn Write, suite: &Suite, comparison: &Comparison) -> io::Result<()> {
    targets(out, comparison)?;
    legend(out, comparison)?;
    matrix(out, suite, comparison)?;
    for column in &comparison.columns {
        deviations(out, suite, column)?;
        not_supported(out, suite, column)?;
    }
    totals(out, suite, comparison)
}

/// Prints the targets with their column numbers, and those that are not available.
fn targets(out: &mut dyn Write, comparison: &Comparison) -> io::Result<()> {
    for (i, column) in comparison.columns.iter().enumerate() {
        writeln!(out, "{:>2}  {STRONG}{:<12}{STRONG:#} {}", i + 1, column.target, column.describe)?;
    }
    for missing in &comparison.missing {
        writeln!(out, "{:>2}  {STRONG}{:<12}{STRONG:#} not run: {}", "", missing.target, missing.why)?;
    }
    writeln!(out)
}

/// Returns the character of a verdict in the matrix.
fn mark(verdict: Verdict) -> char {
    match verdict {
        Verdict::Conforms => '.',
        Verdict::KnownDeviation => '~',
        Verdict::Unexplained => 'X',
        Verdict::NotSupported => '-',
        Verdict::Unstable => '?',
        Verdict::Error => 'E',
    }
}

/// Prints the marks that the matrix contains, with their meanings.
fn legend(out: &mut dyn Write, comparison: &Comparison) -> io::Result<()> {
    let occurs = |verdict: &Verdict| comparison.columns.iter().any(|column| column.count(*verdict) > 0);
    for verdict in Verdict::ALL.into_iter().filter(occurs) {
        let style = style::of(verdict);
        writeln!(out, " {style}{}  {:<15}{style:#}  {}", mark(verdict), verdict.word(), verdict.meaning())?;
    }
    writeln!(out)
}

/// Prints a row per case and a column per target, with the column numbers at the head of each file.
fn matrix(out: &mut dyn Write, suite: &Suite, comparison: &Comparison) -> io::Result<()> {
    let names = suite.cases.iter().map(|entry| entry.case.id.chars().count());
    let files = suite.sources.iter().map(|source| source.path.chars().count());
    let width = names.chain(files).max().unwrap_or(0);
    let mut file = None;
    for (i, entry) in suite.cases.iter().enumerate() {
        if file != Some(entry.source) {
            file = Some(entry.source);
            write!(out, "{STRONG}{:<width$}{STRONG:#}{FAINT}", suite.source(entry).path)?;
            (1..=comparison.columns.len()).try_for_each(|number| write!(out, " {number:>2}"))?;
            writeln!(out, "{FAINT:#}")?;
        }
        write!(out, "{:<width$}", entry.case.id)?;
        for column in &comparison.columns {
            let verdict = column.cells[i].verdict;
            let style = style::of(verdict);
            write!(out, "  {style}{}{style:#}", mark(verdict))?;
        }
        writeln!(out)?;
    }
    writeln!(out)
}

/// Prints the number of cases with each verdict, by target.
fn totals(out: &mut dyn Write, suite: &Suite, comparison: &Comparison) -> io::Result<()> {
    writeln!(out, "{STRONG}{}{STRONG:#}", count(suite.cases.len(), "case"))?;
    for column in &comparison.columns {
        write!(out, "{:<12}", column.target)?;
        let mut separator = " ";
        for verdict in Verdict::ALL {
            let count = column.count(verdict);
            if count > 0 {
                let style = style::of(verdict);
                write!(out, "{separator}{style}{} {count}{style:#}", verdict.word())?;
                separator = ", ";
            }
        }
        writeln!(out)?;
    }
    for missing in &comparison.missing {
        writeln!(out, "{:<12} not run {}", missing.target, suite.cases.len())?;
    }
    for dispute in disputes(suite) {
        writeln!(out, "{dispute}")?;
    }
    let from_model = suite.cases.iter().filter(|entry| !entry.stated && entry.disputed.is_none()).count();
    if from_model > 0 {
        writeln!(out, "{} without a stated outcome: compared with the model's", count(from_model, "case"))?;
    }
    Ok(())
}

/// Prints every outcome of a target that is not the one the draft requires.
fn deviations(out: &mut dyn Write, suite: &Suite, column: &Column) -> io::Result<()> {
    let deviates = |cell: &Cell| !matches!(cell.verdict, Verdict::Conforms | Verdict::NotSupported);
    if !column.cells.iter().any(deviates) {
        return Ok(());
    }
    writeln!(out, "{STRONG}{}: deviations from the draft{STRONG:#}", column.target)?;
    for (i, cell) in column.cells.iter().enumerate().filter(|(_, cell)| deviates(cell)) {
        deviation(out, suite, i, cell)?;
    }
    writeln!(out)
}

/// Prints the cases that a target does not support, grouped by the reason.
fn not_supported(out: &mut dyn Write, suite: &Suite, column: &Column) -> io::Result<()> {
    let mut reasons: Vec<(&str, Vec<&str>)> = Vec::new();
    for (cell, entry) in column.cells.iter().zip(&suite.cases) {
        if cell.verdict == Verdict::NotSupported {
            let reason = cell.reason.as_deref().unwrap_or_default();
            match reasons.iter_mut().find(|(known, _)| *known == reason) {
                Some((_, cases)) => cases.push(&entry.case.id),
                None => reasons.push((reason, vec![&entry.case.id])),
            }
        }
    }
    if reasons.is_empty() {
        return Ok(());
    }
    writeln!(out, "{STRONG}{}: not supported{STRONG:#}", column.target)?;
    for (reason, cases) in reasons {
        writeln!(out, "  {reason}: {}", cases.join(", "))?;
    }
    writeln!(out)
}

fn deviation(out: &mut dyn Write, suite: &Suite, i: usize, cell: &Cell) -> io::Result<()> {
    let entry = &suite.cases[i];
    let source = suite.source(entry);
    let style = style::of(cell.verdict);
    write!(out, "  {}: {style}{}{style:#}", entry.case.id, cell.verdict.word())?;
    if let Some(reason) = &cell.reason {
        write!(out, ": {reason}")?;
    }
    for (i, quirk) in cell.quirks.iter().flat_map(|quirks| quirks.iter()).enumerate() {
        write!(out, "{}{}", if i > 0 { "; " } else { ": " }, quirk.sentence())?;
    }
    writeln!(out)?;
    for difference in differences(entry, source, cell) {
        writeln!(out, "    {difference}")?;
        for line in difference.lines {
            let (draft, seen) = (shown(line.draft.as_deref()), shown(line.seen.as_deref()));
            writeln!(
                out,
                "      {}:{}  {}  draft requires {draft}, observed {seen}",
                source.path, line.number, line.text
            )?;
        }
    }
    if cell.verdict == Verdict::Unexplained
        && let Some(expected) = cell.expected.as_ref().filter(|expected| **expected != entry.base)
    {
        writeln!(out, "    the case lists for this target: {expected}")?;
    }
    Ok(())
}
