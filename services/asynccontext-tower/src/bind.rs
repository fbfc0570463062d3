//! A layer that binds a variable to what the service's own function takes from the request.

use std::fmt;
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use asynccontext::{Scoped, Snapshot, Variable};
use http::request::Parts;
use http::{Request, Response};
use pin_project_lite::pin_project;
use tower_layer::Layer;
use tower_service::Service;

/// Returns a layer that binds `variable`, such as the tenant or the user, to the value that
/// `extract` returns for each request.
///
/// `extract` takes what it needs from the request's parts, and returns a future, which may ask a
/// database; both run in the request's context. It returns the value, an `Option` of it, or a
/// response, which is the answer then: the service below is not called. The value is bound for the
/// call, its future and its body, as by [`RequestContextLayer`](crate::RequestContextLayer), below
/// which this layer belongs.
///
/// # Examples
///
/// ```
/// use asynccontext::Variable;
/// use asynccontext_tower::bind;
/// use http::{Request, Response, StatusCode, header::AUTHORIZATION};
/// use std::convert::Infallible;
/// use tower::{ServiceBuilder, ServiceExt, service_fn};
///
/// static USER: Variable<String> = Variable::named("user");
///
/// async fn authenticate(token: Option<String>) -> Result<String, Response<String>> {
///     // in real life: a query
///     token.and_then(|token| Some(token.strip_prefix("Bearer ")?.to_owned())).ok_or_else(|| {
///         let mut response = Response::new("who are you?".to_owned());
///         *response.status_mut() = StatusCode::UNAUTHORIZED;
///         response
///     })
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let service = ServiceBuilder::new()
///     .layer(bind(&USER, |parts| {
///         let token = parts.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()).map(str::to_owned);
///         authenticate(token)
///     }))
///     .service(service_fn(async |_: Request<()>| {
///         Ok::<_, Infallible>(Response::new(format!("Hello {}", USER.get().unwrap())))
///     }));
/// let request = Request::builder().header(AUTHORIZATION, "Bearer ann").body(()).unwrap();
/// assert_eq!(service.clone().oneshot(request).await.unwrap().body().inner(), "Hello ann");
/// assert_eq!(service.oneshot(Request::new(())).await.unwrap().status(), StatusCode::UNAUTHORIZED);
/// # }
/// ```
pub fn bind<T, E, F>(variable: &'static Variable<T>, extract: E) -> BindLayer<T, E>
where
    T: Send + Sync + 'static,
    E: Fn(&Parts) -> F + Clone,
    F: Future,
{
    BindLayer { variable, extract }
}

/// The layer that [`bind`] returns.
///
/// # Examples
///
/// ```
/// use asynccontext::Variable;
/// use asynccontext_tower::{BindLayer, bind};
/// use http::Response;
/// static TENANT: Variable<String> = Variable::named("tenant");
///
/// let layer: BindLayer<String, _> = bind(&TENANT, |parts| {
///     let host = parts.uri.host().map(str::to_owned);
///     async { Ok::<_, Response<String>>(host) } // an `Option`: not bound if there is none
/// });
/// ```
pub struct BindLayer<T: Send + Sync + 'static, E> {
    variable: &'static Variable<T>,
    extract: E,
}

impl<T: Send + Sync + 'static, E: Clone> Clone for BindLayer<T, E> {
    fn clone(&self) -> BindLayer<T, E> {
        BindLayer { variable: self.variable, extract: self.extract.clone() }
    }
}

impl<T: Send + Sync + 'static, E> fmt::Debug for BindLayer<T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BindLayer").field("variable", self.variable).finish_non_exhaustive()
    }
}

impl<S, T: Send + Sync + 'static, E: Clone> Layer<S> for BindLayer<T, E> {
    type Service = Bind<S, T, E>;

    fn layer(&self, inner: S) -> Bind<S, T, E> {
        Bind { inner, layer: self.clone() }
    }
}

