//! Parallel iterators whose closures run in a snapshot: methods of a [`Scoped`] one.

use ::rayon::iter::{
    Enumerate, Filter, FilterMap, FlatMap, FlatMapIter, Fold, FromParallelIterator, IndexedParallelIterator, Inspect,
    IntoParallelIterator, Map, MaxLen, MinLen, ParallelExtend, ParallelIterator, Zip,
};
use std::iter::{Product, Sum};

use crate::mapping::Scoped;
use crate::propagate::Propagate;
use crate::snapshot::Snapshot;

/// A chain whose closures run in a snapshot, made by
/// [`in_current_snapshot`](Propagate::in_current_snapshot) on a parallel iterator.
/// Each method is rayon's of that name.
///
/// ```
/// use asynccontext::{Propagate, Variable};
/// use rayon::prelude::*;
///
/// static ADD: Variable<u32> = Variable::named("add");
///
/// let words = ["a", "bc", "def", ""];
/// let lengths: Vec<_> = ADD.run(10, || {
///     words
///         .par_iter()
///         .in_current_snapshot()
///         .filter(|word| ADD.get().is_some() && !word.is_empty())
///         .map(|word| word.len() as u32 + ADD.get().unwrap())
///         .collect()
/// });
/// assert_eq!(lengths, [11, 12, 13]);
/// ```
impl<I: ParallelIterator> Scoped<I> {
    /// Adds a step made with the snapshot. The closure in it owns a snapshot,
    /// and is dropped in it.
    #[inline]
    fn step<J>(self, make: impl FnOnce(I, Snapshot) -> J) -> Scoped<J> {
        let snapshot = self.snapshot();
        make(self.into_inner(), snapshot.clone()).with_snapshot(snapshot)
    }

    /// Ends the chain: drives it, on this thread in no mapping of its caller.
    #[inline]
    fn end<R>(self, drive: impl FnOnce(I, Snapshot) -> R) -> R {
        let snapshot = self.snapshot();
        Snapshot::empty().run(|| drive(self.into_inner(), snapshot))
    }

    /// Calls `f` with each item, and goes on with what it returns.
    #[inline]
    pub fn map<R: Send>(
        self,
        f: impl Fn(I::Item) -> R + Sync + Send,
    ) -> Scoped<Map<I, impl Fn(I::Item) -> R + Sync + Send>> {
        self.step(|iter, s| {
            let f = s.wrap(f);
            iter.map(move |item| f.call((item,)))
        })
    }

    /// Goes on with the items for which `f` says true.
    #[inline]
    pub fn filter(
        self,
        f: impl Fn(&I::Item) -> bool + Sync + Send,
    ) -> Scoped<Filter<I, impl Fn(&I::Item) -> bool + Sync + Send>> {
        self.step(|iter, s| {
            let f = s.wrap(f);
            iter.filter(move |item: &I::Item| f.call((item,)))
        })
    }

    /// Calls `f` with each item, and goes on with what it returns in `Some`.
    #[inline]
    pub fn filter_map<R: Send>(
        self,
        f: impl Fn(I::Item) -> Option<R> + Sync + Send,
    ) -> Scoped<FilterMap<I, impl Fn(I::Item) -> Option<R> + Sync + Send>> {
        self.step(|iter, s| {
            let f = s.wrap(f);
            iter.filter_map(move |item| f.call((item,)))
        })
    }

    /// Calls `f` with a reference to each item on its way.
    #[inline]
    pub fn inspect(self, f: impl Fn(&I::Item) + Sync + Send) -> Scoped<Inspect<I, impl Fn(&I::Item) + Sync + Send>> {
        self.step(|iter, s| {
            let f = s.wrap(f);
            iter.inspect(move |item: &I::Item| f.call((item,)))
        })
    }

    /// Calls `f` with each item, and goes on with the items of the parallel iterators
    /// it returns. Their own closures need a snapshot of their own.
    #[inline]
    pub fn flat_map<P: IntoParallelIterator>(
        self,
        f: impl Fn(I::Item) -> P + Sync + Send,
    ) -> Scoped<FlatMap<I, impl Fn(I::Item) -> P + Sync + Send>> {
        self.step(|iter, s| {
            let f = s.wrap(f);
            iter.flat_map(move |item| f.call((item,)))
        })
    }

