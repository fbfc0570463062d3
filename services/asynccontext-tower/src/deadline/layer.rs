//! The layer that binds the deadline and cancels the call when it has passed.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use asynccontext::{Scoped, Snapshot};
use http::header::{self, HeaderName, HeaderValue};
use http::{Request, Response, StatusCode};
use pin_project_lite::pin_project;
use tokio::time::{Timeout, timeout_at};
use tower_layer::Layer;
use tower_service::Service;

use super::body::{DeadlineBody, grpc_status};
use super::{DEADLINE, Deadline, grpc_timeout};

/// Binds [`DEADLINE`] for each request, and cancels the request when it has passed.
///
/// The deadline is the limit of the layer, the time in the request's header, or the deadline that is
/// bound already, whichever is earliest. A client can therefore only shorten it, and no header can
/// be harmful; one that can't be read is ignored.
///
/// When the deadline has passed, the call is dropped in its own context, and answered with status
/// 504, or with the gRPC status `DEADLINE_EXCEEDED` if the request's content type is gRPC's. A body
/// that is not finished ends with an error, in gRPC with that status: a stream that goes on, such as
/// server-sent events, belongs on a route without this layer.
///
/// # Panics
///
/// The response's future panics if it is polled outside a tokio runtime, or in one without
/// `enable_time`, with tokio's message.
///
/// # Examples
///
/// ```
/// use asynccontext_tower::deadline::{self, DeadlineLayer};
/// use http::{Request, Response, StatusCode};
/// use std::convert::Infallible;
/// use std::time::Duration;
/// use tower::{ServiceBuilder, ServiceExt, service_fn};
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() {
/// let service = ServiceBuilder::new()
///     .layer(DeadlineLayer::new(Duration::from_secs(10)))
///     .service(service_fn(async |_: Request<String>| {
///         assert_eq!(deadline::current().unwrap().left(), Duration::from_millis(250));
///         tokio::time::sleep(Duration::from_secs(1)).await;
///         Ok::<_, Infallible>(Response::new(String::new()))
///     }));
/// let request = Request::builder().header("grpc-timeout", "250m").body(String::new()).unwrap();
/// assert_eq!(service.oneshot(request).await.unwrap().status(), StatusCode::GATEWAY_TIMEOUT);
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct DeadlineLayer {
    limit: Duration,
    header: HeaderName,
    parse: fn(&str) -> Option<Duration>,
}

impl DeadlineLayer {
    /// Creates a layer with the time that a request may take at most. A client can shorten it by the
    /// header `grpc-timeout`.
    ///
    /// # Examples
    ///
    /// ```
    /// use asynccontext_tower::deadline::DeadlineLayer;
    /// use std::time::Duration;
    /// let layer = DeadlineLayer::new(Duration::from_secs(10));
    /// ```
    pub fn new(limit: Duration) -> DeadlineLayer {
        DeadlineLayer { limit, header: HeaderName::from_static("grpc-timeout"), parse: grpc_timeout }
    }

    /// Reads the client's time from another header, by a function such as
    /// [`milliseconds`](super::milliseconds).
    ///
    /// # Examples
    ///
    /// ```
    /// use asynccontext_tower::deadline::{DeadlineLayer, milliseconds};
    /// use http::HeaderName;
    /// use std::time::Duration;
    ///
    /// let header = HeaderName::from_static("x-timeout-ms");
    /// let layer = DeadlineLayer::new(Duration::from_secs(10)).header(header, milliseconds);
    /// ```
    pub fn header(mut self, name: HeaderName, parse: fn(&str) -> Option<Duration>) -> DeadlineLayer {
        self.header = name;
        self.parse = parse;
        self
    }

    fn deadline<B>(&self, request: &Request<B>) -> Deadline {
        let mut values = request.headers().get_all(&self.header).iter();
        let asked = match (values.next(), values.next()) {
            (Some(only), None) => only.to_str().ok().and_then(self.parse),
            _ => None,
        };
        let ours = Deadline::after(asked.map_or(self.limit, |asked| asked.min(self.limit)));
        DEADLINE.get().map_or(ours, |outer| outer.min(ours))
    }
}

impl<S> Layer<S> for DeadlineLayer {
    type Service = DeadlineService<S>;

    fn layer(&self, inner: S) -> DeadlineService<S> {
        DeadlineService { inner, layer: self.clone() }
    }
}

/// The service of [`DeadlineLayer`].
///
/// # Examples
///
/// ```
/// use asynccontext_tower::deadline::{DeadlineLayer, DeadlineService};
/// use std::time::Duration;
/// use tower::Layer;
/// let service: DeadlineService<&str> = DeadlineLayer::new(Duration::from_secs(1)).layer("a service");
/// ```
#[derive(Clone, Debug)]
pub struct DeadlineService<S> {
    inner: S,
    layer: DeadlineLayer,
}

impl<S, B, R> Service<Request<B>> for DeadlineService<S>
where
    S: Service<Request<B>, Response = Response<R>>,
{
    type Response = Response<DeadlineBody<R>>;
    type Error = S::Error;
    type Future = DeadlineResponseFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let deadline = self.layer.deadline(&request);
        let grpc = request.headers().get(header::CONTENT_TYPE).filter(|kind| is_grpc(kind)).cloned();
        let snapshot = Snapshot::capture().with(&DEADLINE, deadline);
        let call = snapshot.run(|| self.inner.call(request));
        let call = timeout_at(deadline.instant(), snapshot.scope(call));
        DeadlineResponseFuture { call: Some(call), snapshot, deadline, grpc }
    }
}

