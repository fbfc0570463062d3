//! The measurements: criterion's samples of all rounds.
//!
//! # Estimates
//!
//! Noise on a shared machine can only slow an operation down. Other programs on the same core double the
//! time of a few instructions, for milliseconds at a time and most of the time. So samples are short, the
//! result of a round is a low quantile of its samples, a cost is the result of the fastest round, and a
//! ratio is the quotient of two costs.
//!
//! This does not hold where threads contend, since an interruption of the other thread makes an operation
//! faster. The times of a spawn have two modes, depending on the place of the task's memory and on which
//! thread wakes which. In these cases medians are used, and a ratio is the median of the rounds' ratios.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::error::{Error, of_file};

/// The fraction of a round's samples that is assumed to be undisturbed.
const QUIET: f64 = 0.02;

/// The time of each benchmark in nanoseconds, by round.
#[derive(Debug, Default)]
pub(crate) struct Samples {
    benchmarks: BTreeMap<String, BTreeMap<usize, f64>>,
    rounds: usize,
}

/// The needed part of criterion's `benchmark.json`.
#[derive(Deserialize)]
struct Benchmark {
    full_id: String,
    throughput: Option<BTreeMap<String, f64>>,
}

/// Criterion's `sample.json`.
#[derive(Deserialize)]
struct Sample {
    iters: Vec<f64>,
    times: Vec<f64>,
}

/// The ratio of two costs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ratio {
    pub(crate) value: f64,
    /// The quartiles of the ratios of single rounds.
    pub(crate) quartiles: (f64, f64),
}

impl Samples {
    /// Reads the folders `round-1`, `round-2` … in `folder`.
    pub(crate) fn read(folder: &Path) -> Result<Samples, Error> {
        let mut samples = Samples::default();
        loop {
            let round = folder.join(format!("round-{}", samples.rounds + 1));
            if !round.is_dir() {
                break;
            }
            samples.rounds += 1;
            samples.read_round(&round)?;
        }
        if samples.benchmarks.is_empty() { Err(Error::NoSamples(folder.to_owned())) } else { Ok(samples) }
    }

    fn read_round(&mut self, folder: &Path) -> Result<(), Error> {
        for entry in fs::read_dir(folder).map_err(of_file(folder))? {
            let path = entry.map_err(of_file(folder))?.path();
            if !path.is_dir() {
                continue;
            }
            if path.file_name().is_some_and(|name| name == "new") {
                let benchmark: Benchmark = read_json(&path.join("benchmark.json"))?;
                let sample: Sample = read_json(&path.join("sample.json"))?;
                let each = benchmark.throughput.and_then(|t| t.get("Elements").copied()).unwrap_or(1.0);
                let turns = sample.times.iter().zip(&sample.iters).map(|(time, iters)| time / iters / each);
                let part = if is_erratic(&benchmark.full_id) { 0.5 } else { QUIET };
                if let Some(cost) = quantile(turns.collect(), part) {
                    self.benchmarks.entry(benchmark.full_id).or_default().insert(self.rounds, cost);
                }
            } else {
                self.read_round(&path)?;
            }
        }
        Ok(())
    }

    /// Returns the number of rounds.
    pub(crate) fn rounds(&self) -> usize {
        self.rounds
    }

    /// Returns the names of the operations: the part of a benchmark's name before the last `/`.
    pub(crate) fn operations(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.benchmarks.keys().filter_map(|id| Some(id.rsplit_once('/')?.0)).collect();
        names.dedup();
        names
    }

    /// Returns the crates that were measured for `operation`, with their costs.
    pub(crate) fn of(&self, operation: &str) -> Vec<(&str, f64)> {
        let who = |id: &'_ str| id.rsplit_once('/').is_some_and(|(name, _)| name == operation);
        let all = self.benchmarks.keys().filter(|id| who(id));
        all.filter_map(|id| Some((id.rsplit_once('/')?.1, self.cost(id)?))).collect()
    }

    /// Returns the cost of one benchmark.
    pub(crate) fn cost(&self, id: &str) -> Option<f64> {
        let rounds = self.benchmarks.get(id)?.values().copied();
        if is_erratic(id) { quantile(rounds.collect(), 0.5) } else { rounds.min_by(f64::total_cmp) }
    }

    /// Returns the ratio of the costs of `id` and `against`; with `over`, of their differences from that.
    pub(crate) fn ratio(&self, id: &str, against: &str, over: Option<&str>) -> Option<Ratio> {
        let ratio = |cost: &dyn Fn(&str) -> Option<f64>| {
            let base = over.map_or(Some(0.0), cost)?;
            Some((cost(id)? - base) / (cost(against)? - base))
        };
        let within = |round| ratio(&|id| self.benchmarks.get(id)?.get(&round).copied());
        let rounds: Vec<f64> = (1..=self.rounds).filter_map(within).collect();
        let quartiles = (quantile(rounds.clone(), 0.25)?, quantile(rounds.clone(), 0.75)?);
        let value = if is_erratic(id) { quantile(rounds, 0.5)? } else { ratio(&|id| self.cost(id))? };
        Some(Ratio { value, quartiles })
    }

