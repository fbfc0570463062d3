//! Cost against the number of live snapshots, and against the depth of nesting.
//!
//! The same four variables are bound in all cases, so the cost should not grow.

use std::hint::black_box;

use asynccontext::Snapshot;
use criterion::Criterion;

use crate::measure::{measure, measure_short};
use crate::peers::{Ours, Read, VARIABLES, with_bound};

const POWERS: [usize; 7] = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000];

pub(crate) fn all(c: &mut Criterion) {
    for n in POWERS {
        with_bound::<Ours>(4, || {
            let take = |i| VARIABLES[3].run(i, Snapshot::capture);
            let snapshots: Vec<Snapshot> = (0..n as u64).map(take).collect();
            operations(c, "live snapshots", n, &snapshots[n / 2]);
        });
    }
    for n in POWERS {
        nested(n, &mut || operations(c, "depth", n, &Snapshot::empty()));
    }
    for n in POWERS {
        nested(n, &mut || {
            let snapshot = Snapshot::capture();
            operations(c, "captured depth", n, &snapshot);
        });
    }
}

/// Runs `f` with four variables bound, in `depth` additional scopes that bind them again in turn.
fn nested(depth: usize, f: &mut dyn FnMut()) {
    fn deeper(depth: usize, f: &mut dyn FnMut()) {
        match depth.checked_sub(1) {
            None => f(),
            Some(less) => VARIABLES[depth % 4].run(7, || deeper(less, f)),
        }
    }
    with_bound::<Ours>(4, || deeper(depth, f));
}

fn operations(c: &mut Criterion, series: &str, n: usize, snapshot: &Snapshot) {
    let who = n.to_string();
    measure_short(c, &format!("get by {series}"), &who, 4, || {
        black_box(Ours::read::<0>());
        black_box(Ours::read::<1>());
        black_box(Ours::read::<2>());
        Ours::read::<3>()
    });
    measure(c, &format!("run by {series}"), &who, || VARIABLES[0].run(8, || black_box(())));
    measure_short(c, &format!("enter by {series}"), &who, 1, || snapshot.run(|| black_box(())));
    // This is last, since the nesting is captured afterwards.
    measure(c, &format!("capture by {series}"), &who, || drop(black_box(Snapshot::capture())));
}
