//! Sentry's `Hub`: a stack of scopes, one of which is current on the thread.
//!
//! No client is bound, so nothing is sent. A binding runs code in a new hub that is derived from the current one; a
//! tag in its scope would cost more. A read returns the hub.

use std::future::Future;
use std::sync::Arc;

use sentry_core::{Hub, SentryFutureExt};

use super::{Bind, Capture, Carry, Read};

pub(crate) struct Sentry;

impl Bind for Sentry {
    const NAME: &str = "sentry";

    #[inline(always)]
    fn bind<const K: usize, R>(_: u64, f: impl FnOnce() -> R) -> R {
        Hub::run(Arc::new(Hub::new_from_top(Hub::current())), f)
    }
}

impl Read for Sentry {
    /// Returns the hub, which represents the value.
    #[inline(always)]
    fn read<const K: usize>() -> Option<u64> {
        Some(Arc::strong_count(&Hub::current()) as u64)
    }
}

impl Capture for Sentry {
    type Captured = Arc<Hub>;

    #[inline(always)]
    fn capture() -> Arc<Hub> {
        Hub::current()
    }

    #[inline(always)]
    fn enter<R>(captured: &Arc<Hub>, f: impl FnOnce() -> R) -> R {
        Hub::run(Arc::clone(captured), f)
    }
}

impl Carry for Sentry {
    #[inline(always)]
    fn carry<F: Future + Send + 'static>(future: F) -> impl Future<Output = F::Output> + Send + 'static {
        future.bind_hub(Hub::current())
    }
}
