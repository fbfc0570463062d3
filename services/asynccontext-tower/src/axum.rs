//! Extractors for axum's handlers (feature `axum`).
//!
//! [`Current`] reads a variable, [`CurrentRequest`] and
//! [`RequestId`] are extractors themselves. A handler does not need them to read a
//! variable; they show what it needs in its signature, and answer for it if that is missing.
//!
//! # Examples
//!
//! ```
//! use asynccontext::Variable;
//! use asynccontext_tower::axum::{Current, FromContext};
//! use asynccontext_tower::{CurrentRequest, RequestContextLayer, bind};
//! use axum::{Router, response::Response, routing::get};
//!
//! #[derive(Clone)]
//! struct Tenant(String);
//!
//! static TENANT: Variable<Tenant> = Variable::named("tenant");
//!
//! impl FromContext for Tenant {
//!     fn variable() -> &'static Variable<Tenant> {
//!         &TENANT
//!     }
//! }
//!
//! async fn order(Current(Tenant(tenant)): Current<Tenant>, request: CurrentRequest) -> String {
//!     format!("{} of {tenant}", request.route().unwrap_or("-"))
//! }
//!
//! let by_host = |parts: &http::request::Parts| {
//!     let host = parts.headers.get("host").and_then(|host| host.to_str().ok());
//!     let tenant = host.and_then(|host| host.split('.').next()).map(|name| Tenant(name.to_owned()));
//!     async { Ok::<_, Response>(tenant) }
//! };
//! let app: Router = Router::new()
//!     .route("/orders/{id}", get(order))
//!     .layer(bind(&TENANT, by_host))
//!     .layer(RequestContextLayer::new());
//! # use tower::ServiceExt;
//! # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
//! # let request = http::Request::get("/orders/7").header("host", "blue.example.com");
//! # let response = app.clone().oneshot(request.body(axum::body::Body::empty()).unwrap()).await.unwrap();
//! # let body = axum::body::to_bytes(response.into_body(), 100).await.unwrap();
//! # assert_eq!(body, "/orders/{id} of blue");
//! # let request = http::Request::get("/orders/7").body(axum::body::Body::empty()).unwrap();
//! # assert_eq!(app.oneshot(request).await.unwrap().status(), 500);
//! # });
//! ```

use asynccontext::{Unbound, Variable};
use axum::extract::FromRequestParts;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::request::Parts;

use crate::deadline::{DEADLINE, Deadline, DeadlineExceeded};
use crate::request::{CurrentRequest, OutsideRequest, current_request};
use crate::request_id::{REQUEST_ID, RequestId};

/// A type that is the value of one variable, which [`Current`] reads.
///
/// # Examples
///
/// A type whose absence is the client's fault:
///
/// ```
/// use asynccontext::{Unbound, Variable};
/// use asynccontext_tower::axum::FromContext;
/// use axum::response::{IntoResponse, Response};
///
/// #[derive(Clone)]
/// struct User(u64);
///
/// static USER: Variable<User> = Variable::named("user");
///
/// impl FromContext for User {
///     fn variable() -> &'static Variable<User> {
///         &USER
///     }
///
///     fn unbound(_: Unbound) -> Response {
///         http::StatusCode::UNAUTHORIZED.into_response()
///     }
/// }
/// ```
pub trait FromContext: Clone + Send + Sync + 'static {
    /// Returns the variable.
    ///
    /// # Examples
    ///
    /// ```
    /// use asynccontext_tower::RequestId;
    /// use asynccontext_tower::axum::FromContext;
    /// assert_eq!(RequestId::variable().name(), "request-id");
    /// ```
    fn variable() -> &'static Variable<Self>;

    /// Returns the answer to a request for which the variable is not bound: status 500, unless the
    /// type has another.
    ///
    /// # Examples
    ///
    /// ```
    /// use asynccontext_tower::RequestId;
    /// use asynccontext_tower::axum::FromContext;
    /// let error = RequestId::variable().try_get().unwrap_err();
    /// assert_eq!(RequestId::unbound(error).status(), 500);
    /// ```
    fn unbound(error: Unbound) -> Response {
        let body = format!("the variable {:?} is not bound", error.name());
        (StatusCode::INTERNAL_SERVER_ERROR, body).into_response()
    }
}

/// An extractor for the current value of the variable of `T`.
///
/// # Examples
///
/// See the [module](self).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Current<T>(
    /// The value.
    pub T,
);

impl<T: FromContext, S: Sync> FromRequestParts<S> for Current<T> {
    type Rejection = Response;

    async fn from_request_parts(_: &mut Parts, _: &S) -> Result<Current<T>, Response> {
        T::variable().try_get().map(Current).map_err(T::unbound)
    }
}

/// The answer is status 500: the layer is missing, or the handler runs outside its context.
impl<S: Sync> FromRequestParts<S> for CurrentRequest {
    type Rejection = OutsideRequest;

    async fn from_request_parts(_: &mut Parts, _: &S) -> Result<CurrentRequest, OutsideRequest> {
        current_request()
    }
}

impl<S: Sync> FromRequestParts<S> for RequestId {
    type Rejection = OutsideRequest;

    async fn from_request_parts(_: &mut Parts, _: &S) -> Result<RequestId, OutsideRequest> {
        Ok(current_request()?.id().clone())
    }
}

impl FromContext for RequestId {
    fn variable() -> &'static Variable<RequestId> {
        &REQUEST_ID
    }
}

impl FromContext for Deadline {
    fn variable() -> &'static Variable<Deadline> {
        &DEADLINE
    }
}

impl IntoResponse for OutsideRequest {
    fn into_response(self) -> Response {
        (StatusCode::INTERNAL_SERVER_ERROR, "no request is current").into_response()
    }
}

impl IntoResponse for DeadlineExceeded {
    fn into_response(self) -> Response {
        (StatusCode::GATEWAY_TIMEOUT, "the deadline has passed").into_response()
    }
}
