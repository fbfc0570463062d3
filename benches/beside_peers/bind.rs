//! Bindings: one, nested, shadowing, over others; guards; and with a capture inside.

use std::hint::black_box;

use asynccontext::{Snapshot, Variable};
use criterion::Criterion;

use crate::measure::{measure, measure_each};
use crate::peers::{
    Bind, Capture, Dcontext, Fastrace, Inherit, OpenTelemetry, Ours, Sentry, Tokio, TokioShared, Tracing, VARIABLES,
    with_bound,
};
use crate::read::with_all;

pub(crate) fn all(c: &mut Criterion) {
    one::<Ours>(c);
    one::<OpenTelemetry>(c);
    one::<Inherit>(c);
    one::<Tokio>(c);
    one::<TokioShared>(c);
    one::<Tracing>(c);
    Fastrace::in_root(|| one::<Fastrace>(c));
    one::<Sentry>(c);
    one::<Dcontext>(c);
    guard(c);
    and_capture::<Ours>(c);
    and_capture::<OpenTelemetry>(c);
    and_capture::<Tracing>(c);
    and_capture::<Sentry>(c);
    and_capture::<Dcontext>(c);
    nested::<Ours>(c);
    nested::<OpenTelemetry>(c);
    nested::<Inherit>(c);
    nested::<Tokio>(c);
    nested::<Dcontext>(c);
    shadowing(c);
    over_others::<Ours>(c);
    over_others::<OpenTelemetry>(c);
    over_others::<Inherit>(c);
    over_others::<Dcontext>(c);
    by_length(c);
}

fn one<P: Bind>(c: &mut Criterion) {
    measure(c, "run", P::NAME, || P::bind::<0, _>(7, || black_box(())));
}

fn guard(c: &mut Criterion) {
    measure(c, "guard", "asynccontext", || {
        let _guard = VARIABLES[0].enter(7);
        black_box(());
    });
}

fn and_capture<P: Capture>(c: &mut Criterion) {
    measure(c, "run and capture", P::NAME, || P::bind::<0, _>(7, || drop(black_box(P::capture()))));
}

/// Four nested variables.
fn nested<P: Bind>(c: &mut Criterion) {
    measure_each(c, "run, 4 nested", P::NAME, 4, || with_bound::<P>(4, || black_box(())));
}

/// The same variable again, directly above and above others.
fn shadowing(c: &mut Criterion) {
    let run = || VARIABLES[0].run(8, || black_box(()));
    let capture = || VARIABLES[0].run(8, || drop(black_box(Snapshot::capture())));
    for n in [1, 8, 16, 64] {
        with_all(&VARIABLES[..n], &mut || {
            let _snapshot = Snapshot::capture();
            measure(c, &format!("run, shadowing the oldest of {n}"), "asynccontext", run);
            measure(c, &format!("run and capture, shadowing the oldest of {n}"), "asynccontext", capture);
        });
    }
}

/// One more binding over others.
fn over_others<P: Bind>(c: &mut Criterion) {
    for n in [1, 4, 8, 15] {
        with_bound::<P>(n, || {
            measure(c, &format!("run, {n} others bound"), P::NAME, || P::bind::<15, _>(7, || black_box(())));
        });
    }
}

/// Bindings of the crate, by the number of variables that are bound and captured.
fn by_length(c: &mut Criterion) {
    let one_more = &VARIABLES[VARIABLES.len() - 1];
    let run = |variable: &Variable<u64>| variable.run(7, || black_box(()));
    for n in [1, 4, 8, 16, 64, 1000] {
        with_all(&VARIABLES[..n], &mut || {
            let _snapshot = Snapshot::capture();
            measure(c, &format!("run over captured, {n} bound"), "asynccontext", || run(one_more));
            measure(c, &format!("run and capture over captured, {n} bound"), "asynccontext", || {
                one_more.run(7, || drop(black_box(Snapshot::capture())));
            });
        });
    }
}
