//! One case in full: the rule, the clauses, the program, its JavaScript, and what each strand observed.

use std::io::{self, Write};

use super::difference::{disputes, observations};
use super::style::{self, FAINT, STRONG};
use crate::clauses::Clauses;
use crate::compare::{Column, Comparison, Verdict};
use crate::program::ast::Word;
use crate::program::expected::Expected;
use crate::program::needs::needs;
use crate::program::outcome::Outcome;
use crate::program::print;
use crate::program::profile::Api;
use crate::suite::{Entry, Suite};
use crate::targets::js;

/// Prints the only case of a suite and its results.
pub fn print(out: &mut dyn Write, suite: &Suite, entry: &Entry, comparison: &Comparison) -> io::Result<()> {
    let case = &entry.case;
    writeln!(out, "{STRONG}{}{STRONG:#}  {FAINT}{}{FAINT:#}", case.id, suite.source(entry).path)?;
    writeln!(out, "{}", case.title)?;
    for note in &case.notes {
        writeln!(out, "{note}")?;
    }
    clauses(out, entry)?;
    for (url, what) in &case.contested {
        writeln!(out, "\n{STRONG}contested{STRONG:#} {what}\n  {url}")?;
    }
    let needs: Vec<_> = needs(case).into_iter().map(|need| need.word()).collect();
    if !needs.is_empty() {
        writeln!(out, "\n{STRONG}needs{STRONG:#} {}", needs.join(", "))?;
    }
    section(out, "program", &print::block(&case.program))?;
    section(out, "JavaScript, AsyncContext", &js::javascript(case, Api::Ac))?;
    section(out, "JavaScript, AsyncLocalStorage", &js::javascript(case, Api::Als))?;
    strands(out, suite, entry, comparison)
}

/// Prints the address at which a playground opens a case of the suite.
pub fn link(out: &mut dyn Write, playground: &str, entry: &Entry) -> io::Result<()> {
    section(out, "playground", &format!("{playground}#case={}", entry.case.id))
}

fn clauses(out: &mut dyn Write, entry: &Entry) -> io::Result<()> {
    for cited in &entry.case.clauses {
        writeln!(out)?;
        match Clauses::get(&cited.text) {
            Some(clause) => {
                writeln!(out, "{STRONG}{}{STRONG:#} {}", clause.anchor, clause.title)?;
                writeln!(out, "  {}\n  {FAINT}{}{FAINT:#}", clause.words, clause.url())?;
            }
            None => writeln!(out, "{STRONG}{}{STRONG:#}", cited.text)?,
        }
    }
    Ok(())
}

fn section(out: &mut dyn Write, heading: &str, text: &str) -> io::Result<()> {
    writeln!(out, "\n{STRONG}{heading}{STRONG:#}")?;
    for line in text.lines() {
        writeln!(out, "{}", if line.is_empty() { String::new() } else { format!("  {line}") })?;
    }
    Ok(())
}

/// Prints a table per strand: what the draft requires, and what each target observed.
fn strands(out: &mut dyn Write, suite: &Suite, entry: &Entry, comparison: &Comparison) -> io::Result<()> {
    let mut strands: Vec<Word> = entry.base.strands.keys().cloned().collect();
    for cell in comparison.columns.iter().filter_map(|column| column.cells.first()) {
        strands.extend(cell.seen.iter().flat_map(|seen| seen.strands.keys().cloned()));
    }
    strands.sort();
    strands.dedup();
    let base = if entry.stated { "draft (the case)" } else { "draft (the model)" };
    let width = comparison.columns.iter().map(|column| column.target.len()).max().unwrap_or(0).max(base.len());
    for strand in &strands {
        writeln!(out, "\n{STRONG}strand {strand}{STRONG:#}")?;
        writeln!(out, "  {base:<width$}  {}", observations(entry.base.strand(strand)))?;
        if let Some(stated) = &entry.disputed {
            writeln!(out, "  {:<width$}  {}", "you expect", observations(stated.strand(strand)))?;
        }
        for column in &comparison.columns {
            let Some(seen) = column.cells.first().and_then(|cell| cell.seen.as_ref()) else { continue };
            let verdict = strand_verdict(entry, column, seen, strand);
            // The verdict on the case is also the one on the strands that differ, if known quirks explain them.
            let known = column.cells.first().is_some_and(|cell| cell.verdict == Verdict::KnownDeviation);
            let verdict = if verdict == Verdict::Unexplained && known { Verdict::KnownDeviation } else { verdict };
            let style = style::of(verdict);
            let seen = observations(seen.strand(strand));
            write!(out, "  {:<width$}  {style}{seen}{style:#}", column.target)?;
            match verdict {
                Verdict::Conforms => writeln!(out)?,
                _ => writeln!(out, "  ({})", verdict.word())?,
            }
        }
    }
    writeln!(out)?;
    for column in &comparison.columns {
        let Some(cell) = column.cells.first() else { continue };
        let style = style::of(cell.verdict);
        write!(out, "{:<width$}  {style}{}{style:#}", column.target, cell.verdict.word())?;
        let quirks = cell.quirks.iter().flat_map(|quirks| quirks.iter()).map(|quirk| quirk.sentence().to_owned());
        let why: Vec<String> = cell.reason.iter().cloned().chain(quirks).collect();
        writeln!(out, "{}{}", if why.is_empty() { "" } else { ": " }, why.join("; "))?;
    }
    for dispute in disputes(suite) {
        writeln!(out, "{dispute}")?;
    }
    for missing in &comparison.missing {
        writeln!(out, "{:<width$}  not run: {}", missing.target, missing.why)?;
    }
    Ok(())
}

/// Returns the verdict on the observations of one strand alone.
fn strand_verdict(entry: &Entry, column: &Column, seen: &Outcome, strand: &Word) -> Verdict {
    let same = |other: &Outcome| !seen.differences(other).contains(strand);
    match entry.expected(column.profile, column.api) {
        _ if same(&entry.base) => Verdict::Conforms,
        Expected::Outcome(listed) if same(&listed) => Verdict::KnownDeviation,
        Expected::Unstable(_) => Verdict::Unstable,
        _ => Verdict::Unexplained,
    }
}
