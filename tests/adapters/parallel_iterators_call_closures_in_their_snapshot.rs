//! Parallel iterators: each closure of a scoped chain runs, and is dropped, in the snapshot, on
//! every thread.

#![cfg(feature = "rayon")]

use std::cmp::Ordering;
use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use asynccontext::{Propagate, Scoped, Snapshot, Variable};
use rayon::iter::Either;
use rayon::prelude::*;
use rayon::vec::IntoIter;

static NAME: Variable<u64> = Variable::named("name");

fn pool() -> rayon::ThreadPool {
    rayon::ThreadPoolBuilder::new().num_threads(2).build().unwrap()
}

/// The numbers up to a thousand, in a snapshot where the name is 7.
fn numbers() -> Scoped<IntoIter<u64>> {
    NAME.run(7, || Vec::from_iter(0..1000).into_par_iter().in_current_snapshot())
}

/// Panics outside the snapshot. Sleeps sometimes, so that other threads get work.
fn check(n: u64) -> u64 {
    assert_eq!(NAME.get(), Some(7));
    if n % 250 == 0 {
        thread::sleep(Duration::from_millis(1));
    }
    n
}

fn even(n: u64) -> bool {
    check(n) % 2 == 0
}

/// Runs a chain on a pool, from another mapping, which must stay current.
fn on_pool<R: Send>(chain: impl FnOnce() -> R + Send) -> R {
    let pool = pool();
    let result = pool.install(|| {
        NAME.run(8, || {
            let result = chain();
            assert_eq!(NAME.get(), Some(8));
            result
        })
    });
    assert!(pool.broadcast(|_| Snapshot::capture().is_empty()).iter().all(|empty| *empty));
    result
}

const SUM: u64 = 499_500;

/// Adds, and panics outside the snapshot.
fn add(a: u64, b: u64) -> u64 {
    check(a) + b
}

fn checked_add(a: u64, b: u64) -> Result<u64, u64> {
    check(a).checked_add(b).filter(|sum| *sum <= SUM).ok_or(b)
}

/// Compares, and panics outside the snapshot. Does not sleep, since there are many items.
fn compare(a: &u64, b: &u64) -> Ordering {
    assert_eq!(NAME.get(), Some(7));
    b.cmp(a)
}

#[test]
fn every_step_calls_its_closure_inside() {
    assert_eq!(on_pool(|| numbers().map(check).sum::<u64>()), SUM);
    assert_eq!(on_pool(|| numbers().map_with(1, |one, n| check(n) * *one).sum::<u64>()), SUM);
    assert_eq!(on_pool(|| numbers().map_init(|| check(1), |one, n| check(n) * *one).sum::<u64>()), SUM);
    assert_eq!(on_pool(|| numbers().filter(|n| even(*n)).count()), 500);
    assert_eq!(on_pool(|| numbers().filter_map(|n| even(n).then_some(1_u64)).sum::<u64>()), 500);
    let inspected = AtomicUsize::new(0);
    let inspect = |n: &u64| {
        check(*n);
        inspected.fetch_add(1, Relaxed);
    };
    assert_eq!(on_pool(|| numbers().inspect(inspect).count()), 1000);
    assert_eq!(inspected.into_inner(), 1000);
    assert_eq!(on_pool(|| numbers().update(|n| *n = check(*n) * 2).sum::<u64>()), 2 * SUM);
    assert_eq!(on_pool(|| numbers().flat_map(|n| vec![check(n); 2]).map(check).sum::<u64>()), 2 * SUM);
    assert_eq!(on_pool(|| numbers().flat_map_iter(|n| [check(n); 2]).map(check).sum::<u64>()), 2 * SUM);
    assert_eq!(on_pool(|| numbers().fold(|| check(0), |a, b| a + check(b)).map(check).sum::<u64>()), SUM);
    assert_eq!(on_pool(|| numbers().fold_with(0, add).map(check).sum::<u64>()), SUM);
    assert_eq!(on_pool(|| numbers().take_any_while(|n| check(*n) < 2000).count()), 1000);
    assert_eq!(on_pool(|| numbers().skip_any_while(|n| check(*n) < 2000).count()), 0);
    let try_fold = || numbers().try_fold(|| check(0), checked_add).try_reduce(|| check(0), checked_add);
    assert_eq!(on_pool(try_fold), Ok(SUM));
    let try_fold_with = || numbers().try_fold_with(SUM, checked_add).try_reduce_with(checked_add);
    assert!(on_pool(try_fold_with).is_some_and(|sum| sum.is_err()));
    assert_eq!(on_pool(|| numbers().fold_chunks(10, || check(0), add).map(check).count()), 100);
    assert_eq!(on_pool(|| numbers().fold_chunks_with(10, 0, add).map(check).sum::<u64>()), SUM);
    assert_eq!(on_pool(|| numbers().positions(even).sum::<usize>()), 249_500);
}

