//! Futures: polled in their own mapping.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use crate::mapping::Scoped;

impl<F: Future> Future for Scoped<F> {
    type Output = F::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        self.run_pinned(|inner| inner.poll(cx))
    }
}
