//! Ends of a chain: methods that drive a scoped iterator to its result.

use std::cmp::Ordering;
use std::collections::LinkedList;
use std::iter::{Product, Sum};

use ::rayon::iter::{Either, FromParallelIterator, ParallelExtend, ParallelIterator};

use super::{comparing, looking, stateful};
use crate::mapping::Scoped;

/// Methods that drive a chain to its result.
///
/// # Examples
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
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// (0..3).into_par_iter().for_each(|n| println!("{n}"));
    /// ```
    #[inline]
    pub fn for_each(self, f: impl Fn(I::Item) + Sync + Send) {
        self.end(|iter, s| iter.for_each(s.wrap(f).into_fn()))
    }

    /// As [`for_each`](Self::for_each), with a clone of `init` for each group of items.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// let (sender, receiver) = std::sync::mpsc::channel();
    /// (0..3).into_par_iter().for_each_with(sender, |sender, n| sender.send(n).unwrap());
    /// assert_eq!(receiver.iter().sum::<u32>(), 3);
    /// ```
    #[inline]
    pub fn for_each_with<T: Send + Clone>(self, init: T, f: impl Fn(&mut T, I::Item) + Sync + Send) {
        self.end(|iter, s| iter.for_each_with(init, stateful(s.wrap(f))))
    }

    /// As [`for_each`](Self::for_each), with a result of `init` for each group of items.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// (0..3).into_par_iter().for_each_init(String::new, |line, n| {
    ///     line.clear();
    ///     line.push_str(&n.to_string());
    ///     println!("{line}");
    /// });
    /// ```
    #[inline]
    pub fn for_each_init<T>(self, init: impl Fn() -> T + Sync + Send, f: impl Fn(&mut T, I::Item) + Sync + Send) {
        self.end(|iter, s| iter.for_each_init(s.wrap(init).into_fn(), stateful(s.wrap(f))))
    }

    /// Calls `f` with each item until it fails. Returns an error, not necessarily the first.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// let check = |n| if n < 5 { Ok(()) } else { Err(n) };
    /// assert_eq!((0..6).into_par_iter().try_for_each(check), Err(5));
    /// ```
    #[inline]
    pub fn try_for_each<E: Send>(self, f: impl Fn(I::Item) -> Result<(), E> + Sync + Send) -> Result<(), E> {
        self.end(|iter, s| iter.try_for_each(s.wrap(f).into_fn()))
    }

    /// As [`try_for_each`](Self::try_for_each), with a clone of `init` for each group of items.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// let (sender, receiver) = std::sync::mpsc::channel();
    /// let sent = (0..3).into_par_iter().try_for_each_with(sender, |sender, n| sender.send(n));
    /// assert!(sent.is_ok());
    /// assert_eq!(receiver.iter().sum::<u32>(), 3);
    /// ```
    #[inline]
    pub fn try_for_each_with<T: Send + Clone, E: Send>(
        self,
        init: T,
        f: impl Fn(&mut T, I::Item) -> Result<(), E> + Sync + Send,
    ) -> Result<(), E> {
        self.end(|iter, s| iter.try_for_each_with(init, stateful(s.wrap(f))))
    }

    /// As [`try_for_each`](Self::try_for_each), with a result of `init` for each group of items.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// let parse = |seen: &mut u32, text: &&str| {
    ///     *seen += 1;
    ///     text.parse::<u8>().map(drop)
    /// };
    /// assert!(["1", "x"].par_iter().try_for_each_init(|| 0, parse).is_err());
    /// ```
    #[inline]
    pub fn try_for_each_init<T, E: Send>(
        self,
        init: impl Fn() -> T + Sync + Send,
        f: impl Fn(&mut T, I::Item) -> Result<(), E> + Sync + Send,
    ) -> Result<(), E> {
        self.end(|iter, s| iter.try_for_each_init(s.wrap(init).into_fn(), stateful(s.wrap(f))))
    }

    /// Reduces all items to one.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// assert_eq!((1..4).into_par_iter().reduce(|| 0, |a, b| a + b), 6);
    /// ```
    #[inline]
    pub fn reduce(
        self,
        identity: impl Fn() -> I::Item + Sync + Send,
        f: impl Fn(I::Item, I::Item) -> I::Item + Sync + Send,
    ) -> I::Item {
        self.end(|iter, s| iter.reduce(s.wrap(identity).into_fn(), s.wrap(f).into_fn()))
    }

    /// Reduces all items to one, or returns `None` if there are none.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// assert_eq!((1..4).into_par_iter().reduce_with(|a, b| a + b), Some(6));
    /// assert_eq!((0..0).into_par_iter().reduce_with(|a, b| a + b), None);
    /// ```
    #[inline]
    pub fn reduce_with(self, f: impl Fn(I::Item, I::Item) -> I::Item + Sync + Send) -> Option<I::Item> {
        self.end(|iter, s| iter.reduce_with(s.wrap(f).into_fn()))
    }

    /// Returns whether `f` returns `true` for any item.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// assert!((0..5).into_par_iter().any(|n| n == 3));
    /// ```
    #[inline]
    pub fn any(self, f: impl Fn(I::Item) -> bool + Sync + Send) -> bool {
        self.end(|iter, s| iter.any(s.wrap(f).into_fn()))
    }

    /// Returns whether `f` returns `true` for all items.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// assert!((0..5).into_par_iter().all(|n| n < 5));
    /// ```
    #[inline]
    pub fn all(self, f: impl Fn(I::Item) -> bool + Sync + Send) -> bool {
        self.end(|iter, s| iter.all(s.wrap(f).into_fn()))
    }

    /// Returns an item for which `f` returns `true`.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// assert!((0..5).into_par_iter().find_any(|n| *n > 2).is_some());
    /// ```
    #[inline]
    pub fn find_any(self, f: impl Fn(&I::Item) -> bool + Sync + Send) -> Option<I::Item> {
        self.end(|iter, s| iter.find_any(looking(s.wrap(f))))
    }

    /// Returns the first item for which `f` returns `true`.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// assert_eq!((0..5).into_par_iter().find_first(|n| *n > 2), Some(3));
    /// ```
    #[inline]
    pub fn find_first(self, f: impl Fn(&I::Item) -> bool + Sync + Send) -> Option<I::Item> {
        self.end(|iter, s| iter.find_first(looking(s.wrap(f))))
    }

    /// Returns the last item for which `f` returns `true`.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// assert_eq!((0..5).into_par_iter().find_last(|n| *n > 2), Some(4));
    /// ```
    #[inline]
    pub fn find_last(self, f: impl Fn(&I::Item) -> bool + Sync + Send) -> Option<I::Item> {
        self.end(|iter, s| iter.find_last(looking(s.wrap(f))))
    }

    /// Returns a result of `f` in `Some`.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// let number: Option<u8> = ["x", "2"].par_iter().find_map_any(|text| text.parse().ok());
    /// assert_eq!(number, Some(2));
    /// ```
    #[inline]
    pub fn find_map_any<R: Send>(self, f: impl Fn(I::Item) -> Option<R> + Sync + Send) -> Option<R> {
        self.end(|iter, s| iter.find_map_any(s.wrap(f).into_fn()))
    }

    /// Returns the first result of `f` in `Some`.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// let number: Option<u8> = ["x", "2", "3"].par_iter().find_map_first(|text| text.parse().ok());
    /// assert_eq!(number, Some(2));
    /// ```
    #[inline]
    pub fn find_map_first<R: Send>(self, f: impl Fn(I::Item) -> Option<R> + Sync + Send) -> Option<R> {
        self.end(|iter, s| iter.find_map_first(s.wrap(f).into_fn()))
    }

    /// Returns the last result of `f` in `Some`.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// let number: Option<u8> = ["1", "2", "x"].par_iter().find_map_last(|text| text.parse().ok());
    /// assert_eq!(number, Some(2));
    /// ```
    #[inline]
    pub fn find_map_last<R: Send>(self, f: impl Fn(I::Item) -> Option<R> + Sync + Send) -> Option<R> {
        self.end(|iter, s| iter.find_map_last(s.wrap(f).into_fn()))
    }

    /// Returns the least item.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// assert_eq!([3, 1, 2].par_iter().min(), Some(&1));
    /// ```
    #[inline]
    pub fn min(self) -> Option<I::Item>
    where
        I::Item: Ord,
    {
        self.end(|iter, _| iter.min())
    }

    /// Returns the least item in the order of `f`.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// assert_eq!([3, 1, 2].par_iter().min_by(|a, b| b.cmp(a)), Some(&3));
    /// ```
    #[inline]
    pub fn min_by(self, f: impl Fn(&I::Item, &I::Item) -> Ordering + Sync + Send) -> Option<I::Item> {
        self.end(|iter, s| iter.min_by(comparing(s.wrap(f))))
    }

    /// Returns the item with the least key.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// assert_eq!(["abc", "d"].par_iter().min_by_key(|word| word.len()), Some(&"d"));
    /// ```
    #[inline]
    pub fn min_by_key<K: Ord + Send>(self, f: impl Fn(&I::Item) -> K + Sync + Send) -> Option<I::Item> {
        self.end(|iter, s| iter.min_by_key(looking(s.wrap(f))))
    }

    /// Returns the greatest item.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// assert_eq!([3, 1, 2].par_iter().max(), Some(&3));
    /// ```
    #[inline]
    pub fn max(self) -> Option<I::Item>
    where
        I::Item: Ord,
    {
        self.end(|iter, _| iter.max())
    }

    /// Returns the greatest item in the order of `f`.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// assert_eq!([3, 1, 2].par_iter().max_by(|a, b| b.cmp(a)), Some(&1));
    /// ```
    #[inline]
    pub fn max_by(self, f: impl Fn(&I::Item, &I::Item) -> Ordering + Sync + Send) -> Option<I::Item> {
        self.end(|iter, s| iter.max_by(comparing(s.wrap(f))))
    }

    /// Returns the item with the greatest key.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// assert_eq!(["abc", "d"].par_iter().max_by_key(|word| word.len()), Some(&"abc"));
    /// ```
    #[inline]
    pub fn max_by_key<K: Ord + Send>(self, f: impl Fn(&I::Item) -> K + Sync + Send) -> Option<I::Item> {
        self.end(|iter, s| iter.max_by_key(looking(s.wrap(f))))
    }

    /// Returns the items for which `f` returns `true`, and the others.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// let (even, odd): (Vec<_>, Vec<_>) = (0..5).into_par_iter().partition(|n| n % 2 == 0);
    /// assert_eq!((even, odd), (vec![0, 2, 4], vec![1, 3]));
    /// ```
    #[inline]
    pub fn partition<A, B>(self, f: impl Fn(&I::Item) -> bool + Sync + Send) -> (A, B)
    where
        A: Default + Send + ParallelExtend<I::Item>,
        B: Default + Send + ParallelExtend<I::Item>,
    {
        self.end(|iter, s| iter.partition(looking(s.wrap(f))))
    }

    /// Returns the results of `f` in `Left`, and those in `Right`.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// use rayon::iter::Either;
    ///
    /// let sort = |n: u32| if n < 2 { Either::Left(n) } else { Either::Right(n) };
    /// let (small, large): (Vec<_>, Vec<_>) = (0..4).into_par_iter().partition_map(sort);
    /// assert_eq!((small, large), (vec![0, 1], vec![2, 3]));
    /// ```
    #[inline]
    pub fn partition_map<A, B, L: Send, R: Send>(self, f: impl Fn(I::Item) -> Either<L, R> + Sync + Send) -> (A, B)
    where
        A: Default + Send + ParallelExtend<L>,
        B: Default + Send + ParallelExtend<R>,
    {
        self.end(|iter, s| iter.partition_map(s.wrap(f).into_fn()))
    }

    /// Collects all items.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// let items: Vec<_> = (0..3).into_par_iter().collect();
    /// assert_eq!(items, [0, 1, 2]);
    /// ```
    #[inline]
    pub fn collect<C: FromParallelIterator<I::Item>>(self) -> C {
        self.end(|iter, _| iter.collect())
    }

    /// Collects all items in order, in a list of groups.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// let groups = (0..3).into_par_iter().collect_vec_list();
    /// assert_eq!(groups.into_iter().flatten().collect::<Vec<_>>(), [0, 1, 2]);
    /// ```
    #[inline]
    pub fn collect_vec_list(self) -> LinkedList<Vec<I::Item>> {
        self.end(|iter, _| iter.collect_vec_list())
    }

    /// Returns the number of items.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// assert_eq!((0..3).into_par_iter().filter(|n| *n > 0).count(), 2);
    /// ```
    #[inline]
    pub fn count(self) -> usize {
        self.end(|iter, _| iter.count())
    }

    /// Returns the number of items, if it is known in advance.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// assert_eq!((0..3).into_par_iter().opt_len(), Some(3));
    /// assert_eq!((0..3).into_par_iter().filter(|_| true).opt_len(), None);
    /// ```
    #[inline]
    pub fn opt_len(&self) -> Option<usize> {
        self.inner().opt_len()
    }

    /// Returns the sum of the items.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// let sum: u32 = (1..4).into_par_iter().sum();
    /// assert_eq!(sum, 6);
    /// ```
    #[inline]
    pub fn sum<T: Send + Sum<I::Item> + Sum<T>>(self) -> T {
        self.end(|iter, _| iter.sum())
    }

    /// Returns the product of the items.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// let product: u32 = (1..5).into_par_iter().product();
    /// assert_eq!(product, 24);
    /// ```
    #[inline]
    pub fn product<T: Send + Product<I::Item> + Product<T>>(self) -> T {
        self.end(|iter, _| iter.product())
    }
}

