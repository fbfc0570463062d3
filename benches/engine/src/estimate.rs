//! Statistics over rounds.

use std::time::Duration;

/// The median and the quartiles of some figures.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Estimate {
    pub(crate) median: f64,
    pub(crate) low: f64,
    pub(crate) high: f64,
}

impl Estimate {
    /// Returns the estimate of at least one figure.
    pub(crate) fn of(figures: impl IntoIterator<Item = f64>) -> Option<Estimate> {
        let mut figures: Vec<f64> = figures.into_iter().collect();
        figures.sort_by(f64::total_cmp);
        Some(Estimate {
            median: quantile(&figures, 0.5)?,
            low: quantile(&figures, 0.25)?,
            high: quantile(&figures, 0.75)?,
        })
    }

    /// Returns the nanoseconds per step.
    pub(crate) fn of_times(times: &[Duration], steps: u32) -> Option<Estimate> {
        Estimate::of(times.iter().map(|time| time.as_secs_f64() * 1e9 / f64::from(steps)))
    }

    /// Returns the estimate of the ratios by round, since a disturbance longer than a round affects both sides.
    pub(crate) fn of_ratios(times: &[Duration], floor: &[Duration]) -> Option<Estimate> {
        Estimate::of(times.iter().zip(floor).map(|(time, floor)| time.as_secs_f64() / floor.as_secs_f64()))
    }
}

/// Returns the quantile `share` of sorted figures, with interpolation.
fn quantile(sorted: &[f64], share: f64) -> Option<f64> {
    let place = share * sorted.len().checked_sub(1)? as f64;
    let (below, above) = (sorted.get(place.floor() as usize)?, sorted.get(place.ceil() as usize)?);
    Some(below + (above - below) * place.fract())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle_and_the_range_the_middle_half() {
        let estimate = Estimate::of([4.0, 1.0, 100.0, 2.0, 3.0]).unwrap();
        assert_eq!(estimate, Estimate { median: 3.0, low: 2.0, high: 4.0 });
        let estimate = Estimate::of([1.0, 2.0]).unwrap();
        assert_eq!(estimate, Estimate { median: 1.5, low: 1.25, high: 1.75 });
        assert_eq!(Estimate::of([]), None);
    }

    #[test]
    fn ratios_are_those_of_rounds() {
        let seconds = |figures: [u64; 3]| figures.map(Duration::from_secs);
        let estimate = Estimate::of_ratios(&seconds([2, 20, 6]), &seconds([1, 10, 2])).unwrap();
        assert_eq!(estimate.median, 2.0);
        assert_eq!(Estimate::of_times(&seconds([2, 2, 4]), 2).unwrap().median, 1e9);
    }
}
