//! Streams that are polled in their own mapping (feature `futures`).

use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::{FusedStream, Stream};

use crate::mapping::Scoped;

/// Each poll runs in the stream's mapping, and the code around it in the caller's
/// (`sec-asyncgeneratorstart`, `sec-asyncgeneratorresume`).
///
/// Closures of combinators *inside* run in the stream's mapping, closures of combinators outside in
/// the caller's. A binding that a guard makes in a poll lasts for later polls
/// ([`Variable::enter_task`]), but is not visible in `size_hint` and `is_terminated`.
///
/// [`Variable::enter_task`]: crate::Variable::enter_task
///
/// # Examples
///
/// ```
/// use asynccontext::{Propagate, Variable};
/// use futures::executor::block_on;
/// use futures::stream::{self, StreamExt};
///
/// static TENANT: Variable<&str> = Variable::named("tenant");
///
/// let rows = TENANT.run("blue", || {
///     stream::iter(1..3).map(|row| (row, TENANT.get())).in_current_snapshot()
/// });
/// let mut rows = rows.map(|row| (row, TENANT.get()));
/// assert_eq!(block_on(rows.next()), Some(((1, Some("blue")), None)));
/// ```
impl<S: Stream> Stream for Scoped<S> {
    type Item = S::Item;

    #[inline]
    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<S::Item>> {
        self.run_pinned(|inner| inner.poll_next(cx))
    }

    #[inline]
    fn size_hint(&self) -> (usize, Option<usize>) {
        self.run_ref(S::size_hint)
    }
}

impl<S: FusedStream> FusedStream for Scoped<S> {
    #[inline]
    fn is_terminated(&self) -> bool {
        self.run_ref(S::is_terminated)
    }
}
