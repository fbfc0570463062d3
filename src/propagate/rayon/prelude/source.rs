//! Conversions into parallel iterators.

use std::ops::RangeBounds;

use ::rayon::iter::{self, IterBridge, ParallelIterator};

use crate::mapping::Scoped;
use crate::propagate::Propagate;
use crate::snapshot::Snapshot;

/// Conversion into a parallel iterator, for all types that have one in rayon and for [`Scoped`]
/// ones.
///
/// # Examples
///
/// ```
/// use asynccontext::{Variable, rayon::prelude::*};
///
/// static ADD: Variable<u32> = Variable::named("add");
///
/// let add = |n| n + ADD.get().unwrap();
/// let seen: Vec<u32> = ADD.run(10, || (0..3).into_par_iter().map(add).collect());
/// assert_eq!(seen, [10, 11, 12]);
/// ```
pub trait IntoParallelIterator {
    /// Rayon's iterator inside the scoped one.
    type Iter: ParallelIterator<Item = Self::Item>;
    /// The type of the items.
    type Item: Send;

    /// Creates the iterator, tied to the current values.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// let sum: u32 = vec![1, 2].into_par_iter().sum();
    /// assert_eq!(sum, 3);
    /// ```
    #[cfg_attr(debug_assertions, track_caller)]
    fn into_par_iter(self) -> Scoped<Self::Iter>;

    /// Returns rayon's iterator alone, for a chain that is already scoped.
    #[doc(hidden)]
    fn into_bare(self) -> Self::Iter;
}

impl<T: iter::IntoParallelIterator> IntoParallelIterator for T {
    type Iter = T::Iter;
    type Item = T::Item;

    #[cfg_attr(debug_assertions, track_caller)]
    fn into_par_iter(self) -> Scoped<T::Iter> {
        self.into_bare().in_current_snapshot()
    }

    fn into_bare(self) -> T::Iter {
        iter::IntoParallelIterator::into_par_iter(self)
    }
}

/// Keeps the values that the iterator is tied to.
impl<I: ParallelIterator> IntoParallelIterator for Scoped<I> {
    type Iter = I;
    type Item = I::Item;

    fn into_par_iter(self) -> Scoped<I> {
        self
    }

    fn into_bare(self) -> I {
        self.into_inner()
    }
}

/// Conversion into a parallel iterator of references.
///
/// # Examples
///
/// ```
/// use asynccontext::{Variable, rayon::prelude::*};
///
/// static ADD: Variable<u32> = Variable::named("add");
///
/// let seen: Vec<u32> = ADD.run(10, || [0, 1].par_iter().map(|n| n + ADD.get().unwrap()).collect());
/// assert_eq!(seen, [10, 11]);
/// ```
pub trait IntoParallelRefIterator<'data> {
    /// Rayon's iterator inside the scoped one.
    type Iter: ParallelIterator<Item = Self::Item>;
    /// The type of the items, a reference.
    type Item: Send + 'data;

    /// Creates the iterator, tied to the current values.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// let sum: u32 = [1, 2].par_iter().sum();
    /// assert_eq!(sum, 3);
    /// ```
    #[cfg_attr(debug_assertions, track_caller)]
    fn par_iter(&'data self) -> Scoped<Self::Iter>;
}

impl<'data, T: iter::IntoParallelRefIterator<'data> + ?Sized> IntoParallelRefIterator<'data> for T {
    type Iter = T::Iter;
    type Item = T::Item;

    #[cfg_attr(debug_assertions, track_caller)]
    fn par_iter(&'data self) -> Scoped<T::Iter> {
        iter::IntoParallelRefIterator::par_iter(self).in_current_snapshot()
    }
}

/// Conversion into a parallel iterator of mutable references.
///
/// # Examples
///
/// ```
/// use asynccontext::{Variable, rayon::prelude::*};
///
/// static ADD: Variable<u32> = Variable::named("add");
///
/// let mut items = [0, 1];
/// ADD.run(10, || items.par_iter_mut().for_each(|n| *n += ADD.get().unwrap()));
/// assert_eq!(items, [10, 11]);
/// ```
pub trait IntoParallelRefMutIterator<'data> {
    /// Rayon's iterator inside the scoped one.
    type Iter: ParallelIterator<Item = Self::Item>;
    /// The type of the items, a mutable reference.
    type Item: Send + 'data;

    /// Creates the iterator, tied to the current values.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// let mut items = [1, 2];
    /// items.par_iter_mut().for_each(|n| *n += 1);
    /// assert_eq!(items, [2, 3]);
    /// ```
    #[cfg_attr(debug_assertions, track_caller)]
    fn par_iter_mut(&'data mut self) -> Scoped<Self::Iter>;
}

impl<'data, T: iter::IntoParallelRefMutIterator<'data> + ?Sized> IntoParallelRefMutIterator<'data> for T {
    type Iter = T::Iter;
    type Item = T::Item;

    #[cfg_attr(debug_assertions, track_caller)]
    fn par_iter_mut(&'data mut self) -> Scoped<T::Iter> {
        iter::IntoParallelRefMutIterator::par_iter_mut(self).in_current_snapshot()
    }
}

