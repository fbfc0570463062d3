//! Snapshots: taken, inherited, cloned, entered, swapped in, wrapped around a closure.

use std::hint::black_box;
use std::mem;

use asynccontext::agent::async_context_swap;
use asynccontext::{Snapshot, Variable};
use criterion::Criterion;

use crate::measure::{measure, measure_short};
use crate::peers::{Bind, Capture, Dcontext, Fastrace, OpenTelemetry, Ours, Sentry, Tracing, VARIABLES, with_bound};
use crate::read::with_all;

static UNINHERITED: Variable<u64> = Variable::new().uninherited();

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
    inherited(c);
    swapped(c);
}

fn each<P: Capture>(c: &mut Criterion) {
    P::bind::<0, _>(7, || {
        measure(c, "capture, repeated", P::NAME, || drop(black_box(P::capture())));
        let captured = P::capture();
        measure_short(c, "enter a snapshot", P::NAME, 1, || P::enter(&captured, || black_box(())));
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

/// Snapshots for detached work.
fn inherited(c: &mut Criterion) {
    let inherit = || drop(black_box(Snapshot::inherit()));
    VARIABLES[0].run(7, || measure(c, "inherit", "asynccontext", inherit));
    for later in [0, 4, 14] {
        UNINHERITED.run(7, || {
            with_all(&VARIABLES[..later], &mut || {
                measure(c, &format!("inherit, leaving one out, {later} bound later"), "asynccontext", inherit);
            });
        });
    }
}

fn swapped(c: &mut Criterion) {
    let mut other = with_captured();
    let mut swap = || other = async_context_swap(mem::take(&mut other));
    Snapshot::empty().run(|| measure(c, "swap a snapshot in", "asynccontext", &mut swap));
}

fn with_captured() -> Snapshot {
    Ours::bind::<0, _>(7, Snapshot::capture)
}
