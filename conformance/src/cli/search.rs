//! `conformance search`.

use std::io::Write as _;

use conformance::program::diagnostic::nearest;
use conformance::report;
use conformance::search::{Features, Options, Progress as At, hunt};
use conformance::targets::Target;

use super::args::Search;
use super::exit::{AGREES, DISAGREES, Failure};
use super::progress::Progress;
use super::selection::find;

pub(super) fn search(args: &Search) -> Result<u8, Failure> {
    let found = find(&args.targets)?;
    let targets: Vec<&dyn Target> = found.targets.iter().map(AsRef::as_ref).collect();
    let mut features = Features::shared(&targets);
    let with = args.with.iter().map(|word| (word, true));
    for (word, on) in with.chain(args.without.iter().map(|word| (word, false))) {
        if !features.set(word, on) {
            let near = nearest(word, Features::words()).map(str::to_owned);
            let known = Features::words().map(str::to_owned).collect();
            return Err(Failure::NoFeature { word: word.clone(), near, known });
        }
    }
    let options = Options {
        count: args.count,
        seed: args.seed,
        features,
        shrink: !args.no_shrink,
        reading: args.targets.reading,
        ..Options::default()
    };
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
