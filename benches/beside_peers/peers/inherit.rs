//! tokio-inherit-task-local: task-locals that a spawned task can inherit.
//!
//! All values are in one table, which every binding and every capture copies.

use std::future::Future;

use tokio_inherit_task_local::{FutureInheritTaskLocal, InheritableLocalKey, inheritable_task_local};

use super::{Bind, Carry, KEYS, Read};

inheritable_task_local! {
    static K0: u64; static K1: u64; static K2: u64; static K3: u64;
    static K4: u64; static K5: u64; static K6: u64; static K7: u64;
    static K8: u64; static K9: u64; static K10: u64; static K11: u64;
    static K12: u64; static K13: u64; static K14: u64; static K15: u64;
}

static LOCALS: [&InheritableLocalKey<u64>; KEYS] =
    [&K0, &K1, &K2, &K3, &K4, &K5, &K6, &K7, &K8, &K9, &K10, &K11, &K12, &K13, &K14, &K15];

pub(crate) struct Inherit;

impl Bind for Inherit {
    const NAME: &str = "tokio-inherit-task-local";

    #[inline(always)]
    fn bind<const K: usize, R>(value: u64, f: impl FnOnce() -> R) -> R {
        LOCALS[K].sync_scope(value, f)
    }
}

impl Read for Inherit {
    #[inline(always)]
    fn read<const K: usize>() -> Option<u64> {
        LOCALS[K].try_with(|value| *value).ok()
    }
}

impl Carry for Inherit {
    #[inline(always)]
    fn carry<F: Future + Send + 'static>(future: F) -> impl Future<Output = F::Output> + Send + 'static {
        future.inherit_task_local()
    }
}
