//! Breaks the engine one step at a time and runs the JavaScript tests that must notice.
//!
//! It works on a copy of the sources in `target/mutants`, so the product has no switches and the
//! tool no broken part. `js/mutations.kdl` is the list.

mod copy;
mod list;
mod runs;
mod schemata;
mod table;
#[cfg(test)]
mod the_mutations_match_the_sources;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{fs, io, thread};

use clap::Parser as _;
use list::{Mistake, Mutation, Tried};
use schemata::Mismatch;

/// Break the engine one step at a time and see that the JavaScript tests notice.
///
/// Exits with 0 when every file of every mutation notices and all pass without a mutation, with 1
/// when one does not, and with 2 when an edit doesn't match the sources or nothing could be built.
#[derive(clap::Parser)]
struct Args {
    /// The mutations to try. All, if none is named
    names: Vec<String>,
    /// Run every test for each mutation, and print the files that notice
    #[arg(long)]
    survey: bool,
    /// Print the list as a table, as it stands in MUTATIONS.md
    #[arg(long, conflicts_with_all = ["names", "survey"])]
    table: bool,
}

/// A test that no mutation may break: what fails it breaks more than its step.
const CONTROL: &str = "AsyncContext/tag";

/// What keeps the mutations from being tried.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    List(#[from] Mistake),
    #[error(transparent)]
    Mismatch(#[from] Mismatch),
    #[error("there is no mutation `{0}` with edits in js/mutations.kdl")]
    NoMutation(String),
    #[error("`{0}` is included nowhere beside it, so it can't be exchanged")]
    NoInclude(String),
    #[error("`{text}` is not in {file}, where the copy has to differ; mend copy.rs")]
    NoPlace { text: String, file: PathBuf },
    #[error("the copy with all mutations doesn't build; the compiler said why")]
    Build,
    #[error("the runner of the mutants said nothing that could be read: {0}")]
    Runner(String),
    #[error("{path}: {error}")]
    File { path: PathBuf, error: io::Error },
}

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
    let conformance = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new(".."));
    let tests = conformance.join("js");
    let path = tests.join("mutations.kdl");
    let list = list::parse(&fs::read_to_string(&path).map_err(|error| Failure::File { path, error })?)?;
    if args.table {
        print!("{}", table::markdown(&list));
        return Ok(true);
    }
    let root = conformance.parent().unwrap_or(conformance);
    let chosen = chosen(&list, &args.names)?;
    let runner = copy::build(root, &list)?;
    if args.survey { survey(&runner, &tests, &chosen) } else { check(&runner, &tests, &chosen) }
}

/// The mutations with edits that are named, or all.
fn chosen<'l>(list: &'l [Mutation], names: &[String]) -> Result<Vec<&'l Mutation>, Failure> {
    let here = |mutation: &&Mutation| matches!(mutation.tried, Tried::Here { .. });
    if names.is_empty() {
        return Ok(list.iter().filter(here).collect());
    }
    let find = |name: &String| list.iter().filter(here).find(|mutation| mutation.name == *name);
    names.iter().map(|name| find(name).ok_or_else(|| Failure::NoMutation(name.clone()))).collect()
}

/// Whether each mutation is noticed by its files, and by none without a mutation.
fn check(runner: &Path, tests: &Path, chosen: &[&Mutation]) -> Result<bool, Failure> {
    let all: BTreeSet<&str> = chosen.iter().flat_map(|mutation| files(mutation)).collect();
    let all: Vec<&str> = all.into_iter().collect();
    let failing = runs::failing(runner, tests, None, &all)?;
    for file in &failing {
        println!("without a mutation {file} fails");
    }
    let silent = Mutex::new(0);
    each(chosen, |mutation| {
        let files: Vec<&str> = files(mutation).collect();
        let with_control: Vec<&str> = files.iter().copied().chain([CONTROL]).collect();
        let failing = runs::failing(runner, tests, Some(&mutation.name), &with_control)?;
        if failing.contains(CONTROL) {
            println!("{} breaks more than its step: even {CONTROL} fails", mutation.name);
            *lock(&silent) += 1;
        }
        for file in files.iter().filter(|file| !failing.contains(**file)) {
            println!("{} is not noticed by {file}", mutation.name);
            *lock(&silent) += 1;
        }
        Ok(())
    })?;
    let silent = *lock(&silent);
    println!(
        "{} mutations, {} files; {} fail without a mutation, {silent} times one did not notice, or noticed more",
        chosen.len(),
        all.len(),
        failing.len()
    );
    Ok(failing.is_empty() && silent == 0)
}

/// Prints what each mutation makes fail that passes without it.
fn survey(runner: &Path, tests: &Path, chosen: &[&Mutation]) -> Result<bool, Failure> {
    let failing = runs::failing(runner, tests, None, &[])?;
    each(chosen, |mutation| {
        let noticing = runs::failing(runner, tests, Some(&mutation.name), &[])?;
        let noticing: Vec<_> = noticing.difference(&failing).map(String::as_str).collect();
        println!("{} {}", mutation.name, noticing.join(" "));
        Ok(())
    })?;
    Ok(true)
}

fn files(mutation: &Mutation) -> impl Iterator<Item = &str> {
    let noticed = match &mutation.tried {
        Tried::Here { noticed, .. } => noticed.as_slice(),
        _ => &[],
    };
    noticed.iter().map(String::as_str)
}

/// Does `work` for each mutation, on all processors.
fn each(chosen: &[&Mutation], work: impl Fn(&Mutation) -> Result<(), Failure> + Sync) -> Result<(), Failure> {
    let next = AtomicUsize::new(0);
    let first = Mutex::new(Ok(()));
    let workers = thread::available_parallelism().map_or(1, Into::into);
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while let Some(mutation) = chosen.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if let Err(failure) = work(mutation) {
                        *lock(&first) = Err(failure);
                        return;
                    }
                }
            });
        }
    });
    first.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner())
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}
