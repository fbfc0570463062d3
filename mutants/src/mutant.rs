//! What a mutant is, and where its switch goes.

use std::fmt;
use std::ops::Range;

/// How a mutant differs from the source.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Kind {
    /// The function returns at once, with a constant.
    Body,
    /// A binary operator is another one.
    Operator,
    /// `!` or `-` is removed.
    Negation,
    /// A condition is always true or always false.
    Condition,
    /// The guard of a match arm is always true or always false.
    Guard,
    /// A match arm is removed where another one takes everything.
    Arm,
    /// A call or an assignment is removed.
    Statement,
    /// An integer constant is one more or one less wherever running code uses it.
    Constant,
}

impl Kind {
    pub(crate) const ALL: [Kind; 8] = [
        Kind::Body,
        Kind::Operator,
        Kind::Negation,
        Kind::Condition,
        Kind::Guard,
        Kind::Arm,
        Kind::Statement,
        Kind::Constant,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Kind::Body => "body",
            Kind::Operator => "operator",
            Kind::Negation => "negation",
            Kind::Condition => "condition",
            Kind::Guard => "guard",
            Kind::Arm => "arm",
            Kind::Statement => "statement",
            Kind::Constant => "constant",
        }
    }
}

/// Which build has the code of a mutant.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Home {
    /// The build with debug assertions.
    Debug,
    /// Only the build without debug assertions.
    Release,
    /// None, for this reason: the mutant is counted and not tried.
    Nowhere(&'static str),
}

/// One small change of the sources.
#[derive(Clone, Debug)]
pub(crate) struct Mutant {
    /// The number of its switch, from 1.
    pub(crate) id: u32,
    /// Its file, from the root of the repository.
    pub(crate) file: String,
    pub(crate) line: usize,
    /// The function, with its type and inline modules.
    pub(crate) function: String,
    pub(crate) kind: Kind,
    /// The change in words. No two mutants of one function have the same.
    pub(crate) edit: String,
    pub(crate) home: Home,
}

impl Mutant {
    /// What identifies the mutant from one version of the sources to the next.
    pub(crate) fn key(&self) -> Key {
        Key { file: self.file.clone(), function: self.function.clone(), edit: self.edit.clone() }
    }
}

impl fmt::Display for Mutant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}: {}", self.file, self.line, self.function, self.edit)
    }
}

/// A mutant without its line and number.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Key {
    pub(crate) file: String,
    pub(crate) function: String,
    pub(crate) edit: String,
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}: {}", self.file, self.function, self.edit)
    }
}

/// A place in a file, with the text that goes around it so that switches choose what runs there.
#[derive(Clone, Debug)]
pub(crate) struct Site {
    /// The mutants whose switches stand here.
    pub(crate) mutants: Vec<u32>,
    pub(crate) place: Range<usize>,
    pub(crate) before: String,
    pub(crate) after: String,
}
