//! Request context for tower services: layers that keep the variables of asynccontext for a request,
//! its response and its body.
//!
//! [`RequestContextLayer`] opens a context for each request. Layers and handlers below it read the
//! [current request](current_request) and [`REQUEST_ID`]; [`bind`] adds the service's own variables,
//! such as the tenant and the user, and [`deadline::DeadlineLayer`] a limit of time. [`after`] runs
//! work when the response is out.
//!
//! ```
//! use asynccontext::Variable;
//! use asynccontext_tower::{REQUEST_ID, RequestContextLayer, bind};
//! use http::{Request, Response};
//! use std::convert::Infallible;
//! use tower::{ServiceBuilder, ServiceExt, service_fn};
//!
//! static TENANT: Variable<String> = Variable::named("tenant");
//!
//! fn log(text: &str) -> String {
//!     format!("[{} {}] {text}", REQUEST_ID.get().unwrap(), TENANT.get().unwrap())
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! let service = ServiceBuilder::new()
//!     .layer(RequestContextLayer::new())
//!     .layer(bind(&TENANT, |parts| {
//!         let host = parts.uri.host().map(str::to_owned);
//!         async { Ok::<_, Response<String>>(host) }
//!     }))
//!     .service(service_fn(async |_: Request<()>| Ok::<_, Infallible>(Response::new(log("served")))));
//!
//! let response = service.oneshot(Request::get("http://blue/").body(()).unwrap()).await.unwrap();
//! let id = response.headers()["x-request-id"].to_str().unwrap().to_owned();
//! assert_eq!(*response.body().inner().inner(), format!("[{id} blue] served"));
//! # }
//! ```
//!
//! The guide *Five minutes to request context* is in the module `docs`, with the feature `axum`.
//!
//! # What is in the context
//!
//! A context is current while the service below is called, at each poll of its future and of the
//! response's body, and when these are dropped, also after a panic, a timeout or the client's
//! disconnection. Work that is spawned by `asynccontext::tokio` inherits it. The body of the request
//! is polled by the handler, and so in its context.
//!
//! tower's `Buffer` calls the service below it from a task of its own. An async function below has
//! the context nevertheless, since its future is polled outside; for code that runs in the call
//! itself, put a [`CaptureLayer`] above the buffer and a [`RestoreLayer`] below, or
//! [`RequestContextLayer`] below.
//!
//! # Cost
//!
//! In memory, without a server, on Linux on x86-64: instructions by callgrind, and the least time of
//! 200 rounds on a machine that other programs used too.
//!
//! | | instructions | time |
//! |---|---|---|
//! | the bare service, with its request | 1,979 | 155 ns |
//! | with [`RequestContextLayer`], which makes the id | 5,813 | 956 ns |
//! | with [`RequestContextLayer`], which reads the id and the tenant from headers | 7,879 | 716 ns |
//! | and with a user by [`bind`] | 8,725 | 860 ns |
//! | and with a deadline | 11,065 | 1,193 ns |
//!
//! A deadline sets a timer
//! only when a call or a body is not ready at once. `cargo bench -p asynccontext-tower` measures it.
//!
//! # Limits
//!
//! - A layer outside [`RequestContextLayer`] has no context, nor has the call below a bare `Buffer`.
//! - The body of the request is not tied: a bare task that polls it has no context. Tie it by
//!   `body.in_current_snapshot()`.
//! - hyper drops a body after passing its last frame to the connection. So [`after`] may run before
//!   the client has the last byte.
//! - The route is known only below the router: in axum by `Router::layer`.
//! - A deadline does not cancel spawned tasks: they read it.
//!
//! # Features
//!
//! | feature | what it adds |
//! |---|---|
//! | `axum` | the module `axum`: extractors; the matched route and the client's address from axum's extensions |

mod after;
#[cfg(feature = "axum")]
pub mod axum;
mod bind;
mod capture;
pub mod client;
mod context;
pub mod deadline;
#[cfg(feature = "axum")]
pub mod docs;
#[cfg(all(doctest, feature = "axum"))]
#[doc = include_str!("../README.md")]
mod readme {}
mod request;
mod request_id;

pub use after::{Jobs, UnfinishedJobs, after};
pub use bind::{Bind, BindLayer, BindResponseFuture, bind};
pub use capture::{Capture, CaptureLayer, Restore, RestoreFuture, RestoreLayer};
pub use context::{ContextBody, RequestContext, RequestContextLayer, ResponseFuture};
pub use request::{CurrentRequest, MatchedRoute, OutsideRequest, current_request};
pub use request_id::{InvalidRequestId, REQUEST_ID, RequestId};

/// What the error of a body becomes, as in tower.
type BoxError = Box<dyn std::error::Error + Send + Sync>;
