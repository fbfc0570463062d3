//! A million snapshots are alive at once: each has its own value, their memory is proportional to
//! their bindings, and every value is dropped once.

#[path = "support/bytes.rs"]
mod bytes;
mod support;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use asynccontext::{Snapshot, Variable};

static DROPS: AtomicUsize = AtomicUsize::new(0);

#[derive(Debug)]
struct Counted(usize);

impl Drop for Counted {
    fn drop(&mut self) {
        DROPS.fetch_add(1, Ordering::Relaxed);
    }
}

static NUMBER: Variable<Counted> = Variable::named("number");
static MANY: [Variable<usize>; 40] = [const { Variable::new() }; 40];

/// Calls `f` with the given number of further variables bound.
fn under<R>(bound: usize, f: &mut dyn FnMut() -> R) -> R {
    match bound {
        0 => f(),
        _ => MANY[bound - 1].run(bound, || under(bound - 1, f)),
    }
}

/// Creates `count` snapshots with `make`, checks the values of each, and drops them in another
/// order. Prints how many bytes each took in addition to its place in the list.
fn bytes_each(count: usize, make: &mut dyn FnMut(usize) -> Snapshot, shows: impl Fn(usize) -> usize) -> isize {
    let mut all = Vec::with_capacity(count);
    let before = bytes::allocated();
    all.extend((0..count).map(make));
    let taken = bytes::allocated() - before;
    for (at, snapshot) in all.iter().enumerate() {
        let seen = snapshot.run(|| NUMBER.with(|number| number.map(|n| n.0)));
        assert_eq!(seen, Some(shows(at)));
    }
    let (odd, even): (Vec<_>, Vec<_>) = all.into_iter().enumerate().partition(|(at, _)| at % 2 == 1);
    drop(even);
    drop(odd);
    assert!(bytes::allocated() <= before, "something is left");
    taken / count as isize
}

/// A single test, since the bytes of other tests would be counted too.
#[test]
fn distinct_and_same() {
    let count = support::scaled(1_000_000);
    let start = Instant::now();
    let timed = |what: &str, bytes: isize, most: isize| {
        println!("{what}: {bytes} bytes each, {:?} so far", start.elapsed());
        assert!(bytes <= most, "{what}: {bytes} bytes");
        assert!(start.elapsed() < Duration::from_secs(60), "{what}: too slow");
    };
    let mut made = 0;
    let mut distinct = |at| {
        made += 1;
        NUMBER.run(Counted(at), Snapshot::capture)
    };
    distinct(0); // what is made once
    DROPS.store(0, Ordering::Relaxed);
    timed("a value each", bytes_each(count, &mut distinct, |at| at), 64);
    assert_eq!(DROPS.swap(0, Ordering::Relaxed), count);

    // on top of shared bindings: short chains, and bindings in one map
    for bound in [5, 14, 15, 16, 17, 40] {
        let bytes = under(bound, &mut || {
            for _ in 0..2 {
                distinct(0); // so that the map of what is shared is made
            }
            DROPS.store(0, Ordering::Relaxed);
            bytes_each(count / 10, &mut distinct, |at| at)
        });
        timed("a value each, over shared ones", bytes, 64);
        assert_eq!(DROPS.swap(0, Ordering::Relaxed), count / 10);
    }

    // of a single mapping
    let one = || bytes_each(count, &mut |_| Snapshot::capture(), |_| 7);
    timed("the same", NUMBER.run(Counted(7), one), 0);
    assert_eq!(DROPS.swap(0, Ordering::Relaxed), 1);
    let first = NUMBER.run(Counted(7), Snapshot::capture);
    timed("clones", bytes_each(count, &mut |_| first.clone(), |_| 7), 0);
    assert_eq!(DROPS.load(Ordering::Relaxed), 0);
    drop(first);
    assert_eq!(DROPS.swap(0, Ordering::Relaxed), 1);
    assert!(NUMBER.with(|number| number.is_none()) && made > count);
}
