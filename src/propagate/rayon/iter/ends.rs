//! Ends of a chain: methods that drive a scoped iterator to its result.

use std::cmp::Ordering;
use std::collections::LinkedList;
use std::iter::{Product, Sum};

use ::rayon::iter::{Either, FromParallelIterator, ParallelExtend, ParallelIterator};

use super::{comparing, looking, stateful};
use crate::mapping::Scoped;

/// What drives a chain to its result.
///
/// ```
/// use asynccontext::{Propagate, Variable};
/// use rayon::prelude::*;
///
/// static LEAST: Variable<u32> = Variable::named("least");
///
/// let found = LEAST.run(3, || {
///     let items = (0..100).into_par_iter().in_current_snapshot();
///     items.find_first(|n| LEAST.get().is_some_and(|least| *n >= least))
/// });
/// assert_eq!(found, Some(3));
/// ```
impl<I: ParallelIterator> Scoped<I> {
    /// Calls `f` with each item.
    #[inline]
    pub fn for_each(self, f: impl Fn(I::Item) + Sync + Send) {
        self.end(|iter, s| iter.for_each(s.wrap(f).into_fn()))
    }

    /// As [`for_each`](Self::for_each), with a clone of `init` for each stretch of items.
    #[inline]
    pub fn for_each_with<T: Send + Clone>(self, init: T, f: impl Fn(&mut T, I::Item) + Sync + Send) {
        self.end(|iter, s| iter.for_each_with(init, stateful(s.wrap(f))))
    }

    /// As [`for_each`](Self::for_each), with what `init` returns for each stretch of items.
    #[inline]
    pub fn for_each_init<T>(self, init: impl Fn() -> T + Sync + Send, f: impl Fn(&mut T, I::Item) + Sync + Send) {
        self.end(|iter, s| iter.for_each_init(s.wrap(init).into_fn(), stateful(s.wrap(f))))
    }

    /// Calls `f` with each item until one fails; gives an error, not always the first.
    #[inline]
    pub fn try_for_each<E: Send>(self, f: impl Fn(I::Item) -> Result<(), E> + Sync + Send) -> Result<(), E> {
        self.end(|iter, s| iter.try_for_each(s.wrap(f).into_fn()))
    }

    /// As [`try_for_each`](Self::try_for_each), with a clone of `init` for each stretch of
    /// items.
    #[inline]
    pub fn try_for_each_with<T: Send + Clone, E: Send>(
        self,
        init: T,
        f: impl Fn(&mut T, I::Item) -> Result<(), E> + Sync + Send,
    ) -> Result<(), E> {
        self.end(|iter, s| iter.try_for_each_with(init, stateful(s.wrap(f))))
    }

    /// As [`try_for_each`](Self::try_for_each), with what `init` returns for each stretch
    /// of items.
    #[inline]
    pub fn try_for_each_init<T, E: Send>(
        self,
        init: impl Fn() -> T + Sync + Send,
        f: impl Fn(&mut T, I::Item) -> Result<(), E> + Sync + Send,
    ) -> Result<(), E> {
        self.end(|iter, s| iter.try_for_each_init(s.wrap(init).into_fn(), stateful(s.wrap(f))))
    }

    /// Joins all items into one.
    #[inline]
    pub fn reduce(
        self,
        identity: impl Fn() -> I::Item + Sync + Send,
        f: impl Fn(I::Item, I::Item) -> I::Item + Sync + Send,
    ) -> I::Item {
        self.end(|iter, s| iter.reduce(s.wrap(identity).into_fn(), s.wrap(f).into_fn()))
    }

    /// Joins all items into one, if there is any.
    #[inline]
    pub fn reduce_with(self, f: impl Fn(I::Item, I::Item) -> I::Item + Sync + Send) -> Option<I::Item> {
        self.end(|iter, s| iter.reduce_with(s.wrap(f).into_fn()))
    }

    /// Does `f` say true for an item?
    #[inline]
    pub fn any(self, f: impl Fn(I::Item) -> bool + Sync + Send) -> bool {
        self.end(|iter, s| iter.any(s.wrap(f).into_fn()))
    }

    /// Does `f` say true for all items?
    #[inline]
    pub fn all(self, f: impl Fn(I::Item) -> bool + Sync + Send) -> bool {
        self.end(|iter, s| iter.all(s.wrap(f).into_fn()))
    }

    /// An item for which `f` says true.
    #[inline]
    pub fn find_any(self, f: impl Fn(&I::Item) -> bool + Sync + Send) -> Option<I::Item> {
        self.end(|iter, s| iter.find_any(looking(s.wrap(f))))
    }

    /// The first item for which `f` says true.
    #[inline]
    pub fn find_first(self, f: impl Fn(&I::Item) -> bool + Sync + Send) -> Option<I::Item> {
        self.end(|iter, s| iter.find_first(looking(s.wrap(f))))
    }

    /// The last item for which `f` says true.
    #[inline]
    pub fn find_last(self, f: impl Fn(&I::Item) -> bool + Sync + Send) -> Option<I::Item> {
        self.end(|iter, s| iter.find_last(looking(s.wrap(f))))
    }

    /// What `f` returns in `Some` for an item.
    #[inline]
    pub fn find_map_any<R: Send>(self, f: impl Fn(I::Item) -> Option<R> + Sync + Send) -> Option<R> {
        self.end(|iter, s| iter.find_map_any(s.wrap(f).into_fn()))
    }

