//! The cases and targets that the command line selects.

use conformance::report::problems;
use conformance::suite::{Entry, Suite};
use conformance::targets;
use globset::{Glob, GlobMatcher};

use super::args::Targets;
use super::exit::Failure;

/// Returns the embedded suite or the user's files. Prints the errors in them to standard error.
pub(super) fn load(files: &[String]) -> Result<Suite, Failure> {
    let suite = if files.is_empty() { Suite::embedded() } else { Suite::read(files) };
    problems::print(&mut anstream::stderr().lock(), &suite)?;
    Ok(suite)
}

/// Keeps the cases whose id a glob matches.
pub(super) fn select(suite: &mut Suite, globs: &[String]) -> Result<(), Failure> {
    if globs.is_empty() {
        return Ok(());
    }
    let matchers = globs.iter().map(|glob| matcher(glob)).collect::<Result<Vec<_>, _>>()?;
    suite.cases.retain(|entry: &Entry| matchers.iter().any(|matcher| matcher.is_match(&*entry.case.id)));
    if suite.cases.is_empty() && suite.is_sound() {
        return Err(Failure::NoMatch(globs.join(" ")));
    }
    Ok(())
}

fn matcher(glob: &str) -> Result<GlobMatcher, Failure> {
    let bad = |error: globset::Error| Failure::Glob { glob: glob.to_owned(), reason: error.kind().to_string() };
    Ok(Glob::new(glob).map_err(bad)?.compile_matcher())
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
