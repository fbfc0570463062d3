//! The layer that opens a context for each request.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use asynccontext::carrier::Incoming;
use asynccontext::{Scoped, Snapshot};
use http::{HeaderMap, HeaderName, Request, Response};
use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;
use tower_layer::Layer;
use tower_service::Service;

use crate::after::Jobs;
use crate::request::{CurrentRequest, Finish, REQUEST};
use crate::request_id::{REQUEST_ID, RequestId};

/// Opens a context for each request, and keeps it for the call, the response's future and the
/// response's body, until the body is dropped.
///
/// The context has the values that are current where the service is called (those of the connection
/// in a server), what arrives by the [incoming](Self::incoming) list, [`REQUEST_ID`] and the
/// [current request](crate::current_request). Layers and services below see it, and so does all
/// work that they spawn by `asynccontext::tokio`.
///
/// Use it once for a request, outside all layers that log or bind values. In axum, use
/// `Router::layer`, so that the route is known.
///
/// # Examples
///
/// ```
/// use asynccontext::Variable;
/// use asynccontext::carrier::{Exported, Imports};
/// use asynccontext_tower::{REQUEST_ID, RequestContextLayer};
/// use http::{Request, Response};
/// use std::convert::Infallible;
/// use tower::{ServiceBuilder, ServiceExt, service_fn};
///
/// static TENANT: Exported<String> = Variable::named("tenant").exported("x-tenant");
/// static FROM_THE_GATEWAY: Imports = Imports::new(&[REQUEST_ID.import(), TENANT.import().limit(64)]);
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let service = ServiceBuilder::new()
///     .layer(RequestContextLayer::new().incoming(&FROM_THE_GATEWAY))
///     .service(service_fn(async |_: Request<String>| {
///         Ok::<_, Infallible>(Response::new(format!("Hello {}", TENANT.get().unwrap_or_default())))
///     }));
/// let request = Request::builder().header("x-request-id", "web-17").header("x-tenant", "blue");
/// let response = service.oneshot(request.body(String::new()).unwrap()).await.unwrap();
/// assert_eq!(response.headers()["x-request-id"], "web-17");
/// assert_eq!(response.body().inner(), "Hello blue");
/// # }
/// ```
#[derive(Clone)]
pub struct RequestContextLayer(Arc<Settings>);

/// What the requests of a layer have in common.
#[derive(Clone)]
pub(crate) struct Settings {
    incoming: Option<Arc<dyn Incoming>>,
    response_header: Option<HeaderName>,
    kept_headers: Vec<HeaderName>,
    make_id: fn() -> RequestId,
    pub(crate) jobs: Jobs,
}

impl RequestContextLayer {
    /// Creates a layer that reads nothing from the request's headers, makes the request's id, and
    /// sends it in the response's header `x-request-id`.
    ///
    /// # Examples
    ///
    /// ```
    /// use asynccontext_tower::RequestContextLayer;
    /// let layer = RequestContextLayer::new();
    /// ```
    pub fn new() -> RequestContextLayer {
        RequestContextLayer(Arc::new(Settings {
            incoming: None,
            response_header: Some(HeaderName::from_static(REQUEST_ID.key())),
            kept_headers: Vec::new(),
            make_id: RequestId::generate,
            jobs: Jobs::default(),
        }))
    }

    fn set(mut self, change: impl FnOnce(&mut Settings)) -> RequestContextLayer {
        change(Arc::make_mut(&mut self.0));
        self
    }

    /// Reads what arrives with a request, usually by a `&'static Imports`.
    ///
    /// If the list has [`REQUEST_ID`] and accepts what the client sent, no id is made.
    ///
    /// # Examples
    ///
    /// An id under another header, which only a proxy in the own network can send:
    ///
    /// ```
    /// use asynccontext::Snapshot;
    /// use asynccontext::carrier::{Extractor, Incoming};
    /// use asynccontext_tower::{REQUEST_ID, RequestContextLayer};
    ///
    /// struct TraceOfTheLoadBalancer;
    ///
    /// impl Incoming for TraceOfTheLoadBalancer {
    ///     fn extract_onto(&self, carrier: &dyn Extractor, onto: Snapshot) -> Snapshot {
    ///         match carrier.get("x-amzn-trace-id").ok().flatten().map(str::parse) {
    ///             Some(Ok(id)) => onto.with(&REQUEST_ID, id),
    ///             _ => onto.without(&REQUEST_ID),
    ///         }
    ///     }
    /// }
    /// let layer = RequestContextLayer::new().incoming(TraceOfTheLoadBalancer);
    /// ```
    pub fn incoming(self, incoming: impl Incoming + 'static) -> RequestContextLayer {
        self.set(|settings| settings.incoming = Some(Arc::new(incoming)))
    }

