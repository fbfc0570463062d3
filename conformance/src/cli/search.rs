//! `conformance search`.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use conformance::program::ast::Case;
use conformance::program::diagnostic::nearest;
use conformance::program::json;
use conformance::report::{self, count::count};
use conformance::search::{self, Features, Options, Progress as At, hunt};
use conformance::targets::{Found, Target};

use super::args::{Search, Targets};
use super::exit::{AGREES, DISAGREES, Failure};
use super::progress::Progress;
use super::selection::find;

/// The number of times that `rust-tokio` runs each program of a search: once in each of its manners, with `throw` as an
/// error and as a panic, and with async generators as tasks and as streams.
const REPETITIONS: u64 = 4;

pub(super) fn search(args: &Search) -> Result<u8, Failure> {
    if let Some(folder) = &args.emit {
        return emit(args, folder);
    }
    let repetitions = Some(args.targets.repetitions.unwrap_or(REPETITIONS));
    let found = find(&Targets { repetitions, ..args.targets.clone() })?;
    let targets = references(&found);
    let options = options(args, Features::shared(&targets))?;
    let progress = Progress::new(args.count);
    let report = hunt(&options, &targets, &mut |at| match at {
        At::Done(count) => progress.at(count),
        At::Shrinking(target, _, statements) => {
            progress.message(format!("shrinking for {target}: {statements} statements"))
        }
    });
    progress.finish();
    let mut out = anstream::stdout().lock();
    report::search::print(&mut out, &report)?;
    for missing in &found.missing {
        writeln!(out, "\n{} not run: {}", missing.target, missing.why)?;
    }
    out.flush()?;
    Ok(if report.passes() { AGREES } else { DISAGREES })
}

fn references(found: &Found) -> Vec<&dyn Target> {
    found.targets.iter().map(AsRef::as_ref).collect()
}

/// Returns the options of the search, with the features that the arguments add and remove.
fn options(args: &Search, mut features: Features) -> Result<Options, Failure> {
    let with = args.with.iter().map(|word| (word, true));
    for (word, on) in with.chain(args.without.iter().map(|word| (word, false))) {
        if !features.set(word, on) {
            let near = nearest(word, Features::words()).map(str::to_owned);
            let known = Features::words().map(str::to_owned).collect();
            return Err(Failure::NoFeature { word: word.clone(), near, known });
        }
    }
    Ok(Options {
        count: args.count,
        seed: args.seed,
        features,
        shrink: !args.no_shrink,
        reading: args.targets.reading,
        ..Options::default()
    })
}

/// Writes the programs into a folder, or as a list to standard output. The summary is on standard error, so that the
/// list can be redirected.
fn emit(args: &Search, folder: &Path) -> Result<u8, Failure> {
    let own =
        !(args.targets.targets.is_empty() && args.targets.target_command.is_empty() && args.targets.shell.is_empty());
    let features = if own { Features::shared(&references(&find(&args.targets)?)) } else { Features::default() };
    let options = options(args, features)?;
    let report = if folder == Path::new("-") {
        let mut out = io::BufWriter::new(io::stdout().lock());
        let mut before = "[\n";
        let report = search::emit(&options, &mut |case| {
            write!(out, "{before}{}", json::case(case))?;
            before = ",\n";
            Ok::<(), io::Error>(())
        })?;
        // Without a program, the list has not begun.
        out.write_all(if before == "[\n" { b"[]\n" } else { b"\n]\n" })?;
        out.flush()?;
        report
    } else {
        fs::create_dir_all(folder).map_err(|error| Failure::Output { path: folder.to_owned(), error })?;
        search::emit(&options, &mut |case: &Case| {
            let path = folder.join(format!("{}.json", case.id));
            fs::write(&path, format!("{:#}\n", json::case(case))).map_err(|error| Failure::Output { path, error })
        })?
    };
    let mut err = anstream::stderr().lock();
    let written = usize::try_from(report.generated - report.rejected).unwrap_or(usize::MAX);
    writeln!(err, "{} with the features {}", count(written, "program"), options.features)?;
    for rejection in &report.rejections {
        writeln!(err, "program {} left out: {}", rejection.n, rejection.reason)?;
    }
    Ok(if report.passes() { AGREES } else { DISAGREES })
}
