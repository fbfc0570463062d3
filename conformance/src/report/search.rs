//! The terminal report of a search.

use std::io::{self, Write};

use super::count::count;
use super::style::STRONG;
use crate::program::table::TABLE;
use crate::search::{Coverage, Difference, Relation, Report};

/// The number of statements that are listed as rare.
const RAREST: usize = 8;

/// Prints the whole report.
pub fn print(out: &mut dyn Write, report: &Report) -> io::Result<()> {
    writeln!(out, "{STRONG}{} programs{STRONG:#}, {} rejected", report.generated, report.rejected)?;
    for rejection in &report.rejections {
        writeln!(out, "  program {}: {}", rejection.n, rejection.reason)?;
    }
    coverage(out, &report.coverage)?;
    for tally in &report.targets {
        writeln!(out, "\n{STRONG}{}{STRONG:#} {}", tally.target, tally.describe)?;
        writeln!(out, "  {} compared, {} not supported", tally.compared, tally.unsupported)?;
        let differ: u64 = tally.classes.values().sum();
        if differ == 0 {
            writeln!(out, "  no difference")?;
        }
        for (class, count) in &tally.classes {
            writeln!(out, "  {count} differ: {class}")?;
        }
        for difference in report.differences.iter().filter(|difference| difference.target == tally.target) {
            example(out, difference)?;
        }
    }
    Ok(())
}

/// Prints the statements and the pairs that occurred.
fn coverage(out: &mut dyn Write, coverage: &Coverage) -> io::Result<()> {
    let missing: Vec<&str> = coverage.missing().map(|op| op.word()).collect();
    let statements = TABLE.len() - missing.len();
    let (inside, after) = (coverage.pairs(Relation::Inside), coverage.pairs(Relation::After));
    writeln!(out, "  {statements} of {} statements; {inside} pairs nested, {after} in sequence", TABLE.len())?;
    if !missing.is_empty() {
        writeln!(out, "  never: {}", missing.join(" "))?;
    }
    let rarest = coverage.rarest().into_iter().take(RAREST);
    let rarest: Vec<String> = rarest.map(|(op, count)| format!("{} {count}", op.word())).collect();
    writeln!(out, "  in the fewest programs: {}", rarest.join(", "))
}

fn example(out: &mut dyn Write, difference: &Difference) -> io::Result<()> {
    let example = difference.example();
    let shrunk = match &difference.shrunk {
        Some(shrunk) => format!(", shrunk to {}", count(shrunk.statements, "statement")),
        None => String::new(),
    };
    writeln!(out, "\n  {STRONG}{}{STRONG:#}: program {}{shrunk}", difference.class, difference.n)?;
    for line in example.text.lines() {
        writeln!(out, "    {line}")?;
    }
    writeln!(out, "  draft:    {}", example.expected)?;
    match &example.seen {
        Ok(seen) => writeln!(out, "  observed: {seen}"),
        Err(how) => writeln!(out, "  error: {how}"),
    }
}
