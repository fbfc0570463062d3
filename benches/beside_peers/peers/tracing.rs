//! tracing's current span, with the registry as the subscriber.
//!
//! Without a subscriber every span is disabled and costs almost nothing. The registry is the smallest subscriber that
//! has a current span. The fields of a span cannot be read back, so there is no counterpart of a read.

use std::future::Future;

use tracing::{Instrument, Span, info_span};

use super::{Bind, Capture, Carry};

/// Makes the registry the subscriber of the process.
pub(crate) fn prepare() {
    if let Err(error) = tracing::subscriber::set_global_default(tracing_subscriber::registry()) {
        panic!("the subscriber cannot be set: {error}");
    }
}

pub(crate) struct Tracing;

impl Bind for Tracing {
    const NAME: &str = "tracing";

    #[inline(always)]
    fn bind<const K: usize, R>(value: u64, f: impl FnOnce() -> R) -> R {
        info_span!("request", id = value).in_scope(f)
    }
}

impl Capture for Tracing {
    type Captured = Span;

    #[inline(always)]
    fn capture() -> Span {
        Span::current()
    }

    #[inline(always)]
    fn enter<R>(captured: &Span, f: impl FnOnce() -> R) -> R {
        captured.in_scope(f)
    }
}

impl Carry for Tracing {
    #[inline(always)]
    fn carry<F: Future + Send + 'static>(future: F) -> impl Future<Output = F::Output> + Send + 'static {
        future.in_current_span()
    }
}
