//! A program that uses much of rayon, with one more line: every closure that it passes to rayon is
//! called with the values of the call, on every thread.

#![cfg(feature = "rayon")]

use asynccontext::rayon;

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::sync::Arc;

use asynccontext::{Propagate, Scoped, Snapshot, Variable};
use rayon::prelude::*;

use crate::witness;

static NAME: Variable<u64> = Variable::named("name");

/// Panics if the name is another one.
fn check<T>(value: T) -> T {
    assert_eq!(NAME.get(), Some(7));
    value
}

/// Creates iterators where the name is 7, and drives them where it is 8, on a pool, whose threads
/// stay empty.
fn on_pool<I: Send, R: Send>(make: impl FnOnce() -> I + Send, drive: impl FnOnce(I) -> R + Send) -> R {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(2).build().unwrap();
    let result = pool.install(|| {
        let made = NAME.run(7, make);
        NAME.run(8, || {
            let result = drive(made);
            assert_eq!(NAME.get(), Some(8));
            result
        })
    });
    assert!(::rayon::ThreadPool::broadcast(&pool, |_| Snapshot::capture().is_empty()).iter().all(|empty| *empty));
    result
}

#[test]
fn what_becomes_a_parallel_iterator() {
    let sums: [u64; 5] = on_pool(
        || {
            (
                (0..1000_u64).into_par_iter(),
                Vec::from_iter(0..1000_u64).into_par_iter(),
                HashSet::<u64>::from_iter(0..1000).into_par_iter(),
                BTreeMap::from_iter((0..1000_u64).map(|n| (n, ()))).into_par_iter(),
                [499_500_u64].into_par_iter().into_par_iter(), // stays as it is
            )
        },
        |(range, vec, set, map, array)| {
            [
                range.map(check).sum(),
                vec.map(check).sum(),
                set.map(check).sum(),
                map.map(|(n, ())| check(n)).sum(),
                array.map(check).sum(),
            ]
        },
    );
    assert_eq!(sums, [499_500; 5]);
}

#[test]
fn references_and_pieces_of_collections() {
    let mut items = Vec::from_iter(0..100_u64);
    let map = HashMap::from([(1_u64, 2_u64)]);
    let seen: (u64, u64) = on_pool(
        || (items.par_iter(), map.par_iter()),
        |(items, map)| (items.map(check).sum(), map.map(|(key, value)| check(*key + *value)).sum()),
    );
    assert_eq!(seen, (4950, 3));
    on_pool(|| items.par_iter_mut(), |items| items.for_each(|n| *check(n) += 1));
    assert_eq!(items[..3], [1, 2, 3]);

    let drained: u64 = on_pool(|| items.par_drain(50..), |items| items.map(check).sum());
    assert_eq!((drained, items.len()), ((51..=100).sum(), 50));
    let mut set = HashSet::from([1_u64, 2]);
    assert_eq!(on_pool(|| set.par_drain(), |set| set.map(check).sum::<u64>()), 3);
    assert!(set.is_empty());
    let mut deque = VecDeque::from([0_u64]);
    deque.par_extend(NAME.run(7, || [1, 2].into_par_iter().map(check)));
    deque.par_extend(vec![3]);
    assert_eq!(deque, [0, 1, 2, 3]);
}

/// The sequential iterator's own closures as well.
#[test]
fn a_bridge() {
    let bridge = || (0..100_u64).map(check).par_bridge();
    let sum: u64 = on_pool(bridge, |items| items.map(check).sum());
    assert_eq!(sum, 4950);
}

#[test]
fn slices_in_pieces() {
    let items = Vec::from_iter(0..100_u64);
    let zero = |n: &u64| check(*n) % 10 == 0;
    let same = |a: &u64, b: &u64| check(*a) / 10 == b / 10;
    let slices = items.as_slice();
    let lengths = on_pool(
        || {
            (
                (slices.par_split(zero), slices.par_split_inclusive(zero), slices.par_chunk_by(same)),
                (slices.par_windows(10), slices.par_chunks(10), slices.par_chunks_exact(10)),
                (slices.par_rchunks(10), slices.par_rchunks_exact(10)),
            )
        },
        |(by, from_the_start, from_the_end)| {
            let length = |piece: &[u64]| check(piece.len());
            [
                by.0.map(length).sum::<usize>(),
                by.1.map(length).sum(),
                by.2.map(length).sum(),
                from_the_start.0.map(length).sum(),
                from_the_start.1.map(length).sum(),
                from_the_start.2.map(length).sum(),
                from_the_end.0.map(length).sum(),
                from_the_end.1.map(length).sum(),
            ]
        },
    );
    assert_eq!(lengths, [90, 100, 100, 910, 100, 100, 100, 100]);
}