    /// Calls `f` with each item, and goes on with the items of the sequential iterators
    /// it returns. Their own closures need a snapshot of their own.
    #[inline]
    pub fn flat_map_iter<P: IntoIterator<Item: Send>>(
        self,
        f: impl Fn(I::Item) -> P + Sync + Send,
    ) -> Scoped<FlatMapIter<I, impl Fn(I::Item) -> P + Sync + Send>> {
        self.step(|iter, s| {
            let f = s.wrap(f);
            iter.flat_map_iter(move |item| f.call((item,)))
        })
    }

    /// Folds each stretch of items into one, and goes on with those.
    #[allow(clippy::type_complexity)] // two closures in one type, as in rayon's
    #[inline]
    pub fn fold<T: Send>(
        self,
        identity: impl Fn() -> T + Sync + Send,
        f: impl Fn(T, I::Item) -> T + Sync + Send,
    ) -> Scoped<Fold<I, impl Fn() -> T + Sync + Send, impl Fn(T, I::Item) -> T + Sync + Send>> {
        self.step(|iter, s| {
            let f = s.wrap(f);
            let identity = s.wrap(identity);
            iter.fold(move || identity.call(()), move |all, item| f.call((all, item)))
        })
    }

    /// Calls `f` with each item.
    #[inline]
    pub fn for_each(self, f: impl Fn(I::Item) + Sync + Send) {
        self.end(|iter, s| {
            let f = s.wrap(f);
            iter.for_each(|item| f.call((item,)))
        })
    }

    /// Calls `f` with each item until one fails; gives an error, not always the first.
    #[inline]
    pub fn try_for_each<E: Send>(self, f: impl Fn(I::Item) -> Result<(), E> + Sync + Send) -> Result<(), E> {
        self.end(|iter, s| {
            let f = s.wrap(f);
            iter.try_for_each(|item| f.call((item,)))
        })
    }

    /// Joins all items into one.
    #[inline]
    pub fn reduce(
        self,
        identity: impl Fn() -> I::Item + Sync + Send,
        f: impl Fn(I::Item, I::Item) -> I::Item + Sync + Send,
    ) -> I::Item {
        self.end(|iter, s| {
            let f = s.wrap(f);
            let identity = s.wrap(identity);
            iter.reduce(|| identity.call(()), |a, b| f.call((a, b)))
        })
    }

    /// Joins all items into one, if there is any.
    #[inline]
    pub fn reduce_with(self, f: impl Fn(I::Item, I::Item) -> I::Item + Sync + Send) -> Option<I::Item> {
        self.end(|iter, s| {
            let f = s.wrap(f);
            iter.reduce_with(|a, b| f.call((a, b)))
        })
    }

    /// Does `f` say true for an item?
    #[inline]
    pub fn any(self, f: impl Fn(I::Item) -> bool + Sync + Send) -> bool {
        self.end(|iter, s| {
            let f = s.wrap(f);
            iter.any(|item| f.call((item,)))
        })
    }

    /// Does `f` say true for all items?
    #[inline]
    pub fn all(self, f: impl Fn(I::Item) -> bool + Sync + Send) -> bool {
        self.end(|iter, s| {
            let f = s.wrap(f);
            iter.all(|item| f.call((item,)))
        })
    }

    /// An item for which `f` says true.
    #[inline]
    pub fn find_any(self, f: impl Fn(&I::Item) -> bool + Sync + Send) -> Option<I::Item> {
        self.end(|iter, s| {
            let f = s.wrap(f);
            iter.find_any(|item| f.call((item,)))
        })
    }

    /// The first item for which `f` says true.
    #[inline]
    pub fn find_first(self, f: impl Fn(&I::Item) -> bool + Sync + Send) -> Option<I::Item> {
        self.end(|iter, s| {
            let f = s.wrap(f);
            iter.find_first(|item| f.call((item,)))
        })
    }

