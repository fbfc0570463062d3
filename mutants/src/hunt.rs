//! Runs, for each mutant, the tests that reach it, until one detects it.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Mutex;
use std::time::Duration;

use serde_json::{Value, json};

use crate::failure::Failure;
use crate::mutant::Mutant;
use crate::pool::{each, lock};
use crate::progress::Progress;
use crate::tests::{End, Suite, Test};

/// The outcome of a mutant.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Outcome {
    /// A test detected it, and ended in this way.
    Noticed { test: String, end: End },
    /// Every test that reaches it passes.
    Survived,
    /// No test reaches its switch.
    NotReached,
    /// It does not compile.
    NoProgram,
    /// It was not tried, for this reason.
    Skipped(&'static str),
}

/// The test that detected each mutant in the last run, which runs first.
pub(crate) struct Memory(BTreeMap<String, String>);

impl Memory {
    pub(crate) fn read(path: &Path) -> Memory {
        let text = fs::read_to_string(path).unwrap_or_default();
        let entries = match serde_json::from_str(&text) {
            Ok(Value::Object(entries)) => entries,
            _ => serde_json::Map::new(),
        };
        let entry = |(mutant, test): (String, Value)| Some((mutant, test.as_str()?.to_owned()));
        Memory(entries.into_iter().filter_map(entry).collect())
    }

    pub(crate) fn write(&self, path: &Path) -> Result<(), Failure> {
        fs::write(path, json!(self.0).to_string()).map_err(|error| Failure::File { path: path.to_owned(), error })
    }

    fn add(&mut self, mutant: &Mutant, outcome: &Outcome) {
        if let Outcome::Noticed { test, .. } = outcome {
            self.0.insert(mutant.key().to_string(), test.clone());
        }
    }
}

/// The number of mutants that a test detected, and the number that it was run for.
#[derive(Clone, Copy, Default)]
struct Record {
    noticed: u32,
    tried: u32,
}

impl Record {
    /// Returns the estimated number of mutants that the test detects per second.
    fn worth(self, time: Duration) -> f64 {
        let chance = f64::from(self.noticed + 1) / f64::from(self.tried + 2);
        chance / (time.as_secs_f64() + 0.004)
    }
}

/// Tries the mutants, and reports each survivor at once, explained or not.
pub(crate) fn try_all(
    suite: &Suite,
    mutants: &[&Mutant],
    jobs: usize,
    memory: &mut Memory,
) -> Result<BTreeMap<u32, Outcome>, Failure> {
    let progress = Progress::new(mutants.len() as u64, "mutants");
    let records = Mutex::new(vec![Record::default(); suite.tests.len()]);
    let outcomes = Mutex::new(BTreeMap::new());
    each(mutants, jobs, |mutant| {
        let outcome = try_one(suite, mutant, memory.0.get(&mutant.key().to_string()), &records)?;
        match outcome {
            Outcome::Survived => progress.tell(&format!("survives: {mutant}")),
            Outcome::NotReached => progress.tell(&format!("no test reaches: {mutant}")),
            _ => {}
        }
        lock(&outcomes).insert(mutant.id, outcome);
        progress.step();
        Ok(())
    })?;
    progress.finish();
    let outcomes = outcomes.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner());
    for mutant in mutants {
        if let Some(outcome) = outcomes.get(&mutant.id) {
            memory.add(mutant, outcome);
        }
    }
    Ok(outcomes)
}

fn try_one(
    suite: &Suite,
    mutant: &Mutant,
    last: Option<&String>,
    records: &Mutex<Vec<Record>>,
) -> Result<Outcome, Failure> {
    let mut left: Vec<(usize, &Test)> =
        suite.tests.iter().enumerate().filter(|(_, test)| test.reached.contains(&mutant.id)).collect();
    if left.is_empty() {
        return Ok(Outcome::NotReached);
    }
    {
        let records = lock(records);
        let worth = |(number, test): &(usize, &Test)| records[*number].worth(test.time);
        left.sort_by(|one, other| worth(other).total_cmp(&worth(one)));
        left.sort_by_key(|(_, test)| last != Some(&test.name));
    }
    for (number, test) in left {
        let mut end = suite.with_mutant(test, mutant.id)?;
        // A test that fails occasionally without a mutant must not count as a detection.
        if !matches!(end, End::Passed | End::TimedOut) {
            end = suite.with_mutant(test, mutant.id)?;
        }
        let record = &mut lock(records)[number];
        record.tried += 1;
        if end != End::Passed {
            record.noticed += 1;
            return Ok(Outcome::Noticed { test: test.name.clone(), end });
        }
    }
    Ok(Outcome::Survived)
}
