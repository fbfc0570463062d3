//! A benchmark: its name and its loop.

use std::hint::black_box;
use std::time::{Duration, Instant};

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion, SamplingMode, Throughput};

/// Measures `f` under the name `operation/who`.
pub(crate) fn measure<R>(c: &mut Criterion, operation: &str, who: &str, f: impl FnMut() -> R) {
    measure_each(c, operation, who, 1, f);
}

/// Measures an `f` that performs the operation `times` times. The cost of one operation is reported.
pub(crate) fn measure_each<R>(c: &mut Criterion, operation: &str, who: &str, times: u64, f: impl FnMut() -> R) {
    at_places(c, operation, who, times, &[turns::<0, R, _>], f);
}

/// Measures an operation that takes a few cycles.
///
/// The loop is at four places in the program, and samples are taken at each in turn, since a read takes two or
/// four cycles, depending on the alignment of its branches in the lines that the processor fetches.
pub(crate) fn measure_short<R>(c: &mut Criterion, operation: &str, who: &str, times: u64, f: impl FnMut() -> R) {
    at_places(c, operation, who, times, &[turns::<0, R, _>, turns::<1, R, _>, turns::<2, R, _>, turns::<3, R, _>], f);
}

/// Repeats a turn the given number of times. Returns the duration and the turn.
type Turns<F> = fn(u64, F) -> (Duration, F);

fn at_places<F>(c: &mut Criterion, operation: &str, who: &str, times: u64, loops: &[Turns<F>], turn: F) {
    let mut group = group(c, operation);
    group.throughput(Throughput::Elements(times));
    let mut loops = loops.iter().cycle();
    let mut kept = Some(turn);
    group.bench_function(who, |b| {
        b.iter_custom(|n| {
            let (Some(turns), Some(turn)) = (loops.next(), kept.take()) else { unreachable!("both come back") };
            let (elapsed, turn) = turns(n, turn);
            kept = Some(turn);
            elapsed
        });
    });
    group.finish();
}

/// Returns the time of `n` turns. The instructions before the loop shift it by some bytes. The turn is moved in and
/// out, so that its captures can be in registers.
#[inline(never)]
fn turns<const PLACE: usize, R, F: FnMut() -> R>(n: u64, mut turn: F) -> (Duration, F) {
    if PLACE > 0 {
        black_box(1);
    }
    if PLACE > 1 {
        black_box(2);
    }
    if PLACE > 2 {
        black_box(3);
    }
    let start = Instant::now();
    for _ in 0..n {
        black_box(());
        black_box(turn());
    }
    (start.elapsed(), turn)
}

/// Returns the benchmark group of one operation, with samples of equal length.
pub(crate) fn group<'a>(c: &'a mut Criterion, operation: &str) -> BenchmarkGroup<'a, WallTime> {
    let mut group = c.benchmark_group(operation);
    group.sampling_mode(SamplingMode::Flat);
    group
}
