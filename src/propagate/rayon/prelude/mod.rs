//! `use asynccontext::rayon::prelude::*;` in place of rayon's: what makes a parallel iterator
//! makes a scoped one.
//!
//! The traits have the names and methods that they have in rayon. Each iterator is tied to
//! the values that are current where it is made, so each closure that is given to its methods
//! is called with them:
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
//! Missing are `ParallelIterator` and `IndexedParallelIterator`, whose methods a
//! [`Scoped`](crate::Scoped) iterator has by itself; and of `ParallelString` the methods that
//! take a pattern, since rayon's trait for patterns is private. Where rayon's own iterator is
//! asked for, [`Scoped::into_inner`](crate::Scoped::into_inner) gives it.
//!
//! A module imports one of the two preludes: with both, the compiler warns of ambiguous traits
//! and chooses.

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