#[test]
fn mutable_slices_in_pieces() {
    fn double(piece: &mut [u64]) {
        piece.iter_mut().for_each(|n| *n = check(*n) * 2);
    }
    let zero = |n: &u64| check(*n) == 0;
    let same = |a: &u64, b: &u64| check(*a) == *b;
    let mut items = vec![1_u64; 100];
    on_pool(|| items.par_split_mut(zero), |pieces| pieces.for_each(double));
    on_pool(|| items.par_split_inclusive_mut(zero), |pieces| pieces.for_each(double));
    on_pool(|| items.par_chunk_by_mut(same), |pieces| pieces.for_each(double));
    on_pool(|| items.par_chunks_mut(9), |pieces| pieces.for_each(double));
    on_pool(|| items.par_chunks_exact_mut(10), |pieces| pieces.for_each(double));
    on_pool(|| items.par_rchunks_mut(9), |pieces| pieces.for_each(double));
    on_pool(|| items.par_rchunks_exact_mut(10), |pieces| pieces.for_each(double));
    assert_eq!(items, [1 << 7; 100]);
}

#[test]
fn sorting() {
    let sorts: [fn(&mut [u64]); 7] = [
        |items| items.par_sort_by(|a, b| check(a).cmp(b)),
        |items| items.par_sort_by_key(|n| check(*n)),
        |items| items.par_sort_by_cached_key(|n| check(*n)),
        |items| items.par_sort_unstable_by(|a, b| check(a).cmp(b)),
        |items| items.par_sort_unstable_by_key(|n| check(*n)),
        |items| items.par_sort(),
        |items| items.par_sort_unstable(),
    ];
    for sort in sorts {
        let mut items: Vec<u64> = (0..10_000).rev().collect();
        on_pool(
            || (),
            |()| {
                NAME.run(7, || {
                    sort(&mut items);
                    check(());
                });
            },
        );
        assert!(items.is_sorted());
    }
}

#[test]
fn texts() {
    let text = "one two\nthree";
    let lengths = on_pool(
        || {
            (
                (text.par_chars(), text.par_char_indices(), text.par_bytes(), text.par_encode_utf16()),
                (text.par_lines(), text.par_split_whitespace(), text.par_split_ascii_whitespace()),
            )
        },
        |(signs, parts)| {
            [
                signs.0.map(check).count(),
                signs.1.map(check).count(),
                signs.2.map(check).count(),
                signs.3.map(check).count(),
                parts.0.map(check).count(),
                parts.1.map(check).count(),
                parts.2.map(check).count(),
            ]
        },
    );
    assert_eq!(lengths, [13, 13, 13, 13, 2, 3, 3]);
}

/// If a chain takes another iterator, that may be scoped too: each has its own values.
#[test]
fn chains_of_several_iterators() {
    let eight = |n: u64| {
        assert_eq!(NAME.get(), Some(8));
        n
    };
    let seen: Vec<(u64, u64)> = on_pool(
        || (0..100_usize).into_par_iter().map(|n| check(n) as u64),
        |items| {
            let others = (0..100_usize).into_par_iter().map(|n| eight(n as u64));
            items.zip(others).map(check).collect()
        },
    );
    assert!(seen.iter().all(|(a, b)| a == b) && seen.len() == 100);
    let numbers = || [1_u64, 2].into_par_iter();
    let (chained, mixed, equal): (u64, Vec<u64>, bool) = on_pool(numbers, |items| {
        let chained = items.chain(numbers().map(eight)).map(check).sum();
        (chained, numbers().interleave(numbers().map(eight)).collect(), numbers().map(eight).eq(numbers()))
    });
    assert_eq!((chained, mixed, equal), (6, vec![1, 1, 2, 2], true));
    let flat: u64 = on_pool(numbers, |items| items.flat_map(|n| (0..n).into_par_iter().map(check)).map(check).sum());
    assert_eq!(flat, 1);
}

/// The content of an iterator is dropped with its values, whether it is driven or not.
#[test]
fn what_is_not_driven_is_dropped_inside() {
    let made = |witness: witness::Witness| {
        let witness = Arc::new(witness);
        witness::NAME
            .run(7, || [1].par_split(move |_| Arc::strong_count(&witness) == 0).map(|piece: &[i32]| piece.len()))
    };
    let (seen, witness) = witness::witness();
    witness::NAME.run(8, || drop(made(witness)));
    assert_eq!(*seen.lock().unwrap(), [Some(7)]);
    let (seen, witness) = witness::witness();
    witness::NAME.run(8, || assert_eq!(made(witness).sum::<usize>(), 1));
    assert_eq!(*seen.lock().unwrap(), [Some(7)]);
}

/// rayon's own iterators are imported by name, and tied by hand.
#[test]
fn rayon_itself() {
    use ::rayon::iter::ParallelIterator;
    let bare: ::rayon::range::Iter<u64> = (0..10_u64).into_par_iter().into_inner();
    let tied: Scoped<_> = NAME.run(7, || bare.clone().in_current_snapshot());
    assert_eq!(tied.map(check).sum::<u64>(), ParallelIterator::sum::<u64>(bare));
    assert!(rayon::max_num_threads() >= rayon::current_num_threads());
}
