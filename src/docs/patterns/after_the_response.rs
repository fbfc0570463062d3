//! Work that a request registers to run after its response, in the request's context, like Next's
//! `after`.
//!
//! *Use it* for work that the user need not wait for, and that may be lost if the process ends: a
//! line of statistics, a webhook, warming a cache.
//!
//! Each job is a task that inherits values, and waits until `sent` is dropped. The server drops
//! `sent` with the response. It is also dropped if the handler panics or the request is cancelled,
//! with the request's future.
//!
//! ```
//! # #[cfg(not(feature = "tokio"))]
//! # fn main() {}
//! # #[cfg(feature = "tokio")]
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! use asynccontext::{Unbound, Variable};
//! use asynccontext::tokio::task::{JoinHandle, spawn};
//! use tokio::sync::{mpsc, watch};
//!
//! static SENT: Variable<watch::Receiver<()>> = Variable::named("sent");
//!
//! /// Runs `job` when the response is out.
//! #[track_caller]
//! fn after(job: impl Future<Output = ()> + Send + 'static) -> Result<JoinHandle<()>, Unbound> {
//!     let mut sent = SENT.try_get()?;
//!     Ok(spawn(async move {
//!         let _ = sent.changed().await; // fails, as nothing is sent: the sender is gone
//!         job.await;
//!     }))
//! }
//!
//! struct Response { body: String, sent: watch::Sender<()> }
//!
//! async fn serve(handler: impl Future<Output = String>) -> Response {
//!     let (sent, until_sent) = watch::channel(());
//!     Response { body: SENT.scope(until_sent, handler).await, sent }
//! }
//!
//! # async fn settle() { for _ in 0..20 { tokio::task::yield_now().await } }
//! static USER: Variable<&str> = Variable::named("user");
//! let (log, mut lines) = mpsc::unbounded_channel();
//! let log = move |text| log.send(format!("{text} {}", USER.get().unwrap())).unwrap();
//!
//! let handler = async {
//!     after(async { panic!("a bug") }).unwrap(); // ends this job alone
//!     # let log = log.clone();
//!     after(async move {
//!         log("goodbye");
//!         after(async move { log("and again goodbye") }).unwrap();
//!     }).unwrap();
//!     "Hello".to_owned()
//! };
//! let response = USER.scope("ann", serve(handler)).await;
//! assert_eq!(response.body, "Hello");
//! settle().await; // all tasks go on as far as they can
//! assert!(lines.is_empty());
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
//! # assert!(after(async {}).is_err());
//! # }
//! ```
//!
//! # On a real server
//!
//! hyper drops a body after passing its last piece to the connection, or when the connection ends.
//! Therefore `sent` belongs in the body.
//!
//! ```
//! # #[cfg(not(feature = "tokio"))]
//! # fn main() {}
//! # #[cfg(feature = "tokio")]
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! # use std::{convert::Infallible, io::{Read, Write}, pin::Pin, task::{Context, Poll}};
//! # use asynccontext::{Variable, tokio::task::spawn};
//! # use http_body_util::Full;
//! # use hyper::{Request, body::{Body, Bytes, Frame, Incoming, SizeHint}, server::conn::http1, service::service_fn};
//! # use tokio::{net::TcpListener, sync::{mpsc, watch}};
//! # static SENT: Variable<watch::Receiver<()>> = Variable::named("sent");
//! # static PATH: Variable<String> = Variable::named("path");
//! # static DONE: std::sync::OnceLock<mpsc::UnboundedSender<Option<String>>> = std::sync::OnceLock::new();
//! # fn after(job: impl Future<Output = ()> + Send + 'static) {
//! #     let mut sent = SENT.get().unwrap();
//! #     spawn(async move { let _ = sent.changed().await; job.await; });
//! # }
//! # struct Response { body: String, sent: watch::Sender<()> }
//! # async fn serve(handler: impl Future<Output = String>) -> Response {
//! #     let (sent, until_sent) = watch::channel(());
//! #     Response { body: SENT.scope(until_sent, handler).await, sent }
//! # }
//! # async fn handle(_: Request<Incoming>) -> String {
//! #     after(async { DONE.get().unwrap().send(PATH.get()).unwrap() });
//! #     "Hello".to_owned()
//! # }
//! struct Sending { body: Full<Bytes>, _sent: watch::Sender<()> }
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
//! # let answer = client.await.unwrap();
//! # assert!(answer.contains("content-length: 5") && answer.ends_with("\r\n\r\nHello"));
//! # let done = tokio::time::timeout(std::time::Duration::from_secs(10), is_done.recv());
//! # assert_eq!(done.await.unwrap().unwrap().as_deref(), Some("/home"));
//! # }
//! ```
//!
//! # Without it
//!
//! A bare spawn in the handler has none of the request's values, and competes with the response
//! that the user waits for. A list of jobs that the handler returns must pass through every
//! function in between.
//!
//! # Pitfalls
//!
//! - **Run or drop?** In this code jobs also run after a failure, as Next's do. For work that
//!   requires success, call `sent.send(())` before dropping it, and run the job only if `changed`
//!   succeeds.
//! - **The request's values are still bound.** The [deadline](super::deadline) may have passed. An
//!   open [transaction](super::transaction) is left out if its variable is uninherited.
//! - **A list of jobs in a variable**, instead of waiting tasks, [is never
//!   freed](super::what_to_leave_out#what-holds-a-snapshot) if it is not emptied, as after a
//!   cancelled request.
//! - **The request's span** stays open until its last job is done, if a companion carries it.
//!   `asynccontext_tracing::outside(|| after(job))` starts a job with the request's values but
//!   without its span. If no job needs the request's values, let `after` spawn inside
//!   [`Snapshot::empty().run`](crate::Snapshot::run), which leaves out the span too.
//! - **It is not durable.** Work that must happen is stored first, in the transaction. On shutdown
//!   the program must wait for the tasks: keep their handles.
