//! A progress bar on standard error, when that is a terminal.

use indicatif::{ProgressBar, ProgressStyle};

/// Progress over a known number of steps.
pub(crate) struct Progress(ProgressBar);

impl Progress {
    pub(crate) fn new(steps: u64, what: &'static str) -> Progress {
        // indicatif draws nothing if standard error is not a terminal.
        let bar = ProgressBar::new(steps).with_message(what);
        if let Ok(style) = ProgressStyle::with_template("{bar:32} {pos}/{len} {msg}, {eta} left") {
            bar.set_style(style);
        }
        Progress(bar)
    }

    /// Advances by one step.
    pub(crate) fn step(&self) {
        self.0.inc(1);
    }

    /// Prints a line to standard error, above the bar.
    pub(crate) fn tell(&self, line: &str) {
        self.0.suspend(|| eprintln!("{line}"));
    }

    pub(crate) fn finish(self) {
        self.0.finish_and_clear();
    }
}
