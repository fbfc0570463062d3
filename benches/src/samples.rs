//! What was measured: criterion's samples of all rounds.
//!
//! # How a figure is made
//!
//! Noise on a shared machine only ever adds, and comes in stretches of seconds. So a round
//! counts with its lower quartile, which a stretch shorter than the round's measurement
//! leaves alone. A cost is the least round. A ratio is made of two costs of the *same* round,
//! which saw the same machine, and is the median over the rounds.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::error::{Error, of_file};

/// The nanoseconds that each benchmark took, by round.
#[derive(Debug, Default)]
pub(crate) struct Samples {
    benchmarks: BTreeMap<String, BTreeMap<usize, f64>>,
    rounds: usize,
}

/// Of criterion's `benchmark.json`.
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

/// A ratio over the rounds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ratio {
    pub(crate) median: f64,
    /// Half of the rounds lie between these.
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
                if let Some(cost) = quantile(turns.collect(), 0.25) {
                    self.benchmarks.entry(benchmark.full_id).or_default().insert(self.rounds, cost);
                }
            } else {
                self.read_round(&path)?;
            }
        }
        Ok(())
    }

    /// How many rounds there are.
    pub(crate) fn rounds(&self) -> usize {
        self.rounds
    }

    /// The names of the operations, which are what stands before the last `/`.
    pub(crate) fn operations(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.benchmarks.keys().filter_map(|id| Some(id.rsplit_once('/')?.0)).collect();
        names.dedup();
        names
    }

    /// Who was measured at `operation`, with the cost.
    pub(crate) fn of(&self, operation: &str) -> Vec<(&str, f64)> {
        let who = |id: &'_ str| id.rsplit_once('/').is_some_and(|(name, _)| name == operation);
        let all = self.benchmarks.iter().filter(|(id, _)| who(id));
        all.filter_map(|(id, rounds)| Some((id.rsplit_once('/')?.1, least(rounds)?))).collect()
    }

    /// The cost of one benchmark.
    pub(crate) fn cost(&self, id: &str) -> Option<f64> {
        least(self.benchmarks.get(id)?)
    }

    /// The cost of `id` in terms of `against`; with `over`, of what each adds to that.
    pub(crate) fn ratio(&self, id: &str, against: &str, over: Option<&str>) -> Option<Ratio> {
        let (id, against) = (self.benchmarks.get(id)?, self.benchmarks.get(against)?);
        let over = over.map(|over| self.benchmarks.get(over)).map_or(Some(None), |found| found.map(Some))?;
        let ratio = |(round, cost): (&usize, &f64)| {
            let base = over.map_or(Some(0.0), |over| over.get(round).copied())?;
            Some((cost - base) / (against.get(round)? - base))
        };
        let ratios: Vec<f64> = id.iter().filter_map(ratio).collect();
        Some(Ratio {
            median: quantile(ratios.clone(), 0.5)?,
            quartiles: (quantile(ratios.clone(), 0.25)?, quantile(ratios, 0.75)?),
        })
    }

    /// The dearest of an operation's sizes by the cheapest, in the same round.
    pub(crate) fn spread(&self, operation: &str) -> Option<Ratio> {
        let sizes = self.of(operation);
        let cheapest = sizes.iter().min_by(|(_, a), (_, b)| a.total_cmp(b))?.0;
        let dearest = sizes.iter().max_by(|(_, a), (_, b)| a.total_cmp(b))?.0;
        self.ratio(&format!("{operation}/{dearest}"), &format!("{operation}/{cheapest}"), None)
    }
}

fn least(rounds: &BTreeMap<usize, f64>) -> Option<f64> {
    rounds.values().copied().min_by(f64::total_cmp)
}

/// The value below which `part` of all lie.
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
    fn a_ratio_is_made_within_rounds() {
        // the second round was twice as slow for both
        let samples = samples(&[("get/a", &[1.0, 2.0, 1.0]), ("get/b", &[4.0, 8.0, 4.0])]);
        assert_eq!(samples.ratio("get/a", "get/b", None).map(|r| r.median), Some(0.25));
        assert_eq!(samples.cost("get/b"), Some(4.0));
    }

    #[test]
    fn what_is_added_is_compared_round_by_round() {
        let samples = samples(&[("p/a", &[3.0, 5.0]), ("p/b", &[6.0, 8.0]), ("p/bare", &[2.0, 4.0])]);
        assert_eq!(samples.ratio("p/a", "p/b", Some("p/bare")).map(|r| r.median), Some(0.25));
    }

    #[test]
    fn what_was_not_measured_gives_nothing() {
        let samples = samples(&[("get/a", &[1.0])]);
        assert!(samples.ratio("get/a", "get/b", None).is_none());
        assert!(samples.ratio("get/a", "get/a", Some("bare")).is_none());
        assert!(samples.spread("run").is_none());
    }

    #[test]
    fn the_spread_is_the_dearest_by_the_cheapest() {
        let samples = samples(&[("get/1", &[2.0, 2.0]), ("get/10", &[5.0, 5.0]), ("get/100", &[3.0, 3.0])]);
        assert_eq!(samples.spread("get").map(|r| r.median), Some(2.5));
    }

    #[test]
    fn quantiles_lie_between_values() {
        assert_eq!(quantile(vec![3.0, 1.0, 2.0], 0.5), Some(2.0));
        assert_eq!(quantile(vec![1.0, 2.0], 0.5), Some(1.5));
        assert_eq!(quantile(vec![], 0.5), None);
    }
}
