//! The known deviations of an implementation that the suite does not know, as its author states them.

use std::collections::BTreeMap;

use super::ast::{Expect, Spanned, Word};

/// The content of a file of known deviations. [`parse_known`](super::parse::parse_known) reads it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// The name of the target.
    pub target: Word,
    /// The names of the quirks that it has.
    pub quirks: Vec<Spanned>,
    /// Outcomes of single cases, by their ids.
    pub cases: BTreeMap<Word, Expect>,
    /// The reasons for quirks and outcomes, by the name of the quirk or case.
    pub reasons: BTreeMap<Word, String>,
}
