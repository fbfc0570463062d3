//! Reads: of one value, of several in turn, of the newest and the oldest, of none.

use std::hint::black_box;
use std::sync::Arc;

use asynccontext::{Snapshot, Variable};
use criterion::Criterion;

use crate::measure::measure_short;
use crate::peers::{Bind, Dcontext, Inherit, OpenTelemetry, Ours, Read, Sentry, Tokio, VARIABLES, with_bound};

static WITH_DEFAULT: Variable<u64> = Variable::new().with_default(7);
static SHARED: Variable<Arc<u64>> = Variable::new();

pub(crate) fn all(c: &mut Criterion) {
    one::<Ours>(c);
    one::<Tokio>(c);
    one::<OpenTelemetry>(c);
    one::<Inherit>(c);
    one::<Sentry>(c);
    one::<Dcontext>(c);
    several::<Ours>(c);
    several::<Tokio>(c);
    several::<OpenTelemetry>(c);
    several::<Inherit>(c);
    several::<Dcontext>(c);
    missing::<Ours>(c);
    missing::<Tokio>(c);
    missing::<OpenTelemetry>(c);
    missing::<Inherit>(c);
    missing::<Dcontext>(c);
    cloned(c);
    by_length(c);
}

fn one<P: Read>(c: &mut Criterion) {
    P::bind::<0, _>(7, || {
        assert!(P::read::<0>().is_some(), "{} reads the bound value", P::NAME);
        measure_short(c, "get, 1 bound", P::NAME, 1, P::read::<0>);
    });
}

fn several<P: Read>(c: &mut Criterion) {
    with_bound::<P>(4, || {
        measure_short(c, "get, 4 bound, in turn", P::NAME, 4, || {
            black_box(P::read::<0>());
            black_box(P::read::<1>());
            black_box(P::read::<2>());
            P::read::<3>()
        });
    });
    with_bound::<P>(16, || {
        measure_short(c, "get, 16 bound, in turn", P::NAME, 16, || {
            macro_rules! each {
                ($($key:literal)*) => { $(black_box(P::read::<$key>());)* };
            }
            each!(0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15);
        });
    });
}

fn missing<P: Read>(c: &mut Criterion) {
    with_bound::<P>(8, || {
        assert_eq!(P::read::<15>(), None, "{}", P::NAME);
        measure_short(c, "get, not bound, 8 others", P::NAME, 1, P::read::<15>);
    });
}

/// Reads that return copies, of a number and of an `Arc`.
fn cloned(c: &mut Criterion) {
    const NUMBER: &str = "get a copy";
    VARIABLES[0].run(7, || measure_short(c, NUMBER, "asynccontext", 1, || VARIABLES[0].get()));
    OpenTelemetry::bind::<0, _>(7, || measure_short(c, NUMBER, "opentelemetry", 1, OpenTelemetry::read_cloned));
    SHARED.run(Arc::new(7), || measure_short(c, "get an Arc", "asynccontext", 1, || SHARED.get()));
    measure_short(c, "get, default", "asynccontext", 1, || WITH_DEFAULT.with(|value| value.copied()));
}

/// Reads of the crate, by the number of bound variables, before and after a capture.
fn by_length(c: &mut Criterion) {
    for n in [1, 4, 8, 16, 64, 1000] {
        let variables = &VARIABLES[..n];
        with_all(variables, &mut || reads(c, variables, "fresh"));
        with_all(variables, &mut || {
            let _snapshot = Snapshot::capture();
            reads(c, variables, "captured");
        });
    }
}

fn reads(c: &mut Criterion, variables: &[Variable<u64>], state: &str) {
    let n = variables.len();
    let read = |variable: &Variable<u64>| variable.with(|value| value.copied());
    let miss = &VARIABLES[VARIABLES.len() - 1];
    let (Some(oldest), Some(newest)) = (variables.first(), variables.last()) else { return };
    let group = |what: &str| format!("get {what}, {n} bound");
    measure_short(c, &group("newest"), state, 1, || read(newest));
    measure_short(c, &group("oldest"), state, 1, || read(oldest));
    measure_short(c, &group("missing"), state, 1, || read(miss));
    let mut turn = variables.iter().cycle();
    measure_short(c, &group("in turn"), state, 1, || turn.next().and_then(read));
}

/// Runs `f` with each of `variables` bound, the first one first.
pub(crate) fn with_all(variables: &[Variable<u64>], f: &mut dyn FnMut()) {
    match variables {
        [] => f(),
        [first, rest @ ..] => first.run(7, || with_all(rest, f)),
    }
}
