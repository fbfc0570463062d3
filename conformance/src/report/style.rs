//! The few styles of the terminal report. They are stripped where no terminal wants colour.

use anstyle::{AnsiColor, Style};

use crate::compare::Verdict;

/// Headings.
pub const STRONG: Style = Style::new().bold();
/// What is there for completeness.
pub const FAINT: Style = Style::new().dimmed();

/// The style of a verdict.
pub fn of(verdict: Verdict) -> Style {
    match verdict {
        Verdict::Draft => AnsiColor::Green.on_default(),
        Verdict::Stated | Verdict::Unstable => AnsiColor::Yellow.on_default(),
        Verdict::Unstated | Verdict::Failed => AnsiColor::Red.on_default().bold(),
        Verdict::Unsupported => FAINT,
    }
}
