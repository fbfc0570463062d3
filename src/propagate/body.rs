//! HTTP bodies that are polled in their own mapping (feature `http-body`).

use std::pin::Pin;
use std::task::{Context, Poll};

use http_body::{Body, Frame, SizeHint};

use crate::Propagate as _;
use crate::mapping::Scoped;

/// Each poll runs in the body's mapping.
///
/// A server polls the body of a response after the handler has returned, from the task of the
/// connection. A body that is tied in the handler has the values of its request until it is
/// dropped. A binding that a guard makes in a poll lasts for later polls
/// ([`Variable::enter_task`]), but is not visible in `is_end_stream` and `size_hint`.
///
/// [`Variable::enter_task`]: crate::Variable::enter_task
///
/// # Examples
///
/// ```
/// use std::convert::Infallible;
///
/// use asynccontext::{Propagate, Variable};
/// use futures::executor::block_on;
/// use futures::stream::{self, StreamExt};
/// use http_body::{Body, Frame};
/// use http_body_util::{BodyExt, StreamBody};
/// use hyper::body::Bytes;
///
/// static TENANT: Variable<&str> = Variable::named("tenant");
///
/// fn handler() -> impl Body<Data = Bytes, Error = Infallible> {
///     let rows = stream::iter(1..3).map(|row| format!("{row} of {}\n", TENANT.get().unwrap()));
///     StreamBody::new(rows.map(|row| Ok(Frame::data(row.into())))).in_current_snapshot()
/// }
///
/// let body = TENANT.run("blue", handler);
/// let text = block_on(body.collect())?.to_bytes();
/// assert_eq!(text, "1 of blue\n2 of blue\n");
/// # Ok::<_, Infallible>(())
/// ```
impl<B: Body> Body for Scoped<B> {
    type Data = B::Data;
    type Error = B::Error;

    #[inline]
    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        self.run_pinned(|inner| inner.poll_frame(cx))
    }

    #[inline]
    fn is_end_stream(&self) -> bool {
        self.run_ref(B::is_end_stream)
    }

    #[inline]
    fn size_hint(&self) -> SizeHint {
        self.run_ref(B::size_hint)
    }
}

/// Returns a default body, usually an empty one, that is tied to the current snapshot.
///
/// Layers that answer in place of a service require it of the service's body, as `TimeoutLayer` of
/// tower-http does.
///
/// # Examples
///
/// ```
/// use asynccontext::Scoped;
/// use http_body::Body;
/// use http_body_util::Full;
/// use hyper::body::Bytes;
///
/// let body = Scoped::<Full<Bytes>>::default();
/// assert!(body.is_end_stream());
/// ```
impl<B: Body + Default> Default for Scoped<B> {
    fn default() -> Scoped<B> {
        B::default().in_current_snapshot()
    }
}