    /// What `f` returns in `Some` for an item.
    #[inline]
    pub fn find_map_any<R: Send>(self, f: impl Fn(I::Item) -> Option<R> + Sync + Send) -> Option<R> {
        self.end(|iter, s| {
            let f = s.wrap(f);
            iter.find_map_any(|item| f.call((item,)))
        })
    }

    /// What `f` returns in `Some` for the first such item.
    #[inline]
    pub fn find_map_first<R: Send>(self, f: impl Fn(I::Item) -> Option<R> + Sync + Send) -> Option<R> {
        self.end(|iter, s| {
            let f = s.wrap(f);
            iter.find_map_first(|item| f.call((item,)))
        })
    }

    /// The item with the least key.
    #[inline]
    pub fn min_by_key<K: Ord + Send>(self, f: impl Fn(&I::Item) -> K + Sync + Send) -> Option<I::Item> {
        self.end(|iter, s| {
            let f = s.wrap(f);
            iter.min_by_key(|item| f.call((item,)))
        })
    }

    /// The item with the greatest key.
    #[inline]
    pub fn max_by_key<K: Ord + Send>(self, f: impl Fn(&I::Item) -> K + Sync + Send) -> Option<I::Item> {
        self.end(|iter, s| {
            let f = s.wrap(f);
            iter.max_by_key(|item| f.call((item,)))
        })
    }

    /// The items for which `f` says true, and the others.
    #[inline]
    pub fn partition<A, B>(self, f: impl Fn(&I::Item) -> bool + Sync + Send) -> (A, B)
    where
        A: Default + Send + ParallelExtend<I::Item>,
        B: Default + Send + ParallelExtend<I::Item>,
    {
        self.end(|iter, s| {
            let f = s.wrap(f);
            iter.partition(|item| f.call((item,)))
        })
    }

    /// All items in a collection.
    #[inline]
    pub fn collect<C: FromParallelIterator<I::Item>>(self) -> C {
        self.end(|iter, _| iter.collect())
    }

    /// How many items there are.
    #[inline]
    pub fn count(self) -> usize {
        self.end(|iter, _| iter.count())
    }

    /// The sum of the items.
    #[inline]
    pub fn sum<T: Send + Sum<I::Item> + Sum<T>>(self) -> T {
        self.end(|iter, _| iter.sum())
    }

    /// The product of the items.
    #[inline]
    pub fn product<T: Send + Product<I::Item> + Product<T>>(self) -> T {
        self.end(|iter, _| iter.product())
    }
}

/// What needs an iterator that knows its length.
///
/// ```
/// use asynccontext::{Propagate, Variable};
/// use rayon::prelude::*;
///
/// static ADD: Variable<usize> = Variable::named("add");
///
/// let seen: Vec<_> = ADD.run(10, || {
///     let items = ["a", "b"].par_iter().in_current_snapshot();
///     items.enumerate().map(|(at, item)| (at + ADD.get().unwrap(), *item)).collect()
/// });
/// assert_eq!(seen, [(10, "a"), (11, "b")]);
/// ```
impl<I: IndexedParallelIterator> Scoped<I> {
    /// Goes on with each item and its index.
    #[inline]
    pub fn enumerate(self) -> Scoped<Enumerate<I>> {
        self.step(|iter, _| iter.enumerate())
    }

    /// Goes on with pairs of an item and one of `other`, whose own closures need a
    /// snapshot of their own.
    #[inline]
    pub fn zip<J>(self, other: J) -> Scoped<Zip<I, J::Iter>>
    where
        J: IntoParallelIterator<Iter: IndexedParallelIterator>,
    {
        self.step(|iter, _| iter.zip(other))
    }

    /// Never splits into stretches of fewer items.
    #[inline]
    pub fn with_min_len(self, min: usize) -> Scoped<MinLen<I>> {
        self.step(|iter, _| iter.with_min_len(min))
    }

    /// Splits, if it can, into stretches of no more items.
    #[inline]
    pub fn with_max_len(self, max: usize) -> Scoped<MaxLen<I>> {
        self.step(|iter, _| iter.with_max_len(max))
    }
}