    /// What `f` returns in `Some` for the first such item.
    #[inline]
    pub fn find_map_first<R: Send>(self, f: impl Fn(I::Item) -> Option<R> + Sync + Send) -> Option<R> {
        self.end(|iter, s| iter.find_map_first(s.wrap(f).into_fn()))
    }

    /// What `f` returns in `Some` for the last such item.
    #[inline]
    pub fn find_map_last<R: Send>(self, f: impl Fn(I::Item) -> Option<R> + Sync + Send) -> Option<R> {
        self.end(|iter, s| iter.find_map_last(s.wrap(f).into_fn()))
    }

    /// The least item.
    #[inline]
    pub fn min(self) -> Option<I::Item>
    where
        I::Item: Ord,
    {
        self.end(|iter, _| iter.min())
    }

    /// The least item in the order of `f`.
    #[inline]
    pub fn min_by(self, f: impl Fn(&I::Item, &I::Item) -> Ordering + Sync + Send) -> Option<I::Item> {
        self.end(|iter, s| iter.min_by(comparing(s.wrap(f))))
    }

    /// The item with the least key.
    #[inline]
    pub fn min_by_key<K: Ord + Send>(self, f: impl Fn(&I::Item) -> K + Sync + Send) -> Option<I::Item> {
        self.end(|iter, s| iter.min_by_key(looking(s.wrap(f))))
    }

    /// The greatest item.
    #[inline]
    pub fn max(self) -> Option<I::Item>
    where
        I::Item: Ord,
    {
        self.end(|iter, _| iter.max())
    }

    /// The greatest item in the order of `f`.
    #[inline]
    pub fn max_by(self, f: impl Fn(&I::Item, &I::Item) -> Ordering + Sync + Send) -> Option<I::Item> {
        self.end(|iter, s| iter.max_by(comparing(s.wrap(f))))
    }

    /// The item with the greatest key.
    #[inline]
    pub fn max_by_key<K: Ord + Send>(self, f: impl Fn(&I::Item) -> K + Sync + Send) -> Option<I::Item> {
        self.end(|iter, s| iter.max_by_key(looking(s.wrap(f))))
    }

    /// The items for which `f` says true, and the others.
    #[inline]
    pub fn partition<A, B>(self, f: impl Fn(&I::Item) -> bool + Sync + Send) -> (A, B)
    where
        A: Default + Send + ParallelExtend<I::Item>,
        B: Default + Send + ParallelExtend<I::Item>,
    {
        self.end(|iter, s| iter.partition(looking(s.wrap(f))))
    }

    /// What `f` returns in `Left`, and what it returns in `Right`.
    #[inline]
    pub fn partition_map<A, B, L: Send, R: Send>(self, f: impl Fn(I::Item) -> Either<L, R> + Sync + Send) -> (A, B)
    where
        A: Default + Send + ParallelExtend<L>,
        B: Default + Send + ParallelExtend<R>,
    {
        self.end(|iter, s| iter.partition_map(s.wrap(f).into_fn()))
    }

    /// All items in a collection.
    #[inline]
    pub fn collect<C: FromParallelIterator<I::Item>>(self) -> C {
        self.end(|iter, _| iter.collect())
    }

    /// All items in order, in a list of the pieces that they were made in.
    #[inline]
    pub fn collect_vec_list(self) -> LinkedList<Vec<I::Item>> {
        self.end(|iter, _| iter.collect_vec_list())
    }

    /// How many items there are.
    #[inline]
    pub fn count(self) -> usize {
        self.end(|iter, _| iter.count())
    }

    /// How many items there are, if that is known beforehand.
    #[inline]
    pub fn opt_len(&self) -> Option<usize> {
        self.inner().opt_len()
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

/// What needs pairs.
impl<A: Send, B: Send, I: ParallelIterator<Item = (A, B)>> Scoped<I> {
    /// The first and the second parts of the items.
    #[inline]
    pub fn unzip<FromA, FromB>(self) -> (FromA, FromB)
    where
        FromA: Default + Send + ParallelExtend<A>,
        FromB: Default + Send + ParallelExtend<B>,
    {
        self.end(|iter, _| iter.unzip())
    }
}

/// What needs results.
///
/// ```
/// use asynccontext::{Propagate, Variable};
/// use rayon::prelude::*;
///
/// static MOST: Variable<u8> = Variable::named("most");
///
/// let sum = |rows: Vec<u8>| {
///     let rows = rows.into_par_iter().in_current_snapshot();
///     let add = |a: u8, b: u8| a.checked_add(b).filter(|sum| Some(*sum) <= MOST.get()).ok_or("too much");
///     rows.try_fold(|| 0, add).try_reduce(|| 0, add)
/// };
/// assert_eq!(MOST.run(9, || sum(vec![1, 2, 3])), Ok(6));
/// assert_eq!(MOST.run(5, || sum(vec![1, 2, 3])), Err("too much"));
/// ```
impl<T, E, I: ParallelIterator<Item = Result<T, E>>> Scoped<I> {
    /// Joins all items into one, until there is an error.
    #[inline]
    pub fn try_reduce(
        self,
        identity: impl Fn() -> T + Sync + Send,
        f: impl Fn(T, T) -> Result<T, E> + Sync + Send,
    ) -> Result<T, E> {
        self.end(|iter, s| iter.try_reduce(s.wrap(identity).into_fn(), s.wrap(f).into_fn()))
    }

    /// Joins all items into one, if there is any, until there is an error.
    #[inline]
    pub fn try_reduce_with(self, f: impl Fn(T, T) -> Result<T, E> + Sync + Send) -> Option<Result<T, E>> {
        self.end(|iter, s| iter.try_reduce_with(s.wrap(f).into_fn()))
    }
}