    /// Returns the ratio of the most and the least expensive size of an operation in the same round.
    pub(crate) fn spread(&self, operation: &str) -> Option<Ratio> {
        let sizes = self.of(operation);
        let cheapest = sizes.iter().min_by(|(_, a), (_, b)| a.total_cmp(b))?.0;
        let dearest = sizes.iter().max_by(|(_, a), (_, b)| a.total_cmp(b))?.0;
        self.ratio(&format!("{operation}/{dearest}"), &format!("{operation}/{cheapest}"), None)
    }
}

/// Whether threads contend or wake each other in a benchmark.
fn is_erratic(id: &str) -> bool {
    id.contains("threads") || id.starts_with("spawn")
}

/// Returns the quantile `part`.
pub(crate) fn quantile(mut all: Vec<f64>, part: f64) -> Option<f64> {
    all.sort_by(f64::total_cmp);
    let at = part * all.len().checked_sub(1)? as f64;
    let (low, high) = (all.get(at.floor() as usize)?, all.get(at.ceil() as usize)?);
    Some(low + (high - low) * at.fract())
}

/// Reads a JSON file.
pub(crate) fn read_json<T: DeserializeOwned>(path: &Path) -> Result<T, Error> {
    let text = fs::read(path).map_err(of_file(path))?;
    serde_json::from_slice(&text).map_err(|error| Error::Json { path: path.to_owned(), error })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn samples(costs: &[(&str, &[f64])]) -> Samples {
        let rounds = |costs: &[f64]| (1..).zip(costs.iter().copied()).collect();
        let benchmarks = costs.iter().map(|(id, costs)| ((*id).to_owned(), rounds(costs))).collect();
        Samples { benchmarks, rounds: 3 }
    }

    #[test]
    fn a_ratio_is_one_of_the_least_costs() {
        // The second round was slow for one benchmark, the first for the other.
        let samples = samples(&[("get/a", &[1.0, 2.0, 1.0]), ("get/b", &[8.0, 4.0, 4.0])]);
        let ratio = samples.ratio("get/a", "get/b", None);
        assert_eq!(ratio.map(|r| r.value), Some(0.25));
        assert_eq!(ratio.map(|r| r.quartiles), Some((0.1875, 0.375)));
        assert_eq!(samples.cost("get/b"), Some(4.0));
    }

    #[test]
    fn the_added_costs_are_compared() {
        let samples = samples(&[("p/a", &[3.0, 5.0]), ("p/b", &[6.0, 8.0]), ("p/bare", &[2.0, 4.0])]);
        assert_eq!(samples.ratio("p/a", "p/b", Some("p/bare")).map(|r| r.value), Some(0.25));
    }

    #[test]
    fn the_median_counts_where_threads_contend() {
        let samples = samples(&[("poll, threads: 2/a", &[1.0, 9.0, 5.0])]);
        assert_eq!(samples.cost("poll, threads: 2/a"), Some(5.0));
    }

    #[test]
    fn a_ratio_of_wake_ups_is_the_median_of_the_rounds() {
        let samples = samples(&[("spawn/a", &[2.0, 9.0, 6.0]), ("spawn/b", &[1.0, 3.0, 3.0])]);
        assert_eq!(samples.ratio("spawn/a", "spawn/b", None).map(|r| r.value), Some(2.0));
    }

    #[test]
    fn a_missing_measurement_has_no_cost() {
        let samples = samples(&[("get/a", &[1.0])]);
        assert!(samples.ratio("get/a", "get/b", None).is_none());
        assert!(samples.ratio("get/a", "get/a", Some("bare")).is_none());
        assert!(samples.spread("run").is_none());
    }

    #[test]
    fn the_spread_is_the_ratio_of_the_extremes() {
        let samples = samples(&[("get/1", &[2.0, 2.0]), ("get/10", &[5.0, 5.0]), ("get/100", &[3.0, 3.0])]);
        assert_eq!(samples.spread("get").map(|r| r.value), Some(2.5));
    }

    #[test]
    fn quantiles_lie_between_values() {
        assert_eq!(quantile(vec![3.0, 1.0, 2.0], 0.5), Some(2.0));
        assert_eq!(quantile(vec![1.0, 2.0], 0.5), Some(1.5));
        assert_eq!(quantile(vec![], 0.5), None);
    }
}
