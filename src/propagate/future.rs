//! Futures that are polled in their own mapping.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use crate::mapping::Scoped;

impl<F: Future> Future for Scoped<F> {
    type Output = F::Output;

    #[inline(always)]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        self.poll_pinned(cx)
    }
}

/// Lets `futures::select!` accept the future. `is_terminated` runs in the mapping that the future
/// was created with.
#[cfg(feature = "futures")]
impl<F: futures_core::FusedFuture> futures_core::FusedFuture for Scoped<F> {
    #[inline]
    fn is_terminated(&self) -> bool {
        self.run_ref(F::is_terminated)
    }
}
