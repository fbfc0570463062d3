//! OpenTelemetry's `Context`: a map from types to values, attached to the thread.
//!
//! Only the API crate is used, without an SDK and without spans, so only the context has a cost. `map_current` reads
//! in place. `attach` takes the context by value, so a context that is entered again is cloned, as the crate's own
//! future does on every poll.

use std::future::Future;

use opentelemetry::Context;
use opentelemetry::context::FutureExt;

use super::{Bind, Capture, Carry, Read};

/// A key, which is a type in this crate.
struct Value<const K: usize>(u64);

pub(crate) struct OpenTelemetry;

impl OpenTelemetry {
    /// Returns a copy, in the way that the documentation shows first.
    #[inline(always)]
    pub(crate) fn read_cloned() -> Option<u64> {
        Context::current().get::<Value<0>>().map(|value| value.0)
    }
}

impl Bind for OpenTelemetry {
    const NAME: &str = "opentelemetry";

    #[inline(always)]
    fn bind<const K: usize, R>(value: u64, f: impl FnOnce() -> R) -> R {
        let _attached = Context::current_with_value(Value::<K>(value)).attach();
        f()
    }
}

impl Read for OpenTelemetry {
    #[inline(always)]
    fn read<const K: usize>() -> Option<u64> {
        Context::map_current(|cx| cx.get::<Value<K>>().map(|value| value.0))
    }
}

impl Capture for OpenTelemetry {
    type Captured = Context;

    #[inline(always)]
    fn capture() -> Context {
        Context::current()
    }

    #[inline(always)]
    fn enter<R>(captured: &Context, f: impl FnOnce() -> R) -> R {
        let _attached = captured.clone().attach();
        f()
    }
}

impl Carry for OpenTelemetry {
    #[inline(always)]
    fn carry<F: Future + Send + 'static>(future: F) -> impl Future<Output = F::Output> + Send + 'static {
        future.with_current_context()
    }
}
