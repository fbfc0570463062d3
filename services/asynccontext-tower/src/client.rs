//! The client side: a layer that sends exported variables with each request, as far as the
//! destination is allowed to see them.
//!
//! [`Destinations`] says what leaves for which host: nothing, unless a rule allows it.
//! [`OutgoingLayer`] applies it to each request of a tower client; the crate `asynccontext-reqwest`
//! does the same for reqwest.
//!
//! ```
//! use asynccontext::Variable;
//! use asynccontext::carrier::{Exported, Exports};
//! use asynccontext_tower::client::{Destinations, OutgoingLayer};
//! use http::{Request, Response};
//! use tower::{ServiceBuilder, ServiceExt, service_fn};
//!
//! static TENANT: Exported<String> = Variable::named("tenant").exported("x-tenant");
//! static REQUEST_ID: Exported<u64> = Variable::named("request-id").exported("x-request-id");
//! static TO_OUR_SERVICES: Exports = Exports::new(&[TENANT.export(), REQUEST_ID.export()]);
//! static TO_PARTNERS: Exports = Exports::new(&[REQUEST_ID.export()]);
//!
//! # #[tokio::main]
//! # async fn main() -> Result<(), http::Error> {
//! let destinations = Destinations::new()
//!     .to("inventory.internal", TO_OUR_SERVICES)
//!     .when(|uri| uri.host().is_some_and(|host| host.ends_with(".partner.example")), TO_PARTNERS);
//!
//! // Stands for hyper-util's `Client` or tonic's `Channel`.
//! let client = service_fn(async |request: Request<()>| Ok::<_, http::Error>(Response::new(request)));
//! let client = ServiceBuilder::new().layer(OutgoingLayer::new(destinations)).service(client);
//!
//! let sent = async |uri| {
//!     let request = Request::get(uri).body(()).unwrap();
//!     let sent = client.clone().oneshot(request).await.unwrap().into_body();
//!     (sent.headers().contains_key("x-tenant"), sent.headers().contains_key("x-request-id"))
//! };
//! TENANT.scope("blue".into(), REQUEST_ID.scope(7, async {
//!     assert_eq!(sent("http://inventory.internal/items").await, (true, true));
//!     assert_eq!(sent("https://api.partner.example/items").await, (false, true));
//!     assert_eq!(sent("https://elsewhere.example/items").await, (false, false));
//! })).await;
//! # Ok(())
//! # }
//! ```
//!
//! A list with [`DEADLINE`](crate::deadline::DEADLINE) sends the time that is left. What else leaves,
//! such as the trace, is written by the [`Outgoing`](asynccontext::carrier::Outgoing) of a rule.
//!
//! # Place of the layer
//!
//! The values are read where the service is *called*, and written to the headers there.
//!
//! | with | place |
//! |---|---|
//! | tower's `Retry`, `Hedge` | inside, so that each attempt is written again: a deadline has less left |
//! | tower's `Buffer` | outside: `Buffer` calls the inner service in a worker task, without the caller's values |
//! | tower-http's `FollowRedirect` | inside, so that each hop is judged by its own destination |
//! | tonic's `Channel` | around it. Requests have no host there, so use [`Destinations::everywhere`] |
//!
//! # Stale and foreign headers
//!
//! A header that any rule can write is removed from a request if the rule of its destination does
//! not write it. A proxy that copies the headers of its own request therefore passes none of them
//! on, and neither does a redirect to another host.
//!
//! # Cost
//!
//! For each rule that does not apply, one look-up for each of its headers; for the rule that
//! applies, the formatting of its values.
//!
//! # Limits
//!
//! - The request's body is not part of the context: hyper polls it in the task of the connection.
//!   To make the values visible there, tie it: `body.in_current_snapshot()`.
//! - Rules see the request's URI, not the address to which the name resolves.
//!
//! [`OutgoingLayer`]: crate::client::OutgoingLayer
//! [`Destinations`]: crate::client::Destinations
//! [`Destinations::everywhere`]: crate::client::Destinations::everywhere

mod destinations;

use std::sync::Arc;
use std::task::{Context, Poll};

use http::Request;
use tower_layer::Layer;
use tower_service::Service;

pub use destinations::Destinations;

/// A layer that writes exported variables to the headers of each request.
///
/// # Examples
///
/// ```
/// use asynccontext::Variable;
/// use asynccontext::carrier::{Exported, Exports};
/// use asynccontext_tower::client::{Destinations, OutgoingLayer};
/// use http_body_util::Empty;
/// use hyper::body::Bytes;
/// use hyper_util::client::legacy::Client;
/// use hyper_util::rt::TokioExecutor;
/// use tower::ServiceBuilder;
///
/// static TENANT: Exported<String> = Variable::named("tenant").exported("x-tenant");
/// static TO_OUR_SERVICES: Exports = Exports::new(&[TENANT.export()]);
///
/// let destinations = Destinations::new().to("inventory.internal", TO_OUR_SERVICES);
/// let client = Client::builder(TokioExecutor::new()).build_http::<Empty<Bytes>>();
/// let client = ServiceBuilder::new().layer(OutgoingLayer::new(destinations)).service(client);
/// ```
#[derive(Clone, Debug)]
pub struct OutgoingLayer {
    destinations: Arc<Destinations>,
}

impl OutgoingLayer {
    /// Creates a layer that sends what `destinations` allows.
    ///
    /// # Examples
    ///
    /// ```
    /// use asynccontext_tower::client::{Destinations, OutgoingLayer};
    ///
    /// let layer = OutgoingLayer::new(Destinations::new()); // sends nothing
    /// ```
    pub fn new(destinations: impl Into<Arc<Destinations>>) -> OutgoingLayer {
        OutgoingLayer { destinations: destinations.into() }
    }
}

impl<S> Layer<S> for OutgoingLayer {
    type Service = OutgoingService<S>;

    fn layer(&self, inner: S) -> OutgoingService<S> {
        OutgoingService { inner, destinations: Arc::clone(&self.destinations) }
    }
}

/// A client that writes exported variables to the headers of each request, made by
/// [`OutgoingLayer`].
///
/// # Examples
///
/// ```
/// use asynccontext_tower::client::{Destinations, OutgoingLayer, OutgoingService};
/// use tower::Layer;
///
/// # struct Client;
/// let client: OutgoingService<Client> = OutgoingLayer::new(Destinations::new()).layer(Client);
/// ```
#[derive(Clone, Debug)]
pub struct OutgoingService<S> {
    inner: S,
    destinations: Arc<Destinations>,
}

impl<S, B> Service<Request<B>> for OutgoingService<S>
where
    S: Service<Request<B>>,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<B>) -> S::Future {
        let (mut parts, body) = request.into_parts();
        self.destinations.write(&parts.uri, &mut parts.headers);
        self.inner.call(Request::from_parts(parts, body))
    }
}
