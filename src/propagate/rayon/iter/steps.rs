//! Steps of a chain: methods that return another scoped iterator.

use ::rayon::iter::{
    Chain, Cloned, Copied, Filter, FilterMap, FlatMap, FlatMapIter, Flatten, FlattenIter, Fold, FoldWith, Inspect,
    Intersperse, Map, MapInit, MapWith, PanicFuse, ParallelIterator, SkipAny, SkipAnyWhile, TakeAny, TakeAnyWhile,
    TryFold, TryFoldWith, Update, WhileSome,
};

use super::{changing, looking, stateful};
use crate::mapping::Scoped;
use crate::propagate::rayon::prelude::IntoParallelIterator;

/// A chain whose closures run in a snapshot, returned by
/// [`in_current_snapshot`](crate::Propagate::in_current_snapshot) on a parallel iterator. Each
/// method calls rayon's of the same name.
///
/// # Examples
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
    /// Maps each item with `f`.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// let doubled: Vec<_> = (1..4).into_par_iter().map(|n| n * 2).collect();
    /// assert_eq!(doubled, [2, 4, 6]);
    /// ```
    #[inline]
    pub fn map<R: Send>(
        self,
        f: impl Fn(I::Item) -> R + Sync + Send,
    ) -> Scoped<Map<I, impl Fn(I::Item) -> R + Sync + Send>> {
        self.step(|iter, s| iter.map(s.wrap(f).into_fn()))
    }

    /// As [`map`](Self::map), with a clone of `init` for each group of items.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// let sums: Vec<_> = [1, 2].par_iter().map_with(10, |ten, n| *ten + n).collect();
    /// assert_eq!(sums, [11, 12]);
    /// ```
    #[inline]
    pub fn map_with<T: Send + Clone, R: Send>(
        self,
        init: T,
        f: impl Fn(&mut T, I::Item) -> R + Sync + Send,
    ) -> Scoped<MapWith<I, T, impl Fn(&mut T, I::Item) -> R + Sync + Send>> {
        self.step(|iter, s| iter.map_with(init, stateful(s.wrap(f))))
    }

    /// As [`map`](Self::map), with a result of `init` for each group of items.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// let lines: Vec<_> = [1, 2]
    ///     .par_iter()
    ///     .map_init(String::new, |line, n| {
    ///         line.clear();
    ///         line.push_str(&n.to_string());
    ///         line.clone()
    ///     })
    ///     .collect();
    /// assert_eq!(lines, ["1", "2"]);
    /// ```
    #[inline]
    pub fn map_init<T, R: Send>(
        self,
        init: impl Fn() -> T + Sync + Send,
        f: impl Fn(&mut T, I::Item) -> R + Sync + Send,
    ) -> Scoped<MapInit<I, impl Fn() -> T + Sync + Send, impl Fn(&mut T, I::Item) -> R + Sync + Send>> {
        self.step(|iter, s| iter.map_init(s.wrap(init).into_fn(), stateful(s.wrap(f))))
    }

    /// Calls `f` with a reference to each item.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// let sum: u32 = [1, 2].par_iter().inspect(|n| println!("{n}")).sum();
    /// assert_eq!(sum, 3);
    /// ```
    #[inline]
    pub fn inspect(self, f: impl Fn(&I::Item) + Sync + Send) -> Scoped<Inspect<I, impl Fn(&I::Item) + Sync + Send>> {
        self.step(|iter, s| iter.inspect(looking(s.wrap(f))))
    }

    /// Calls `f` with a mutable reference to each item.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// let items: Vec<_> = vec![1, 2].into_par_iter().update(|n| *n += 1).collect();
    /// assert_eq!(items, [2, 3]);
    /// ```
    #[inline]
    pub fn update(
        self,
        f: impl Fn(&mut I::Item) + Sync + Send,
    ) -> Scoped<Update<I, impl Fn(&mut I::Item) + Sync + Send>> {
        self.step(|iter, s| iter.update(changing(s.wrap(f))))
    }

    /// Keeps the items for which `f` returns `true`.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// let even: Vec<_> = (0..5).into_par_iter().filter(|n| n % 2 == 0).collect();
    /// assert_eq!(even, [0, 2, 4]);
    /// ```
    #[inline]
    pub fn filter(
        self,
        f: impl Fn(&I::Item) -> bool + Sync + Send,
    ) -> Scoped<Filter<I, impl Fn(&I::Item) -> bool + Sync + Send>> {
        self.step(|iter, s| iter.filter(looking(s.wrap(f))))
    }

    /// Maps each item with `f` and keeps the results in `Some`.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// let numbers: Vec<u8> = ["1", "x", "2"].par_iter().filter_map(|text| text.parse().ok()).collect();
    /// assert_eq!(numbers, [1, 2]);
    /// ```
    #[inline]
    pub fn filter_map<R: Send>(
        self,
        f: impl Fn(I::Item) -> Option<R> + Sync + Send,
    ) -> Scoped<FilterMap<I, impl Fn(I::Item) -> Option<R> + Sync + Send>> {
        self.step(|iter, s| iter.filter_map(s.wrap(f).into_fn()))
    }

    /// Maps each item with `f` to a parallel iterator and flattens the results. If those iterators
    /// are rayon's, their closures need a snapshot of their own.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// let items: Vec<_> = (1..3).into_par_iter().flat_map(|n| vec![n, n * 10]).collect();
    /// assert_eq!(items, [1, 10, 2, 20]);
    /// ```
    #[inline]
    pub fn flat_map<P: IntoParallelIterator>(
        self,
        f: impl Fn(I::Item) -> P + Sync + Send,
    ) -> Scoped<FlatMap<I, impl Fn(I::Item) -> P::Iter + Sync + Send>> {
        self.step(|iter, s| iter.flat_map(s.wrap(move |item| f(item).into_bare()).into_fn()))
    }

    /// Maps each item with `f` to a sequential iterator and flattens the results. The closures of
    /// those iterators need a snapshot of their own.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// let letters: Vec<_> = ["ab", "c"].par_iter().flat_map_iter(|word| word.chars()).collect();
    /// assert_eq!(letters, ['a', 'b', 'c']);
    /// ```
    #[inline]
    pub fn flat_map_iter<P: IntoIterator<Item: Send>>(
        self,
        f: impl Fn(I::Item) -> P + Sync + Send,
    ) -> Scoped<FlatMapIter<I, impl Fn(I::Item) -> P + Sync + Send>> {
        self.step(|iter, s| iter.flat_map_iter(s.wrap(f).into_fn()))
    }

    /// Flattens items that convert into parallel iterators. The closures of those iterators need a
    /// snapshot of their own.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// let items: Vec<_> = vec![vec![1, 2], vec![3]].into_par_iter().flatten().collect();
    /// assert_eq!(items, [1, 2, 3]);
    /// ```
    #[inline]
    pub fn flatten(self) -> Scoped<Flatten<I>>
    where
        I::Item: ::rayon::iter::IntoParallelIterator,
    {
        self.step(|iter, _| iter.flatten())
    }

    /// As [`flatten`](Self::flatten), with sequential iterators.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// let items: Vec<_> = vec![Some(1), None, Some(3)].into_par_iter().flatten_iter().collect();
    /// assert_eq!(items, [1, 3]);
    /// ```
    #[inline]
    pub fn flatten_iter(self) -> Scoped<FlattenIter<I>>
    where
        I::Item: IntoIterator<Item: Send>,
    {
        self.step(|iter, _| iter.flatten_iter())
    }

    /// Folds each group of items into one item.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// let sum: u32 = (1..4).into_par_iter().fold(|| 0, |sum, n| sum + n).sum();
    /// assert_eq!(sum, 6);
    /// ```
    #[inline]
    pub fn fold<T: Send>(
        self,
        identity: impl Fn() -> T + Sync + Send,
        f: impl Fn(T, I::Item) -> T + Sync + Send,
    ) -> Scoped<Fold<I, impl Fn() -> T + Sync + Send, impl Fn(T, I::Item) -> T + Sync + Send>> {
        self.step(|iter, s| iter.fold(s.wrap(identity).into_fn(), s.wrap(f).into_fn()))
    }

    /// As [`fold`](Self::fold), starting from a clone of `init` for each group.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// let sum: u32 = (1..4).into_par_iter().fold_with(0, |sum, n| sum + n).sum();
    /// assert_eq!(sum, 6);
    /// ```
    #[inline]
    pub fn fold_with<T: Send + Clone>(
        self,
        init: T,
        f: impl Fn(T, I::Item) -> T + Sync + Send,
    ) -> Scoped<FoldWith<I, T, impl Fn(T, I::Item) -> T + Sync + Send>> {
        self.step(|iter, s| iter.fold_with(init, s.wrap(f).into_fn()))
    }

    /// As [`fold`](Self::fold), until `f` fails in a group.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// let add = |a: u8, b: u8| a.checked_add(b).ok_or("overflow");
    /// let sum = [100, 200].into_par_iter().try_fold(|| 0, add).try_reduce(|| 0, add);
    /// assert_eq!(sum, Err("overflow"));
    /// ```
    #[inline]
    pub fn try_fold<T: Send, E: Send>(
        self,
        identity: impl Fn() -> T + Sync + Send,
        f: impl Fn(T, I::Item) -> Result<T, E> + Sync + Send,
    ) -> Scoped<TryFold<I, Result<T, E>, impl Fn() -> T + Sync + Send, impl Fn(T, I::Item) -> Result<T, E> + Sync + Send>>
    {
        self.step(|iter, s| iter.try_fold(s.wrap(identity).into_fn(), s.wrap(f).into_fn()))
    }

    /// As [`try_fold`](Self::try_fold), starting from a clone of `init` for each group.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// let add = |a: u8, b: u8| a.checked_add(b).ok_or("overflow");
    /// let sum = [1, 2].into_par_iter().try_fold_with(0, add).try_reduce(|| 0, add);
    /// assert_eq!(sum, Ok(3));
    /// ```
    #[inline]
    pub fn try_fold_with<T: Send + Clone, E: Send>(
        self,
        init: T,
        f: impl Fn(T, I::Item) -> Result<T, E> + Sync + Send,
    ) -> Scoped<TryFoldWith<I, Result<T, E>, impl Fn(T, I::Item) -> Result<T, E> + Sync + Send>> {
        self.step(|iter, s| iter.try_fold_with(init, s.wrap(f).into_fn()))
    }

    /// Appends the items of `other`. If that iterator is rayon's, its closures need a snapshot of
    /// their own.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// let items: Vec<_> = (0..2).into_par_iter().chain(5..7).collect();
    /// assert_eq!(items, [0, 1, 5, 6]);
    /// ```
    #[inline]
    pub fn chain<J: IntoParallelIterator<Item = I::Item>>(self, other: J) -> Scoped<Chain<I, J::Iter>> {
        self.step(|iter, _| iter.chain(other.into_bare()))
    }

    /// Inserts a clone of `item` between all items.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// let items: Vec<_> = (1..4).into_par_iter().intersperse(0).collect();
    /// assert_eq!(items, [1, 0, 2, 0, 3]);
    /// ```
    #[inline]
    pub fn intersperse(self, item: I::Item) -> Scoped<Intersperse<I>>
    where
        I::Item: Clone,
    {
        self.step(|iter, _| iter.intersperse(item))
    }

    /// Stops all threads early once a closure of the chain has panicked.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// let sum: u32 = (1..4).into_par_iter().panic_fuse().sum();
    /// assert_eq!(sum, 6);
    /// ```
    #[inline]
    pub fn panic_fuse(self) -> Scoped<PanicFuse<I>> {
        self.step(|iter, _| iter.panic_fuse())
    }

    /// Keeps any `n` items.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// assert_eq!((0..10).into_par_iter().take_any(3).count(), 3);
    /// ```
    #[inline]
    pub fn take_any(self, n: usize) -> Scoped<TakeAny<I>> {
        self.step(|iter, _| iter.take_any(n))
    }

    /// Skips any `n` items.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// assert_eq!((0..10).into_par_iter().skip_any(3).count(), 7);
    /// ```
    #[inline]
    pub fn skip_any(self, n: usize) -> Scoped<SkipAny<I>> {
        self.step(|iter, _| iter.skip_any(n))
    }

    /// Keeps items, in any order, until `f` returns `false`.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// assert_eq!((0..10).into_par_iter().take_any_while(|_| true).count(), 10);
    /// ```
    #[inline]
    pub fn take_any_while(
        self,
        f: impl Fn(&I::Item) -> bool + Sync + Send,
    ) -> Scoped<TakeAnyWhile<I, impl Fn(&I::Item) -> bool + Sync + Send>> {
        self.step(|iter, s| iter.take_any_while(looking(s.wrap(f))))
    }

    /// Skips items, in any order, until `f` returns `false`.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// assert_eq!((0..10).into_par_iter().skip_any_while(|_| false).count(), 10);
    /// ```
    #[inline]
    pub fn skip_any_while(
        self,
        f: impl Fn(&I::Item) -> bool + Sync + Send,
    ) -> Scoped<SkipAnyWhile<I, impl Fn(&I::Item) -> bool + Sync + Send>> {
        self.step(|iter, s| iter.skip_any_while(looking(s.wrap(f))))
    }
}

