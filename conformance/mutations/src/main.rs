//! Applies each mutation of the engine, and runs the JavaScript tests that must detect it; with `--core`, each defect of
//! the core, and searches for it with random programs.
//!
//! The mutations are in a copy of the sources in `target/mutants`, so the engine and the core have no switches.
//! `js/mutations.kdl` and `core.kdl` contain the lists.

mod copy;
mod defects;
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

/// Apply each mutation of the engine, and check that the JavaScript tests detect it.
///
/// Exits with 0 if every listed test detects its mutation and all tests pass without a mutation, or if the
/// search finds and shrinks every defect, with 1 otherwise, and with 2 if an edit does not match the sources or
/// the copy cannot be built.
#[derive(clap::Parser)]
struct Args {
    /// The mutations to try [default: all]
    names: Vec<String>,
    /// Run every test for each mutation, and print the tests that detect it
    #[arg(long)]
    survey: bool,
    /// Print the list as the table of MUTATIONS.md
    #[arg(long, conflicts_with_all = ["names", "survey"])]
    table: bool,
    /// Try the defects of the core instead, and check that random programs find each, and shrink to a few statements
    #[arg(long, conflicts_with_all = ["survey", "table"])]
    core: bool,
}

/// A test that no mutation may fail. A mutation that fails it breaks more than a single step.
const CONTROL: &str = "AsyncContext/tag";

/// The reason why the mutations cannot be tried.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    List(#[from] Mistake),
    #[error(transparent)]
    Mismatch(#[from] Mismatch),
    #[error("there is no mutation `{0}` with edits in the list")]
    NoMutation(String),
    #[error("no file beside `{0}` includes it, so it cannot be replaced")]
    NoInclude(String),
    #[error("`{text}` is not in {file}, where the copy must differ; correct copy.rs")]
    NoPlace { text: String, file: PathBuf },
    #[error("the copy with all mutations cannot be built; see the compiler's messages")]
    Build,
    #[error("the output of the mutants' runner is unreadable: {0}")]
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
    let list = read(tests.join("mutations.kdl"))?;
    if args.table {
        print!("{}", table::markdown(&list));
        return Ok(true);
    }
    let root = conformance.parent().unwrap_or(conformance);
    let of_core = read(conformance.join("mutations/core.kdl"))?;
    let chosen = chosen(if args.core { &of_core } else { &list }, &args.names)?;
    // One copy contains both lists, so it is built once.
    let runner = copy::build(root, &[list.as_slice(), &of_core].concat())?;
    if args.core {
        return defects::check(&runner, &chosen);
    }
    if args.survey { survey(&runner, &tests, &chosen) } else { check(&runner, &tests, &chosen) }
}

fn read(path: PathBuf) -> Result<Vec<Mutation>, Failure> {
    Ok(list::parse(&fs::read_to_string(&path).map_err(|error| Failure::File { path, error })?)?)
}

/// Returns the selected mutations with edits, or all.
fn chosen<'l>(list: &'l [Mutation], names: &[String]) -> Result<Vec<&'l Mutation>, Failure> {
    let here = |mutation: &&Mutation| !mutation.edits().is_empty();
    if names.is_empty() {
        return Ok(list.iter().filter(here).collect());
    }
    let find = |name: &String| list.iter().filter(here).find(|mutation| mutation.name == *name);
    names.iter().map(|name| find(name).ok_or_else(|| Failure::NoMutation(name.clone()))).collect()
}

/// Whether the listed tests detect each mutation, and pass without a mutation.
fn check(runner: &Path, tests: &Path, chosen: &[&Mutation]) -> Result<bool, Failure> {
    let all: BTreeSet<&str> = chosen.iter().flat_map(|mutation| files(mutation)).collect();
    let all: Vec<&str> = all.into_iter().collect();
    let failing = runs::failing(runner, tests, None, &all)?;
    for file in &failing {
        println!("{file} fails without a mutation");
    }
    let silent = Mutex::new(0);
    each(chosen, |mutation| {
        let files: Vec<&str> = files(mutation).collect();
        let with_control: Vec<&str> = files.iter().copied().chain([CONTROL]).collect();
        let failing = runs::failing(runner, tests, Some(&mutation.name), &with_control)?;
        if failing.contains(CONTROL) {
            println!("{} breaks more than its step: {CONTROL} fails too", mutation.name);
            *lock(&silent) += 1;
        }
        for file in files.iter().filter(|file| !failing.contains(**file)) {
            println!("{file} does not detect {}", mutation.name);
            *lock(&silent) += 1;
        }
        Ok(())
    })?;
    let silent = *lock(&silent);
    println!(
        "{} mutations, {} tests: {} tests fail without a mutation, {silent} checks of a mutation failed",
        chosen.len(),
        all.len(),
        failing.len()
    );
    Ok(failing.is_empty() && silent == 0)
}

/// Prints the tests that fail with each mutation but pass without it.
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

/// Calls `work` for each mutation, on all processors.
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