#[test]
fn every_end_calls_its_closure_inside() {
    let sum = AtomicU64::new(0);
    let count = |n| _ = sum.fetch_add(check(n), Relaxed);
    let counts = |one: &mut u64, n| count(n * *one);
    let fails_at = |end| move |n| if check(n) < end { Ok(()) } else { Err(end) };
    let fails = |end: &mut u64, n| fails_at(*end)(n);
    on_pool(|| numbers().for_each(count));
    on_pool(|| numbers().for_each_with(1, counts));
    on_pool(|| numbers().for_each_init(|| check(1), counts));
    assert_eq!(sum.into_inner(), 3 * SUM);
    assert_eq!(on_pool(|| numbers().try_for_each(fails_at(1000))), Ok(()));
    assert_eq!(on_pool(|| numbers().try_for_each(fails_at(500))), Err(500));
    assert_eq!(on_pool(|| numbers().try_for_each_with(500, fails)), Err(500));
    assert_eq!(on_pool(|| numbers().try_for_each_init(|| check(500), fails)), Err(500));
    assert_eq!(on_pool(|| numbers().reduce(|| check(0), add)), SUM);
    assert_eq!(on_pool(|| numbers().reduce_with(add)), Some(SUM));
    let results = || numbers().map(Ok::<_, u64>);
    assert_eq!(on_pool(|| results().try_reduce(|| check(0), checked_add)), Ok(SUM));
    assert_eq!(on_pool(|| results().try_reduce_with(checked_add)), Some(Ok(SUM)));
    assert!(on_pool(|| numbers().any(|n| check(n) == 999)));
    assert!(!on_pool(|| numbers().all(|n| check(n) < 999)));
    assert_eq!(on_pool(|| numbers().find_any(|n| check(*n) == 5)), Some(5));
    assert_eq!(on_pool(|| numbers().find_first(|n| check(*n) > 5)), Some(6));
    assert_eq!(on_pool(|| numbers().find_last(|n| check(*n) < 5)), Some(4));
    assert_eq!(on_pool(|| numbers().find_map_any(|n| (check(n) == 5).then_some("five"))), Some("five"));
    assert_eq!(on_pool(|| numbers().find_map_first(|n| (check(n) > 5).then_some(n))), Some(6));
    assert_eq!(on_pool(|| numbers().find_map_last(|n| (check(n) < 5).then_some(n))), Some(4));
    assert_eq!(on_pool(|| numbers().min_by(compare)), Some(999));
    assert_eq!(on_pool(|| numbers().max_by(compare)), Some(0));
    assert_eq!(on_pool(|| numbers().min_by_key(|n| 1000 - check(*n))), Some(999));
    assert_eq!(on_pool(|| numbers().max_by_key(|n| 1000 - check(*n))), Some(0));
    let (yes, no): (Vec<_>, Vec<_>) = on_pool(|| numbers().partition(|n| even(*n)));
    assert_eq!((yes.len(), no.len()), (500, 500));
    let split = |n| if even(n) { Either::Left(n) } else { Either::Right(()) };
    let (yes, no): (Vec<_>, Vec<_>) = on_pool(|| numbers().partition_map(split));
    assert_eq!((yes.len(), no.len()), (500, 500));
    assert_eq!(on_pool(|| numbers().position_any(|n| check(n) == 5)), Some(5));
    assert_eq!(on_pool(|| numbers().position_first(|n| check(n) > 5)), Some(6));
    assert_eq!(on_pool(|| numbers().position_last(|n| check(n) < 5)), Some(4));
}

