//! Layers that carry the context of a request through a queue between services.

use std::pin::Pin;
use std::task::{Context, Poll};

use asynccontext::{Carried, Scoped, Snapshot};
use pin_project_lite::pin_project;
use tower_layer::Layer;
use tower_service::Service;

/// Captures the context with each request, for a [`RestoreLayer`] below.
///
/// tower's `Buffer` calls the inner service from a task of its own, in which the context of layers
/// outside it is not current. (The future that the call returns is polled by the layers outside, so
/// an async function has the context all the same.)
///
/// # Examples
///
/// ```
/// use asynccontext::Variable;
/// use asynccontext_tower::{CaptureLayer, RestoreLayer};
/// use std::convert::Infallible;
/// use std::future::ready;
/// use tower::{Service, ServiceBuilder, ServiceExt, service_fn};
///
/// static TENANT: Variable<&str> = Variable::named("tenant");
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), tower::BoxError> {
/// let mut service = ServiceBuilder::new()
///     .layer(CaptureLayer::new())
///     .buffer(16)
///     .layer(RestoreLayer::new())
///     .service(service_fn(|_: ()| ready(Ok::<_, Infallible>(TENANT.get())))); // reads in its call
/// let call = async { service.ready().await?.call(()).await };
/// assert_eq!(TENANT.scope("blue", call).await?, Some("blue"));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct CaptureLayer(());

impl CaptureLayer {
    /// Creates the layer.
    ///
    /// # Examples
    ///
    /// ```
    /// use asynccontext_tower::CaptureLayer;
    /// let layer = CaptureLayer::new();
    /// ```
    pub fn new() -> CaptureLayer {
        CaptureLayer(())
    }
}

impl<S> Layer<S> for CaptureLayer {
    type Service = Capture<S>;

    fn layer(&self, inner: S) -> Capture<S> {
        Capture(inner)
    }
}

/// The service of [`CaptureLayer`].
///
/// # Examples
///
/// ```
/// use asynccontext_tower::{Capture, CaptureLayer};
/// use tower::Layer;
/// let service: Capture<&str> = CaptureLayer::new().layer("a service");
/// ```
#[derive(Clone, Debug)]
pub struct Capture<S>(S);

impl<S: Service<Carried<R>>, R> Service<R> for Capture<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.0.poll_ready(cx)
    }

    fn call(&mut self, request: R) -> S::Future {
        self.0.call(Carried::from_parts(Snapshot::capture(), request))
    }
}

/// Calls the service in the context that a [`CaptureLayer`] above has captured, and polls and drops
/// the future there.
///
/// # Examples
///
/// See [`CaptureLayer`].
#[derive(Clone, Copy, Debug, Default)]
pub struct RestoreLayer(());

impl RestoreLayer {
    /// Creates the layer.
    ///
    /// # Examples
    ///
    /// ```
    /// use asynccontext_tower::RestoreLayer;
    /// let layer = RestoreLayer::new();
    /// ```
    pub fn new() -> RestoreLayer {
        RestoreLayer(())
    }
}

impl<S> Layer<S> for RestoreLayer {
    type Service = Restore<S>;

    fn layer(&self, inner: S) -> Restore<S> {
        Restore(inner)
    }
}

/// The service of [`RestoreLayer`].
///
/// # Examples
///
/// ```
/// use asynccontext_tower::{Restore, RestoreLayer};
/// use tower::Layer;
/// let service: Restore<&str> = RestoreLayer::new().layer("a service");
/// ```
#[derive(Clone, Debug)]
pub struct Restore<S>(S);

impl<S: Service<R>, R> Service<Carried<R>> for Restore<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = RestoreFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.0.poll_ready(cx)
    }

    fn call(&mut self, request: Carried<R>) -> Self::Future {
        RestoreFuture { call: request.handle_async(|request| self.0.call(request)) }
    }
}

pin_project! {
    /// The future of [`Restore`].
    ///
    /// # Examples
    ///
    /// See [`CaptureLayer`].
    #[derive(Debug)]
    pub struct RestoreFuture<F> {
        #[pin]
        call: Scoped<F>,
    }
}

impl<F: Future> Future for RestoreFuture<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        self.project().call.poll(cx)
    }
}
