//! One benchmark: how it is called, and what its loop looks like.

use std::hint::black_box;

use criterion::{Criterion, Throughput};

/// Measures `f` under the name `operation/who`.
pub(crate) fn measure<R>(c: &mut Criterion, operation: &str, who: &str, f: impl FnMut() -> R) {
    measure_each(c, operation, who, 1, f);
}

/// The same for an `f` that does the operation `times` over; what is reported is one.
pub(crate) fn measure_each<R>(c: &mut Criterion, operation: &str, who: &str, times: u64, mut f: impl FnMut() -> R) {
    let mut group = c.benchmark_group(operation);
    group.throughput(Throughput::Elements(times));
    group.bench_function(who, |b| {
        b.iter(|| {
            black_box(());
            f()
        });
    });
    group.finish();
}
