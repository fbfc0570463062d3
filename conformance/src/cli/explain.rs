//! `conformance explain`.

use std::io::Write as _;

use conformance::compare::Comparison;
use conformance::report::explain;

use super::args::Explain;
use super::exit::{Failure, code};
use super::selection::{find, ids, load, no_case};

pub(super) fn explain(args: &Explain) -> Result<u8, Failure> {
    let found = find(&args.targets)?;
    let mut suite = load(&args.files)?.under(args.targets.reading);
    let Some(entry) = suite.cases.iter().find(|entry| *entry.case.id == *args.case).cloned() else {
        return Err(no_case(&ids(&suite), &args.case));
    };
    suite.cases = vec![entry.clone()];
    let comparison = Comparison::run(&suite, &found.targets, found.missing, &|_| ());
    let mut out = anstream::stdout().lock();
    explain::print(&mut out, &suite, &entry, &comparison)?;
    if let Some(playground) = args.playground.as_deref().filter(|_| !suite.own) {
        explain::link(&mut out, playground, &entry)?;
    }
    out.flush()?;
    Ok(code(&suite, comparison.passes() && suite.is_agreed()))
}
