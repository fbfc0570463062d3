//! A line of progress on standard error, when that is a terminal.

use std::time::Duration;

use indicatif::{HumanCount, ProgressBar, ProgressStyle};

use crate::args::Until;
use crate::total::Total;

/// The progress of a run.
pub(crate) struct Progress {
    bar: ProgressBar,
    until: Until,
}

impl Progress {
    pub(crate) fn new(until: Until) -> Progress {
        let length = match until {
            Until::Elapsed(time) => time.as_secs().max(1),
            Until::Programs(programs) => programs,
        };
        // indicatif draws nothing if standard error is not a terminal.
        let bar = ProgressBar::new(length);
        if let Ok(style) = ProgressStyle::with_template("{bar:32} {elapsed} {msg}") {
            bar.set_style(style);
        }
        Progress { bar, until }
    }

    pub(crate) fn show(&self, total: &Total, elapsed: Duration) {
        self.bar.set_position(match self.until {
            Until::Elapsed(_) => elapsed.as_secs(),
            Until::Programs(_) => total.programs,
        });
        let rate = (total.reads as f64 / elapsed.as_secs_f64().max(0.001)) as u64;
        let (programs, reads, rate) = (HumanCount(total.programs), HumanCount(total.reads), HumanCount(rate));
        let failures = match total.failures.len() {
            0 => String::new(),
            many => format!(", {many} FAILED"),
        };
        self.bar.set_message(format!("{programs} programs, {reads} reads, {rate} a second{failures}"));
    }

    pub(crate) fn finish(self) {
        self.bar.finish_and_clear();
    }
}
