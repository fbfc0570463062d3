//! The terminal report of a search.

use std::io::{self, Write};

use super::style::STRONG;
use crate::search::{Difference, Report};

/// Prints the whole report.
pub fn print(out: &mut dyn Write, report: &Report) -> io::Result<()> {
    writeln!(out, "{STRONG}{} programs{STRONG:#}, {} rejected", report.generated, report.rejected)?;
    for rejection in &report.rejections {
        writeln!(out, "  program {}: {}", rejection.n, rejection.reason)?;
    }
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

fn example(out: &mut dyn Write, difference: &Difference) -> io::Result<()> {
    let example = difference.example();
    let shrunk = if difference.shrunk.is_some() { ", shrunk" } else { "" };
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
