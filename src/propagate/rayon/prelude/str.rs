//! Texts: in characters, bytes, words and lines.

use ::rayon::str::{
    self as bare, Bytes, CharIndices, Chars, EncodeUtf16, Lines, SplitAsciiWhitespace, SplitWhitespace,
};

use crate::mapping::Scoped;
use crate::propagate::Propagate;

/// Declares the trait and its methods, each of which is rayon's.
macro_rules! parallel_string {
    ($($method:ident, $iter:ident;)*) => {
        /// Parallel iterators over a text, tied to the values that are current where they
        /// are made.
        ///
        /// ```
        /// use asynccontext::{Variable, rayon::prelude::*};
        ///
        /// static LEAST: Variable<usize> = Variable::named("least");
        ///
        /// let long = |word: &&str| Some(word.len()) >= LEAST.get();
        /// let count = LEAST.run(3, || "one or two".par_split_whitespace().filter(long).count());
        /// assert_eq!(count, 2);
        /// ```
        pub trait ParallelString {
            $(
                #[doc = concat!("As [`", stringify!($method), "`](bare::ParallelString::", stringify!($method), ").")]
                #[cfg_attr(debug_assertions, track_caller)]
                fn $method(&self) -> Scoped<$iter<'_>>;
            )*
        }

        impl ParallelString for str {
            $(
                #[cfg_attr(debug_assertions, track_caller)]
                fn $method(&self) -> Scoped<$iter<'_>> {
                    bare::ParallelString::$method(self).in_current_snapshot()
                }
            )*
        }
    };
}

parallel_string! {
    par_chars, Chars;
    par_char_indices, CharIndices;
    par_bytes, Bytes;
    par_encode_utf16, EncodeUtf16;
    par_lines, Lines;
    par_split_whitespace, SplitWhitespace;
    par_split_ascii_whitespace, SplitAsciiWhitespace;
}