    /// Sends the request's id in another header of the response, or in none.
    ///
    /// # Examples
    ///
    /// ```
    /// use asynccontext_tower::RequestContextLayer;
    /// let layer = RequestContextLayer::new().response_header(None);
    /// ```
    pub fn response_header(self, name: Option<HeaderName>) -> RequestContextLayer {
        self.set(|settings| settings.response_header = name)
    }

    /// Makes ids by another function.
    ///
    /// # Examples
    ///
    /// ```
    /// use asynccontext_tower::{RequestContextLayer, RequestId};
    /// let layer = RequestContextLayer::new().make_request_id(RequestId::generate);
    /// ```
    pub fn make_request_id(self, make: fn() -> RequestId) -> RequestContextLayer {
        self.set(|settings| settings.make_id = make)
    }

    /// Keeps these headers in the [current request](crate::CurrentRequest::headers), as long as any
    /// work of the request.
    ///
    /// # Examples
    ///
    /// ```
    /// use asynccontext_tower::RequestContextLayer;
    /// use http::header::{ACCEPT_LANGUAGE, USER_AGENT};
    /// let layer = RequestContextLayer::new().keep_headers([ACCEPT_LANGUAGE, USER_AGENT]);
    /// ```
    pub fn keep_headers(self, names: impl IntoIterator<Item = HeaderName>) -> RequestContextLayer {
        self.set(|settings| settings.kept_headers = names.into_iter().collect())
    }

    /// Returns the jobs of [`after`](crate::after) of all services that this layer makes.
    ///
    /// # Examples
    ///
    /// ```
    /// use asynccontext_tower::RequestContextLayer;
    /// let layer = RequestContextLayer::new();
    /// let jobs = layer.jobs(); // kept for the shutdown
    /// assert!(jobs.is_empty());
    /// ```
    pub fn jobs(&self) -> Jobs {
        self.0.jobs.clone()
    }

    /// Returns the context of a request.
    fn open<B>(&self, request: &Request<B>) -> (Snapshot, CurrentRequest) {
        let settings = &self.0;
        let here = Snapshot::capture();
        let arrived = match &settings.incoming {
            Some(incoming) => incoming.extract_onto(request.headers(), here),
            None => here.without(&REQUEST_ID),
        };
        let (arrived, id) = match arrived.get(&REQUEST_ID).cloned() {
            Some(id) => (arrived, id),
            None => {
                let id = (settings.make_id)();
                (arrived.with(&REQUEST_ID, id.clone()), id)
            }
        };
        let mut kept = HeaderMap::new();
        for name in &settings.kept_headers {
            for value in request.headers().get_all(name) {
                kept.append(name, value.clone());
            }
        }
        let current = CurrentRequest::new(request, kept, id, settings.clone());
        (arrived.with(&REQUEST, current.clone()), current)
    }
}

impl Default for RequestContextLayer {
    fn default() -> RequestContextLayer {
        RequestContextLayer::new()
    }
}

impl fmt::Debug for RequestContextLayer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Settings { response_header, kept_headers, jobs, .. } = &*self.0;
        let mut fields = f.debug_struct("RequestContextLayer");
        fields.field("response_header", response_header).field("kept_headers", kept_headers);
        fields.field("jobs", &jobs.len()).finish_non_exhaustive()
    }
}

impl<S> Layer<S> for RequestContextLayer {
    type Service = RequestContext<S>;

    fn layer(&self, inner: S) -> RequestContext<S> {
        RequestContext { inner, layer: self.clone() }
    }
}