pub(crate) fn is_grpc(content_type: &HeaderValue) -> bool {
    content_type.as_bytes().starts_with(b"application/grpc")
}

pin_project! {
    /// The future of [`DeadlineService`].
    ///
    /// # Examples
    ///
    /// ```
    /// use asynccontext_tower::deadline::{DeadlineLayer, DeadlineResponseFuture};
    /// use http::{Request, Response};
    /// use std::future::{Ready, ready};
    /// use std::time::Duration;
    /// use tower::{Layer, Service, service_fn};
    ///
    /// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
    /// let service = service_fn(|_: Request<()>| ready(Ok::<_, ()>(Response::new(()))));
    /// let mut service = DeadlineLayer::new(Duration::from_secs(1)).layer(service);
    /// let future: DeadlineResponseFuture<Ready<_>> = service.call(Request::new(()));
    /// # });
    /// ```
    #[derive(Debug)]
    pub struct DeadlineResponseFuture<F> {
        #[pin]
        call: Option<Timeout<Scoped<F>>>,
        snapshot: Snapshot,
        deadline: Deadline,
        // The content type, if it is gRPC's.
        grpc: Option<HeaderValue>,
    }
}

impl<F, R, E> Future for DeadlineResponseFuture<F>
where
    F: Future<Output = Result<Response<R>, E>>,
{
    type Output = Result<Response<DeadlineBody<R>>, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        let call = this.call.as_mut().as_pin_mut().expect("a future is not polled after it is done");
        let Ok(result) = ready!(call.poll(cx)) else {
            this.call.set(None);
            return Poll::Ready(Ok(exceeded(this.grpc.take())));
        };
        let is_grpc = this.grpc.is_some();
        Poll::Ready(
            result.map(|response| response.map(|body| DeadlineBody::new(body, this.snapshot, *this.deadline, is_grpc))),
        )
    }
}

/// The protocol's answer.
fn exceeded<R>(grpc: Option<HeaderValue>) -> Response<DeadlineBody<R>> {
    let mut response = Response::new(DeadlineBody::default());
    match grpc {
        Some(content_type) => {
            *response.headers_mut() = grpc_status();
            response.headers_mut().insert(header::CONTENT_TYPE, content_type);
        }
        None => *response.status_mut() = StatusCode::GATEWAY_TIMEOUT,
    }
    response
}
