//! The report for people: the matrix, what it says, and each difference beneath it.

use std::io::{self, Write};

use super::difference::{differences, observations, value};
use super::style::{self, FAINT, STRONG};
use crate::compare::{Cell, Column, Comparison, Verdict};
use crate::suite::Suite;

/// Prints the whole report.
pub fn print(out: &mut dyn Write, suite: &Suite, comparison: &Comparison) -> io::Result<()> {
    targets(out, comparison)?;
    matrix(out, suite, comparison)?;
    totals(out, suite, comparison)?;
    for column in &comparison.columns {
        column_differences(out, suite, column)?;
    }
    Ok(())
}

/// Who takes part, and who does not.
fn targets(out: &mut dyn Write, comparison: &Comparison) -> io::Result<()> {
    for column in &comparison.columns {
        writeln!(out, "{STRONG}{:<12}{STRONG:#} {}", column.target, column.describe)?;
    }
    for missing in &comparison.missing {
        writeln!(out, "{STRONG}{:<12}{STRONG:#} not run: {}", missing.target, missing.why)?;
    }
    writeln!(out)
}

fn matrix(out: &mut dyn Write, suite: &Suite, comparison: &Comparison) -> io::Result<()> {
    let width = suite.cases.iter().map(|entry| entry.case.id.chars().count()).max().unwrap_or(0).max(4);
    write!(out, "{STRONG}case{STRONG:#}")?;
    let mut gap = width - "case".len();
    for column in &comparison.columns {
        write!(out, "{:gap$}  {STRONG}{}{STRONG:#}", "", column.target)?;
        gap = column_width(column) - column.target.len();
    }
    writeln!(out)?;
    let mut file = None;
    for (i, entry) in suite.cases.iter().enumerate() {
        if file != Some(entry.source) {
            file = Some(entry.source);
            writeln!(out, "{FAINT}{}{FAINT:#}", suite.source(entry).path)?;
        }
        write!(out, "{}", entry.case.id)?;
        let mut gap = width - entry.case.id.chars().count();
        for column in &comparison.columns {
            let verdict = column.cells[i].verdict;
            let (style, word) = (style::of(verdict), shown(verdict));
            write!(out, "{:gap$}  {style}{word}{style:#}", "")?;
            gap = column_width(column) - word.len();
        }
        writeln!(out)?;
    }
    writeln!(out)
}

fn column_width(column: &Column) -> usize {
    column.target.len().max("unsupported".len())
}

/// An open finding is to be seen in the matrix without colour too.
fn shown(verdict: Verdict) -> String {
    if verdict.is_open() { verdict.word().to_uppercase() } else { verdict.word().to_owned() }
}

fn totals(out: &mut dyn Write, suite: &Suite, comparison: &Comparison) -> io::Result<()> {
    writeln!(out, "{STRONG}{} cases{STRONG:#}", suite.cases.len())?;
    for column in &comparison.columns {
        write!(out, "{:<12}", column.target)?;
        let mut comma = " ";
        for verdict in Verdict::ALL {
            let count = column.count(verdict);
            if count > 0 {
                write!(out, "{comma}{count} {}", verdict.word())?;
                comma = ", ";
            }
        }
        writeln!(out)?;
    }
    for missing in &comparison.missing {
        writeln!(out, "{:<12} {} not run", missing.target, suite.cases.len())?;
    }
    let unstated = suite.cases.iter().filter(|entry| !entry.stated).count();
    if unstated > 0 {
        writeln!(out, "{unstated} of the cases state no outcome: the model's is taken for the draft's")?;
    }
    writeln!(out)
}

/// Every result of a column that is not the draft's outcome.
fn column_differences(out: &mut dyn Write, suite: &Suite, column: &Column) -> io::Result<()> {
    let wanted = |cell: &Cell| !matches!(cell.verdict, Verdict::Draft | Verdict::Unsupported);
    if column.cells.iter().any(wanted) {
        writeln!(out, "{STRONG}{}: differences from the draft{STRONG:#}", column.target)?;
        for (i, cell) in column.cells.iter().enumerate().filter(|(_, cell)| wanted(cell)) {
            difference(out, suite, i, cell)?;
        }
        writeln!(out)?;
    }
    let mut reasons: Vec<(&str, Vec<&str>)> = Vec::new();
    for (cell, entry) in column.cells.iter().zip(&suite.cases) {
        if cell.verdict == Verdict::Unsupported {
            let reason = cell.reason.as_deref().unwrap_or_default();
            match reasons.iter_mut().find(|(known, _)| *known == reason) {
                Some((_, cases)) => cases.push(&entry.case.id),
                None => reasons.push((reason, vec![&entry.case.id])),
            }
        }
    }
    if !reasons.is_empty() {
        writeln!(out, "{STRONG}{}: unsupported{STRONG:#}", column.target)?;
        for (reason, cases) in reasons {
            writeln!(out, "  {reason}: {}", cases.join(", "))?;
        }
        writeln!(out)?;
    }
    Ok(())
}

fn difference(out: &mut dyn Write, suite: &Suite, i: usize, cell: &Cell) -> io::Result<()> {
    let entry = &suite.cases[i];
    let source = suite.source(entry);
    let style = style::of(cell.verdict);
    write!(out, "  {} {style}{}{style:#}", entry.case.id, cell.verdict.word())?;
    if let Some(reason) = &cell.reason {
        write!(out, ": {reason}")?;
    }
    writeln!(out)?;
    for difference in differences(entry, source, cell) {
        let (draft, seen) = (observations(&difference.draft), observations(&difference.seen));
        writeln!(out, "    {}: draft {draft}; seen {seen}", difference.strand)?;
        for line in difference.lines {
            let (draft, seen) = (of(line.draft.as_deref()), of(line.seen.as_deref()));
            writeln!(out, "      {}:{}  {}  draft {draft}, seen {seen}", source.path, line.number, line.text)?;
        }
    }
    if cell.verdict == Verdict::Unstated
        && let Some(expected) = cell.expected.as_ref().filter(|expected| **expected != entry.base)
    {
        writeln!(out, "    stated for this profile: {expected}")?;
    }
    Ok(())
}

fn of(observed: Option<&str>) -> String {
    observed.map_or_else(|| "nothing".to_owned(), value)
}
