//! Diagnostics: errors in a program, with their places and help.

use std::fmt;

use super::ast::Span;

/// An error in a program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Its place in the source, in bytes.
    pub span: Span,
    /// The message: what was found, and what was expected.
    pub message: String,
    /// A suggestion for a fix.
    pub help: Option<String>,
}

impl Diagnostic {
    /// Returns a diagnostic at a place.
    pub fn new(span: Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic { span, message: message.into(), help: None }
    }

    /// Adds a suggestion for a fix.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Diagnostic {
        self.help = Some(help.into());
        self
    }

    /// Adds "did you mean …?" if one of the candidates is close to the word that was found.
    #[must_use]
    pub fn suggest<'a>(self, found: &str, candidates: impl IntoIterator<Item = &'a str>) -> Diagnostic {
        match nearest(found, candidates) {
            Some(candidate) => self.help(format!("did you mean `{candidate}`?")),
            None => self,
        }
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        match &self.help {
            Some(help) => write!(f, " ({help})"),
            None => Ok(()),
        }
    }
}

/// The number of candidates that are compared with a word. Without a limit, a program with many names and many errors
/// would take quadratic time.
const CANDIDATES: usize = 1000;

/// Returns the candidate that is nearest to a word, if it is similar enough, whatever the case of their letters. If there are very many candidates, only the
/// first ones are compared.
pub fn nearest<'a>(found: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = found.chars().count().max(3) / 3;
    let lower = found.to_lowercase();
    candidates
        .into_iter()
        .take(CANDIDATES)
        .filter(|candidate| candidate.len().abs_diff(found.len()) <= 2 * limit + 2)
        .map(|candidate| (distance(&lower, &candidate.to_lowercase()), candidate))
        .filter(|(distance, candidate)| *distance <= limit.max(1) && *distance < candidate.chars().count().max(2))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Returns the edit distance of two words: insertions, deletions, replacements and swaps of neighbors.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut rows = vec![(0..=b.len()).collect::<Vec<usize>>()];
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let replaced = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut least = replaced.min(rows[i - 1][j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(rows[i - 2][j - 2] + 1);
            }
            row.push(least);
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}

/// Returns the place of the keyword at the start of a span.
pub(super) fn head(span: &Span, word: &str) -> Span {
    span.start..span.end.min(span.start + word.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distance_counts_edits_and_swaps() {
        for (a, b, expected) in [("", "", 0), ("run", "run", 0), ("rnu", "run", 1), ("get", "gets", 1), ("a", "", 1)] {
            assert_eq!(distance(a, b), expected, "{a} {b}");
        }
    }

    #[test]
    fn only_near_words_are_suggested() {
        let words = ["run", "run-async", "snapshot", "deferred"];
        assert_eq!(nearest("snapshto", words), Some("snapshot"));
        assert_eq!(nearest("derefred", words), Some("deferred"));
        assert_eq!(nearest("runasync", words), Some("run-async"));
        assert_eq!(nearest("SNAPSHOT", words), Some("snapshot"));
        assert_eq!(nearest("xyz", words), None);
        assert_eq!(nearest(&"x".repeat(100_000), words), None);
        let many = |before| std::iter::repeat_n("y", before).chain(["run"]);
        assert_eq!(nearest("rnu", many(CANDIDATES - 1)), Some("run"));
        assert_eq!(nearest("rnu", many(CANDIDATES)), None);
    }
}
