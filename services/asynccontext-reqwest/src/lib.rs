//! Sends the exported variables of `asynccontext` with the requests of [`reqwest`], by
//! destination.
//!
//! [`client`] builds a client of [`reqwest_middleware`] that writes to the headers of each request
//! what its [`Destinations`] allow, and nothing for other hosts:
//!
//! ```
//! use asynccontext::Variable;
//! use asynccontext::carrier::{Exported, Exports};
//! use asynccontext_reqwest::{Destinations, client};
//!
//! static TENANT: Exported<String> = Variable::named("tenant").exported("x-tenant");
//! static TO_OUR_SERVICES: Exports = Exports::new(&[TENANT.export()]);
//!
//! let destinations = Destinations::new().to("inventory.internal", TO_OUR_SERVICES);
//! let http = client(reqwest::Client::builder(), destinations)?;
//! // TENANT.scope(tenant, http.get("http://inventory.internal/items").send()).await
//! # Ok::<_, reqwest::Error>(())
//! ```
//!
//! # Redirects
//!
//! reqwest follows redirects below its middleware and sends the headers of the first request to
//! each hop, except a few such as `authorization`. Middleware can neither see nor change that. A
//! server could therefore pass a tenant on to any other host. So
//!
//! - [`client`] builds a client that follows a redirect only if the same rule applies to its target
//!   ([`Destinations::is_same`]). At others, the request fails with [`ForeignRedirect`].
//!   Send a request to its [`target`](ForeignRedirect::target) to follow it: that request is judged
//!   by its own destination.
//! - [`redirect_policy`] is that policy alone, around another policy.
//! - [`OutgoingMiddleware`] on a client without that policy fails, with the same error, when a
//!   response came from a place with another rule. The values have left by then, but the mistake is
//!   noticed at the first such redirect.
//!
//! # Retries
//!
//! Middleware that is added before this one, such as that of `reqwest-retry`, calls it for each
//! attempt, and each is written again. [`client`] therefore adds it last: add other middleware
//! with [`client_with`].
//!
//! # Connections
//!
//! The values are written where the request is sent, in the caller's task. reqwest spawns its
//! connections bare, so they hold no values on tokio's own runtimes. On a runtime of
//! `asynccontext::tokio::runtime::Inherit`, use `leave_out(Inherit::pooled_connections)`.
//!
//! # Cost
//!
//! As for [`Destinations`]; the request's URL is parsed again, and so is that of the response. The
//! trait of reqwest-middleware allocates a future for each request.

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}
mod redirect;

use std::sync::Arc;

use http::{Extensions, Uri};
use reqwest::{ClientBuilder, Request, Response, Url};
use reqwest_middleware::{ClientWithMiddleware, Middleware, Next};

pub use asynccontext_tower::client::Destinations;
pub use redirect::{ForeignRedirect, redirect_policy};

/// Builds a client that sends what `destinations` allow, and follows redirects only while the same
/// rule applies, at most ten.
///
/// # Errors
///
/// Returns the error of [`ClientBuilder::build`].
///
/// # Examples
///
/// ```
/// use asynccontext_reqwest::{Destinations, client};
///
/// let http = client(reqwest::Client::builder(), Destinations::new())?; // sends nothing
/// # Ok::<_, reqwest::Error>(())
/// ```
pub fn client(
    builder: ClientBuilder,
    destinations: impl Into<Arc<Destinations>>,
) -> reqwest::Result<ClientWithMiddleware> {
    client_with(builder, destinations, |builder| builder)
}

/// Does the same with other middleware, which `outer` adds around that of this crate.
///
/// # Errors
///
/// Returns the error of [`ClientBuilder::build`].
///
/// # Examples
///
/// ```
/// use asynccontext_reqwest::{Destinations, client_with};
/// # use reqwest_middleware::{Middleware, Next};
/// # struct Retry;
/// # #[async_trait::async_trait]
/// # impl Middleware for Retry {
/// #     async fn handle(&self, request: reqwest::Request, extensions: &mut http::Extensions, next: Next<'_>)
/// #         -> reqwest_middleware::Result<reqwest::Response> {
/// #         next.run(request, extensions).await
/// #     }
/// # }
///
/// // Each attempt of `Retry` is written again.
/// let http = client_with(reqwest::Client::builder(), Destinations::new(), |client| client.with(Retry))?;
/// # Ok::<_, reqwest::Error>(())
/// ```
pub fn client_with(
    builder: ClientBuilder,
    destinations: impl Into<Arc<Destinations>>,
    outer: impl FnOnce(reqwest_middleware::ClientBuilder) -> reqwest_middleware::ClientBuilder,
) -> reqwest::Result<ClientWithMiddleware> {
    let destinations = destinations.into();
    let policy = redirect_policy(Arc::clone(&destinations), reqwest::redirect::Policy::default());
    let client = reqwest_middleware::ClientBuilder::new(builder.redirect(policy).build()?);
    Ok(outer(client).with(OutgoingMiddleware::new(destinations)).build())
}

/// Middleware that writes exported variables to the headers of each request.
///
/// It can't keep reqwest from following redirects: see [Redirects](crate#redirects).
///
/// # Examples
///
/// ```
/// use asynccontext_reqwest::{Destinations, OutgoingMiddleware};
/// use reqwest::redirect::Policy;
///
/// let client = reqwest::Client::builder().redirect(Policy::none()).build()?;
/// let http = reqwest_middleware::ClientBuilder::new(client)
///     .with(OutgoingMiddleware::new(Destinations::new()))
///     .build();
/// # Ok::<_, reqwest::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct OutgoingMiddleware {
    destinations: Arc<Destinations>,
}

impl OutgoingMiddleware {
    /// Creates middleware that sends what `destinations` allow.
    ///
    /// # Examples
    ///
    /// ```
    /// use asynccontext_reqwest::{Destinations, OutgoingMiddleware};
    ///
    /// let middleware = OutgoingMiddleware::new(Destinations::new());
    /// ```
    pub fn new(destinations: impl Into<Arc<Destinations>>) -> OutgoingMiddleware {
        OutgoingMiddleware { destinations: destinations.into() }
    }
}

#[async_trait::async_trait]
impl Middleware for OutgoingMiddleware {
    async fn handle(
        &self,
        mut request: Request,
        extensions: &mut Extensions,
        next: Next<'_>,
    ) -> reqwest_middleware::Result<Response> {
        let from = uri(request.url());
        self.destinations.write(&from, request.headers_mut());
        let response = next.run(request, extensions).await?;
        if !self.destinations.is_same(&from, &uri(response.url())) {
            return Err(reqwest_middleware::Error::middleware(ForeignRedirect::new(response.url().clone())));
        }
        Ok(response)
    }
}

/// Returns the URL as a URI. A URL of another kind, to which no rule for a host applies, becomes `/`.
fn uri(url: &Url) -> Uri {
    url.as_str().parse().unwrap_or_default()
}
