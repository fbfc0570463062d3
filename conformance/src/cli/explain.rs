//! `conformance explain`.

use std::io::Write as _;

use conformance::compare::Comparison;
use conformance::program::diagnostic::nearest;
use conformance::report::explain;

use super::args::Explain;
use super::exit::{Failure, code};
use super::selection::{find, load};

pub(super) fn explain(args: &Explain) -> Result<u8, Failure> {
    let found = find(&args.targets)?;
    let mut suite = load(&args.files)?;
    let Some(entry) = suite.cases.iter().find(|entry| *entry.case.id == *args.case).cloned() else {
        let near = nearest(&args.case, suite.cases.iter().map(|entry| &*entry.case.id));
        return Err(Failure::NoCase { id: args.case.clone(), near: near.map(str::to_owned) });
    };
    suite.cases = vec![entry.clone()];
    let comparison = Comparison::run(&suite, &found.targets, found.missing, &mut |_| ());
    let mut out = anstream::stdout().lock();
    explain::print(&mut out, &suite, &entry, &comparison)?;
    out.flush()?;
    Ok(code(&suite, comparison.passes()))
}