/// The service of [`BindLayer`].
///
/// # Examples
///
/// ```
/// use asynccontext::Variable;
/// use asynccontext_tower::{Bind, bind};
/// use http::Response;
/// use tower::Layer;
/// static HOST: Variable<String> = Variable::named("host");
///
/// let layer = bind(&HOST, |_| async { Ok::<_, Response<String>>("localhost".to_owned()) });
/// let service: Bind<&str, String, _> = layer.layer("a service");
/// ```
pub struct Bind<S, T: Send + Sync + 'static, E> {
    inner: S,
    layer: BindLayer<T, E>,
}

impl<S: Clone, T: Send + Sync + 'static, E: Clone> Clone for Bind<S, T, E> {
    fn clone(&self) -> Bind<S, T, E> {
        Bind { inner: self.inner.clone(), layer: self.layer.clone() }
    }
}

impl<S: fmt::Debug, T: Send + Sync + 'static, E> fmt::Debug for Bind<S, T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bind").field("inner", &self.inner).field("layer", &self.layer).finish()
    }
}

impl<S, T, E, F, V, B, R> Service<Request<B>> for Bind<S, T, E>
where
    S: Service<Request<B>, Response = Response<R>> + Clone,
    T: Send + Sync + 'static,
    E: Fn(&Parts) -> F,
    F: Future<Output = Result<V, Response<R>>>,
    V: Into<Option<T>>,
{
    type Response = Response<Scoped<R>>;
    type Error = S::Error;
    type Future = BindResponseFuture<S, T, F, B, S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let (parts, body) = request.into_parts();
        let extracting = (self.layer.extract)(&parts);
        // The service that is ready is called, and a new one stays.
        let next = self.inner.clone();
        let inner = mem::replace(&mut self.inner, next);
        let request = Some(Request::from_parts(parts, body));
        BindResponseFuture { variable: self.layer.variable, state: State::Extracting { extracting, inner, request } }
    }
}

pin_project! {
    /// The future of [`Bind`].
    ///
    /// # Examples
    ///
    /// See [`bind`].
    pub struct BindResponseFuture<S, T, F, B, C>
    where
        T: 'static,
        T: Send,
        T: Sync,
    {
        variable: &'static Variable<T>,
        #[pin]
        state: State<S, F, B, C>,
    }
}

pin_project! {
    #[project = StateProjection]
    enum State<S, F, B, C> {
        Extracting {
            #[pin]
            extracting: F,
            inner: S,
            request: Option<Request<B>>,
        },
        Calling {
            #[pin]
            call: Scoped<C>,
            snapshot: Snapshot,
        },
    }
}

impl<S, T: Send + Sync + 'static, F, B, C> fmt::Debug for BindResponseFuture<S, T, F, B, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BindResponseFuture").field("variable", self.variable).finish_non_exhaustive()
    }
}

impl<S, T, F, V, B, R> Future for BindResponseFuture<S, T, F, B, S::Future>
where
    S: Service<Request<B>, Response = Response<R>>,
    T: Send + Sync + 'static,
    F: Future<Output = Result<V, Response<R>>>,
    V: Into<Option<T>>,
{
    type Output = Result<Response<Scoped<R>>, S::Error>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        loop {
            match this.state.as_mut().project() {
                StateProjection::Extracting { extracting, inner, request } => {
                    let snapshot = match ready!(extracting.poll(cx)) {
                        Ok(value) => match value.into() {
                            Some(value) => Snapshot::capture().with(this.variable, value),
                            None => Snapshot::capture().without(this.variable),
                        },
                        Err(response) => {
                            let here = Snapshot::capture();
                            return Poll::Ready(Ok(response.map(|body| here.scope(body))));
                        }
                    };
                    let request = request.take().expect("polled after it was done");
                    let call = snapshot.run(|| inner.call(request));
                    this.state.set(State::Calling { call: snapshot.scope(call), snapshot });
                }
                StateProjection::Calling { call, snapshot } => {
                    let response = ready!(call.poll(cx))?;
                    return Poll::Ready(Ok(response.map(|body| snapshot.scope(body))));
                }
            }
        }
    }
}
