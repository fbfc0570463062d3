//! Five minutes to request context, in a service with axum.
//!
//! At the end of this page each log line of the service names its request and its user, also from
//! spawned tasks and blocking threads; calls to other services carry both; requests end in time; and
//! no function has a parameter for any of it.
//!
//! # 1. Open a context for each request
//!
//! ```sh
//! cargo add asynccontext --features tokio-rt-multi-thread
//! cargo add asynccontext-tower --features axum
//! ```
//!
//! One layer, added last, so that it is the outermost:
//!
//! ```
//! use asynccontext_tower::{REQUEST_ID, RequestContextLayer, current_request};
//! use axum::{Router, routing::get};
//!
//! async fn order() -> String {
//!     describe() // passes nothing on
//! }
//!
//! fn describe() -> String {
//!     let route = current_request().ok().and_then(|request| request.route().map(str::to_owned));
//!     format!("{} {}", REQUEST_ID.get().unwrap(), route.unwrap_or_default())
//! }
//!
//! let app: Router = Router::new().route("/orders/{id}", get(order)).layer(RequestContextLayer::new());
//! # use http_body_util::BodyExt;
//! # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
//! # let request = http::Request::get("/orders/7").body(axum::body::Body::empty()).unwrap();
//! # let response = tower::ServiceExt::oneshot(app, request).await.unwrap();
//! # let id = response.headers()["x-request-id"].to_str().unwrap().to_owned();
//! # let body = response.into_body().collect().await.unwrap().to_bytes();
//! # assert_eq!(body, format!("{id} /orders/{{id}}"));
//! # });
//! ```
//!
//! Each response has the request's id in `x-request-id`, and all code below the layer reads it, in
//! the handler, in other layers, and in the body while it streams.
//!
//! # 2. Keep it in tasks
//!
//! Change the `use` line of files that spawn. `asynccontext::tokio` is all of tokio, with spawns,
//! sets and blocking calls that carry the context:
//!
//! ```
//! use asynccontext::tokio; // the only change
//! use tokio::task::{JoinSet, spawn_blocking};
//! # use asynccontext_tower::REQUEST_ID;
//!
//! async fn order() -> usize {
//!     let mut set = JoinSet::new();
//!     for _ in 0..3 {
//!         set.spawn(async { REQUEST_ID.get() });
//!     }
//!     set.spawn(async { spawn_blocking(|| REQUEST_ID.get()).await.unwrap() });
//!     set.join_all().await.into_iter().flatten().count() // 4: all have the id
//! }
//! # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
//! # assert_eq!(REQUEST_ID.scope("web-17".parse().unwrap(), order()).await, 4);
//! # });
//! ```
//!
//! # 3. Bind what the service knows: the user
//!
//! A variable is a `static`. [`bind`](crate::bind) takes its value from each request, by an async
//! function that may also refuse:
//!
//! ```
//! use asynccontext::Variable;
//! use asynccontext_tower::{RequestContextLayer, bind};
//! use axum::http::{StatusCode, request::Parts};
//! use axum::response::{IntoResponse, Response};
//! use axum::{Router, routing::get};
//!
//! static USER: Variable<String> = Variable::named("user");
//!
//! fn authenticate(parts: &Parts) -> impl Future<Output = Result<String, Response>> + use<> {
//!     let token = parts.headers.get("authorization").and_then(|value| value.to_str().ok()).map(str::to_owned);
//!     async move {
//!         // in real life: ask the database
//!         let user = token.as_deref().and_then(|token| token.strip_prefix("Bearer "));
//!         user.map(str::to_owned).ok_or_else(|| StatusCode::UNAUTHORIZED.into_response())
//!     }
//! }
//!
//! async fn greet() -> String {
//!     format!("Hello {}", USER.get().unwrap())
//! }
//!
//! let app: Router = Router::new()
//!     .route("/", get(greet))
//!     .layer(bind(&USER, authenticate))
//!     .layer(RequestContextLayer::new());
//! # use http_body_util::BodyExt;
//! # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
//! # let request = http::Request::get("/").header("authorization", "Bearer ann");
//! # let request = request.body(axum::body::Body::empty()).unwrap();
//! # let response = tower::ServiceExt::oneshot(app.clone(), request).await.unwrap();
//! # assert_eq!(response.into_body().collect().await.unwrap().to_bytes(), "Hello ann");
//! # let request = http::Request::get("/").body(axum::body::Body::empty()).unwrap();
//! # assert_eq!(tower::ServiceExt::oneshot(app, request).await.unwrap().status(), 401);
//! # });
//! ```
//!
//! A handler can show in its signature that it needs the user: see [`axum::Current`](crate::axum::Current).
//!
//! # 4. Put both on every log line
//!
//! ```sh
//! cargo add asynccontext-tracing
//! ```
//!
//! ```
//! use asynccontext::Variable;
//! use asynccontext_tower::REQUEST_ID;
//! use asynccontext_tracing::{Field, Fields};
//! use tracing_subscriber::prelude::*;
//! # static USER: Variable<String> = Variable::named("user");
//! # use std::{io, sync::{Arc, Mutex}};
//! # #[derive(Clone, Default)] struct Lines(Arc<Mutex<Vec<u8>>>);
//! # impl io::Write for Lines {
//! #     fn write(&mut self, text: &[u8]) -> io::Result<usize> { self.0.lock().unwrap().write(text) }
//! #     fn flush(&mut self) -> io::Result<()> { Ok(()) }
//! # }
//! # let lines = Lines::default();
//! # let to_lines = lines.clone();
//!
//! let fields = Fields::new([Field::display(&REQUEST_ID).named("request_id"), Field::display(&USER)]);
//! let json = tracing_subscriber::fmt::layer().json();
//! # let json = json.with_writer(move || to_lines.clone());
//! tracing_subscriber::registry().with(fields.layer(json)).init();
//!
//! fn pay() {
//!     tracing::info!("paid"); // the call sites stay as they are
//! }
//! # REQUEST_ID.run("web-17".parse().unwrap(), || USER.run("ann".into(), pay));
//! # let text = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
//! # assert!(text.contains(r#""request_id":"web-17""#) && text.contains(r#""user":"ann""#), "{text}");
//! ```
//!
//! ```json
//! {"timestamp":"…","level":"INFO","fields":{"message":"paid","request_id":"0193…","user":"ann"},"target":"shop"}
//! ```
//!
//! # 5. Send it on, and accept it from those you trust
//!
//! What leaves the process is listed for each destination, and what is read from a request is
//! listed too, with a policy:
//!
//! ```
//! use asynccontext::carrier::{Exports, Imports};
//! use asynccontext_tower::client::{Destinations, OutgoingLayer};
//! use asynccontext_tower::deadline::DEADLINE;
//! use asynccontext_tower::{REQUEST_ID, RequestContextLayer};
//!
//! static TO_OUR_SERVICES: Exports = Exports::new(&[REQUEST_ID.export(), DEADLINE.export()]);
//! static FROM_OUR_GATEWAY: Imports = Imports::new(&[REQUEST_ID.import().limit(64)]);
//!
//! let context = RequestContextLayer::new().incoming(&FROM_OUR_GATEWAY);
//! let client = OutgoingLayer::new(Destinations::new().to("inventory.internal", TO_OUR_SERVICES));
//! ```
//!
//! For reqwest, the crate `asynccontext-reqwest` takes the same destinations.
//!
//! # 6. End in time, and finish what comes after
//!
//! ```
//! use asynccontext_tower::deadline::DeadlineLayer;
//! use asynccontext_tower::{RequestContextLayer, after};
//! use axum::{Router, routing::post};
//! use std::time::Duration;
//! use tokio::net::TcpListener;
//!
//! async fn pay() -> &'static str {
//!     after(async { println!("the receipt goes out when the response is out") }).unwrap();
//!     "paid"
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # async fn signal() {}
//! let context = RequestContextLayer::new();
//! let jobs = context.jobs();
//! let app: Router = Router::new()
//!     .route("/pay", post(pay))
//!     .layer(DeadlineLayer::new(Duration::from_secs(10))) // or what is left of the client's
//!     .layer(context);
//!
//! let listener = TcpListener::bind("127.0.0.1:0").await?;
//! axum::serve(listener, app).with_graceful_shutdown(signal()).await?;
//! jobs.shutdown(Duration::from_secs(10)).await?;
//! # Ok(())
//! # }
//! ```
//!
//! # If a value is missing
//!
//! `VARIABLE.try_get()` has an error that says why, and `asynccontext::lost::report_to_stderr()`
//! prints, in debug builds, where the value was bound and where it was lost. The usual causes are a
//! bare `tokio::spawn`, a layer outside [`RequestContextLayer`](crate::RequestContextLayer), and
//! tower's `Buffer` ([`CaptureLayer`](crate::CaptureLayer)).
