//! The cases and targets that the command line selects.

use conformance::program::diagnostic::nearest;
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
    let all = ids(suite);
    suite.cases.retain(|entry: &Entry| matchers.iter().any(|matcher| matcher.is_match(&*entry.case.id)));
    match globs {
        _ if !suite.cases.is_empty() || !suite.is_sound() => Ok(()),
        // A word without the characters of a glob is meant as a case's id.
        [id] if !id.contains(['*', '?', '[', '{']) => Err(no_case(&all, id)),
        globs => Err(Failure::NoMatch(globs.join(" "))),
    }
}

/// Returns the ids of the cases.
pub(super) fn ids(suite: &Suite) -> Vec<String> {
    suite.cases.iter().map(|entry| entry.case.id.to_string()).collect()
}

/// The number of similar cases that an error names.
const SIMILAR: usize = 8;

/// Returns the error for a case that does not exist, with the cases that may have been meant.
pub(super) fn no_case(known: &[String], id: &str) -> Failure {
    let ids = || known.iter().map(String::as_str);
    let near = nearest(id, ids()).map(str::to_owned);
    let word = id.to_lowercase();
    let similar = ids().filter(|id| !word.is_empty() && near.as_deref() != Some(*id) && id.contains(&word));
    let similar = similar.take(SIMILAR).map(str::to_owned).collect();
    Failure::NoCase { id: id.to_owned(), near, similar }
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
            let near = nearest(name, known.iter().map(String::as_str)).map(str::to_owned);
            return Err(Failure::NoTarget { name: name.clone(), near, known });
        }
    }
    found.targets.retain(|target| args.targets.iter().any(|name| name == target.name()));
    found.missing.clear();
    Ok(found)
}
