//! Snapshots: taken, cloned, entered, wrapped around a closure.

use std::hint::black_box;

use asynccontext::Snapshot;
use criterion::Criterion;

use crate::measure::measure;
use crate::peers::{Bind, Capture, Dcontext, Fastrace, OpenTelemetry, Ours, Sentry, Tracing, with_bound};

pub(crate) fn all(c: &mut Criterion) {
    each::<Ours>(c);
    each::<OpenTelemetry>(c);
    each::<Tracing>(c);
    Fastrace::in_root(|| each::<Fastrace>(c));
    each::<Sentry>(c);
    each::<Dcontext>(c);
    of_eight::<Ours>(c);
    of_eight::<OpenTelemetry>(c);
    of_eight::<Dcontext>(c);
    ours(c);
}

fn each<P: Capture>(c: &mut Criterion) {
    P::bind::<0, _>(7, || {
        measure(c, "capture, repeated", P::NAME, || drop(black_box(P::capture())));
        let captured = P::capture();
        measure(c, "enter a snapshot", P::NAME, || P::enter(&captured, || black_box(())));
    });
}

fn of_eight<P: Capture>(c: &mut Criterion) {
    with_bound::<P>(8, || {
        measure(c, "capture, repeated, 8 bound", P::NAME, || drop(black_box(P::capture())));
    });
}

fn ours(c: &mut Criterion) {
    let captured = with_captured();
    measure(c, "clone and drop a snapshot", "asynccontext", || drop(black_box(captured.clone())));
    let wrapped = captured.wrap(|n: u64| black_box(n));
    measure(c, "call a wrapped closure", "asynccontext", || wrapped.call((7,)));
    measure(c, "wrap, call once", "asynccontext", || black_box(captured.wrap(|n: u64| black_box(n))).call_once((7,)));
}

fn with_captured() -> Snapshot {
    Ours::bind::<0, _>(7, Snapshot::capture)
}
