//! Parallel iterators over slices, and parallel sorting.

use std::cmp::Ordering;

use ::rayon::slice::{self as bare, Chunks, ChunksExact, ChunksExactMut, ChunksMut, RChunks};
use ::rayon::slice::{ChunkBy, ChunkByMut, RChunksExact, RChunksExactMut, RChunksMut, Split, SplitInclusive};
use ::rayon::slice::{SplitInclusiveMut, SplitMut, Windows};

use crate::mapping::Scoped;
use crate::propagate::Propagate;
use crate::propagate::rayon::apart;
use crate::propagate::rayon::iter::looking;
use crate::snapshot::Snapshot;
use crate::wrapped::Wrapped;

/// Parallel iterators over a slice, tied to the values that are current where they are created.
///
/// # Examples
///
/// ```
/// use asynccontext::{Variable, rayon::prelude::*};
///
/// static END: Variable<char> = Variable::named("end");
///
/// let lines: Vec<String> = END.run(';', || {
///     let lines = ['a', ';', 'b', 'c'].par_split(|c| END.get() == Some(*c));
///     lines.map(|line| line.iter().chain(&END.get()).collect()).collect()
/// });
/// assert_eq!(lines, ["a;", "bc;"]);
/// ```
pub trait ParallelSlice<T: Sync> {
    /// Calls [`par_split`](bare::ParallelSlice::par_split).
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// let parts: Vec<_> = [1, 0, 2, 3].par_split(|n| *n == 0).collect();
    /// assert_eq!(parts, [&[1][..], &[2, 3]]);
    /// ```
    #[cfg_attr(debug_assertions, track_caller)]
    fn par_split<P>(&self, separator: P) -> Scoped<Split<'_, T, impl Fn(&T) -> bool + Sync + Send>>
    where
        P: Fn(&T) -> bool + Sync + Send;

    /// Calls [`par_split_inclusive`](bare::ParallelSlice::par_split_inclusive).
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// let parts: Vec<_> = [1, 0, 2, 3].par_split_inclusive(|n| *n == 0).collect();
    /// assert_eq!(parts, [&[1, 0][..], &[2, 3]]);
    /// ```
    #[cfg_attr(debug_assertions, track_caller)]
    fn par_split_inclusive<P>(&self, separator: P) -> Scoped<SplitInclusive<'_, T, impl Fn(&T) -> bool + Sync + Send>>
    where
        P: Fn(&T) -> bool + Sync + Send;

    /// Calls [`par_windows`](bare::ParallelSlice::par_windows).
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// let sums: Vec<u32> = [1, 2, 3].par_windows(2).map(|pair| pair.iter().sum()).collect();
    /// assert_eq!(sums, [3, 5]);
    /// ```
    #[cfg_attr(debug_assertions, track_caller)]
    fn par_windows(&self, window_size: usize) -> Scoped<Windows<'_, T>>;

    /// Calls [`par_chunks`](bare::ParallelSlice::par_chunks).
    ///
    /// # Panics
    ///
    /// Panics if `chunk_size` is 0.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// let parts: Vec<_> = [1, 2, 3].par_chunks(2).collect();
    /// assert_eq!(parts, [&[1, 2][..], &[3]]);
    /// ```
    #[cfg_attr(debug_assertions, track_caller)]
    fn par_chunks(&self, chunk_size: usize) -> Scoped<Chunks<'_, T>>;

    /// Calls [`par_chunks_exact`](bare::ParallelSlice::par_chunks_exact).
    ///
    /// # Panics
    ///
    /// Panics if `chunk_size` is 0.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// let parts: Vec<_> = [1, 2, 3].par_chunks_exact(2).collect();
    /// assert_eq!(parts, [&[1, 2]]);
    /// ```
    #[cfg_attr(debug_assertions, track_caller)]
    fn par_chunks_exact(&self, chunk_size: usize) -> Scoped<ChunksExact<'_, T>>;

    /// Calls [`par_rchunks`](bare::ParallelSlice::par_rchunks).
    ///
    /// # Panics
    ///
    /// Panics if `chunk_size` is 0.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// let parts: Vec<_> = [1, 2, 3].par_rchunks(2).collect();
    /// assert_eq!(parts, [&[2, 3][..], &[1]]);
    /// ```
    #[cfg_attr(debug_assertions, track_caller)]
    fn par_rchunks(&self, chunk_size: usize) -> Scoped<RChunks<'_, T>>;

