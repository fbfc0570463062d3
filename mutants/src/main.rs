//! Mutation testing of the core: the program changes one step of the core at a time, and checks that a test
//! of the crate detects the change.
//!
//! Orderings of atomic operations are not changed, since most weaker orderings compile to the same
//! instructions on the processors that run the tests. loom and the thread sanitizer check orderings.

mod args;
mod cfg;
mod copy;
mod explained;
mod failure;
mod find;
mod hunt;
mod mutant;
mod pool;
mod progress;
mod render;
mod report;
mod sources;
mod tests;
mod values;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::ExitCode;
use std::thread;
use std::time::Instant;

use clap::Parser as _;

use args::{Args, Format};
use copy::{Copy, Manner};
use explained::{Class, Explanation};
use failure::Failure;
use hunt::{Memory, Outcome};
use mutant::{Home, Key, Mutant};
use report::Judged;
use sources::Sources;
use tests::{End, Suite};

fn main() -> ExitCode {
    match work(&Args::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::from(2)
        }
    }
}

fn work(args: &Args) -> Result<bool, Failure> {
    let begin = Instant::now();
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = package.parent().unwrap_or(package);
    let explanations = explained::read(&package.join("survivors.kdl"))?;
    let sources = sources::read(root)?;
    let chosen = chosen(&sources.mutants, args)?;
    if args.list {
        report::list(&chosen).map_err(Failure::Report)?;
        return Ok(true);
    }
    let outcomes = outcomes(root, &sources, &chosen, args)?;
    let judged: Vec<Judged<'_>> = chosen
        .iter()
        .filter_map(|mutant| {
            let outcome = outcomes.get(&mutant.id)?.clone();
            let explanation = explanations.get(&mutant.key());
            // A mutant in the class `sanitizer` that the sanitizer did not detect is not explained.
            let explanation = explanation.filter(|of| !(args.sanitize && of.class == Class::Sanitizer));
            Some(Judged { mutant, outcome, explanation })
        })
        .collect();
    let stale = stale(&sources, &explanations, &outcomes, args);
    match args.format {
        Format::Text => report::text(&judged, &stale, begin.elapsed()),
        Format::Json => report::json(&judged, &stale, begin.elapsed()),
        Format::Kdl => report::kdl(&judged),
    }
    .map_err(Failure::Report)?;
    Ok(stale.is_empty() && !judged.iter().any(Judged::is_unexplained))
}

/// Returns the selected mutants.
fn chosen<'m>(mutants: &'m [Mutant], args: &Args) -> Result<Vec<&'m Mutant>, Failure> {
    let mut chosen: Vec<&Mutant> = mutants.iter().collect();
    if !args.only.is_empty() {
        let mut wanted = BTreeSet::new();
        for pattern in &args.only {
            let fits = |mutant: &&Mutant| match pattern.parse::<u32>() {
                Ok(number) => mutant.id == number,
                Err(_) => mutant.to_string().contains(pattern.as_str()),
            };
            let before = wanted.len();
            wanted.extend(mutants.iter().filter(fits).map(|mutant| mutant.id));
            if wanted.len() == before {
                return Err(Failure::NoMutant(pattern.clone()));
            }
        }
        chosen.retain(|mutant| wanted.contains(&mutant.id));
    }
    if let Some(size) = args.sample {
        chosen.retain(|mutant| !matches!(mutant.home, Home::Nowhere(_)));
        fastrand::Rng::with_seed(args.seed).shuffle(&mut chosen);
        chosen.truncate(size);
        chosen.sort_by_key(|mutant| mutant.id);
    }
    Ok(chosen)
}

/// Builds the copy, tries the mutants, and returns their outcomes.
fn outcomes(
    root: &Path,
    sources: &Sources,
    chosen: &[&Mutant],
    args: &Args,
) -> Result<BTreeMap<u32, Outcome>, Failure> {
    let jobs = args.jobs.or_else(|| thread::available_parallelism().ok()).map_or(1, Into::into);
    let mut outcomes = BTreeMap::new();
    let mut copy = Copy::new(root, sources)?;
    let homes = [(Home::Debug, Manner::Debug), (Home::Release, Manner::Release)];
    for (home, manner) in homes {
        let mutants: Vec<&Mutant> = chosen.iter().copied().filter(|mutant| mutant.home == home).collect();
        outcomes.extend(tried(sources, &mut copy, manner, &mutants, jobs)?);
    }
    if args.sanitize {
        let lives =
            |mutant: &&Mutant| mutant.home == Home::Debug && outcomes.get(&mutant.id) == Some(&Outcome::Survived);
        let survivors: Vec<&Mutant> = chosen.iter().copied().filter(lives).collect();
        outcomes.extend(tried(sources, &mut copy, Manner::Sanitized, &survivors, jobs)?);
    }
    for mutant in chosen {
        if let Home::Nowhere(reason) = mutant.home {
            outcomes.insert(mutant.id, Outcome::Skipped(reason));
        }
    }
    Ok(outcomes)
}

fn tried(
    sources: &Sources,
    copy: &mut Copy,
    manner: Manner,
    mutants: &[&Mutant],
    jobs: usize,
) -> Result<BTreeMap<u32, Outcome>, Failure> {
    if mutants.is_empty() {
        return Ok(BTreeMap::new());
    }
    let begin = Instant::now();
    let executables = copy.build(sources, manner)?;
    eprintln!("built {manner:?} in {} s", begin.elapsed().as_secs());
    let begin = Instant::now();
    let suite = Suite::new(&executables, manner, &copy.path(), sources.mutants.len(), jobs)?;
    eprintln!("{} tests without a mutant in {} s", suite.tests.len(), begin.elapsed().as_secs());
    let (without, with): (Vec<_>, Vec<_>) = mutants.iter().partition(|mutant| copy.is_without(sources, mutant.id));
    let path = copy.path().with_file_name("noticed.json");
    let mut memory = Memory::read(&path);
    let mut outcomes = hunt::try_all(&suite, &with, jobs, &mut memory)?;
    memory.write(&path)?;
    outcomes.extend(without.iter().map(|mutant| (mutant.id, Outcome::NoProgram)));
    Ok(outcomes)
}

/// Returns the errors in the file of explanations.
fn stale(
    sources: &Sources,
    explanations: &BTreeMap<Key, Explanation>,
    outcomes: &BTreeMap<u32, Outcome>,
    args: &Args,
) -> Vec<String> {
    let mutants: BTreeMap<Key, &Mutant> = sources.mutants.iter().map(|mutant| (mutant.key(), mutant)).collect();
    let mut stale = Vec::new();
    for (key, explanation) in explanations {
        let Some(mutant) = mutants.get(key) else {
            stale.push(format!("explains a mutant that no longer exists: {key}"));
            continue;
        };
        let expected = explanation.sometimes || (args.sanitize && explanation.class == Class::Sanitizer);
        match outcomes.get(&mutant.id) {
            None | Some(Outcome::Survived | Outcome::NotReached) => {}
            // The machine may have been busy.
            Some(Outcome::Noticed { end: End::TimedOut, .. }) => {}
            Some(Outcome::Noticed { .. }) if expected => {}
            Some(Outcome::Noticed { test, end }) => {
                stale.push(format!("explains a detected mutant ({test} {end}): {key}"));
            }
            Some(Outcome::NoProgram | Outcome::Skipped(_)) => {
                stale.push(format!("explains a mutant that is not tried: {key}"));
            }
        }
    }
    stale
}