/// Methods for iterators of references.
impl<'a, T: 'a + Send, I: ParallelIterator<Item = &'a T>> Scoped<I>
where
    &'a T: Send,
{
    /// Clones each item.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// let names: Vec<String> = ["ann".to_owned()].par_iter().cloned().collect();
    /// assert_eq!(names, ["ann"]);
    /// ```
    #[inline]
    pub fn cloned(self) -> Scoped<Cloned<I>>
    where
        T: Clone,
    {
        self.step(|iter, _| iter.cloned())
    }

    /// Copies each item.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// let items: Vec<u32> = [1, 2].par_iter().copied().collect();
    /// assert_eq!(items, [1, 2]);
    /// ```
    #[inline]
    pub fn copied(self) -> Scoped<Copied<I>>
    where
        T: Copy,
    {
        self.step(|iter, _| iter.copied())
    }
}

/// Methods for iterators of options.
impl<T: Send, I: ParallelIterator<Item = Option<T>>> Scoped<I> {
    /// Unwraps the items, until one is `None`.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// assert_eq!([Some(1), Some(2)].into_par_iter().while_some().count(), 2);
    /// ```
    #[inline]
    pub fn while_some(self) -> Scoped<WhileSome<I>> {
        self.step(|iter, _| iter.while_some())
    }
}
