//! The search for the defects of the core.

use std::path::Path;
use std::process::Command;
use std::sync::Mutex;

use crate::list::{Mutation, Tried};
use crate::schemata::VARIABLE;
use crate::{Failure, each, lock};

/// The number of random programs. Each defect shows in many of them.
const PROGRAMS: &str = "400";

/// The number of statements to which a program that finds a defect must shrink, at most.
const STATEMENTS: usize = 8;

/// The result of a search.
#[derive(Debug, PartialEq, Eq)]
enum Found {
    /// No program differs.
    Nothing,
    /// Programs differ; the smallest has this number of statements.
    Shrunk(usize),
    /// The tool ended otherwise, with this output.
    Ended(String),
}

/// Whether a search finds each defect and shrinks it to a few statements, and finds nothing without a defect.
pub(crate) fn check(runner: &Path, chosen: &[&Mutation]) -> Result<bool, Failure> {
    let mut targets: Vec<&str> = chosen.iter().filter_map(|mutation| target(mutation)).collect();
    targets.sort_unstable();
    targets.dedup();
    let mut sound = true;
    for name in targets {
        let found = search(runner, name, None)?;
        if found != Found::Nothing {
            println!("without a defect, on {name}: {found:?}");
            sound = false;
        }
    }
    let missed = Mutex::new(0);
    each(chosen, |mutation| {
        let Some(name) = target(mutation) else { return Ok(()) };
        let found = search(runner, name, Some(&mutation.name))?;
        match &found {
            Found::Shrunk(statements) if *statements <= STATEMENTS => {
                println!("{}: found, shrunk to {statements} statements", mutation.name);
                return Ok(());
            }
            Found::Shrunk(statements) => println!("{}: shrunk to {statements} statements only", mutation.name),
            Found::Nothing => println!("{}: not found by {PROGRAMS} programs", mutation.name),
            Found::Ended(output) => println!("{}: the search ended early: {output}", mutation.name),
        }
        *lock(&missed) += 1;
        Ok(())
    })?;
    let missed = *lock(&missed);
    println!("{} defects: {} found and shrunk to at most {STATEMENTS} statements", chosen.len(), chosen.len() - missed);
    Ok(sound && missed == 0)
}

fn target(mutation: &Mutation) -> Option<&str> {
    match &mutation.tried {
        Tried::Search { target, .. } => Some(target),
        _ => None,
    }
}

fn search(runner: &Path, target: &str, mutation: Option<&str>) -> Result<Found, Failure> {
    let mut command = Command::new(runner);
    command.args(["search", "--programs", PROGRAMS, "--target", target]);
    match mutation {
        Some(name) => command.env(VARIABLE, name),
        None => command.env_remove(VARIABLE),
    };
    let output = command.output().map_err(|error| Failure::File { path: runner.to_owned(), error })?;
    let text = String::from_utf8_lossy(&output.stdout);
    Ok(match (output.status.code(), smallest(&text)) {
        (Some(0), None) => Found::Nothing,
        (Some(1), Some(statements)) => Found::Shrunk(statements),
        _ => Found::Ended(format!("{}\n{}", output.status, String::from_utf8_lossy(&output.stderr).trim())),
    })
}

/// Returns the number of statements of the smallest program in a report of a search.
fn smallest(report: &str) -> Option<usize> {
    let sizes = report.lines().filter_map(|line| line.split_once(", shrunk to ")?.1.split(' ').next()?.parse().ok());
    sizes.min()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smallest_program_of_a_report_counts() {
        let report =
            "3 differ: gen\n\n  gen: program 4, shrunk to 6 statements\n  agen: program 9, shrunk to 5 statements\n";
        assert_eq!(smallest(report), Some(5));
        assert_eq!(smallest("no difference"), None);
    }
}
