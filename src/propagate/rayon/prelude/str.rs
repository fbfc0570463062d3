//! Parallel iterators over the characters, bytes, words and lines of a string.

use ::rayon::str::{
    self as bare, Bytes, CharIndices, Chars, EncodeUtf16, Lines, SplitAsciiWhitespace, SplitWhitespace,
};

use crate::mapping::Scoped;
use crate::propagate::Propagate;

/// Declares the trait and its methods, each of which calls rayon's.
macro_rules! parallel_string {
    ($($method:ident, $iter:ident, $count:literal;)*) => {
        /// Parallel iterators over a string, tied to the values that are current where they are
        /// created.
        ///
        /// # Examples
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
                #[doc = concat!("Calls [`", stringify!($method), "`](bare::ParallelString::", stringify!($method), ").")]
                ///
                /// # Examples
                ///
                /// ```
                /// # use asynccontext::rayon::prelude::*;
                #[doc = concat!("assert_eq!(\"a b\".", stringify!($method), "().count(), ", $count, ");")]
                /// ```
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
    par_chars, Chars, "3";
    par_char_indices, CharIndices, "3";
    par_bytes, Bytes, "3";
    par_encode_utf16, EncodeUtf16, "3";
    par_lines, Lines, "1";
    par_split_whitespace, SplitWhitespace, "2";
    par_split_ascii_whitespace, SplitAsciiWhitespace, "2";
}
