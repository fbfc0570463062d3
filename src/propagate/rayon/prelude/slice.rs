//! Slices: in pieces, and sorted.

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

/// Parallel iterators over a slice, tied to the values that are current where they are made.
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
    /// As [`par_split`](bare::ParallelSlice::par_split).
    #[cfg_attr(debug_assertions, track_caller)]
    fn par_split<P>(&self, separator: P) -> Scoped<Split<'_, T, impl Fn(&T) -> bool + Sync + Send>>
    where
        P: Fn(&T) -> bool + Sync + Send;

    /// As [`par_split_inclusive`](bare::ParallelSlice::par_split_inclusive).
    #[cfg_attr(debug_assertions, track_caller)]
    fn par_split_inclusive<P>(&self, separator: P) -> Scoped<SplitInclusive<'_, T, impl Fn(&T) -> bool + Sync + Send>>
    where
        P: Fn(&T) -> bool + Sync + Send;

    /// As [`par_windows`](bare::ParallelSlice::par_windows).
    #[cfg_attr(debug_assertions, track_caller)]
    fn par_windows(&self, window_size: usize) -> Scoped<Windows<'_, T>>;

    /// As [`par_chunks`](bare::ParallelSlice::par_chunks).
    ///
    /// # Panics
    ///
    /// If `chunk_size` is 0.
    #[cfg_attr(debug_assertions, track_caller)]
    fn par_chunks(&self, chunk_size: usize) -> Scoped<Chunks<'_, T>>;

    /// As [`par_chunks_exact`](bare::ParallelSlice::par_chunks_exact).
    ///
    /// # Panics
    ///
    /// If `chunk_size` is 0.
    #[cfg_attr(debug_assertions, track_caller)]
    fn par_chunks_exact(&self, chunk_size: usize) -> Scoped<ChunksExact<'_, T>>;

    /// As [`par_rchunks`](bare::ParallelSlice::par_rchunks).
    ///
    /// # Panics
    ///
    /// If `chunk_size` is 0.
    #[cfg_attr(debug_assertions, track_caller)]
    fn par_rchunks(&self, chunk_size: usize) -> Scoped<RChunks<'_, T>>;

    /// As [`par_rchunks_exact`](bare::ParallelSlice::par_rchunks_exact).
    ///
    /// # Panics
    ///
    /// If `chunk_size` is 0.
    #[cfg_attr(debug_assertions, track_caller)]
    fn par_rchunks_exact(&self, chunk_size: usize) -> Scoped<RChunksExact<'_, T>>;

    /// As [`par_chunk_by`](bare::ParallelSlice::par_chunk_by).
    #[cfg_attr(debug_assertions, track_caller)]
    fn par_chunk_by<F>(&self, pred: F) -> Scoped<ChunkBy<'_, T, impl Fn(&T, &T) -> bool + Send + Sync>>
    where
        F: Fn(&T, &T) -> bool + Send + Sync;
}

/// A closure that looks at two items.
fn pairing<T>(f: Wrapped<impl Fn(&T, &T) -> bool, 2>) -> impl Fn(&T, &T) -> bool {
    move |a, b| f.call((a, b))
}

/// Makes an iterator with the snapshot of this call. The closure in it owns one of its own.
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

