//! dcontext: values by name, which can also be serialized.
//!
//! A binding is a pushed scope in which a variable is set, as in its guide. Nothing is serialized here.

use std::future::Future;

use dcontext::{
    ContextFutureExt, ContextSnapshot, RegistryBuilder, attach_snapshot, get_context_variable, initialize, push_scope,
    set_context_variable,
};

use super::{Bind, Capture, Carry, KEYS, Read};

static NAMES: [&str; KEYS] =
    ["k0", "k1", "k2", "k3", "k4", "k5", "k6", "k7", "k8", "k9", "k10", "k11", "k12", "k13", "k14", "k15"];

/// Registers the names, which is required once.
pub(crate) fn prepare() {
    let mut builder = RegistryBuilder::new();
    for name in NAMES {
        builder.register::<u64>(name);
    }
    initialize(builder);
}

pub(crate) struct Dcontext;

impl Bind for Dcontext {
    const NAME: &str = "dcontext";

    #[inline(always)]
    fn bind<const K: usize, R>(value: u64, f: impl FnOnce() -> R) -> R {
        let _scope = push_scope("request");
        set_context_variable(NAMES[K], value);
        f()
    }
}

impl Read for Dcontext {
    #[inline(always)]
    fn read<const K: usize>() -> Option<u64> {
        get_context_variable(NAMES[K])
    }
}

impl Capture for Dcontext {
    type Captured = ContextSnapshot;

    #[inline(always)]
    fn capture() -> ContextSnapshot {
        dcontext::capture()
    }

    #[inline(always)]
    fn enter<R>(captured: &ContextSnapshot, f: impl FnOnce() -> R) -> R {
        let _attached = attach_snapshot(captured.clone());
        f()
    }
}

impl Carry for Dcontext {
    #[inline(always)]
    fn carry<F: Future + Send + 'static>(future: F) -> impl Future<Output = F::Output> + Send + 'static {
        ContextFutureExt::capture(future)
    }
}
