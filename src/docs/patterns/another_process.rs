//! Values that are sent to another service, or through a queue between two services.
//!
//! *Use it* where one request runs through several processes of a system. Each variable defines its
//! text format once. The client that calls the services, and the place where a service receives
//! requests, do the rest.
//!
//! ```
//! use asynccontext::Variable;
//! use asynccontext::carrier::{Exported, Exports, ExtractError};
//! use futures::executor::block_on;
//! use std::collections::HashMap;
//! use std::time::{Duration, Instant};
//!
//! static TENANT: Exported<String> = Variable::named("tenant").exported("x-tenant");
//!
//! // Clocks differ, so the remaining time is sent.
//! static DEADLINE: Exported<Instant> = Variable::named("deadline").exported_as(
//!     "x-ms-left",
//!     |deadline| Ok(deadline.saturating_duration_since(Instant::now()).as_millis().to_string()),
//!     |text| Instant::now().checked_add(Duration::from_millis(text.parse()?)).ok_or("too late".into()),
//! );
//! static TO_OUR_SERVICES: Exports = Exports::new(&[TENANT.export(), DEADLINE.export()]);
//!
//! # #[derive(Default)]
//! struct Request {
//!     headers: HashMap<String, String>, // or `http::HeaderMap`, with the feature `http`
//!     body: &'static str,
//! }
//!
//! /// The client.
//! async fn call(mut request: Request) -> Result<String, Box<dyn std::error::Error>> {
//!     TO_OUR_SERVICES.inject(&mut request.headers)?;
//!     Ok(serve(request).await?) // in another process
//! }
//!
//! /// The server: answers with status 400 if a value can't be read.
//! async fn serve(request: Request) -> Result<String, ExtractError> {
//!     let snapshot = TO_OUR_SERVICES.extract(&request.headers)?;
//!     Ok(snapshot.scope(handle(request.body)).await)
//! }
//! async fn handle(body: &str) -> String {
//!     let in_time = DEADLINE.with(|deadline| deadline.is_none_or(|at| Instant::now() < *at));
//!     format!("{body} for {}, in time: {in_time}", TENANT.get().as_deref().unwrap_or("nobody"))
//! }
//!
//! let request = || Request { body: "an order", ..Default::default() };
//! let minute = Instant::now() + Duration::from_secs(60);
//! let answer = TENANT.scope("blue".into(), DEADLINE.scope(minute, call(request())));
//! assert_eq!(block_on(answer).unwrap(), "an order for blue, in time: true");
//! assert_eq!(block_on(call(request())).unwrap(), "an order for nobody, in time: true");
//!
//! let mut forged = request();
//! forged.headers.insert("x-ms-left".into(), "-1".into());
//! assert_eq!(block_on(serve(forged)).unwrap_err().refusals()[0].name(), "deadline");
//! ```
//!
//! A child process reads the values from its
//! [environment](crate::carrier::Environment).
//!
//! *Without it:* each call site copies the headers that its author knew of, and a variable that is
//! added later is not sent.
//!
//! *Pitfalls:*
//!
//! - **Inject where the values are current.** In `TENANT.run(…, || call(request))` the future is
//!   polled, and injects, after `run` has ended. Use `scope`, as above.
//! - **Don't extract from public requests.** Anyone can send `x-tenant`. Authenticate the client
//!   and bind the result. For values that a stranger may set, such as a request's id, use
//!   [`Imports`](crate::carrier::Imports), which has limits and never fails; [`inject`](crate::carrier::Exports::inject) then also replaces the
//!   client's own header when its headers are forwarded.
//! - **Use a separate list for a partner**, who may not see everything that internal services may
//!   see.
//! - **Reject or continue?** Without its tenant a request is rejected; without its
//!   [priority](super::priority) it is served like any other:
//!   [`into_rest`](crate::carrier::ExtractError::into_rest).
//! - **A message may stay in a queue for a day.** Leave short-lived values, such as a deadline, off
//!   the list for messages.
//! - **OpenTelemetry sends the trace context**: its propagators read and write `traceparent`, on
//!   the same headers.
