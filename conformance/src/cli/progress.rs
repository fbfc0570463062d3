//! A progress bar on standard error, when that is a terminal.

use indicatif::{ProgressBar, ProgressStyle};

/// Progress over a known number of steps.
pub(super) struct Progress(ProgressBar);

impl Progress {
    pub(super) fn new(steps: u64) -> Progress {
        // indicatif draws nothing if standard error is not a terminal.
        let bar = ProgressBar::new(steps);
        if let Ok(style) = ProgressStyle::with_template("{bar:32} {pos}/{len} {msg}") {
            bar.set_style(style);
        }
        Progress(bar)
    }

    /// Advances by one step. `what` describes the next steps.
    pub(super) fn step(&self, what: &str) {
        if self.0.message() != what {
            self.0.set_message(what.to_owned());
        }
        self.0.inc(1);
    }

    /// Sets the number of steps that are done.
    pub(super) fn at(&self, steps: u64) {
        self.0.set_position(steps);
    }

    /// Sets the description of the current work.
    pub(super) fn message(&self, what: String) {
        self.0.set_message(what);
    }

    /// Prints a line above the bar, or to standard error if that is not a terminal.
    pub(super) fn above(&self, line: &str) {
        self.0.suspend(|| anstream::eprintln!("{line}"));
    }

    pub(super) fn finish(self) {
        self.0.finish_and_clear();
    }
}
