//! `conformance test262` and its worker process.

use std::io::Write as _;
use std::path::Path;
use std::time::Duration;
use std::{env, fs};

use conformance::report::test262::{json, junit, table};
use conformance::test262::compare::{Comparison, Earlier};
use conformance::test262::suite::{Selection, Suite};
use conformance::test262::{self, Engine, Options, worker};

use super::args::{Test262, Test262Worker, TestFormat};
use super::exit::{AGREES, DISAGREES, Failure};
use super::progress::Progress;

pub(super) fn test262(args: &Test262) -> Result<u8, Failure> {
    // The earlier report is read first, so that an invalid one is reported before the tests run.
    let earlier = args.compare.as_deref().map(earlier).transpose()?;
    let suite = Suite::open(&args.root, args.harness.as_deref())?;
    let mut tests = suite.select(&args.filters)?;
    Suite::under(args.reading, &mut tests);
    let mut options = Options::new(env::current_exe()?);
    options.engine = engine(args.bare);
    options.reading = args.reading;
    options.time_limit = Duration::from_secs(args.time_limit);
    options.memory_limit = args.memory_limit << 20;
    if let Some(jobs) = args.jobs {
        options.jobs = jobs;
    }
    let progress = Progress::new(tests.len() as u64);
    let runs = test262::run(&suite, &tests, &options, &mut |path| progress.step(path));
    progress.finish();
    let selection = Selection::new(&args.filters)?;
    let comparison = earlier.map(|earlier| Comparison::of(&earlier, &runs, &selection));
    let mut out = anstream::stdout().lock();
    match args.format {
        TestFormat::Table => table::print(&mut out, &runs, comparison.as_ref())?,
        TestFormat::Json => writeln!(out, "{:#}", json::report(options.engine, &runs, comparison.as_ref()))?,
        TestFormat::Junit => {
            let report = junit::report(&runs);
            out.write_all(report.map_err(|error| Failure::Report("JUnit", error.to_string()))?.as_bytes())?;
        }
    }
    out.flush()?;
    let good = match comparison {
        Some(comparison) => comparison.worse.is_empty(),
        None => runs.iter().all(|run| run.passed()),
    };
    Ok(if good { AGREES } else { DISAGREES })
}

fn earlier(path: &Path) -> Result<Earlier, Failure> {
    let unreadable = |reason: String| Failure::Earlier { path: path.to_owned(), reason };
    let text = fs::read_to_string(path).map_err(|error| unreadable(error.to_string()))?;
    Earlier::read(&text).map_err(|error| unreadable(error.to_string()))
}

fn engine(bare: bool) -> Engine {
    if bare { Engine::Bare } else { Engine::AsyncContext }
}

pub(super) fn worker(args: Test262Worker) -> Result<u8, Failure> {
    let suite = Suite::of_worker(args.folder, args.harness);
    worker::serve(&suite, engine(args.bare), args.reading, args.memory_limit)?;
    Ok(AGREES)
}