/// Conversion of a sequential iterator into a parallel one. The sequential iterator is stepped with
/// the values that are current at the conversion.
///
/// # Examples
///
/// ```
/// use asynccontext::{Variable, rayon::prelude::*};
///
/// static ADD: Variable<u32> = Variable::named("add");
///
/// let add = |n| n + ADD.get().unwrap();
/// let sum: u32 = ADD.run(10, || (0..3).map(add).par_bridge().map(add).sum());
/// assert_eq!(sum, 63);
/// ```
pub trait ParallelBridge: Sized {
    /// Converts the iterator into a parallel one, tied to the current values.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// let sum: u32 = "1 2".split(' ').par_bridge().map(|word| word.parse::<u32>().unwrap()).sum();
    /// assert_eq!(sum, 3);
    /// ```
    #[cfg_attr(debug_assertions, track_caller)]
    fn par_bridge(self) -> Scoped<IterBridge<Scoped<Self>>>;
}

impl<T: Iterator<Item: Send> + Send> ParallelBridge for T {
    #[cfg_attr(debug_assertions, track_caller)]
    fn par_bridge(self) -> Scoped<IterBridge<Scoped<T>>> {
        let snapshot = Snapshot::capture();
        iter::ParallelBridge::par_bridge(self.with_snapshot(snapshot.clone())).with_snapshot(snapshot)
    }
}

/// A collection that can be drained in parallel.
///
/// # Examples
///
/// ```
/// use std::collections::HashSet;
///
/// use asynccontext::{Variable, rayon::prelude::*};
///
/// static ADD: Variable<u32> = Variable::named("add");
///
/// let mut items = HashSet::from([0, 1]);
/// let sum: u32 = ADD.run(10, || items.par_drain().map(|n| n + ADD.get().unwrap()).sum());
/// assert_eq!((sum, items.len()), (21, 0));
/// ```
pub trait ParallelDrainFull {
    /// Rayon's iterator inside the scoped one.
    type Iter: ParallelIterator<Item = Self::Item>;
    /// The type of the items.
    type Item: Send;

    /// Creates an iterator that removes all items, tied to the current values.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// use std::collections::BinaryHeap;
    ///
    /// let mut heap = BinaryHeap::from([1, 2]);
    /// assert_eq!(heap.par_drain().sum::<u32>(), 3);
    /// assert!(heap.is_empty());
    /// ```
    #[cfg_attr(debug_assertions, track_caller)]
    fn par_drain(self) -> Scoped<Self::Iter>;
}

impl<T: iter::ParallelDrainFull> ParallelDrainFull for T {
    type Iter = T::Iter;
    type Item = T::Item;

    #[cfg_attr(debug_assertions, track_caller)]
    fn par_drain(self) -> Scoped<T::Iter> {
        iter::ParallelDrainFull::par_drain(self).in_current_snapshot()
    }
}

/// A collection from which a range can be drained in parallel.
///
/// # Examples
///
/// ```
/// use asynccontext::{Variable, rayon::prelude::*};
///
/// static ADD: Variable<u32> = Variable::named("add");
///
/// let mut items = vec![0, 1, 2];
/// let sum: u32 = ADD.run(10, || items.par_drain(1..).map(|n| n + ADD.get().unwrap()).sum());
/// assert_eq!((sum, items), (23, vec![0]));
/// ```
pub trait ParallelDrainRange<Idx = usize> {
    /// Rayon's iterator inside the scoped one.
    type Iter: ParallelIterator<Item = Self::Item>;
    /// The type of the items.
    type Item: Send;

    /// Creates an iterator that removes the items of `range`, tied to the current values.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// let mut items = vec![1, 2, 3];
    /// assert_eq!(items.par_drain(1..).sum::<u32>(), 5);
    /// assert_eq!(items, [1]);
    /// ```
    #[cfg_attr(debug_assertions, track_caller)]
    fn par_drain<R: RangeBounds<Idx>>(self, range: R) -> Scoped<Self::Iter>;
}

impl<Idx, T: iter::ParallelDrainRange<Idx>> ParallelDrainRange<Idx> for T {
    type Iter = T::Iter;
    type Item = T::Item;

    #[cfg_attr(debug_assertions, track_caller)]
    fn par_drain<R: RangeBounds<Idx>>(self, range: R) -> Scoped<T::Iter> {
        iter::ParallelDrainRange::par_drain(self, range).in_current_snapshot()
    }
}

/// A collection that can be extended by a parallel iterator.
///
/// # Examples
///
/// ```
/// use asynccontext::{Variable, rayon::prelude::*};
///
/// static ADD: Variable<u32> = Variable::named("add");
///
/// let mut items = vec![0];
/// ADD.run(10, || items.par_extend([1, 2].par_iter().map(|n| n + ADD.get().unwrap())));
/// assert_eq!(items, [0, 11, 12]);
/// ```
pub trait ParallelExtend<T: Send> {
    /// Extends the collection by the items of `par_iter`, whose closures run with the iterator's
    /// values.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// let mut items = vec![0];
    /// items.par_extend(1..3);
    /// assert_eq!(items, [0, 1, 2]);
    /// ```
    fn par_extend<I: IntoParallelIterator<Item = T>>(&mut self, par_iter: I);
}

impl<T: Send, C: iter::ParallelExtend<T>> ParallelExtend<T> for C {
    fn par_extend<I: IntoParallelIterator<Item = T>>(&mut self, par_iter: I) {
        let par_iter = par_iter.into_bare();
        Snapshot::empty().run(|| iter::ParallelExtend::par_extend(self, par_iter));
    }
}
