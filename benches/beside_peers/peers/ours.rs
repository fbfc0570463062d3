//! The crate itself.

use std::future::Future;

use asynccontext::{Propagate, Snapshot, Variable};
use tokio::task::JoinHandle;

use super::{Bind, Capture, Carry, Read};

/// As many variables as the longest measured mapping.
pub(crate) static VARIABLES: [Variable<u64>; 1024] = [const { Variable::new() }; 1024];

pub(crate) struct Ours;

impl Bind for Ours {
    const NAME: &str = "asynccontext";

    #[inline(always)]
    fn bind<const K: usize, R>(value: u64, f: impl FnOnce() -> R) -> R {
        VARIABLES[K].run(value, f)
    }
}

impl Read for Ours {
    #[inline(always)]
    fn read<const K: usize>() -> Option<u64> {
        VARIABLES[K].with(|value| value.copied())
    }
}

impl Capture for Ours {
    type Captured = Snapshot;

    #[inline(always)]
    fn capture() -> Snapshot {
        Snapshot::capture()
    }

    #[inline(always)]
    fn enter<R>(captured: &Snapshot, f: impl FnOnce() -> R) -> R {
        captured.run(f)
    }
}

impl Carry for Ours {
    #[inline(always)]
    fn carry<F: Future + Send + 'static>(future: F) -> impl Future<Output = F::Output> + Send + 'static {
        future.in_current_snapshot()
    }

    fn spawn<F>(future: F) -> JoinHandle<F::Output>
    where
        F: Future<Output: Send> + Send + 'static,
    {
        asynccontext::tokio::spawn(future)
    }
}
