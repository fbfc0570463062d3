//! `conformance run`.

use std::io::Write as _;

use conformance::compare::Comparison;
use conformance::report::{json, junit, table};

use super::args::{Format, Run};
use super::exit::{Failure, code};
use super::progress::Progress;
use super::selection::{find, load, select};

pub(super) fn run(args: &Run) -> Result<u8, Failure> {
    let found = find(&args.targets)?;
    let mut suite = load(&args.files)?;
    select(&mut suite, &args.cases)?;
    let progress = Progress::new((suite.cases.len() * found.targets.len()) as u64);
    let comparison = Comparison::run(&suite, &found.targets, found.missing, &mut |target| progress.step(target));
    progress.finish();
    let mut out = anstream::stdout().lock();
    match args.format {
        Format::Table => table::print(&mut out, &suite, &comparison)?,
        Format::Json => writeln!(out, "{:#}", json::report(&suite, &comparison))?,
        Format::Junit => {
            let report = junit::report(&suite, &comparison);
            out.write_all(report.map_err(|error| Failure::Report("JUnit", error.to_string()))?.as_bytes())?;
        }
    }
    out.flush()?;
    Ok(code(&suite, comparison.passes() && !(args.strict && comparison.is_open())))
}
