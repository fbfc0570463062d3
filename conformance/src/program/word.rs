//! The words of a program and their places.

use std::ops::Range;
use std::sync::Arc;

/// A name, a value or another word of a program.
pub type Word = Arc<str>;

/// A place in a file, in bytes.
pub type Span = Range<usize>;

/// A word with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spanned {
    /// The word.
    pub text: Word,
    /// Its place.
    pub span: Span,
}
