//! The cases and targets that the command line selects.

use conformance::program::diagnostic::nearest;
use conformance::report::problems;
use conformance::suite::{Entry, Suite};
use conformance::targets::{self, Selection};
use glob::Pattern;

use super::args::Targets;
use super::exit::Failure;
use super::external;

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
    suite.cases.retain(|entry: &Entry| matchers.iter().any(|matcher| matcher.matches(&entry.case.id)));
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
    let mut similar: Vec<String> = similar.map(str::to_owned).collect();
    similar.sort_by_key(|id| !id.starts_with(&word));
    similar.truncate(SIMILAR);
    Failure::NoCase { id: id.to_owned(), near, similar }
}

fn matcher(glob: &str) -> Result<Pattern, Failure> {
    Pattern::new(glob).map_err(|error| Failure::Glob { glob: glob.to_owned(), reason: error.msg.to_owned() })
}

/// Returns the targets that the command line selects: those of the user's own and the named ones; all available targets
/// if there are neither.
pub(super) fn find(args: &Targets) -> Result<targets::Found, Failure> {
    find_with(args, &[], &Suite::default())
}

/// As [`find`], with files of answers to the cases of a suite.
pub(super) fn find_with(args: &Targets, answers: &[String], suite: &Suite) -> Result<targets::Found, Failure> {
    let selection = Selection::new(&args.targets)
        .map_err(|invalid| Failure::Glob { glob: invalid.pattern, reason: invalid.reason })?;
    let own = external::targets(args, answers, suite)?;
    let own_names = own.iter().map(|target| target.name().to_owned());
    let known: Vec<String> = targets::names().into_iter().chain(own_names).collect();
    let unknown = selection.unmatched(&known).next().map(str::to_owned);
    if let Some(name) = unknown {
        let near = nearest(&name, known.iter().map(String::as_str)).map(str::to_owned);
        return Err(Failure::NoTarget { name, near, known });
    }
    if selection.is_all() && !own.is_empty() {
        return Ok(targets::Found { targets: own, missing: Vec::new() });
    }
    let all = selection.is_all();
    let options = targets::Options {
        selection,
        node: args.node.clone(),
        cache: args.cache.clone(),
        repetitions: args.repetitions,
        reading: args.reading,
    };
    let mut found = targets::find(&options);
    found.targets.extend(own);
    if all {
        return Ok(found);
    }
    // Whatever is named must be there; a glob may select missing targets too.
    let names: Vec<String> = found.targets.iter().map(|target| target.name().to_owned()).collect();
    if let Some(name) = options.selection.unmatched(&names).next() {
        let runtime = name.split_once(':').map_or(name, |(runtime, _)| runtime);
        let why = found.missing.iter().find(|missing| missing.target.eq_ignore_ascii_case(runtime));
        let why = why.or(found.missing.first()).map(|missing| missing.why.clone());
        let why = why.unwrap_or_else(|| "the runtime does not have this API".to_owned());
        return Err(Failure::Absent { target: name.to_owned(), why });
    }
    found.missing.clear();
    Ok(found)
}