/// Parallel iterators over a mutable slice, tied to the values that are current where they
/// are made; and sorting, whose closures run in the values of the call.
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
    /// As [`par_split_mut`](bare::ParallelSliceMut::par_split_mut).
    #[cfg_attr(debug_assertions, track_caller)]
    fn par_split_mut<P>(&mut self, separator: P) -> Scoped<SplitMut<'_, T, impl Fn(&T) -> bool + Sync + Send>>
    where
        P: Fn(&T) -> bool + Sync + Send;

    /// As [`par_split_inclusive_mut`](bare::ParallelSliceMut::par_split_inclusive_mut).
    #[cfg_attr(debug_assertions, track_caller)]
    fn par_split_inclusive_mut<P>(
        &mut self,
        separator: P,
    ) -> Scoped<SplitInclusiveMut<'_, T, impl Fn(&T) -> bool + Sync + Send>>
    where
        P: Fn(&T) -> bool + Sync + Send;

    /// As [`par_chunks_mut`](bare::ParallelSliceMut::par_chunks_mut).
    ///
    /// # Panics
    ///
    /// If `chunk_size` is 0.
    #[cfg_attr(debug_assertions, track_caller)]
    fn par_chunks_mut(&mut self, chunk_size: usize) -> Scoped<ChunksMut<'_, T>>;

    /// As [`par_chunks_exact_mut`](bare::ParallelSliceMut::par_chunks_exact_mut).
    ///
    /// # Panics
    ///
    /// If `chunk_size` is 0.
    #[cfg_attr(debug_assertions, track_caller)]
    fn par_chunks_exact_mut(&mut self, chunk_size: usize) -> Scoped<ChunksExactMut<'_, T>>;

    /// As [`par_rchunks_mut`](bare::ParallelSliceMut::par_rchunks_mut).
    ///
    /// # Panics
    ///
    /// If `chunk_size` is 0.
    #[cfg_attr(debug_assertions, track_caller)]
    fn par_rchunks_mut(&mut self, chunk_size: usize) -> Scoped<RChunksMut<'_, T>>;

    /// As [`par_rchunks_exact_mut`](bare::ParallelSliceMut::par_rchunks_exact_mut).
    ///
    /// # Panics
    ///
    /// If `chunk_size` is 0.
    #[cfg_attr(debug_assertions, track_caller)]
    fn par_rchunks_exact_mut(&mut self, chunk_size: usize) -> Scoped<RChunksExactMut<'_, T>>;

    /// As [`par_chunk_by_mut`](bare::ParallelSliceMut::par_chunk_by_mut).
    #[cfg_attr(debug_assertions, track_caller)]
    fn par_chunk_by_mut<F>(&mut self, pred: F) -> Scoped<ChunkByMut<'_, T, impl Fn(&T, &T) -> bool + Send + Sync>>
    where
        F: Fn(&T, &T) -> bool + Send + Sync;

    /// As [`par_sort`](bare::ParallelSliceMut::par_sort).
    fn par_sort(&mut self)
    where
        T: Ord;

    /// As [`par_sort_by`](bare::ParallelSliceMut::par_sort_by).
    #[cfg_attr(debug_assertions, track_caller)]
    fn par_sort_by<F>(&mut self, compare: F)
    where
        F: Fn(&T, &T) -> Ordering + Sync;

    /// As [`par_sort_by_key`](bare::ParallelSliceMut::par_sort_by_key).
    #[cfg_attr(debug_assertions, track_caller)]
    fn par_sort_by_key<K, F>(&mut self, f: F)
    where
        K: Ord,
        F: Fn(&T) -> K + Sync;

    /// As [`par_sort_by_cached_key`](bare::ParallelSliceMut::par_sort_by_cached_key).
    #[cfg_attr(debug_assertions, track_caller)]
    fn par_sort_by_cached_key<K, F>(&mut self, f: F)
    where
        F: Fn(&T) -> K + Sync,
        K: Ord + Send;

    /// As [`par_sort_unstable`](bare::ParallelSliceMut::par_sort_unstable).
    fn par_sort_unstable(&mut self)
    where
        T: Ord;

    /// As [`par_sort_unstable_by`](bare::ParallelSliceMut::par_sort_unstable_by).
    #[cfg_attr(debug_assertions, track_caller)]
    fn par_sort_unstable_by<F>(&mut self, compare: F)
    where
        F: Fn(&T, &T) -> Ordering + Sync;

    /// As [`par_sort_unstable_by_key`](bare::ParallelSliceMut::par_sort_unstable_by_key).
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
