//! The known deviations of an external implementation, from a file of its author's own.

use crate::model::{self, Quirk, Quirks, Schedule};
use crate::program::ast::Case;
use crate::program::diagnostic::Diagnostic;
use crate::program::expected::Expected;
use crate::program::known::Known;
use crate::program::outcome::Outcome;
use crate::program::parse::parse_known;

/// The known deviations of an implementation: quirks, from which the outcomes of all cases follow, and outcomes of
/// single cases.
#[derive(Clone, Debug, Default)]
pub struct Deviations {
    known: Known,
    quirks: Quirks,
}

impl Deviations {
    /// Reads a file of known deviations.
    ///
    /// # Errors
    ///
    /// Returns every error in the file.
    ///
    /// # Examples
    ///
    /// ```
    /// use conformance::targets::external::Deviations;
    ///
    /// let errors = Deviations::read("target mine; quirk gne").unwrap_err();
    /// assert_eq!(errors[0].to_string(), "there is no quirk `gne` (did you mean `gen`?)");
    /// ```
    pub fn read(source: &str) -> Result<Deviations, Vec<Diagnostic>> {
        let known = parse_known(source)?;
        let mut quirks = Quirks::NONE;
        let mut mistakes = Vec::new();
        for word in &known.quirks {
            match Quirk::of(&word.text) {
                Some(quirk) => quirks = quirks.with(quirk),
                None => {
                    let mistake = Diagnostic::new(word.span.clone(), format!("there is no quirk `{}`", word.text));
                    mistakes.push(mistake.suggest(&word.text, Quirk::ALL.map(Quirk::word)));
                }
            }
        }
        if mistakes.is_empty() { Ok(Deviations { known, quirks }) } else { Err(mistakes) }
    }

    /// Returns the name of the target that they are for.
    pub fn target(&self) -> &str {
        &self.known.target
    }

    /// Returns the quirks.
    pub fn quirks(&self) -> Quirks {
        self.quirks
    }

    /// Returns the ids of the cases whose outcome is stated.
    pub fn cases(&self) -> impl Iterator<Item = &str> {
        self.known.cases.keys().map(|id| &**id)
    }

    /// Returns the reason that the file gives for a deviation on a case: that of the case, or those of the quirks without
    /// which the model gives another outcome.
    pub fn reason(&self, case: &Case) -> Option<String> {
        if self.known.cases.contains_key(&case.id) {
            return self.known.reasons.get(&case.id).cloned();
        }
        let run = |quirks: Quirks| model::run(&case.program, Schedule::Fifo, &quirks).ok();
        let with_all = run(self.quirks);
        let matters = |quirk: &Quirk| run(self.quirks.iter().filter(|other| other != quirk).collect()) != with_all;
        let reasons = self.quirks.iter().filter(matters).filter_map(|quirk| self.known.reasons.get(quirk.word()));
        let reasons: Vec<&str> = reasons.map(String::as_str).collect();
        (!reasons.is_empty()).then(|| reasons.join("; "))
    }

    /// Returns the outcome that is expected of the implementation, given the draft's.
    pub fn expected(&self, case: &Case, base: &Outcome) -> Expected {
        let of_quirks = || model::run(&case.program, Schedule::Fifo, &self.quirks).ok();
        let mut outcome = if self.quirks.is_empty() { None } else { of_quirks() }.unwrap_or_else(|| base.clone());
        let Some(stated) = self.known.cases.get(&case.id) else { return Expected::Outcome(outcome) };
        if let Some(why) = &stated.unsupported {
            return Expected::Unsupported(why.clone());
        }
        if let Some(why) = &stated.unstable {
            return Expected::Unstable(why.clone());
        }
        for (strand, values) in &stated.strands {
            outcome.strands.remove(strand);
            if !values.is_empty() {
                outcome.strands.insert(strand.clone(), values.clone());
            }
        }
        Expected::Outcome(outcome)
    }
}