/// The steps without a closure: the closures before and after them run inside. A few chains contain
/// all of them, since each chain takes long to compile.
#[test]
fn every_other_step_keeps_the_snapshot() {
    let checked = || numbers().map(check);
    let other = || Vec::from_iter(0..1000);
    let same_length = || checked().rev().with_min_len(10).with_max_len(20).zip_eq(other()).zip(other()).enumerate();
    let sum = |(at, ((a, b), c)): (usize, ((u64, u64), u64))| at as u64 + add(a, b) + c;
    assert_eq!(on_pool(|| same_length().map(sum).sum::<u64>()), 4 * SUM);
    let in_turn = || checked().skip(990).take(5).interleave(Vec::from_iter(0..5)).interleave_shortest(vec![7; 3]);
    assert_eq!(on_pool(|| in_turn().map(check).collect::<Vec<_>>()), [990, 7, 0, 7, 991, 7, 1]);
    let pieces = || checked().step_by(100).chunks(3).flatten().chain(vec![7]).intersperse(0).panic_fuse();
    assert_eq!(on_pool(|| pieces().map(check).sum::<u64>()), 4507);
    let in_blocks = || checked().by_uniform_blocks(100).map(|n| vec![n]).flatten_iter();
    assert_eq!(on_pool(|| in_blocks().skip_any(10).take_any(100).map(check).count()), 100);
    let some = |n| Some(check(n)).filter(|n| *n < 2000);
    assert_eq!(on_pool(|| checked().by_exponential_blocks().map(some).while_some().map(check).sum::<u64>()), SUM);
    let all = other();
    let references = || NAME.run(7, || all.par_iter().in_current_snapshot());
    assert_eq!(on_pool(|| references().cloned().map(check).sum::<u64>()), SUM);
    assert_eq!(on_pool(|| references().copied().map(check).sum::<u64>()), SUM);
}

/// The ends without a closure: the closures before them run inside.
#[test]
fn every_other_end_keeps_the_snapshot() {
    let checked = || numbers().map(check);
    assert_eq!((checked().len(), checked().opt_len(), checked().filter(|_| true).opt_len()), (1000, Some(1000), None));
    assert_eq!(on_pool(|| checked().count()), 1000);
    assert_eq!(on_pool(|| checked().min().zip(checked().max())), Some((0, 999)));
    assert_eq!(on_pool(|| numbers().filter(|n| (1..5).contains(&check(*n))).product::<u64>()), 24);
    let all: Vec<u64> = on_pool(|| checked().collect());
    assert!(all.iter().copied().eq(0..1000));
    assert_eq!(on_pool(|| checked().collect_vec_list()).into_iter().flatten().sum::<u64>(), SUM);
    let (mut left, mut right) = (vec![1], vec![1]);
    on_pool(|| checked().collect_into_vec(&mut left));
    assert_eq!(left, all);
    let pairs = || numbers().map(|n| (check(n), n));
    on_pool(|| pairs().unzip_into_vecs(&mut left, &mut right));
    assert_eq!((&left, &right), (&all, &all));
    assert_eq!(on_pool(|| pairs().unzip()), (left, right));
    assert_eq!(on_pool(|| checked().cmp(all.clone())), Ordering::Equal);
    assert_eq!(on_pool(|| checked().partial_cmp(all.clone())), Some(Ordering::Equal));
    assert!(on_pool(|| checked().eq(all.clone())) && !on_pool(|| checked().ne(all.clone())));
    assert!(on_pool(|| checked().le(all.clone())) && !on_pool(|| checked().lt(all.clone())));
    assert!(on_pool(|| checked().ge(all.clone())) && !on_pool(|| checked().gt(all.clone())));
}

