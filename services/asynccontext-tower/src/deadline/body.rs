//! A response body that ends at the deadline.

use std::pin::Pin;
use std::task::{Context, Poll};

use asynccontext::{Scoped, Snapshot};
use http::{HeaderMap, HeaderValue};
use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;
use tokio::time::{Sleep, sleep_until};

use super::{Deadline, DeadlineExceeded};
use crate::BoxError;

pin_project! {
    /// The body of a response under a deadline.
    ///
    /// When the deadline has passed, the inner body is dropped, and this one ends with the error
    /// [`DeadlineExceeded`], or in gRPC with the status `DEADLINE_EXCEEDED` in its trailers.
    ///
    /// # Examples
    ///
    /// ```
    /// use asynccontext_tower::deadline::DeadlineBody;
    /// use http_body::Body;
    /// fn takes<B: Body>(body: DeadlineBody<B>) -> bool where B::Error: Into<Box<dyn std::error::Error + Send + Sync>> {
    ///     body.is_end_stream()
    /// }
    /// ```
    #[derive(Debug)]
    pub struct DeadlineBody<B> {
        #[pin]
        open: Option<Open<B>>,
    }
}

pin_project! {
    #[derive(Debug)]
    struct Open<B> {
        #[pin]
        body: Scoped<B>,
        #[pin]
        wake: Sleep,
        is_grpc: bool,
    }
}

impl<B> DeadlineBody<B> {
    pub(super) fn new(body: B, snapshot: &Snapshot, deadline: Deadline, is_grpc: bool) -> DeadlineBody<B> {
        let wake = sleep_until(deadline.instant());
        DeadlineBody { open: Some(Open { body: snapshot.scope(body), wake, is_grpc }) }
    }
}

/// Returns a body without frames.
///
/// # Examples
///
/// ```
/// use asynccontext_tower::deadline::DeadlineBody;
/// use http_body::Body;
/// assert!(DeadlineBody::<String>::default().is_end_stream());
/// ```
impl<B> Default for DeadlineBody<B> {
    fn default() -> DeadlineBody<B> {
        DeadlineBody { open: None }
    }
}

impl<B: Body> Body for DeadlineBody<B>
where
    B::Error: Into<BoxError>,
{
    type Data = B::Data;
    type Error = BoxError;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<B::Data>, BoxError>>> {
        let mut this = self.project();
        let Some(open) = this.open.as_mut().as_pin_mut() else { return Poll::Ready(None) };
        let open = open.project();
        // A body that is always ready would never come to the timer.
        let is_over = Deadline::at(open.wake.deadline()).is_over();
        if !is_over {
            match open.body.poll_frame(cx) {
                Poll::Ready(Some(Ok(frame))) => return Poll::Ready(Some(Ok(frame))),
                Poll::Ready(Some(Err(error))) => return Poll::Ready(Some(Err(error.into()))),
                Poll::Ready(None) => return Poll::Ready(None),
                Poll::Pending if open.wake.poll(cx).is_pending() => return Poll::Pending,
                Poll::Pending => {}
            }
        }
        let is_grpc = *open.is_grpc;
        this.open.set(None);
        Poll::Ready(Some(if is_grpc { Ok(Frame::trailers(grpc_status())) } else { Err(DeadlineExceeded(()).into()) }))
    }

    fn is_end_stream(&self) -> bool {
        self.open.as_ref().is_none_or(|open| open.body.is_end_stream())
    }

    fn size_hint(&self) -> SizeHint {
        self.open.as_ref().map_or_else(|| SizeHint::with_exact(0), |open| open.body.size_hint())
    }
}

/// The status `DEADLINE_EXCEEDED`, in the headers of a response without a body, or in trailers.
pub(super) fn grpc_status() -> HeaderMap {
    let mut headers = HeaderMap::with_capacity(2);
    headers.insert("grpc-status", HeaderValue::from_static("4"));
    headers.insert("grpc-message", HeaderValue::from_static("the deadline has passed"));
    headers
}
