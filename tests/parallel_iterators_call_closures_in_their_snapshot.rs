//! Parallel iterators: each closure of a scoped chain runs, and is dropped, in the
//! snapshot, on whichever thread.

#![cfg(feature = "rayon")]

use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use asynccontext::{Propagate, Scoped, Snapshot, Variable};
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

/// Fails outside the snapshot. Naps now and then, so that other threads get work.
fn check(n: u64) -> u64 {
    assert_eq!(NAME.get(), Some(7));
    if n.is_multiple_of(250) {
        thread::sleep(Duration::from_millis(1));
    }
    n
}

fn even(n: u64) -> bool {
    check(n).is_multiple_of(2)
}

/// Runs a chain on a pool, from another mapping, which must stay.
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

#[test]
fn every_adapter_calls_its_closure_inside() {
    let sum = 499_500;
    assert_eq!(on_pool(|| numbers().map(check).sum::<u64>()), sum);
    assert_eq!(on_pool(|| numbers().filter(|n| even(*n)).count()), 500);
    assert_eq!(on_pool(|| numbers().filter_map(|n| even(n).then_some(1_u64)).sum::<u64>()), 500);
    let inspected = AtomicUsize::new(0);
    let inspect = |n: &u64| {
        check(*n);
        inspected.fetch_add(1, Ordering::Relaxed);
    };
    assert_eq!(on_pool(|| numbers().inspect(inspect).count()), 1000);
    assert_eq!(inspected.into_inner(), 1000);
    assert_eq!(on_pool(|| numbers().flat_map(|n| vec![check(n); 2]).map(check).sum::<u64>()), 2 * sum);
    assert_eq!(on_pool(|| numbers().flat_map_iter(|n| [check(n); 2]).map(check).sum::<u64>()), 2 * sum);
    assert_eq!(on_pool(|| numbers().fold(|| check(0), |a, b| a + check(b)).map(check).sum::<u64>()), sum);
    assert_eq!(on_pool(|| numbers().enumerate().map(|(at, n)| at as u64 + check(n)).sum::<u64>()), 2 * sum);
    let zipped = || numbers().zip(Vec::from_iter(0..1000)).map(|(a, b)| check(a) + b).sum::<u64>();
    assert_eq!(on_pool(zipped), 2 * sum);
    assert_eq!(on_pool(|| numbers().with_min_len(10).with_max_len(20).map(check).sum::<u64>()), sum);
}

#[test]
fn every_end_calls_its_closure_inside() {
    let sum = AtomicUsize::new(0);
    on_pool(|| numbers().for_each(|n| _ = sum.fetch_add(check(n) as usize, Ordering::Relaxed)));
    assert_eq!(sum.into_inner(), 499_500);
    let odd = |n: u64| if even(n) { Ok(()) } else { Err(n % 2) };
    assert_eq!(on_pool(|| numbers().try_for_each(odd)), Err(1));
    assert_eq!(on_pool(|| numbers().reduce(|| check(0), |a, b| check(a) + b)), 499_500);
    assert_eq!(on_pool(|| numbers().reduce_with(|a, b| check(a) + b)), Some(499_500));
    assert!(on_pool(|| numbers().any(|n| check(n) == 999)));
    assert!(!on_pool(|| numbers().all(|n| check(n) < 999)));
    assert_eq!(on_pool(|| numbers().find_any(|n| check(*n) == 5)), Some(5));
    assert_eq!(on_pool(|| numbers().find_first(|n| check(*n) > 5)), Some(6));
    assert_eq!(on_pool(|| numbers().find_map_any(|n| (check(n) == 5).then_some("five"))), Some("five"));
    assert_eq!(on_pool(|| numbers().find_map_first(|n| (check(n) > 5).then_some(n))), Some(6));
    assert_eq!(on_pool(|| numbers().min_by_key(|n| 1000 - check(*n))), Some(999));
    assert_eq!(on_pool(|| numbers().max_by_key(|n| 1000 - check(*n))), Some(0));
    let (yes, no): (Vec<_>, Vec<_>) = on_pool(|| numbers().partition(|n| even(*n)));
    assert_eq!((yes.len(), no.len()), (500, 500));
    assert_eq!(on_pool(|| numbers().filter(|n| (1..5).contains(&check(*n))).product::<u64>()), 24);
    let all: Vec<u64> = on_pool(|| numbers().map(check).collect());
    assert!(all.into_iter().eq(0..1000));
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

/// The methods of a scoped chain do not get in the way of a scoped future's.
#[test]
fn a_scoped_future_or_iterator_keeps_the_methods_of_its_own_traits() {
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
