//! Sinks whose methods run in their own mapping (feature `futures`).

use std::pin::Pin;
use std::task::{Context, Poll};

use futures_sink::Sink;

use crate::mapping::Scoped;

/// Each call runs in the sink's mapping. Items have no mapping of their own: for that, send a
/// [`Carried`](crate::Carried).
///
/// # Examples
///
/// ```
/// use asynccontext::{Propagate, Variable};
/// use futures::executor::block_on;
/// use futures::sink::{self, SinkExt};
///
/// static TENANT: Variable<&str> = Variable::named("tenant");
///
/// let mut log = TENANT.run("blue", || {
///     let write = sink::unfold((), async |(), row: u8| Err::<(), _>((row, TENANT.get())));
///     Box::pin(write.in_current_snapshot())
/// });
/// assert_eq!(block_on(log.send(1)), Err((1, Some("blue"))));
/// ```
impl<S: Sink<Item>, Item> Sink<Item> for Scoped<S> {
    type Error = S::Error;

    #[inline]
    fn poll_ready(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.run_pinned(|inner| inner.poll_ready(cx))
    }

    #[inline]
    fn start_send(self: Pin<&mut Self>, item: Item) -> Result<(), S::Error> {
        self.run_pinned(|inner| inner.start_send(item))
    }

    #[inline]
    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.run_pinned(|inner| inner.poll_flush(cx))
    }

    #[inline]
    fn poll_close(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.run_pinned(|inner| inner.poll_close(cx))
    }
}
