//! `conformance run`.

use std::time::SystemTime;

use conformance::compare::Comparison;
use conformance::report::{html, json, junit, markdown, screen, table, wptreport};

use super::args::{Format, RunOptions};
use super::exit::{BAD, Failure, code};
use super::output;
use super::progress::Progress;
use super::selection::{find_with, load, select};

pub(super) fn run(args: &RunOptions, files: &[String]) -> Result<u8, Failure> {
    let path = args.output.as_deref();
    if args.format == Format::Html && output::is_terminal(path) {
        return Err(Failure::PageOnTerminal);
    }
    let mut suite = load(files)?.under(args.targets.reading);
    let found = find_with(&args.targets, &args.answers, &suite)?;
    if args.format == Format::Wptreport && found.targets.len() != 1 {
        return Err(Failure::OneTarget(found.targets.iter().map(|target| target.name().to_owned()).collect()));
    }
    select(&mut suite, &args.cases)?;
    if suite.cases.is_empty() && !suite.is_sound() {
        return Ok(BAD);
    }
    let started = SystemTime::now();
    let progress = Progress::new((suite.cases.len() * found.targets.len()) as u64);
    let comparison = Comparison::run(&suite, &found.targets, found.missing, &|target| progress.step(target));
    progress.finish();
    output::write(path, |out| {
        match args.format {
            Format::Table if args.all => table::print(out, &suite, &comparison)?,
            Format::Table => screen::print(out, &suite, &comparison)?,
            Format::Json => writeln!(out, "{:#}", json::report(&suite, &comparison))?,
            Format::Markdown => markdown::print(out, &suite, &comparison)?,
            Format::Wptreport => writeln!(out, "{:#}", wptreport::report(&suite, &comparison, started))?,
            Format::Html => {
                out.write_all(html::page(&suite, &comparison, started, args.playground.as_deref()).as_bytes())?
            }
            Format::Junit => {
                let report = junit::report(&suite, &comparison);
                out.write_all(report.map_err(|error| Failure::Report("JUnit", error.to_string()))?.as_bytes())?;
            }
        }
        Ok(())
    })?;
    Ok(code(&suite, comparison.passes() && suite.is_agreed() && !(args.strict && comparison.is_open())))
}
