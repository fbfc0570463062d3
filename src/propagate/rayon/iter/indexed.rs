//! What needs an iterator that knows its length.

use std::cmp::Ordering;

use ::rayon::iter::{
    Chunks, Enumerate, ExponentialBlocks, FoldChunks, FoldChunksWith, IndexedParallelIterator, Interleave,
    InterleaveShortest, MaxLen, MinLen, Positions, Rev, Skip, StepBy, Take, UniformBlocks, Zip, ZipEq,
};

use crate::mapping::Scoped;
use crate::propagate::rayon::prelude::IntoParallelIterator;

/// What needs an iterator that knows its length. Where another iterator is asked for, it may
/// be a scoped one, or rayon's: then its own closures need a snapshot of their own.
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
    /// How many items there are.
    #[allow(clippy::len_without_is_empty)] // as in rayon
    #[inline]
    pub fn len(&self) -> usize {
        self.inner().len()
    }

    /// Goes on with each item and its index.
    #[inline]
    pub fn enumerate(self) -> Scoped<Enumerate<I>> {
        self.step(|iter, _| iter.enumerate())
    }

    /// Goes on with the first item and every `step`th after it.
    #[inline]
    pub fn step_by(self, step: usize) -> Scoped<StepBy<I>> {
        self.step(|iter, _| iter.step_by(step))
    }

    /// Goes on without the first `n` items.
    #[inline]
    pub fn skip(self, n: usize) -> Scoped<Skip<I>> {
        self.step(|iter, _| iter.skip(n))
    }

    /// Goes on with the first `n` items.
    #[inline]
    pub fn take(self, n: usize) -> Scoped<Take<I>> {
        self.step(|iter, _| iter.take(n))
    }

    /// Goes on from the last item to the first.
    #[inline]
    pub fn rev(self) -> Scoped<Rev<I>> {
        self.step(|iter, _| iter.rev())
    }

    /// Goes on with pairs of an item and one of `other`, until one of both ends.
    #[inline]
    pub fn zip<J>(self, other: J) -> Scoped<Zip<I, J::Iter>>
    where
        J: IntoParallelIterator<Iter: IndexedParallelIterator>,
    {
        self.step(|iter, _| iter.zip(other.into_bare()))
    }

    /// As [`zip`](Self::zip), of two that are equally long.
    ///
    /// # Panics
    ///
    /// If they are not.
    #[inline]
    pub fn zip_eq<J>(self, other: J) -> Scoped<ZipEq<I, J::Iter>>
    where
        J: IntoParallelIterator<Iter: IndexedParallelIterator>,
    {
        self.step(|iter, _| iter.zip_eq(other.into_bare()))
    }

    /// Goes on with an item and one of `other` in turn, then with what one has left.
    #[inline]
    pub fn interleave<J>(self, other: J) -> Scoped<Interleave<I, J::Iter>>
    where
        J: IntoParallelIterator<Item = I::Item, Iter: IndexedParallelIterator>,
    {
        self.step(|iter, _| iter.interleave(other.into_bare()))
    }

    /// Goes on with an item and one of `other` in turn, until one of both ends.
    #[inline]
    pub fn interleave_shortest<J>(self, other: J) -> Scoped<InterleaveShortest<I, J::Iter>>
    where
        J: IntoParallelIterator<Item = I::Item, Iter: IndexedParallelIterator>,
    {
        self.step(|iter, _| iter.interleave_shortest(other.into_bare()))
    }

    /// Goes on with vectors of `size` items, the last of what is left.
    ///
    /// # Panics
    ///
    /// If `size` is 0.
    #[inline]
    pub fn chunks(self, size: usize) -> Scoped<Chunks<I>> {
        self.step(|iter, _| iter.chunks(size))
    }

    /// Folds every `size` items into one, the last of what is left, and goes on with those.
    ///
    /// # Panics
    ///
    /// If `size` is 0.
    #[inline]
    pub fn fold_chunks<T: Send>(
        self,
        size: usize,
        identity: impl Fn() -> T + Sync + Send,
        f: impl Fn(T, I::Item) -> T + Sync + Send,
    ) -> Scoped<FoldChunks<I, impl Fn() -> T + Sync + Send, impl Fn(T, I::Item) -> T + Sync + Send>> {
        self.step(|iter, s| iter.fold_chunks(size, s.wrap(identity).into_fn(), s.wrap(f).into_fn()))
    }

    /// As [`fold_chunks`](Self::fold_chunks), each from a clone of `init`.
    ///
    /// # Panics
    ///
    /// If `size` is 0.
    #[inline]
    pub fn fold_chunks_with<T: Send + Clone>(
        self,
        size: usize,
        init: T,
        f: impl Fn(T, I::Item) -> T + Sync + Send,
    ) -> Scoped<FoldChunksWith<I, T, impl Fn(T, I::Item) -> T + Sync + Send>> {
        self.step(|iter, s| iter.fold_chunks_with(size, init, s.wrap(f).into_fn()))
    }

    /// Goes on with the indexes of the items for which `f` says true.
    #[inline]
    pub fn positions(
        self,
        f: impl Fn(I::Item) -> bool + Sync + Send,
    ) -> Scoped<Positions<I, impl Fn(I::Item) -> bool + Sync + Send>> {
        self.step(|iter, s| iter.positions(s.wrap(f).into_fn()))
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

    /// Goes through one block of items after the other, each twice as large as the last.
    #[inline]
    pub fn by_exponential_blocks(self) -> Scoped<ExponentialBlocks<I>> {
        self.step(|iter, _| iter.by_exponential_blocks())
    }

    /// Goes through one block of `size` items after the other.
    ///
    /// # Panics
    ///
    /// If `size` is 0.
    #[inline]
    pub fn by_uniform_blocks(self, size: usize) -> Scoped<UniformBlocks<I>> {
        self.step(|iter, _| iter.by_uniform_blocks(size))
    }

    /// The index of an item for which `f` says true.
    #[inline]
    pub fn position_any(self, f: impl Fn(I::Item) -> bool + Sync + Send) -> Option<usize> {
        self.end(|iter, s| iter.position_any(s.wrap(f).into_fn()))
    }

    /// The index of the first item for which `f` says true.
    #[inline]
    pub fn position_first(self, f: impl Fn(I::Item) -> bool + Sync + Send) -> Option<usize> {
        self.end(|iter, s| iter.position_first(s.wrap(f).into_fn()))
    }

    /// The index of the last item for which `f` says true.
    #[inline]
    pub fn position_last(self, f: impl Fn(I::Item) -> bool + Sync + Send) -> Option<usize> {
        self.end(|iter, s| iter.position_last(s.wrap(f).into_fn()))
    }

    /// Puts all items into `target`, in place of what was there.
    #[inline]
    pub fn collect_into_vec(self, target: &mut Vec<I::Item>) {
        self.end(|iter, _| iter.collect_into_vec(target))
    }

    /// How the items compare with those of `other`.
    #[inline]
    pub fn cmp<J>(self, other: J) -> Ordering
    where
        J: IntoParallelIterator<Item = I::Item, Iter: IndexedParallelIterator>,
        I::Item: Ord,
    {
        self.end(|iter, _| iter.cmp(other.into_bare()))
    }

    /// How the items compare with those of `other`, if they do.
    #[inline]
    pub fn partial_cmp<J>(self, other: J) -> Option<Ordering>
    where
        J: IntoParallelIterator<Iter: IndexedParallelIterator>,
        I::Item: PartialOrd<J::Item>,
    {
        self.end(|iter, _| iter.partial_cmp(other.into_bare()))
    }

    /// Are the items equal to those of `other`?
    #[inline]
    pub fn eq<J>(self, other: J) -> bool
    where
        J: IntoParallelIterator<Iter: IndexedParallelIterator>,
        I::Item: PartialEq<J::Item>,
    {
        self.end(|iter, _| iter.eq(other.into_bare()))
    }

    /// Do the items differ from those of `other`?
    #[inline]
    pub fn ne<J>(self, other: J) -> bool
    where
        J: IntoParallelIterator<Iter: IndexedParallelIterator>,
        I::Item: PartialEq<J::Item>,
    {
        self.end(|iter, _| iter.ne(other.into_bare()))
    }

    /// Do the items come before those of `other`?
    #[inline]
    pub fn lt<J>(self, other: J) -> bool
    where
        J: IntoParallelIterator<Iter: IndexedParallelIterator>,
        I::Item: PartialOrd<J::Item>,
    {
        self.end(|iter, _| iter.lt(other.into_bare()))
    }

    /// Do the items come before those of `other`, or are they equal?
    #[inline]
    pub fn le<J>(self, other: J) -> bool
    where
        J: IntoParallelIterator<Iter: IndexedParallelIterator>,
        I::Item: PartialOrd<J::Item>,
    {
        self.end(|iter, _| iter.le(other.into_bare()))
    }

    /// Do the items come after those of `other`?
    #[inline]
    pub fn gt<J>(self, other: J) -> bool
    where
        J: IntoParallelIterator<Iter: IndexedParallelIterator>,
        I::Item: PartialOrd<J::Item>,
    {
        self.end(|iter, _| iter.gt(other.into_bare()))
    }

    /// Do the items come after those of `other`, or are they equal?
    #[inline]
    pub fn ge<J>(self, other: J) -> bool
    where
        J: IntoParallelIterator<Iter: IndexedParallelIterator>,
        I::Item: PartialOrd<J::Item>,
    {
        self.end(|iter, _| iter.ge(other.into_bare()))
    }
}

/// What needs pairs.
impl<A: Send, B: Send, I: IndexedParallelIterator<Item = (A, B)>> Scoped<I> {
    /// Puts the first and the second parts of all items into two vectors, in place of what
    /// was there.
    #[inline]
    pub fn unzip_into_vecs(self, left: &mut Vec<A>, right: &mut Vec<B>) {
        self.end(|iter, _| iter.unzip_into_vecs(left, right))
    }
}
