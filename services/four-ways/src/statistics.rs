//! Medians and quantiles, and how certain a median is.

/// Returns a quantile of the values; NaN if there are none.
pub fn quantile(values: impl IntoIterator<Item = f64>, share: f64) -> f64 {
    let values = sorted(values);
    values.get((values.len().saturating_sub(1) as f64 * share).round() as usize).copied().unwrap_or(f64::NAN)
}

/// A median with its interval of confidence.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Median {
    /// The median.
    pub median: f64,
    /// The lower end of the interval.
    pub low: f64,
    /// The upper end of the interval.
    pub high: f64,
}

impl Median {
    /// Returns the median, and the interval that has the true one with a confidence of 95 %, whatever the distribution
    /// of the values: its ends are two of them. Fewer than six values are too few, and then all are within the interval.
    ///
    /// # Examples
    ///
    /// ```
    /// use four_ways::statistics::Median;
    /// let values = (1..=99).map(f64::from);
    /// assert_eq!(Median::of(values), Median { median: 50.0, low: 39.0, high: 61.0 });
    /// ```
    pub fn of(values: impl IntoIterator<Item = f64>) -> Median {
        let values = sorted(values);
        let number = values.len();
        // The number of values below the true median is binomial, with this half-width.
        let below = ((number as f64 - 1.96 * (number as f64).sqrt()) / 2.0).floor().max(1.0) as usize;
        let at = |rank: usize| values.get(rank).copied().unwrap_or(f64::NAN);
        Median {
            median: quantile(values.iter().copied(), 0.5),
            low: at(below - 1),
            high: at(number.saturating_sub(below)),
        }
    }
}

fn sorted(values: impl IntoIterator<Item = f64>) -> Vec<f64> {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_values_are_all_in_the_interval() {
        assert_eq!(Median::of([3.0, 1.0, 2.0]), Median { median: 2.0, low: 1.0, high: 3.0 });
        assert!(Median::of([]).median.is_nan());
    }

    #[test]
    fn the_interval_misses_the_true_median_rarely() {
        let mut random = fastrand::Rng::with_seed(1);
        let samples = 4000;
        let misses = (0..samples)
            .filter(|_| {
                let found = Median::of((0..100).map(|_| random.f64().powi(3)));
                !(found.low..=found.high).contains(&0.125)
            })
            .count();
        assert!((samples / 100..samples / 20).contains(&misses), "{misses} of {samples}");
    }
}