    /// Calls [`par_rchunks_exact`](bare::ParallelSlice::par_rchunks_exact).
    ///
    /// # Panics
    ///
    /// Panics if `chunk_size` is 0.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// let parts: Vec<_> = [1, 2, 3].par_rchunks_exact(2).collect();
    /// assert_eq!(parts, [&[2, 3]]);
    /// ```
    #[cfg_attr(debug_assertions, track_caller)]
    fn par_rchunks_exact(&self, chunk_size: usize) -> Scoped<RChunksExact<'_, T>>;

    /// Calls [`par_chunk_by`](bare::ParallelSlice::par_chunk_by).
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// let parts: Vec<_> = [1, 1, 2].par_chunk_by(|a, b| a == b).collect();
    /// assert_eq!(parts, [&[1, 1][..], &[2]]);
    /// ```
    #[cfg_attr(debug_assertions, track_caller)]
    fn par_chunk_by<F>(&self, pred: F) -> Scoped<ChunkBy<'_, T, impl Fn(&T, &T) -> bool + Send + Sync>>
    where
        F: Fn(&T, &T) -> bool + Send + Sync;
}

/// Returns a closure that takes references to two items.
fn pairing<T>(f: Wrapped<impl Fn(&T, &T) -> bool, 2>) -> impl Fn(&T, &T) -> bool {
    move |a, b| f.call((a, b))
}

/// Creates an iterator with the snapshot of this call. The closure in it owns a snapshot too.
#[cfg_attr(debug_assertions, track_caller)]
fn made<I>(make: impl FnOnce(&Snapshot) -> I) -> Scoped<I> {
    let snapshot = Snapshot::capture();
    make(&snapshot).with_snapshot(snapshot)
}

impl<T: Sync> ParallelSlice<T> for [T] {
    #[cfg_attr(debug_assertions, track_caller)]
    fn par_split<P>(&self, separator: P) -> Scoped<Split<'_, T, impl Fn(&T) -> bool + Sync + Send>>
    where
        P: Fn(&T) -> bool + Sync + Send,
    {
        made(|s| bare::ParallelSlice::par_split(self, looking(s.wrap(separator))))
    }

    #[cfg_attr(debug_assertions, track_caller)]
    fn par_split_inclusive<P>(&self, separator: P) -> Scoped<SplitInclusive<'_, T, impl Fn(&T) -> bool + Sync + Send>>
    where
        P: Fn(&T) -> bool + Sync + Send,
    {
        made(|s| bare::ParallelSlice::par_split_inclusive(self, looking(s.wrap(separator))))
    }

    #[cfg_attr(debug_assertions, track_caller)]
    fn par_windows(&self, window_size: usize) -> Scoped<Windows<'_, T>> {
        made(|_| bare::ParallelSlice::par_windows(self, window_size))
    }

    #[cfg_attr(debug_assertions, track_caller)]
    fn par_chunks(&self, chunk_size: usize) -> Scoped<Chunks<'_, T>> {
        made(|_| bare::ParallelSlice::par_chunks(self, chunk_size))
    }

    #[cfg_attr(debug_assertions, track_caller)]
    fn par_chunks_exact(&self, chunk_size: usize) -> Scoped<ChunksExact<'_, T>> {
        made(|_| bare::ParallelSlice::par_chunks_exact(self, chunk_size))
    }

    #[cfg_attr(debug_assertions, track_caller)]
    fn par_rchunks(&self, chunk_size: usize) -> Scoped<RChunks<'_, T>> {
        made(|_| bare::ParallelSlice::par_rchunks(self, chunk_size))
    }

    #[cfg_attr(debug_assertions, track_caller)]
    fn par_rchunks_exact(&self, chunk_size: usize) -> Scoped<RChunksExact<'_, T>> {
        made(|_| bare::ParallelSlice::par_rchunks_exact(self, chunk_size))
    }

    #[cfg_attr(debug_assertions, track_caller)]
    fn par_chunk_by<F>(&self, pred: F) -> Scoped<ChunkBy<'_, T, impl Fn(&T, &T) -> bool + Send + Sync>>
    where
        F: Fn(&T, &T) -> bool + Send + Sync,
    {
        made(|s| bare::ParallelSlice::par_chunk_by(self, pairing(s.wrap(pred))))
    }
}