/// Methods for iterators of pairs.
impl<A: Send, B: Send, I: ParallelIterator<Item = (A, B)>> Scoped<I> {
    /// Collects the first and the second parts of the items.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// let (numbers, letters): (Vec<_>, Vec<_>) = [(1, 'a'), (2, 'b')].into_par_iter().unzip();
    /// assert_eq!((numbers, letters), (vec![1, 2], vec!['a', 'b']));
    /// ```
    #[inline]
    pub fn unzip<FromA, FromB>(self) -> (FromA, FromB)
    where
        FromA: Default + Send + ParallelExtend<A>,
        FromB: Default + Send + ParallelExtend<B>,
    {
        self.end(|iter, _| iter.unzip())
    }
}

/// Methods for iterators of results.
///
/// # Examples
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
    /// Reduces all items to one, until there is an error.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// let add = |a: u8, b: u8| a.checked_add(b).ok_or("overflow");
    /// assert_eq!([Ok(1), Ok(2)].into_par_iter().try_reduce(|| 0, add), Ok(3));
    /// ```
    #[inline]
    pub fn try_reduce(
        self,
        identity: impl Fn() -> T + Sync + Send,
        f: impl Fn(T, T) -> Result<T, E> + Sync + Send,
    ) -> Result<T, E> {
        self.end(|iter, s| iter.try_reduce(s.wrap(identity).into_fn(), s.wrap(f).into_fn()))
    }

    /// Reduces all items to one, until there is an error, or returns `None` if there are none.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// let add = |a: u8, b: u8| a.checked_add(b).ok_or("overflow");
    /// assert_eq!([Ok(1), Ok(2)].into_par_iter().try_reduce_with(add), Some(Ok(3)));
    /// ```
    #[inline]
    pub fn try_reduce_with(self, f: impl Fn(T, T) -> Result<T, E> + Sync + Send) -> Option<Result<T, E>> {
        self.end(|iter, s| iter.try_reduce_with(s.wrap(f).into_fn()))
    }
}
