//! The parts of the current request.

use std::error::Error;
use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use asynccontext::{Unbound, Variable};
use http::{Extensions, HeaderMap, Method, Request, Uri, Version, header};
use tokio::sync::Notify;

use crate::context::Settings;
use crate::deadline::layer::is_grpc;
use crate::request_id::RequestId;

pub(crate) static REQUEST: Variable<CurrentRequest> = Variable::named("request");

/// Returns the request that the current code works for.
///
/// Work that the request has spawned sees it too, also after the response.
///
/// # Errors
///
/// Returns [`OutsideRequest`] outside all requests, as at start-up, and in work that has lost its
/// context.
///
/// # Examples
///
/// ```
/// use asynccontext_tower::{RequestContextLayer, current_request};
/// use http::{Request, Response};
/// use std::convert::Infallible;
/// use tower::{ServiceBuilder, ServiceExt, service_fn};
///
/// fn greeting() -> String {
///     current_request().map_or("ready".to_owned(), |request| format!("serving {}", request.uri().path()))
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let service = ServiceBuilder::new()
///     .layer(RequestContextLayer::new())
///     .service(service_fn(async |_: Request<String>| Ok::<_, Infallible>(Response::new(greeting()))));
/// let response = service.oneshot(Request::get("/orders").body(String::new()).unwrap()).await.unwrap();
/// assert_eq!(response.body().inner(), "serving /orders");
/// assert_eq!(greeting(), "ready");
/// # }
/// ```
#[track_caller]
pub fn current_request() -> Result<CurrentRequest, OutsideRequest> {
    REQUEST.try_get().map_err(OutsideRequest)
}

/// The parts of a request that code below the handler may need. Cheap to clone.
///
/// It has no body, and of the headers only those that the layer keeps by name: a variable that holds
/// every header would keep secrets and memory as long as any work of the request.
///
/// # Examples
///
/// ```
/// use asynccontext_tower::{CurrentRequest, OutsideRequest, current_request};
///
/// fn page() -> Result<String, OutsideRequest> {
///     let request: CurrentRequest = current_request()?;
///     Ok(format!("{} {}", request.method(), request.route().unwrap_or("-")))
/// }
/// # assert!(page().is_err());
/// ```
#[derive(Clone)]
pub struct CurrentRequest(Arc<Parts>);

struct Parts {
    method: Method,
    uri: Uri,
    version: Version,
    headers: HeaderMap,
    route: Option<Route>,
    remote_address: Option<SocketAddr>,
    id: RequestId,
    settings: Arc<Settings>,
    is_finished: AtomicBool,
    finished: Notify,
}

enum Route {
    Given(MatchedRoute),
    #[cfg(feature = "axum")]
    Axum(axum::extract::MatchedPath),
    /// In gRPC the path is the route.
    Path,
}

impl CurrentRequest {
    pub(crate) fn new<B>(
        request: &Request<B>,
        headers: HeaderMap,
        id: RequestId,
        settings: Arc<Settings>,
    ) -> CurrentRequest {
        let extensions = request.extensions();
        CurrentRequest(Arc::new(Parts {
            method: request.method().clone(),
            uri: request.uri().clone(),
            version: request.version(),
            headers,
            route: route(request),
            remote_address: remote_address(extensions),
            id,
            settings,
            is_finished: AtomicBool::new(false),
            finished: Notify::new(),
        }))
    }

    /// Returns the method.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext_tower::current_request;
    /// # fn in_a_handler() -> Result<(), asynccontext_tower::OutsideRequest> {
    /// assert!(current_request()?.method().is_safe());
    /// # Ok(())
    /// # }
    /// # assert!(in_a_handler().is_err());
    /// ```
    pub fn method(&self) -> &Method {
        &self.0.method
    }

    /// Returns the URI, as the layer got it.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext_tower::current_request;
    /// # fn in_a_handler() -> Result<(), asynccontext_tower::OutsideRequest> {
    /// let path = current_request()?.uri().path().to_owned();
    /// # Ok(())
    /// # }
    /// # assert!(in_a_handler().is_err());
    /// ```
    pub fn uri(&self) -> &Uri {
        &self.0.uri
    }

    /// Returns the version of HTTP.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext_tower::current_request;
    /// # fn in_a_handler() -> Result<(), asynccontext_tower::OutsideRequest> {
    /// let multiplexed = current_request()?.version() >= http::Version::HTTP_2;
    /// # Ok(())
    /// # }
    /// # assert!(in_a_handler().is_err());
    /// ```
    pub fn version(&self) -> Version {
        self.0.version
    }

    /// Returns the headers that the layer [keeps](crate::RequestContextLayer::keep_headers).
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext_tower::current_request;
    /// # fn in_a_handler() -> Result<(), asynccontext_tower::OutsideRequest> {
    /// let language = current_request()?.headers().get("accept-language").cloned();
    /// # Ok(())
    /// # }
    /// # assert!(in_a_handler().is_err());
    /// ```
    pub fn headers(&self) -> &HeaderMap {
        &self.0.headers
    }