/// Parallel iterators over a mutable slice, tied to the values that are current where they are
/// created, and sorting, whose closures run with the values of the call.
///
/// # Examples
///
/// ```
/// use asynccontext::{Variable, rayon::prelude::*};
///
/// static DOWN: Variable<bool> = Variable::named("down");
///
/// let mut items = vec![2, 3, 1];
/// let order = |a: &i32, b: &i32| if DOWN.get() == Some(true) { b.cmp(a) } else { a.cmp(b) };
/// DOWN.run(true, || items.par_sort_by(order));
/// assert_eq!(items, [3, 2, 1]);
/// items.par_sort_by(order);
/// assert_eq!(items, [1, 2, 3]);
/// ```
pub trait ParallelSliceMut<T: Send> {
    /// Calls [`par_split_mut`](bare::ParallelSliceMut::par_split_mut).
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// let mut items = [1, 0, 2, 3];
    /// items.par_split_mut(|n| *n == 0).for_each(|part| part.reverse());
    /// assert_eq!(items, [1, 0, 3, 2]);
    /// ```
    #[cfg_attr(debug_assertions, track_caller)]
    fn par_split_mut<P>(&mut self, separator: P) -> Scoped<SplitMut<'_, T, impl Fn(&T) -> bool + Sync + Send>>
    where
        P: Fn(&T) -> bool + Sync + Send;

    /// Calls [`par_split_inclusive_mut`](bare::ParallelSliceMut::par_split_inclusive_mut).
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// let mut items = [1, 0, 2, 3];
    /// items.par_split_inclusive_mut(|n| *n == 0).for_each(|part| part.reverse());
    /// assert_eq!(items, [0, 1, 3, 2]);
    /// ```
    #[cfg_attr(debug_assertions, track_caller)]
    fn par_split_inclusive_mut<P>(
        &mut self,
        separator: P,
    ) -> Scoped<SplitInclusiveMut<'_, T, impl Fn(&T) -> bool + Sync + Send>>
    where
        P: Fn(&T) -> bool + Sync + Send;

    /// Calls [`par_chunks_mut`](bare::ParallelSliceMut::par_chunks_mut).
    ///
    /// # Panics
    ///
    /// Panics if `chunk_size` is 0.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// let mut items = [1, 2, 3];
    /// items.par_chunks_mut(2).for_each(|part| part.reverse());
    /// assert_eq!(items, [2, 1, 3]);
    /// ```
    #[cfg_attr(debug_assertions, track_caller)]
    fn par_chunks_mut(&mut self, chunk_size: usize) -> Scoped<ChunksMut<'_, T>>;

    /// Calls [`par_chunks_exact_mut`](bare::ParallelSliceMut::par_chunks_exact_mut).
    ///
    /// # Panics
    ///
    /// Panics if `chunk_size` is 0.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// let mut items = [1, 2, 3];
    /// items.par_chunks_exact_mut(2).for_each(|part| part.reverse());
    /// assert_eq!(items, [2, 1, 3]);
    /// ```
    #[cfg_attr(debug_assertions, track_caller)]
    fn par_chunks_exact_mut(&mut self, chunk_size: usize) -> Scoped<ChunksExactMut<'_, T>>;

    /// Calls [`par_rchunks_mut`](bare::ParallelSliceMut::par_rchunks_mut).
    ///
    /// # Panics
    ///
    /// Panics if `chunk_size` is 0.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// let mut items = [1, 2, 3];
    /// items.par_rchunks_mut(2).for_each(|part| part.reverse());
    /// assert_eq!(items, [1, 3, 2]);
    /// ```
    #[cfg_attr(debug_assertions, track_caller)]
    fn par_rchunks_mut(&mut self, chunk_size: usize) -> Scoped<RChunksMut<'_, T>>;

    /// Calls [`par_rchunks_exact_mut`](bare::ParallelSliceMut::par_rchunks_exact_mut).
    ///
    /// # Panics
    ///
    /// Panics if `chunk_size` is 0.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// let mut items = [1, 2, 3];
    /// items.par_rchunks_exact_mut(2).for_each(|part| part.reverse());
    /// assert_eq!(items, [1, 3, 2]);
    /// ```
    #[cfg_attr(debug_assertions, track_caller)]
    fn par_rchunks_exact_mut(&mut self, chunk_size: usize) -> Scoped<RChunksExactMut<'_, T>>;

