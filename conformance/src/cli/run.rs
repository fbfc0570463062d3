//! `conformance run`.

use std::io::Write as _;

use conformance::compare::Comparison;
use conformance::report::{json, junit, table};
use conformance::targets;

use super::args::{Format, Run, Targets};
use super::progress::Progress;
use super::{Failure, code, load, select};

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

/// Returns the targets that the command line selects; all available targets by default.
pub(super) fn find(args: &Targets) -> Result<targets::Found, Failure> {
    let options = targets::Options { node: args.node.clone(), repetitions: args.repetitions };
    let mut found = targets::find(&options);
    if args.targets.is_empty() {
        return Ok(found);
    }
    let known: Vec<_> = targets::NAMES.iter().map(|name| (*name).to_owned()).collect();
    for name in &args.targets {
        if let Some(missing) = found.missing.iter().find(|missing| missing.target == *name) {
            return Err(Failure::Absent { target: name.clone(), why: missing.why.clone() });
        }
        if !known.contains(name) {
            return Err(Failure::NoTarget { name: name.clone(), known });
        }
    }
    found.targets.retain(|target| args.targets.iter().any(|name| name == target.name()));
    found.missing.clear();
    Ok(found)
}
