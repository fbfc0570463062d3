//! The report of a run.

use std::io::{self, Write};
use std::time::Duration;

use anstyle::{AnsiColor, Style};
use indicatif::HumanCount;

use crate::args::Args;
use crate::hook::Calls;
use crate::total::Total;

/// Prints the results of a run, in color if standard output is a terminal.
pub(crate) fn print(total: &Total, calls: Calls, args: &Args, took: Duration) -> io::Result<()> {
    let mut out = anstream::stdout().lock();
    for failure in &total.failures {
        writeln!(out, "{}{}", failure.program, paint(&failure.fault.to_string(), AnsiColor::Red))?;
        writeln!(
            out,
            "again: asynccontext-soak --programs 1 --seed {}{}\n",
            failure.program.seed,
            args.again(failure.phase.name())
        )?;
    }
    let verdict = match total.failures.len() {
        0 if !calls.is_right() => paint("hooks received wrong calls for resources", AnsiColor::Red),
        0 => paint("no fault", AnsiColor::Green),
        1 => paint("1 program failed", AnsiColor::Red),
        many => paint(&format!("{many} programs failed"), AnsiColor::Red),
    };
    let seconds = took.as_secs_f64();
    let rate = HumanCount((total.reads as f64 / seconds) as u64);
    let count = |number: u64| HumanCount(number).to_string();
    writeln!(out, "{verdict}")?;
    writeln!(out, "  programs       {:>16}   from seed {}", count(total.programs), args.seed)?;
    writeln!(out, "  steps          {:>16}", count(total.steps))?;
    writeln!(out, "  reads compared {:>16}   {rate} a second", count(total.reads))?;
    writeln!(out, "  wrong reads    {:>16}", count(total.wrong_reads))?;
    writeln!(out, "  values made    {:>16}", count(total.values))?;
    writeln!(out, "  alive at end   {:>16}", count(total.left))?;
    writeln!(
        out,
        "  resources      {:>16}   {} alive at end, {} wrong calls",
        count(calls.made),
        calls.alive,
        calls.wrong
    )?;
    writeln!(out, "  took           {:>14.1} s   {} threads", seconds, args.threads())
}

fn paint(text: &str, color: AnsiColor) -> String {
    let style = Style::new().bold().fg_color(Some(color.into()));
    format!("{style}{text}{style:#}")
}
