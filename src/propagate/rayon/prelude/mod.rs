//! A replacement for rayon's prelude, whose methods return scoped parallel iterators.
//!
//! The traits have rayon's names and methods. Each iterator is tied to the values that are current
//! where it is created, and each closure passed to its methods is called with them:
//!
//! ```
//! use asynccontext::{Variable, rayon};
//! use rayon::prelude::*;
//!
//! static FACTOR: Variable<u32> = Variable::named("factor");
//!
//! FACTOR.run(3, || {
//!     let mut items = vec![4, 1, 3];
//!     let sum: u32 = items.par_iter().map(|n| n * FACTOR.get().unwrap()).sum();
//!     assert_eq!(sum, 24);
//!     items.par_sort_by_key(|n| n % FACTOR.get().unwrap());
//!     assert_eq!(items, [3, 4, 1]);
//!     let pairs = items.par_iter().zip((0..3).into_par_iter());
//!     let most = pairs.map(|(n, at)| n * at * FACTOR.get().unwrap()).max();
//!     assert_eq!(most, Some(12));
//! });
//! ```
//!
//! The traits `ParallelIterator` and `IndexedParallelIterator` are missing, since their methods are
//! inherent methods of a [`Scoped`](crate::Scoped) iterator. The methods of `ParallelString` that
//! take a pattern are missing, since rayon's trait for patterns is private.
//! [`Scoped::into_inner`](crate::Scoped::into_inner) returns rayon's own iterator.
//!
//! A module should import only one of the two preludes: with both, the compiler warns of ambiguous
//! traits and chooses one.

mod slice;
mod source;
mod str;

#[doc(no_inline)]
pub use ::rayon::iter::FromParallelIterator;
pub use slice::{ParallelSlice, ParallelSliceMut};
pub use source::{
    IntoParallelIterator, IntoParallelRefIterator, IntoParallelRefMutIterator, ParallelBridge, ParallelDrainFull,
    ParallelDrainRange, ParallelExtend,
};
pub use str::ParallelString;
