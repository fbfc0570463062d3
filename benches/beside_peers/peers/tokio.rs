//! tokio's `task_local!`: a minimal task-local.
//!
//! It is a thread-local for each key that is swapped on every poll. It does not capture, so a value is passed to a
//! task explicitly, as here. `sync_scope` moves the value into the slot without an allocation. A value that several
//! tasks share is in an `Arc`, which `TokioShared` creates for each binding.

use std::future::Future;
use std::sync::Arc;

use tokio::task::LocalKey;
use tokio::task_local;

use super::{Bind, Carry, KEYS, Read};

task_local! {
    static K0: u64; static K1: u64; static K2: u64; static K3: u64;
    static K4: u64; static K5: u64; static K6: u64; static K7: u64;
    static K8: u64; static K9: u64; static K10: u64; static K11: u64;
    static K12: u64; static K13: u64; static K14: u64; static K15: u64;
    static SHARED: Arc<u64>;
}

static LOCALS: [&LocalKey<u64>; KEYS] =
    [&K0, &K1, &K2, &K3, &K4, &K5, &K6, &K7, &K8, &K9, &K10, &K11, &K12, &K13, &K14, &K15];

pub(crate) struct Tokio;

impl Bind for Tokio {
    const NAME: &str = "tokio task_local";

    #[inline(always)]
    fn bind<const K: usize, R>(value: u64, f: impl FnOnce() -> R) -> R {
        LOCALS[K].sync_scope(value, f)
    }
}

impl Read for Tokio {
    /// `try_with`, since ours returns `None` if nothing is bound, where `with` panics.
    #[inline(always)]
    fn read<const K: usize>() -> Option<u64> {
        LOCALS[K].try_with(|value| *value).ok()
    }
}

impl Carry for Tokio {
    #[inline(always)]
    fn carry<F: Future + Send + 'static>(future: F) -> impl Future<Output = F::Output> + Send + 'static {
        K0.scope(7, future)
    }
}

/// The same with a value that tasks can share.
pub(crate) struct TokioShared;

impl Bind for TokioShared {
    const NAME: &str = "tokio task_local, Arc";

    #[inline(always)]
    fn bind<const K: usize, R>(value: u64, f: impl FnOnce() -> R) -> R {
        SHARED.sync_scope(Arc::new(value), f)
    }
}
