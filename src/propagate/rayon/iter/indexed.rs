//! Methods for iterators of known length.

use std::cmp::Ordering;

use ::rayon::iter::{
    Chunks, Enumerate, ExponentialBlocks, FoldChunks, FoldChunksWith, IndexedParallelIterator, Interleave,
    InterleaveShortest, MaxLen, MinLen, Positions, Rev, Skip, StepBy, Take, UniformBlocks, Zip, ZipEq,
};

use crate::mapping::Scoped;
use crate::propagate::rayon::prelude::IntoParallelIterator;

/// Methods for iterators of known length. The argument `other` may be a scoped iterator, or one of
/// rayon's, whose closures then need a snapshot of their own.
///
/// # Examples
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
    /// Returns the number of items.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// assert_eq!((0..3).into_par_iter().len(), 3);
    /// ```
    #[allow(clippy::len_without_is_empty)] // as in rayon
    #[inline]
    pub fn len(&self) -> usize {
        self.inner().len()
    }

    /// Pairs each item with its index.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// let items: Vec<_> = ['a', 'b'].into_par_iter().enumerate().collect();
    /// assert_eq!(items, [(0, 'a'), (1, 'b')]);
    /// ```
    #[inline]
    pub fn enumerate(self) -> Scoped<Enumerate<I>> {
        self.step(|iter, _| iter.enumerate())
    }

    /// Keeps the first item and every `step`th after it.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// let items: Vec<_> = (0..5).into_par_iter().step_by(2).collect();
    /// assert_eq!(items, [0, 2, 4]);
    /// ```
    #[inline]
    pub fn step_by(self, step: usize) -> Scoped<StepBy<I>> {
        self.step(|iter, _| iter.step_by(step))
    }

    /// Skips the first `n` items.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// let items: Vec<_> = (0..5).into_par_iter().skip(3).collect();
    /// assert_eq!(items, [3, 4]);
    /// ```
    #[inline]
    pub fn skip(self, n: usize) -> Scoped<Skip<I>> {
        self.step(|iter, _| iter.skip(n))
    }

    /// Keeps the first `n` items.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// let items: Vec<_> = (0..5).into_par_iter().take(2).collect();
    /// assert_eq!(items, [0, 1]);
    /// ```
    #[inline]
    pub fn take(self, n: usize) -> Scoped<Take<I>> {
        self.step(|iter, _| iter.take(n))
    }

    /// Reverses the order of the items.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// let items: Vec<_> = (0..3).into_par_iter().rev().collect();
    /// assert_eq!(items, [2, 1, 0]);
    /// ```
    #[inline]
    pub fn rev(self) -> Scoped<Rev<I>> {
        self.step(|iter, _| iter.rev())
    }

    /// Pairs the items with those of `other`, until either iterator ends.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// let pairs: Vec<_> = (0..3).into_par_iter().zip(['a', 'b']).collect();
    /// assert_eq!(pairs, [(0, 'a'), (1, 'b')]);
    /// ```
    #[inline]
    pub fn zip<J>(self, other: J) -> Scoped<Zip<I, J::Iter>>
    where
        J: IntoParallelIterator<Iter: IndexedParallelIterator>,
    {
        self.step(|iter, _| iter.zip(other.into_bare()))
    }

    /// As [`zip`](Self::zip), for two iterators of equal length.
    ///
    /// # Panics
    ///
    /// Panics if the lengths differ.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// let pairs: Vec<_> = (0..2).into_par_iter().zip_eq(['a', 'b']).collect();
    /// assert_eq!(pairs, [(0, 'a'), (1, 'b')]);
    /// ```
    #[inline]
    pub fn zip_eq<J>(self, other: J) -> Scoped<ZipEq<I, J::Iter>>
    where
        J: IntoParallelIterator<Iter: IndexedParallelIterator>,
    {
        self.step(|iter, _| iter.zip_eq(other.into_bare()))
    }

    /// Alternates between the items and those of `other`, followed by the rest of the longer one.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// let items: Vec<_> = (0..3).into_par_iter().interleave(10..11).collect();
    /// assert_eq!(items, [0, 10, 1, 2]);
    /// ```
    #[inline]
    pub fn interleave<J>(self, other: J) -> Scoped<Interleave<I, J::Iter>>
    where
        J: IntoParallelIterator<Item = I::Item, Iter: IndexedParallelIterator>,
    {
        self.step(|iter, _| iter.interleave(other.into_bare()))
    }

    /// Alternates between the items and those of `other`, until either iterator ends.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// let items: Vec<_> = (0..3).into_par_iter().interleave_shortest(10..11).collect();
    /// assert_eq!(items, [0, 10, 1]);
    /// ```
    #[inline]
    pub fn interleave_shortest<J>(self, other: J) -> Scoped<InterleaveShortest<I, J::Iter>>
    where
        J: IntoParallelIterator<Item = I::Item, Iter: IndexedParallelIterator>,
    {
        self.step(|iter, _| iter.interleave_shortest(other.into_bare()))
    }

    /// Groups the items into vectors of `size` items, the last of which may be shorter.
    ///
    /// # Panics
    ///
    /// Panics if `size` is 0.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// let items: Vec<_> = (0..3).into_par_iter().chunks(2).collect();
    /// assert_eq!(items, [vec![0, 1], vec![2]]);
    /// ```
    #[inline]
    pub fn chunks(self, size: usize) -> Scoped<Chunks<I>> {
        self.step(|iter, _| iter.chunks(size))
    }

    /// Folds every `size` items into one. The last group may be smaller.
    ///
    /// # Panics
    ///
    /// Panics if `size` is 0.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// let sums: Vec<u32> = (1..4).into_par_iter().fold_chunks(2, || 0, |sum, n| sum + n).collect();
    /// assert_eq!(sums, [3, 3]);
    /// ```
    #[inline]
    pub fn fold_chunks<T: Send>(
        self,
        size: usize,
        identity: impl Fn() -> T + Sync + Send,
        f: impl Fn(T, I::Item) -> T + Sync + Send,
    ) -> Scoped<FoldChunks<I, impl Fn() -> T + Sync + Send, impl Fn(T, I::Item) -> T + Sync + Send>> {
        self.step(|iter, s| iter.fold_chunks(size, s.wrap(identity).into_fn(), s.wrap(f).into_fn()))
    }

    /// As [`fold_chunks`](Self::fold_chunks), each starting from a clone of `init`.
    ///
    /// # Panics
    ///
    /// Panics if `size` is 0.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// let sums: Vec<u32> = (1..4).into_par_iter().fold_chunks_with(2, 0, |sum, n| sum + n).collect();
    /// assert_eq!(sums, [3, 3]);
    /// ```
    #[inline]
    pub fn fold_chunks_with<T: Send + Clone>(
        self,
        size: usize,
        init: T,
        f: impl Fn(T, I::Item) -> T + Sync + Send,
    ) -> Scoped<FoldChunksWith<I, T, impl Fn(T, I::Item) -> T + Sync + Send>> {
        self.step(|iter, s| iter.fold_chunks_with(size, init, s.wrap(f).into_fn()))
    }

    /// Returns the indexes of the items for which `f` returns `true`.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// let even: Vec<_> = [1, 4, 6].into_par_iter().positions(|n| n % 2 == 0).collect();
    /// assert_eq!(even, [1, 2]);
    /// ```
    #[inline]
    pub fn positions(
        self,
        f: impl Fn(I::Item) -> bool + Sync + Send,
    ) -> Scoped<Positions<I, impl Fn(I::Item) -> bool + Sync + Send>> {
        self.step(|iter, s| iter.positions(s.wrap(f).into_fn()))
    }

    /// Never splits into groups of fewer than `min` items.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// let sum: u32 = (0..1_000_u32).into_par_iter().with_min_len(100).sum();
    /// assert_eq!(sum, 499_500);
    /// ```
    #[inline]
    pub fn with_min_len(self, min: usize) -> Scoped<MinLen<I>> {
        self.step(|iter, _| iter.with_min_len(min))
    }

    /// Splits, if possible, into groups of at most `max` items.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// let sum: u32 = (0..1_000_u32).into_par_iter().with_max_len(10).sum();
    /// assert_eq!(sum, 499_500);
    /// ```
    #[inline]
    pub fn with_max_len(self, max: usize) -> Scoped<MaxLen<I>> {
        self.step(|iter, _| iter.with_max_len(max))
    }

    /// Processes blocks of items one after the other, each twice as large as the previous one.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// let found = (0..1_000).into_par_iter().by_exponential_blocks().find_first(|n| *n > 2);
    /// assert_eq!(found, Some(3));
    /// ```
    #[inline]
    pub fn by_exponential_blocks(self) -> Scoped<ExponentialBlocks<I>> {
        self.step(|iter, _| iter.by_exponential_blocks())
    }

    /// Processes blocks of `size` items one after the other.
    ///
    /// # Panics
    ///
    /// Panics if `size` is 0.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// let found = (0..1_000).into_par_iter().by_uniform_blocks(10).find_first(|n| *n > 2);
    /// assert_eq!(found, Some(3));
    /// ```
    #[inline]
    pub fn by_uniform_blocks(self, size: usize) -> Scoped<UniformBlocks<I>> {
        self.step(|iter, _| iter.by_uniform_blocks(size))
    }

    /// Returns the index of an item for which `f` returns `true`.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// assert!((0..5).into_par_iter().position_any(|n| n > 2).is_some());
    /// ```
    #[inline]
    pub fn position_any(self, f: impl Fn(I::Item) -> bool + Sync + Send) -> Option<usize> {
        self.end(|iter, s| iter.position_any(s.wrap(f).into_fn()))
    }

    /// Returns the index of the first item for which `f` returns `true`.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// assert_eq!((0..5).into_par_iter().position_first(|n| n > 2), Some(3));
    /// ```
    #[inline]
    pub fn position_first(self, f: impl Fn(I::Item) -> bool + Sync + Send) -> Option<usize> {
        self.end(|iter, s| iter.position_first(s.wrap(f).into_fn()))
    }

    /// Returns the index of the last item for which `f` returns `true`.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// assert_eq!((0..5).into_par_iter().position_last(|n| n > 2), Some(4));
    /// ```
    #[inline]
    pub fn position_last(self, f: impl Fn(I::Item) -> bool + Sync + Send) -> Option<usize> {
        self.end(|iter, s| iter.position_last(s.wrap(f).into_fn()))
    }

    /// Collects all items into `target`, replacing its content.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// let mut items = vec![7];
    /// (0..3).into_par_iter().collect_into_vec(&mut items);
    /// assert_eq!(items, [0, 1, 2]);
    /// ```
    #[inline]
    pub fn collect_into_vec(self, target: &mut Vec<I::Item>) {
        self.end(|iter, _| iter.collect_into_vec(target))
    }

    /// Compares the items with those of `other`, lexicographically.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// use std::cmp::Ordering;
    ///
    /// assert_eq!((0..3).into_par_iter().cmp(0..4), Ordering::Less);
    /// ```
    #[inline]
    pub fn cmp<J>(self, other: J) -> Ordering
    where
        J: IntoParallelIterator<Item = I::Item, Iter: IndexedParallelIterator>,
        I::Item: Ord,
    {
        self.end(|iter, _| iter.cmp(other.into_bare()))
    }

    /// Compares the items with those of `other`, lexicographically, if they are comparable.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// let order = [f64::NAN].into_par_iter().partial_cmp([1.0]);
    /// assert_eq!(order, None);
    /// ```
    #[inline]
    pub fn partial_cmp<J>(self, other: J) -> Option<Ordering>
    where
        J: IntoParallelIterator<Iter: IndexedParallelIterator>,
        I::Item: PartialOrd<J::Item>,
    {
        self.end(|iter, _| iter.partial_cmp(other.into_bare()))
    }

    /// Returns whether the items are equal to those of `other`.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// assert!((0..2).into_par_iter().eq([0, 1]));
    /// ```
    #[inline]
    pub fn eq<J>(self, other: J) -> bool
    where
        J: IntoParallelIterator<Iter: IndexedParallelIterator>,
        I::Item: PartialEq<J::Item>,
    {
        self.end(|iter, _| iter.eq(other.into_bare()))
    }

    /// Returns whether the items differ from those of `other`.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// assert!((0..2).into_par_iter().ne([0, 2]));
    /// ```
    #[inline]
    pub fn ne<J>(self, other: J) -> bool
    where
        J: IntoParallelIterator<Iter: IndexedParallelIterator>,
        I::Item: PartialEq<J::Item>,
    {
        self.end(|iter, _| iter.ne(other.into_bare()))
    }

    /// Returns whether the items are less than those of `other`.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// assert!((0..2).into_par_iter().lt([0, 2]));
    /// ```
    #[inline]
    pub fn lt<J>(self, other: J) -> bool
    where
        J: IntoParallelIterator<Iter: IndexedParallelIterator>,
        I::Item: PartialOrd<J::Item>,
    {
        self.end(|iter, _| iter.lt(other.into_bare()))
    }

    /// Returns whether the items are less than or equal to those of `other`.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// assert!((0..2).into_par_iter().le([0, 1]));
    /// ```
    #[inline]
    pub fn le<J>(self, other: J) -> bool
    where
        J: IntoParallelIterator<Iter: IndexedParallelIterator>,
        I::Item: PartialOrd<J::Item>,
    {
        self.end(|iter, _| iter.le(other.into_bare()))
    }

    /// Returns whether the items are greater than those of `other`.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// assert!((0..2).into_par_iter().gt([0, 0]));
    /// ```
    #[inline]
    pub fn gt<J>(self, other: J) -> bool
    where
        J: IntoParallelIterator<Iter: IndexedParallelIterator>,
        I::Item: PartialOrd<J::Item>,
    {
        self.end(|iter, _| iter.gt(other.into_bare()))
    }

    /// Returns whether the items are greater than or equal to those of `other`.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// assert!((0..2).into_par_iter().ge([0, 1]));
    /// ```
    #[inline]
    pub fn ge<J>(self, other: J) -> bool
    where
        J: IntoParallelIterator<Iter: IndexedParallelIterator>,
        I::Item: PartialOrd<J::Item>,
    {
        self.end(|iter, _| iter.ge(other.into_bare()))
    }
}

/// Methods for iterators of pairs.
impl<A: Send, B: Send, I: IndexedParallelIterator<Item = (A, B)>> Scoped<I> {
    /// Collects the first and the second parts of all items into two vectors, replacing their
    /// content.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// let (mut numbers, mut letters) = (vec![], vec![]);
    /// [(1, 'a'), (2, 'b')].into_par_iter().unzip_into_vecs(&mut numbers, &mut letters);
    /// assert_eq!((numbers, letters), (vec![1, 2], vec!['a', 'b']));
    /// ```
    #[inline]
    pub fn unzip_into_vecs(self, left: &mut Vec<A>, right: &mut Vec<B>) {
        self.end(|iter, _| iter.unzip_into_vecs(left, right))
    }
}
