//! Steps of a chain: methods that give another scoped iterator.

use ::rayon::iter::{
    Chain, Cloned, Copied, Filter, FilterMap, FlatMap, FlatMapIter, Flatten, FlattenIter, Fold, FoldWith, Inspect,
    Intersperse, Map, MapInit, MapWith, PanicFuse, ParallelIterator, SkipAny, SkipAnyWhile, TakeAny, TakeAnyWhile,
    TryFold, TryFoldWith, Update, WhileSome,
};

use super::{changing, looking, stateful};
use crate::mapping::Scoped;
use crate::propagate::rayon::prelude::IntoParallelIterator;

/// A chain whose closures run in a snapshot, made by
/// [`in_current_snapshot`](crate::Propagate::in_current_snapshot) on a parallel iterator.
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
    /// Calls `f` with each item, and goes on with what it returns.
    #[inline]
    pub fn map<R: Send>(
        self,
        f: impl Fn(I::Item) -> R + Sync + Send,
    ) -> Scoped<Map<I, impl Fn(I::Item) -> R + Sync + Send>> {
        self.step(|iter, s| iter.map(s.wrap(f).into_fn()))
    }

    /// As [`map`](Self::map), with a clone of `init` for each stretch of items.
    #[inline]
    pub fn map_with<T: Send + Clone, R: Send>(
        self,
        init: T,
        f: impl Fn(&mut T, I::Item) -> R + Sync + Send,
    ) -> Scoped<MapWith<I, T, impl Fn(&mut T, I::Item) -> R + Sync + Send>> {
        self.step(|iter, s| iter.map_with(init, stateful(s.wrap(f))))
    }

    /// As [`map`](Self::map), with what `init` returns for each stretch of items.
    #[inline]
    pub fn map_init<T, R: Send>(
        self,
        init: impl Fn() -> T + Sync + Send,
        f: impl Fn(&mut T, I::Item) -> R + Sync + Send,
    ) -> Scoped<MapInit<I, impl Fn() -> T + Sync + Send, impl Fn(&mut T, I::Item) -> R + Sync + Send>> {
        self.step(|iter, s| iter.map_init(s.wrap(init).into_fn(), stateful(s.wrap(f))))
    }

    /// Calls `f` with a reference to each item on its way.
    #[inline]
    pub fn inspect(self, f: impl Fn(&I::Item) + Sync + Send) -> Scoped<Inspect<I, impl Fn(&I::Item) + Sync + Send>> {
        self.step(|iter, s| iter.inspect(looking(s.wrap(f))))
    }

    /// Calls `f` with each item on its way, to change it.
    #[inline]
    pub fn update(
        self,
        f: impl Fn(&mut I::Item) + Sync + Send,
    ) -> Scoped<Update<I, impl Fn(&mut I::Item) + Sync + Send>> {
        self.step(|iter, s| iter.update(changing(s.wrap(f))))
    }

    /// Goes on with the items for which `f` says true.
    #[inline]
    pub fn filter(
        self,
        f: impl Fn(&I::Item) -> bool + Sync + Send,
    ) -> Scoped<Filter<I, impl Fn(&I::Item) -> bool + Sync + Send>> {
        self.step(|iter, s| iter.filter(looking(s.wrap(f))))
    }

    /// Calls `f` with each item, and goes on with what it returns in `Some`.
    #[inline]
    pub fn filter_map<R: Send>(
        self,
        f: impl Fn(I::Item) -> Option<R> + Sync + Send,
    ) -> Scoped<FilterMap<I, impl Fn(I::Item) -> Option<R> + Sync + Send>> {
        self.step(|iter, s| iter.filter_map(s.wrap(f).into_fn()))
    }

    /// Calls `f` with each item, and goes on with the items of the parallel iterators
    /// it returns. If those are rayon's, their own closures need a snapshot of their own.
    #[inline]
    pub fn flat_map<P: IntoParallelIterator>(
        self,
        f: impl Fn(I::Item) -> P + Sync + Send,
    ) -> Scoped<FlatMap<I, impl Fn(I::Item) -> P::Iter + Sync + Send>> {
        self.step(|iter, s| iter.flat_map(s.wrap(move |item| f(item).into_bare()).into_fn()))
    }

    /// Calls `f` with each item, and goes on with the items of the sequential iterators
    /// it returns. Their own closures need a snapshot of their own.
    #[inline]
    pub fn flat_map_iter<P: IntoIterator<Item: Send>>(
        self,
        f: impl Fn(I::Item) -> P + Sync + Send,
    ) -> Scoped<FlatMapIter<I, impl Fn(I::Item) -> P + Sync + Send>> {
        self.step(|iter, s| iter.flat_map_iter(s.wrap(f).into_fn()))
    }

    /// Goes on with the items of each item. Its own closures need a snapshot of their own.
    #[inline]
    pub fn flatten(self) -> Scoped<Flatten<I>>
    where
        I::Item: ::rayon::iter::IntoParallelIterator,
    {
        self.step(|iter, _| iter.flatten())
    }

    /// As [`flatten`](Self::flatten), each item in sequence.
    #[inline]
    pub fn flatten_iter(self) -> Scoped<FlattenIter<I>>
    where
        I::Item: IntoIterator<Item: Send>,
    {
        self.step(|iter, _| iter.flatten_iter())
    }

    /// Folds each stretch of items into one, and goes on with those.
    #[inline]
    pub fn fold<T: Send>(
        self,
        identity: impl Fn() -> T + Sync + Send,
        f: impl Fn(T, I::Item) -> T + Sync + Send,
    ) -> Scoped<Fold<I, impl Fn() -> T + Sync + Send, impl Fn(T, I::Item) -> T + Sync + Send>> {
        self.step(|iter, s| iter.fold(s.wrap(identity).into_fn(), s.wrap(f).into_fn()))
    }

    /// As [`fold`](Self::fold), from a clone of `init` for each stretch.
    #[inline]
    pub fn fold_with<T: Send + Clone>(
        self,
        init: T,
        f: impl Fn(T, I::Item) -> T + Sync + Send,
    ) -> Scoped<FoldWith<I, T, impl Fn(T, I::Item) -> T + Sync + Send>> {
        self.step(|iter, s| iter.fold_with(init, s.wrap(f).into_fn()))
    }

    /// As [`fold`](Self::fold), until `f` fails in a stretch.
    #[inline]
    pub fn try_fold<T: Send, E: Send>(
        self,
        identity: impl Fn() -> T + Sync + Send,
        f: impl Fn(T, I::Item) -> Result<T, E> + Sync + Send,
    ) -> Scoped<TryFold<I, Result<T, E>, impl Fn() -> T + Sync + Send, impl Fn(T, I::Item) -> Result<T, E> + Sync + Send>>
    {
        self.step(|iter, s| iter.try_fold(s.wrap(identity).into_fn(), s.wrap(f).into_fn()))
    }

    /// As [`try_fold`](Self::try_fold), from a clone of `init` for each stretch.
    #[inline]
    pub fn try_fold_with<T: Send + Clone, E: Send>(
        self,
        init: T,
        f: impl Fn(T, I::Item) -> Result<T, E> + Sync + Send,
    ) -> Scoped<TryFoldWith<I, Result<T, E>, impl Fn(T, I::Item) -> Result<T, E> + Sync + Send>> {
        self.step(|iter, s| iter.try_fold_with(init, s.wrap(f).into_fn()))
    }

    /// Goes on with the items and those of `other`. If that is rayon's, its own closures need
    /// a snapshot of their own.
    #[inline]
    pub fn chain<J: IntoParallelIterator<Item = I::Item>>(self, other: J) -> Scoped<Chain<I, J::Iter>> {
        self.step(|iter, _| iter.chain(other.into_bare()))
    }

    /// Puts a clone of `item` between any two items.
    #[inline]
    pub fn intersperse(self, item: I::Item) -> Scoped<Intersperse<I>>
    where
        I::Item: Clone,
    {
        self.step(|iter, _| iter.intersperse(item))
    }

    /// Stops early everywhere once a closure of the chain has panicked.
    #[inline]
    pub fn panic_fuse(self) -> Scoped<PanicFuse<I>> {
        self.step(|iter, _| iter.panic_fuse())
    }

    /// Goes on with `n` items, whichever come.
    #[inline]
    pub fn take_any(self, n: usize) -> Scoped<TakeAny<I>> {
        self.step(|iter, _| iter.take_any(n))
    }

    /// Goes on without `n` items, whichever come.
    #[inline]
    pub fn skip_any(self, n: usize) -> Scoped<SkipAny<I>> {
        self.step(|iter, _| iter.skip_any(n))
    }

    /// Goes on with whichever items come until `f` says false.
    #[inline]
    pub fn take_any_while(
        self,
        f: impl Fn(&I::Item) -> bool + Sync + Send,
    ) -> Scoped<TakeAnyWhile<I, impl Fn(&I::Item) -> bool + Sync + Send>> {
        self.step(|iter, s| iter.take_any_while(looking(s.wrap(f))))
    }

    /// Goes on with whichever items come once `f` has said false.
    #[inline]
    pub fn skip_any_while(
        self,
        f: impl Fn(&I::Item) -> bool + Sync + Send,
    ) -> Scoped<SkipAnyWhile<I, impl Fn(&I::Item) -> bool + Sync + Send>> {
        self.step(|iter, s| iter.skip_any_while(looking(s.wrap(f))))
    }
}

/// What needs references.
impl<'a, T: 'a + Send, I: ParallelIterator<Item = &'a T>> Scoped<I>
where
    &'a T: Send,
{
    /// Goes on with a clone of each item.
    #[inline]
    pub fn cloned(self) -> Scoped<Cloned<I>>
    where
        T: Clone,
    {
        self.step(|iter, _| iter.cloned())
    }

    /// Goes on with a copy of each item.
    #[inline]
    pub fn copied(self) -> Scoped<Copied<I>>
    where
        T: Copy,
    {
        self.step(|iter, _| iter.copied())
    }
}

/// What needs options.
impl<T: Send, I: ParallelIterator<Item = Option<T>>> Scoped<I> {
    /// Goes on with what is in the items, until one is `None`.
    #[inline]
    pub fn while_some(self) -> Scoped<WhileSome<I>> {
        self.step(|iter, _| iter.while_some())
    }
}
