//! Work that a request registers and that runs once its response is out, in the request's
//! own context: Next's `after`.
//!
//! *Use it* for what the user need not wait for, and what may be lost if the process ends:
//! a line of statistics, a webhook, warming a cache.
//!
//! A variable holds the sending end of a queue; the server holds the other. A job is tied
//! to the context of the call, so it reads the same values later. `sent` is dropped with
//! the response. It is dropped as well if the handler panics, and if the request is
//! cancelled, since then its future is dropped with all that it holds.
//!
//! ```
//! use std::convert::Infallible;
//! use std::pin::Pin;
//! use asynccontext::{Propagate, Unbound, Variable};
//! use tokio::sync::{mpsc, oneshot};
//!
//! type Job = Pin<Box<dyn Future<Output = ()> + Send>>;
//! static AFTER: Variable<mpsc::UnboundedSender<Job>> = Variable::named("after");
//!
//! /// Runs `job` when the response is out.
//! #[track_caller]
//! fn after(job: impl Future<Output = ()> + Send + 'static) -> Result<(), Unbound> {
//!     let job = Box::pin(job.in_current_snapshot());
//!     AFTER.try_with(|queue| drop(queue.send(job))) // no one listens when the service stops
//! }
//!
//! struct Response { body: String, sent: oneshot::Sender<Infallible> }
//!
//! async fn serve(handler: impl Future<Output = String>) -> Response {
//!     let (queue, mut jobs) = mpsc::unbounded_channel();
//!     let (sent, until_sent) = oneshot::channel();
//!     tokio::spawn(async move { // bare, as each job brings its own context
//!         let _ = until_sent.await;
//!         while let Some(job) = jobs.recv().await {
//!             if let Err(error) = tokio::spawn(job).await {
//!                 eprintln!("after the response: {error}"); // the other jobs still run
//!             }
//!         }
//!     });
//!     Response { body: AFTER.scope(queue, handler).await, sent }
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! # let (lines_in, mut lines) = mpsc::unbounded_channel();
//! # let log = move |text: &str| lines_in.send(format!("{text} {}", USER.get().unwrap())).unwrap();
//! # let log = std::sync::Arc::new(log);
//! # async fn settle() { for _ in 0..20 { tokio::task::yield_now().await } }
//! static USER: Variable<&str> = Variable::named("user");
//! // `log("…")` adds the user's name; `settle().await` lets all tasks go on.
//!
//! let handler = async {
//!     after(async { panic!("a bug") }).unwrap();
//!     # let (log, log_again) = (log.clone(), log.clone());
//!     after(async move {
//!         log("goodbye");
//!         # let log = log_again;
//!         after(async move { log("and again goodbye") }).unwrap();
//!     }).unwrap();
//!     "Hello".to_owned()
//! };
//! let response = USER.scope("ann", serve(handler)).await;
//! assert_eq!(response.body, "Hello");
//! settle().await;
//! assert!(lines.is_empty()); // not before it is sent
//! drop(response.sent);
//! settle().await;
//! assert_eq!(lines.try_recv().unwrap(), "goodbye ann");
//! assert_eq!(lines.try_recv().unwrap(), "and again goodbye ann");
//!
//! // A request that is cancelled. One that panics does the same.
//! let handler = async {
//!     # let log = log.clone();
//!     after(async move { log("lost") }).unwrap();
//!     std::future::pending().await
//! };
//! let request = USER.scope("bob", serve(handler));
//! let timeout = std::time::Duration::from_millis(1);
//! assert!(tokio::time::timeout(timeout, request).await.is_err());
//! settle().await;
//! assert_eq!(lines.try_recv().unwrap(), "lost bob");
//! #
//! # let handler = async {
//! #     let log = log.clone();
//! #     after(async move { log("broken") }).unwrap();
//! #     panic!("a bug")
//! # };
//! # let request = futures::FutureExt::catch_unwind(std::panic::AssertUnwindSafe(serve(handler)));
//! # assert!(USER.scope("cid", request).await.is_err());
//! # settle().await;
//! # assert_eq!(lines.try_recv().unwrap(), "broken cid");
//! # }
//! ```
//!
//! # On a real server
//!
//! hyper drops a body when it has handed its last piece to the connection, or when the
//! connection is gone. So `sent` belongs into the body.
//!
//! ```
//! # use std::{convert::Infallible, io::{Read, Write}, pin::Pin, task::{Context, Poll}};
//! # use asynccontext::{Propagate, Variable};
//! # use http_body_util::Full;
//! # use hyper::{Request, body::{Body, Bytes, Frame, Incoming, SizeHint}, server::conn::http1, service::service_fn};
//! # use tokio::{net::TcpListener, sync::{mpsc, oneshot}};
//! # type Job = Pin<Box<dyn Future<Output = ()> + Send>>;
//! # static AFTER: Variable<mpsc::UnboundedSender<Job>> = Variable::named("after");
//! # fn after(job: impl Future<Output = ()> + Send + 'static) {
//! #     let job = Box::pin(job.in_current_snapshot());
//! #     AFTER.try_with(|queue| drop(queue.send(job))).unwrap();
//! # }
//! # struct Response { body: String, sent: oneshot::Sender<Infallible> }
//! # async fn serve(handler: impl Future<Output = String>) -> Response {
//! #     let (queue, mut jobs) = mpsc::unbounded_channel();
//! #     let (sent, until_sent) = oneshot::channel();
//! #     tokio::spawn(async move {
//! #         let _ = until_sent.await;
//! #         while let Some(job) = jobs.recv().await { job.await }
//! #     });
//! #     Response { body: AFTER.scope(queue, handler).await, sent }
//! # }
//! # static PATH: Variable<String> = Variable::named("path");
//! struct Sending { body: Full<Bytes>, _sent: oneshot::Sender<Infallible> }
//!
//! impl Body for Sending {
//!     type Data = Bytes;
//!     type Error = Infallible;
//!     fn poll_frame(
//!         mut self: Pin<&mut Self>,
//!         cx: &mut Context<'_>,
//!     ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
//!         Pin::new(&mut self.body).poll_frame(cx)
//!     }
//!     fn is_end_stream(&self) -> bool { self.body.is_end_stream() }
//!     fn size_hint(&self) -> SizeHint { self.body.size_hint() } // for `content-length`
//! }
//!
//! async fn respond(request: Request<Incoming>) -> hyper::Response<Sending> {
//!     let path = request.uri().path().to_owned();
//!     let Response { body, sent } = PATH.scope(path, serve(handle(request))).await;
//!     hyper::Response::new(Sending { body: body.into(), _sent: sent })
//! }
//! # static DONE: std::sync::OnceLock<mpsc::UnboundedSender<Option<String>>> = std::sync::OnceLock::new();
//! # async fn handle(_: Request<Incoming>) -> String {
//! #     after(async { DONE.get().unwrap().send(PATH.get()).unwrap() });
//! #     "Hello".to_owned()
//! # }
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! # let (done, mut is_done) = mpsc::unbounded_channel();
//! # DONE.set(done).unwrap();
//! # let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
//! # let address = listener.local_addr().unwrap();
//! # let client = tokio::task::spawn_blocking(move || {
//! #     let mut stream = std::net::TcpStream::connect(address).unwrap();
//! #     stream.write_all(b"GET /home HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").unwrap();
//! #     let mut answer = String::new();
//! #     stream.read_to_string(&mut answer).unwrap();
//! #     answer
//! # });
//! # let stream = hyper_util::rt::TokioIo::new(listener.accept().await.unwrap().0);
//! # let service = service_fn(async |request| Ok::<_, Infallible>(respond(request).await));
//! # http1::Builder::new().serve_connection(stream, service).await.unwrap();
//! # assert!(client.await.unwrap().ends_with("\r\n\r\nHello"));
//! # let done = tokio::time::timeout(std::time::Duration::from_secs(10), is_done.recv());
//! # assert_eq!(done.await.unwrap().unwrap().as_deref(), Some("/home"));
//! # }
//! ```
//!
//! # Without it
//!
//! A bare spawn in the handler has none of the request's values, and competes with the
//! response that the user waits for. A list that the handler returns must pass through every
//! function in between.
//!
//! # Pitfalls
//!
//! - **A list instead of a queue leaks.** With `Variable<Arc<Mutex<Vec<Job>>>>` a job holds
//!   its snapshot, the snapshot shows the list, and the list holds the job. If no one empties
//!   it, as after a cancelled request, nothing is ever freed. With a queue the receiving end
//!   stands outside, and dropping it drops the jobs.
//! - **The queue ends when no one has the request's context any more**: not before its last
//!   spawned task, so that those may register too. A task that never ends keeps it open.
//! - **Run or drop?** Here jobs run also after a failure, as Next's do. For work that
//!   presumes success, send a word through `sent`, and return where it doesn't come: the jobs
//!   are dropped, each in its own context.
//! - **What is over is still bound.** A deadline has passed, a transaction is closed. See
//!   [`deadline`](super::deadline) and [`transaction`](super::transaction).
//! - **It is not durable.** What must happen is written down first, in the transaction.
//!   And on shutdown someone must wait: keep the spawned tasks in a `JoinSet`.
