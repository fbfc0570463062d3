//! The styles of the terminal report. The writer strips them where the output is not a terminal.

use anstyle::{AnsiColor, Style};

use crate::compare::Verdict;

/// Headings.
pub const STRONG: Style = Style::new().bold();
/// Secondary information.
pub const FAINT: Style = Style::new().dimmed();

/// Returns the style of a verdict.
pub fn of(verdict: Verdict) -> Style {
    match verdict {
        Verdict::Conforms => AnsiColor::Green.on_default(),
        Verdict::KnownDeviation | Verdict::Unstable => AnsiColor::Yellow.on_default(),
        Verdict::Unexplained | Verdict::Error => AnsiColor::Red.on_default().bold(),
        Verdict::NotSupported => FAINT,
    }
}