    /// Calls [`par_chunk_by_mut`](bare::ParallelSliceMut::par_chunk_by_mut).
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// let mut items = [1, 2, 1];
    /// items.par_chunk_by_mut(|a, b| a < b).for_each(|part| part.reverse());
    /// assert_eq!(items, [2, 1, 1]);
    /// ```
    #[cfg_attr(debug_assertions, track_caller)]
    fn par_chunk_by_mut<F>(&mut self, pred: F) -> Scoped<ChunkByMut<'_, T, impl Fn(&T, &T) -> bool + Send + Sync>>
    where
        F: Fn(&T, &T) -> bool + Send + Sync;

    /// Calls [`par_sort`](bare::ParallelSliceMut::par_sort).
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// let mut items = [2, 3, 1];
    /// items.par_sort();
    /// assert_eq!(items, [1, 2, 3]);
    /// ```
    fn par_sort(&mut self)
    where
        T: Ord;

    /// Calls [`par_sort_by`](bare::ParallelSliceMut::par_sort_by).
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// let mut items = [2, 3, 1];
    /// items.par_sort_by(|a, b| b.cmp(a));
    /// assert_eq!(items, [3, 2, 1]);
    /// ```
    #[cfg_attr(debug_assertions, track_caller)]
    fn par_sort_by<F>(&mut self, compare: F)
    where
        F: Fn(&T, &T) -> Ordering + Sync;

    /// Calls [`par_sort_by_key`](bare::ParallelSliceMut::par_sort_by_key).
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// let mut words = ["abc", "d"];
    /// words.par_sort_by_key(|word| word.len());
    /// assert_eq!(words, ["d", "abc"]);
    /// ```
    #[cfg_attr(debug_assertions, track_caller)]
    fn par_sort_by_key<K, F>(&mut self, f: F)
    where
        K: Ord,
        F: Fn(&T) -> K + Sync;

    /// Calls [`par_sort_by_cached_key`](bare::ParallelSliceMut::par_sort_by_cached_key).
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// let mut words = ["10", "9"];
    /// words.par_sort_by_cached_key(|word| word.parse::<u8>().unwrap());
    /// assert_eq!(words, ["9", "10"]);
    /// ```
    #[cfg_attr(debug_assertions, track_caller)]
    fn par_sort_by_cached_key<K, F>(&mut self, f: F)
    where
        F: Fn(&T) -> K + Sync,
        K: Ord + Send;

    /// Calls [`par_sort_unstable`](bare::ParallelSliceMut::par_sort_unstable).
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// let mut items = [2, 3, 1];
    /// items.par_sort_unstable();
    /// assert_eq!(items, [1, 2, 3]);
    /// ```
    fn par_sort_unstable(&mut self)
    where
        T: Ord;

    /// Calls [`par_sort_unstable_by`](bare::ParallelSliceMut::par_sort_unstable_by).
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// let mut items = [2, 3, 1];
    /// items.par_sort_unstable_by(|a, b| b.cmp(a));
    /// assert_eq!(items, [3, 2, 1]);
    /// ```
    #[cfg_attr(debug_assertions, track_caller)]
    fn par_sort_unstable_by<F>(&mut self, compare: F)
    where
        F: Fn(&T, &T) -> Ordering + Sync;

    /// Calls [`par_sort_unstable_by_key`](bare::ParallelSliceMut::par_sort_unstable_by_key).
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::prelude::*;
    /// let mut words = ["abc", "d"];
    /// words.par_sort_unstable_by_key(|word| word.len());
    /// assert_eq!(words, ["d", "abc"]);
    /// ```
    #[cfg_attr(debug_assertions, track_caller)]
    fn par_sort_unstable_by_key<K, F>(&mut self, f: F)
    where
        K: Ord,
        F: Fn(&T) -> K + Sync;
}

impl<T: Send> ParallelSliceMut<T> for [T] {
    #[cfg_attr(debug_assertions, track_caller)]
    fn par_split_mut<P>(&mut self, separator: P) -> Scoped<SplitMut<'_, T, impl Fn(&T) -> bool + Sync + Send>>
    where
        P: Fn(&T) -> bool + Sync + Send,
    {
        made(|s| bare::ParallelSliceMut::par_split_mut(self, looking(s.wrap(separator))))
    }

