//! The table of limits, and their comparison with measurements.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::Deserialize;

use crate::error::{Error, of_file};
use crate::samples::{Ratio, Samples};

/// One row of `limits.toml`.
#[derive(Debug, Deserialize)]
pub(crate) struct Limit {
    pub(crate) what: String,
    pub(crate) at_most: f64,
    /// The reason why it cannot be met.
    pub(crate) missed: Option<String>,
    #[serde(flatten)]
    pub(crate) of: Of,
}

/// The figure that is limited.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum Of {
    Ratio { measure: String, against: String, over: Option<String> },
    Flat { flat: String },
    Cliffs { cliffs: String },
    Figure { figure: String },
}

#[derive(Deserialize)]
struct Table {
    limit: Vec<Limit>,
}

/// Reads the table.
pub(crate) fn read(path: &Path) -> Result<Vec<Limit>, Error> {
    let text = fs::read_to_string(path).map_err(of_file(path))?;
    let table: Table = toml::from_str(&text).map_err(|error| Error::Limits { path: path.to_owned(), error })?;
    Ok(table.limit)
}

/// All figures that limits refer to.
#[derive(Debug)]
pub(crate) struct Measured {
    pub(crate) samples: Samples,
    /// By series, the cost at 1, 2, 3 … bindings.
    pub(crate) sweep: BTreeMap<String, Vec<f64>>,
    /// Exact figures.
    pub(crate) figures: BTreeMap<String, f64>,
}

/// The result of a limit.
#[derive(Debug)]
pub(crate) struct Verdict<'a> {
    pub(crate) limit: &'a Limit,
    pub(crate) outcome: Outcome,
}

#[derive(Debug, PartialEq)]
pub(crate) enum Outcome {
    /// The value, and a remark on it.
    Kept(f64, String),
    Missed(f64, String),
    /// The figure was not measured.
    Absent,
}

impl Measured {
    /// Compares every limit with the measurement.
    pub(crate) fn judge<'a>(&self, limits: &'a [Limit]) -> Vec<Verdict<'a>> {
        limits.iter().map(|limit| Verdict { limit, outcome: self.outcome(limit) }).collect()
    }

    fn outcome(&self, limit: &Limit) -> Outcome {
        match self.value(&limit.of) {
            None => Outcome::Absent,
            Some((value, more)) if value <= limit.at_most => Outcome::Kept(value, more),
            Some((value, more)) => Outcome::Missed(value, more), // This includes NaN.
        }
    }

    fn value(&self, of: &Of) -> Option<(f64, String)> {
        let rounds = |ratio: Ratio| {
            let (low, high) = ratio.quartiles;
            (ratio.value, format!("{low:.2} to {high:.2}"))
        };
        match of {
            Of::Ratio { measure, against, over } => self.samples.ratio(measure, against, over.as_deref()).map(rounds),
            Of::Flat { flat } => self.samples.spread(flat).map(rounds),
            Of::Cliffs { cliffs } => {
                let (value, at) = worst_cliff(self.sweep.get(cliffs)?)?;
                Some((value, format!("at {at} bindings")))
            }
            Of::Figure { figure } => Some((*self.figures.get(figure)?, String::new())),
        }
    }
}

/// Returns the greatest ratio of the cost at a length and the mean of its neighbors, and the length.
fn worst_cliff(costs: &[f64]) -> Option<(f64, usize)> {
    let ratio = |(at, around): (usize, &[f64])| match around {
        [before, here, after] => Some((2.0 * here / (before + after), at)),
        _ => None,
    };
    (2..).zip(costs.windows(3)).filter_map(ratio).max_by(|(a, _), (b, _)| a.total_cmp(b))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figures(value: f64) -> Measured {
        let figures = BTreeMap::from([("allocations/run".to_owned(), value)]);
        Measured { samples: Samples::default(), sweep: BTreeMap::new(), figures }
    }

    fn limit(figure: &str) -> Limit {
        let of = Of::Figure { figure: figure.to_owned() };
        Limit { what: "allocations of run".to_owned(), at_most: 1.0, missed: None, of }
    }

    #[test]
    fn a_limit_is_met_missed_or_not_measured() {
        let outcome = |value, figure| figures(value).outcome(&limit(figure));
        assert_eq!(outcome(1.0, "allocations/run"), Outcome::Kept(1.0, String::new()));
        assert_eq!(outcome(2.0, "allocations/run"), Outcome::Missed(2.0, String::new()));
        assert_eq!(outcome(1.0, "allocations/get"), Outcome::Absent);
        assert!(matches!(outcome(f64::NAN, "allocations/run"), Outcome::Missed(..)));
    }

    #[test]
    fn a_cliff_is_found_at_its_length() {
        assert_eq!(worst_cliff(&[1.0, 1.0, 1.0, 4.0, 1.0]), Some((4.0, 4)));
        assert_eq!(worst_cliff(&[1.0, 1.0]), None);
    }

    #[test]
    fn every_row_of_the_table_can_be_parsed() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("limits.toml");
        assert!(read(&path).is_ok_and(|limits| limits.len() > 20));
    }

    #[test]
    fn a_row_that_limits_nothing_is_rejected() {
        let table = toml::from_str::<Table>("[[limit]]\nwhat = \"get\"\nat_most = 1.0\nmeasures = \"get/a\"");
        assert!(table.is_err());
    }
}
