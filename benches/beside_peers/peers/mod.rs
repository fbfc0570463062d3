//! The crate and its peers behind common traits, so that all run through the same loops.
//!
//! A peer implements the operations that it supports. Each file explains why its code is a fair counterpart: what
//! a program would write with that crate for the same purpose.

mod dcontext;
mod fastrace;
mod inherit;
mod opentelemetry;
mod ours;
mod sentry;
mod tokio;
mod tracing;

use std::future::Future;

use ::tokio::task::JoinHandle;

pub(crate) use dcontext::Dcontext;
pub(crate) use fastrace::Fastrace;
pub(crate) use inherit::Inherit;
pub(crate) use opentelemetry::OpenTelemetry;
pub(crate) use ours::{Ours, VARIABLES};
pub(crate) use sentry::Sentry;
pub(crate) use tokio::{Tokio, TokioShared};
pub(crate) use tracing::Tracing;

/// The number of variables of each peer that binds values by key.
pub(crate) const KEYS: usize = 16;

/// Binds a value while a closure runs.
pub(crate) trait Bind {
    /// The name in benchmarks.
    const NAME: &str;

    /// Runs `f` with `value` bound to variable `K`. A peer without keys has one value.
    fn bind<const K: usize, R>(value: u64, f: impl FnOnce() -> R) -> R;
}

/// Reads a value.
pub(crate) trait Read: Bind {
    /// Returns the value of variable `K`, read in place.
    fn read<const K: usize>() -> Option<u64>;
}

/// Captures the current context explicitly.
pub(crate) trait Capture: Bind {
    type Captured: Send + 'static;

    fn capture() -> Self::Captured;

    /// Runs `f` in the captured context, which may be entered again.
    fn enter<R>(captured: &Self::Captured, f: impl FnOnce() -> R) -> R;
}

/// Attaches the current context to a future.
pub(crate) trait Carry: Bind {
    fn carry<F: Future + Send + 'static>(future: F) -> impl Future<Output = F::Output> + Send + 'static;

    /// Spawns a task on tokio that inherits the current context.
    fn spawn<F>(future: F) -> JoinHandle<F::Output>
    where
        F: Future<Output: Send> + Send + 'static,
    {
        ::tokio::spawn(Self::carry(future))
    }
}

/// Sets up the peers that need it, once in the process.
pub(crate) fn prepare() {
    tracing::prepare();
    dcontext::prepare();
    fastrace::prepare();
}

/// No context: the baseline of the others.
pub(crate) struct Bare;

impl Bind for Bare {
    const NAME: &str = "bare";

    #[inline(always)]
    fn bind<const K: usize, R>(_: u64, f: impl FnOnce() -> R) -> R {
        f()
    }
}

impl Carry for Bare {
    #[inline(always)]
    fn carry<F: Future + Send + 'static>(future: F) -> impl Future<Output = F::Output> + Send + 'static {
        future
    }
}

impl Capture for Bare {
    type Captured = ();

    #[inline(always)]
    fn capture() {}

    #[inline(always)]
    fn enter<R>((): &(), f: impl FnOnce() -> R) -> R {
        f()
    }
}

/// Runs `f` with the first `n` variables bound, the first one first.
pub(crate) fn with_bound<P: Bind>(n: usize, f: impl FnOnce()) {
    macro_rules! nested {
        ($inner:block; $key:literal $($rest:literal)*) => {
            P::bind::<$key, _>($key, || nested!($inner; $($rest)*))
        };
        ($inner:block;) => { $inner };
    }
    match n {
        0 => f(),
        1 => nested!({ f() }; 0),
        4 => nested!({ f() }; 0 1 2 3),
        8 => nested!({ f() }; 0 1 2 3 4 5 6 7),
        15 => nested!({ f() }; 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14),
        16 => nested!({ f() }; 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15),
        _ => unreachable!("only these numbers are used"),
    }
}