    #[cfg_attr(debug_assertions, track_caller)]
    fn par_split_inclusive_mut<P>(
        &mut self,
        separator: P,
    ) -> Scoped<SplitInclusiveMut<'_, T, impl Fn(&T) -> bool + Sync + Send>>
    where
        P: Fn(&T) -> bool + Sync + Send,
    {
        made(|s| bare::ParallelSliceMut::par_split_inclusive_mut(self, looking(s.wrap(separator))))
    }

    #[cfg_attr(debug_assertions, track_caller)]
    fn par_chunks_mut(&mut self, chunk_size: usize) -> Scoped<ChunksMut<'_, T>> {
        made(|_| bare::ParallelSliceMut::par_chunks_mut(self, chunk_size))
    }

    #[cfg_attr(debug_assertions, track_caller)]
    fn par_chunks_exact_mut(&mut self, chunk_size: usize) -> Scoped<ChunksExactMut<'_, T>> {
        made(|_| bare::ParallelSliceMut::par_chunks_exact_mut(self, chunk_size))
    }

    #[cfg_attr(debug_assertions, track_caller)]
    fn par_rchunks_mut(&mut self, chunk_size: usize) -> Scoped<RChunksMut<'_, T>> {
        made(|_| bare::ParallelSliceMut::par_rchunks_mut(self, chunk_size))
    }

    #[cfg_attr(debug_assertions, track_caller)]
    fn par_rchunks_exact_mut(&mut self, chunk_size: usize) -> Scoped<RChunksExactMut<'_, T>> {
        made(|_| bare::ParallelSliceMut::par_rchunks_exact_mut(self, chunk_size))
    }

    #[cfg_attr(debug_assertions, track_caller)]
    fn par_chunk_by_mut<F>(&mut self, pred: F) -> Scoped<ChunkByMut<'_, T, impl Fn(&T, &T) -> bool + Send + Sync>>
    where
        F: Fn(&T, &T) -> bool + Send + Sync,
    {
        made(|s| bare::ParallelSliceMut::par_chunk_by_mut(self, pairing(s.wrap(pred))))
    }

    fn par_sort(&mut self)
    where
        T: Ord,
    {
        Snapshot::empty().run(|| bare::ParallelSliceMut::par_sort(self));
    }

    #[cfg_attr(debug_assertions, track_caller)]
    fn par_sort_by<F>(&mut self, compare: F)
    where
        F: Fn(&T, &T) -> Ordering + Sync,
    {
        let compare = &compare;
        apart("rayon::par_sort_by", |s| {
            bare::ParallelSliceMut::par_sort_by(self, |a, b| s.run(|| compare(a, b)));
        });
    }

    #[cfg_attr(debug_assertions, track_caller)]
    fn par_sort_by_key<K, F>(&mut self, f: F)
    where
        K: Ord,
        F: Fn(&T) -> K + Sync,
    {
        let f = &f;
        apart("rayon::par_sort_by_key", |s| bare::ParallelSliceMut::par_sort_by_key(self, |item| s.run(|| f(item))));
    }

    #[cfg_attr(debug_assertions, track_caller)]
    fn par_sort_by_cached_key<K, F>(&mut self, f: F)
    where
        F: Fn(&T) -> K + Sync,
        K: Ord + Send,
    {
        let f = &f;
        apart("rayon::par_sort_by_cached_key", |s| {
            bare::ParallelSliceMut::par_sort_by_cached_key(self, |item| s.run(|| f(item)));
        });
    }

    fn par_sort_unstable(&mut self)
    where
        T: Ord,
    {
        Snapshot::empty().run(|| bare::ParallelSliceMut::par_sort_unstable(self));
    }

    #[cfg_attr(debug_assertions, track_caller)]
    fn par_sort_unstable_by<F>(&mut self, compare: F)
    where
        F: Fn(&T, &T) -> Ordering + Sync,
    {
        let compare = &compare;
        apart("rayon::par_sort_unstable_by", |s| {
            bare::ParallelSliceMut::par_sort_unstable_by(self, |a, b| s.run(|| compare(a, b)));
        });
    }

    #[cfg_attr(debug_assertions, track_caller)]
    fn par_sort_unstable_by_key<K, F>(&mut self, f: F)
    where
        K: Ord,
        F: Fn(&T) -> K + Sync,
    {
        let f = &f;
        apart("rayon::par_sort_unstable_by_key", |s| {
            bare::ParallelSliceMut::par_sort_unstable_by_key(self, |item| s.run(|| f(item)));
        });
    }
}
