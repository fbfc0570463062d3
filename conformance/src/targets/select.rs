//! The selection of targets by name.

use glob::{MatchOptions, Pattern as Glob};

use super::model::Portable;

/// Earlier names, which are still accepted.
const EARLIER: [(&str, &str); 2] = [("node-als", "node:als"), ("node-ac", "node:ac-als")];

/// The names, runtimes and globs by which a user selects targets. Without any, all targets are selected.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    patterns: Vec<Pattern>,
}

#[derive(Clone, Debug)]
struct Pattern {
    text: String,
    glob: Glob,
}

/// A pattern that is neither a name nor a glob.
#[derive(Debug, thiserror::Error)]
#[error("`{pattern}` is not a glob: {reason}")]
pub struct Invalid {
    /// The pattern.
    pub pattern: String,
    /// The reason.
    pub reason: String,
}

impl Selection {
    /// Reads names: of a target (`node-26:als`), of a runtime with all its targets (`node-26`), or a glob (`node-*:als`),
    /// in any case of letters.
    ///
    /// # Errors
    ///
    /// Returns the pattern that is not a glob.
    ///
    /// # Examples
    ///
    /// ```
    /// use conformance::targets::Selection;
    /// let selection = Selection::new(&["node-26".to_owned(), "BUN:als".to_owned()]).unwrap();
    /// assert!(selection.selects("node-26:ac-als") && selection.selects("bun:als"));
    /// assert!(!selection.selects("bun:ac-als") && !selection.selects("node-26-legacy:als"));
    /// assert!(!selection.selects("node-26:wintertc-als"));
    /// ```
    pub fn new(patterns: &[String]) -> Result<Selection, Invalid> {
        let pattern = |text: &String| {
            let earlier = EARLIER.iter().find(|(earlier, _)| earlier.eq_ignore_ascii_case(text));
            let text = earlier.map_or(text.as_str(), |(_, now)| now).to_owned();
            match Glob::new(&text) {
                Ok(glob) => Ok(Pattern { text, glob }),
                Err(error) => Err(Invalid { pattern: text, reason: error.msg.to_owned() }),
            }
        };
        Ok(Selection { patterns: patterns.iter().map(pattern).collect::<Result<_, _>>()? })
    }

    /// Whether it selects all targets, because no name was given.
    pub fn is_all(&self) -> bool {
        self.patterns.is_empty()
    }

    /// Whether it selects the target of this name. Targets that are part of another are selected by their own words only.
    pub fn selects(&self, target: &str) -> bool {
        self.is_all() && !target.ends_with(Portable::NAME)
            || self.patterns.iter().any(|pattern| pattern.selects(target))
    }

    /// Returns the patterns that select none of these targets.
    pub fn unmatched<'a>(&'a self, targets: &[String]) -> impl Iterator<Item = &'a str> {
        let targets = targets.to_vec();
        let unmatched = move |pattern: &&Pattern| !targets.iter().any(|target| pattern.selects(target));
        self.patterns.iter().filter(unmatched).map(|pattern| pattern.text.as_str())
    }
}

impl Pattern {
    fn selects(&self, target: &str) -> bool {
        let runtime = target.split_once(':').map_or(target, |(runtime, _)| runtime);
        let any_case = MatchOptions { case_sensitive: false, ..MatchOptions::new() };
        if target.ends_with(Portable::NAME) && !self.text.to_ascii_lowercase().contains(Portable::NAME) {
            return false;
        }
        self.text.eq_ignore_ascii_case(target)
            || self.text.eq_ignore_ascii_case(runtime)
            || self.glob.matches_with(target, any_case)
    }
}