#[test]
fn several_threads_take_part() {
    let threads = Mutex::new(HashSet::new());
    on_pool(|| {
        numbers().with_max_len(1).for_each(|n| {
            check(n);
            threads.lock().unwrap().insert(thread::current().id());
            thread::sleep(Duration::from_micros(10));
        })
    });
    assert_eq!(threads.into_inner().unwrap().len(), 2);
}

#[test]
fn the_snapshot_is_the_one_of_the_start_and_not_of_the_end() {
    let chain = NAME.run(1, || (0..10_u64).into_par_iter().in_current_snapshot());
    let chain = NAME.run(2, || chain.map(|_| NAME.get()));
    let seen: Vec<_> = NAME.run(3, || chain.collect());
    assert_eq!(seen, [Some(1); 10]);
    let chain = (0..3_u64).into_par_iter().with_snapshot(NAME.run(4, Snapshot::capture));
    assert_eq!(chain.map(|_| NAME.get()).collect::<Vec<_>>(), [Some(4); 3]);
}

#[test]
fn closures_are_dropped_inside() {
    struct Witness(Arc<Mutex<Vec<Option<u64>>>>);
    impl Drop for Witness {
        fn drop(&mut self) {
            self.0.lock().unwrap().push(NAME.get());
        }
    }
    let seen = Arc::default();
    let witness = || Witness(Arc::clone(&seen));
    let (a, b, c) = (witness(), witness(), witness());
    let chain = numbers().map(move |n| (&a, n).1).filter(move |n| (&b, *n).1 > 0);
    NAME.run(8, || chain.for_each(move |_| (&c, ()).1));
    assert_eq!(*seen.lock().unwrap(), [Some(7); 3]);
    let d = witness();
    let never_driven = numbers().map(move |n| (&d, n).1);
    NAME.run(8, || drop(never_driven));
    assert_eq!(*seen.lock().unwrap(), [Some(7); 4]);
}

#[test]
fn a_panic_leaves_the_caller_and_the_pool_as_they_were() {
    on_pool(|| {
        let panics = || {
            numbers().for_each(|n| {
                if check(n) == 500 {
                    std::panic::resume_unwind(Box::new("as it should"))
                }
            })
        };
        assert!(catch_unwind(AssertUnwindSafe(panics)).is_err());
    });
}

#[test]
fn chains_never_see_each_others_values() {
    let pool = pool();
    thread::scope(|threads| {
        for i in 0..4 {
            let pool = &pool;
            threads.spawn(move || {
                for round in 0..50 {
                    let value = i * 1000 + round;
                    let chain = NAME.run(value, || (0..100_u64).into_par_iter().in_current_snapshot());
                    let right = pool.install(|| chain.filter(|_| NAME.get() == Some(value)).count());
                    assert_eq!(right, 100);
                }
            });
        }
    });
}

/// The methods of a scoped chain do not conflict with those of a scoped future.
#[test]
fn a_scoped_future_keeps_the_methods_of_its_traits() {
    trait FutureExt: Future + Sized {
        fn map(self, with: &str) -> String {
            with.to_owned()
        }
        fn step(self) {}
    }
    impl<F: Future> FutureExt for F {}
    let future = || std::future::ready(()).in_current_snapshot();
    assert_eq!(future().map("the trait's"), "the trait's");
    future().step();
    let iterator = NAME.run(7, || (0..3_u64).in_current_snapshot());
    assert!(iterator.map(|n| n + 1).eq(1..4));
}