    /// Returns the route that the router has matched, such as `/orders/{id}`, if it is known.
    ///
    /// It is known if the layer is below the router: in axum, by `Router::layer`, with the feature
    /// `axum`. In gRPC it is the path. Another router inserts a [`MatchedRoute`].
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext_tower::current_request;
    /// # fn in_a_handler() -> Result<(), asynccontext_tower::OutsideRequest> {
    /// let label = current_request()?.route().unwrap_or("none").to_owned();
    /// # Ok(())
    /// # }
    /// # assert!(in_a_handler().is_err());
    /// ```
    pub fn route(&self) -> Option<&str> {
        match self.0.route.as_ref()? {
            Route::Given(route) => Some(&route.0),
            #[cfg(feature = "axum")]
            Route::Axum(path) => Some(path.as_str()),
            Route::Path => Some(self.uri().path()),
        }
    }

    /// Returns the address of the client, if an extension of the request has it.
    ///
    /// The extension is a [`SocketAddr`], or with the feature `axum` its `ConnectInfo<SocketAddr>`.
    /// Behind a proxy it is the proxy's address.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext_tower::current_request;
    /// # fn in_a_handler() -> Result<(), asynccontext_tower::OutsideRequest> {
    /// let is_local = current_request()?.remote_address().is_some_and(|address| address.ip().is_loopback());
    /// # Ok(())
    /// # }
    /// # assert!(in_a_handler().is_err());
    /// ```
    pub fn remote_address(&self) -> Option<SocketAddr> {
        self.0.remote_address
    }

    /// Returns the id, which is also the value of [`REQUEST_ID`](crate::REQUEST_ID).
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext_tower::current_request;
    /// # fn in_a_handler() -> Result<(), asynccontext_tower::OutsideRequest> {
    /// let id = current_request()?.id().to_string();
    /// # Ok(())
    /// # }
    /// # assert!(in_a_handler().is_err());
    /// ```
    pub fn id(&self) -> &RequestId {
        &self.0.id
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.0.settings
    }

    /// Waits until the response is out.
    pub(crate) async fn finished(&self) {
        // A waiter that exists before the flag is set is notified.
        let notified = self.0.finished.notified();
        if !self.0.is_finished.load(Ordering::Acquire) {
            notified.await;
        }
    }
}

fn route<B>(request: &Request<B>) -> Option<Route> {
    if let Some(route) = request.extensions().get::<MatchedRoute>() {
        return Some(Route::Given(route.clone()));
    }
    #[cfg(feature = "axum")]
    if let Some(path) = request.extensions().get::<axum::extract::MatchedPath>() {
        return Some(Route::Axum(path.clone()));
    }
    request.headers().get(header::CONTENT_TYPE).is_some_and(is_grpc).then_some(Route::Path)
}

fn remote_address(extensions: &Extensions) -> Option<SocketAddr> {
    #[cfg(feature = "axum")]
    if let Some(info) = extensions.get::<axum::extract::ConnectInfo<SocketAddr>>() {
        return Some(info.0);
    }
    extensions.get::<SocketAddr>().copied()
}

impl fmt::Debug for CurrentRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut fields = f.debug_struct("CurrentRequest");
        fields.field("method", self.method()).field("route", &self.route()).field("id", self.id());
        fields.finish_non_exhaustive()
    }
}

/// The route of a request, as an extension that a router inserts.
///
/// axum's `MatchedPath` is read too, with the feature `axum`.
///
/// # Examples
///
/// ```
/// use asynccontext_tower::MatchedRoute;
/// use http::Request;
/// let request = Request::get("/orders/17").extension(MatchedRoute::new("/orders/{id}")).body(());
/// ```
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct MatchedRoute(Arc<str>);

impl MatchedRoute {
    /// Creates the extension.
    ///
    /// # Examples
    ///
    /// ```
    /// use asynccontext_tower::MatchedRoute;
    /// let route = MatchedRoute::new("/orders/{id}");
    /// ```
    pub fn new(route: impl Into<Arc<str>>) -> MatchedRoute {
        MatchedRoute(route.into())
    }
}

/// Marks the request as finished when it is dropped: with the response's body, or with its future
/// if there is no response.
#[derive(Debug)]
pub(crate) struct Finish(pub(crate) CurrentRequest);

impl Drop for Finish {
    fn drop(&mut self) {
        let parts = &self.0.0;
        parts.is_finished.store(true, Ordering::Release);
        parts.finished.notify_waiters();
    }
}

/// An error for code that needs the current request and runs outside all requests.
///
/// # Examples
///
/// ```
/// use asynccontext_tower::{OutsideRequest, current_request};
/// let error: OutsideRequest = current_request().unwrap_err();
/// assert!(error.to_string().starts_with("no request is current at "));
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OutsideRequest(Unbound);

impl fmt::Display for OutsideRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no request is current at {}: see the source of this error", self.0.location())
    }
}

/// The source says why, as for any variable that is not bound.
impl Error for OutsideRequest {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.0)
    }
}
