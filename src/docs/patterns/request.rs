//! A request's id in every log line, and access to the request itself.
//!
//! # Request id
//!
//! *Use it* where lines of several requests mix in one log, and the functions that log don't have
//! the request. Bind the id once, where requests are received. Only the logger reads it; the code
//! in between does not change.
//!
//! ```
//! # #[cfg(not(feature = "tokio"))]
//! # fn main() {}
//! # #[cfg(feature = "tokio")]
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! use asynccontext::Variable;
//! use asynccontext::tokio::task::{spawn, spawn_blocking, yield_now};
//!
//! static REQUEST_ID: Variable<u64> = Variable::named("request-id");
//!
//! fn log(text: &str) -> String {
//!     match REQUEST_ID.get() {
//!         Some(id) => format!("[{id}] {text}"),
//!         None => format!("[-] {text}"), // the service itself
//!     }
//! }
//!
//! async fn handle() -> [String; 3] {
//!     let received = log("received");
//!     yield_now().await; // meanwhile the worker serves the other request
//!     let task = spawn(async { log("in a task") }).await.unwrap();
//!     let blocking = spawn_blocking(|| log("on another thread")).await.unwrap();
//!     [received, task, blocking]
//! }
//!
//! let (one, two) = tokio::join!(REQUEST_ID.scope(1, handle()), REQUEST_ID.scope(2, handle()));
//! assert_eq!(one, ["[1] received", "[1] in a task", "[1] on another thread"]);
//! assert_eq!(two, ["[2] received", "[2] in a task", "[2] on another thread"]);
//! assert_eq!(log("ready"), "[-] ready");
//! # }
//! ```
//!
//! *Without it:* each function takes an id and passes it on, or a global names the request that
//! arrived last. A thread-local fails at the first `await`. The example `two_users` of the
//! repository counts how often.
//!
//! *Pitfalls:* `tokio::spawn` in place of `asynccontext::tokio::spawn` logs `[-]`. A logger that
//! writes from a thread of its own must read the id [before the queue](super::log#where-to-read).
//! An id from a header is untrusted: check its length and its characters before logging it.
//!
//! # The current request
//!
//! *Use it* like SvelteKit's `getRequestEvent` and Next's `headers` and `cookies`: code far below
//! the handler reads a header or the user. Keep the variable private. The public interface is
//! functions, and an error that explains the mistake.
//!
//! ```
//! # use futures::executor::block_on;
//! mod current {
//!     use std::collections::HashMap;
//!     use std::sync::{Arc, OnceLock};
//!     use asynccontext::{Unbound, Variable};
//!
//!     #[derive(Default)]
//!     pub struct Request {
//!         pub headers: HashMap<String, String>,
//!         pub user: OnceLock<String>, // set once, when the user is known
//!     }
//!     static REQUEST: Variable<Arc<Request>> = Variable::named("request");
//!
//!     /// Called by the server, once for a request.
//!     pub async fn serve<T>(request: Request, handler: impl Future<Output = T>) -> T {
//!         REQUEST.scope(Arc::new(request), handler).await
//!     }
//!
//!     #[derive(Debug)]
//!     pub struct OutsideOfRequest(Unbound);
//!
//!     impl std::fmt::Display for OutsideOfRequest {
//!         fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
//!             write!(f, "only code that serves a request can ask for it ({})", self.0.location())
//!         }
//!     }
//!     impl std::error::Error for OutsideOfRequest {}
//!
//!     #[track_caller] // the error names the caller
//!     pub fn request() -> Result<Arc<Request>, OutsideOfRequest> {
//!         REQUEST.try_get().map_err(OutsideOfRequest)
//!     }
//!
//!     #[track_caller]
//!     pub fn header(name: &str) -> Result<Option<String>, OutsideOfRequest> {
//!         Ok(request()?.headers.get(name).cloned())
//!     }
//! }
//!
//! async fn authenticate() -> Result<(), current::OutsideOfRequest> {
//!     let name = current::header("authorization")?.unwrap_or("guest".into());
//!     current::request()?.user.get_or_init(|| name);
//!     Ok(())
//! }
//! async fn page() -> Result<String, current::OutsideOfRequest> {
//!     authenticate().await?;
//!     Ok(format!("Hello {}", current::request()?.user.get().unwrap()))
//! }
//!
//! let headers = [("authorization".into(), "ann".into())].into();
//! let request = current::Request { headers, ..Default::default() };
//! assert_eq!(block_on(current::serve(request, page())).unwrap(), "Hello ann");
//!
//! assert!(block_on(page()).is_err());
//! let (error, line) = (current::header("host").unwrap_err(), line!());
//! assert!(error.to_string().contains(&format!(":{line}:"))); // names the call
//! ```
//!
//! *Without it:* a parameter through every function, or a handle that can't be passed through a
//! library. With an `unwrap` instead of the error, a job that calls `header` at start-up panics
//! with a line of this module, not of its own.
//!
//! *Pitfalls:* all work that inherits keeps the whole struct alive, so the body doesn't belong in
//! it. A field that is set later has a type for this (`OnceLock`, `Mutex`), and all subtasks share
//! it. A value that an inner scope overrides, such as a locale for a preview, should be a variable
//! of its own.