/// The service of [`RequestContextLayer`].
///
/// # Examples
///
/// ```
/// use asynccontext_tower::{RequestContext, RequestContextLayer};
/// use tower::Layer;
/// let service: RequestContext<&str> = RequestContextLayer::new().layer("a service");
/// ```
#[derive(Clone, Debug)]
pub struct RequestContext<S> {
    inner: S,
    layer: RequestContextLayer,
}

impl<S, B, R> Service<Request<B>> for RequestContext<S>
where
    S: Service<Request<B>, Response = Response<R>>,
{
    type Response = Response<ContextBody<R>>;
    type Error = S::Error;
    type Future = ResponseFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let (snapshot, current) = self.layer.open(&request);
        let finish = Finish(current);
        let call = snapshot.run(|| self.inner.call(request));
        ResponseFuture { call: snapshot.scope(call), response: Some((snapshot, finish)) }
    }
}

pin_project! {
    /// The future of [`RequestContext`], polled and dropped in the request's context.
    ///
    /// # Examples
    ///
    /// ```
    /// use asynccontext_tower::{RequestContextLayer, ResponseFuture};
    /// use http::{Request, Response};
    /// use std::future::{Ready, ready};
    /// use tower::{Layer, Service, service_fn};
    ///
    /// let service = service_fn(|_: Request<()>| ready(Ok::<_, ()>(Response::new(()))));
    /// let future: ResponseFuture<Ready<_>> = RequestContextLayer::new().layer(service).call(Request::new(()));
    /// ```
    #[derive(Debug)]
    pub struct ResponseFuture<F> {
        // Dropped before the request is finished.
        #[pin]
        call: Scoped<F>,
        response: Option<(Snapshot, Finish)>,
    }
}

impl<F, R, E> Future for ResponseFuture<F>
where
    F: Future<Output = Result<Response<R>, E>>,
{
    type Output = Result<Response<ContextBody<R>>, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let mut response = ready!(this.call.poll(cx))?;
        let (snapshot, finish) = this.response.take().expect("polled after it was done");
        if let Some(name) = finish.0.settings().response_header.clone() {
            response.headers_mut().insert(name, finish.0.id().header());
        }
        let body = |body| ContextBody { body: snapshot.scope(body), finish: Some(finish) };
        Poll::Ready(Ok(response.map(body)))
    }
}

pin_project! {
    /// The body of a response, polled and dropped in the request's context.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext_tower::RequestContextLayer;
    /// use asynccontext_tower::ContextBody;
    /// use http::{Request, Response};
    /// use std::convert::Infallible;
    /// use tower::{ServiceBuilder, ServiceExt, service_fn};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let service = service_fn(async |_: Request<()>| Ok::<_, Infallible>(Response::new("Hello".to_owned())));
    /// let service = ServiceBuilder::new().layer(RequestContextLayer::new()).service(service);
    /// let body: ContextBody<String> = service.oneshot(Request::new(())).await.unwrap().into_body();
    /// assert_eq!(body.inner(), "Hello");
    /// # }
    /// ```
    #[derive(Debug)]
    pub struct ContextBody<B> {
        // Dropped before the request is finished.
        #[pin]
        body: Scoped<B>,
        finish: Option<Finish>,
    }
}

impl<B> ContextBody<B> {
    /// Returns the body of the inner service.
    ///
    /// # Examples
    ///
    /// See [`ContextBody`].
    pub fn inner(&self) -> &B {
        self.body.inner()
    }
}

/// Returns a default body, usually an empty one, that belongs to no request.
///
/// # Examples
///
/// A layer outside that answers in the service's place:
///
/// ```
/// # use asynccontext_tower::RequestContextLayer;
/// use std::time::Duration;
/// use axum::Router;
/// use http::StatusCode;
/// use tower_http::timeout::TimeoutLayer;
///
/// let timeout = TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, Duration::from_secs(10));
/// let app: Router = Router::new().layer((timeout, RequestContextLayer::new()));
/// ```
impl<B: Body + Default> Default for ContextBody<B> {
    fn default() -> ContextBody<B> {
        ContextBody { body: Scoped::default(), finish: None }
    }
}

impl<B: Body> Body for ContextBody<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        let this = self.project();
        let frame = ready!(this.body.poll_frame(cx));
        if frame.is_none() {
            *this.finish = None;
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
