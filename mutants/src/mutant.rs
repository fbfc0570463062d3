//! Mutants, and the sites of their switches.

use std::fmt;
use std::ops::Range;

/// The kind of change of a mutant.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Kind {
    /// The function returns at once, with a constant.
    Body,
    /// A binary operator is replaced.
    Operator,
    /// `!` or `-` is removed.
    Negation,
    /// A condition is always true or always false.
    Condition,
    /// The guard of a match arm is always true or always false.
    Guard,
    /// A match arm is removed, if another arm matches everything.
    Arm,
    /// A call or an assignment is removed.
    Statement,
    /// An integer constant is increased or decreased by one at its uses in running code.
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

/// The build that contains the code of a mutant.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Home {
    /// The build with debug assertions.
    Debug,
    /// Only the build without debug assertions.
    Release,
    /// No build, for this reason. The mutant is counted but not tried.
    Nowhere(&'static str),
}

/// One small change of the sources.
#[derive(Clone, Debug)]
pub(crate) struct Mutant {
    /// The number of its switch, starting at 1.
    pub(crate) id: u32,
    /// The path of its file from the root of the repository.
    pub(crate) file: String,
    pub(crate) line: usize,
    /// The function, with its type and inline modules.
    pub(crate) function: String,
    pub(crate) kind: Kind,
    /// A description of the change, unique in the function.
    pub(crate) edit: String,
    pub(crate) home: Home,
}

impl Mutant {
    /// Returns the identity of the mutant, which is stable between versions of the sources.
    pub(crate) fn key(&self) -> Key {
        Key { file: self.file.clone(), function: self.function.clone(), edit: self.edit.clone() }
    }
}

impl fmt::Display for Mutant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}: {}", self.file, self.line, self.function, self.edit)
    }
}

/// The identity of a mutant: without line and number.
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

/// A place in a file, and the text before and after it by which switches select the code.
#[derive(Clone, Debug)]
pub(crate) struct Site {
    /// The mutants whose switches are at this place.
    pub(crate) mutants: Vec<u32>,
    pub(crate) place: Range<usize>,
    pub(crate) before: String,
    pub(crate) after: String,
}
