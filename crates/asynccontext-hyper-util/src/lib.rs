//! Executors for hyper and hyper-util: the connections of a client keep nothing of the request that
//! opened them, and the requests of a server take the values of their connection along.
//!
//! hyper and hyper-util spawn by an executor that they are given. One that spawns with the
//! [`asynccontext`] of the caller would have a pooled connection see the values of the request that
//! opened it, and keep them alive, for as long as it lives and whomever it serves by then. One that
//! spawns bare would have a server's requests see those of their connection over HTTP/1, and not
//! over HTTP/2. Wrap it:
//!
//! * in a [`ClientExecutor`] for a client;
//! * in a [`ServerExecutor`] for a server.
//!
//! ```
//! use asynccontext::Variable;
//! use asynccontext_hyper_util::ClientExecutor;
//! use http_body_util::Full;
//! use hyper::body::Bytes;
//! use hyper_util::client::legacy::Client;
//! use hyper_util::rt::TokioExecutor;
//!
//! static TENANT: Variable<&str> = Variable::named("tenant");
//!
//! let executor = ClientExecutor::new(TokioExecutor::new());
//! let client: Client<_, Full<Bytes>> = Client::builder(executor).build_http();
//! let request = TENANT.scope("blue", async move {
//!     client.get("http://localhost:8080/".parse().unwrap()).await
//! });
//! # drop(request);
//! ```
//!
//! # Why there are two
//!
//! An executor is handed futures and not told what they do: hyper-util boxes its own, and the types
//! of hyper's are private. But a client and a server differ in what they hand over:
//!
//! | | handed over | when |
//! |---|---|---|
//! | hyper-util's client | a connection | inside of the request that opens it |
//! | | the rest of a connect, if another connection became free meanwhile | inside of the request that began it |
//! | | a connection's return to the pool, when a request or its response has a body that is not through yet | inside of that request |
//! | | the removal of idle connections, if the client has a timer | where the first connection becomes idle, so inside of a request |
//! | hyper's client, HTTP/2 | the same connection's reads and writes | inside of the handshake |
//! | | what is left of a request: its body, and the way of its response back | inside of the connection's task |
//! | hyper's server, HTTP/2 | a request: the service's future, and the response's body | inside of the connection's task |
//! | both, HTTP/2 | the writing end of an upgraded stream | inside of one of those |
//!
//! So what a client hands over inside of a request is the pool's, and what is a request's comes from
//! a connection's task, where the request's values are not current: the caller's values are right for
//! neither. The request itself is polled by the caller and sees them. Its body is polled and dropped
//! by the connection, over HTTP/1 too: tie it if it needs the request's values, with the feature
//! `http-body` of [`asynccontext`].
//!
//! ```
//! use asynccontext::{Propagate, Variable};
//! # use http_body_util::Full;
//! # use hyper::body::Bytes;
//!
//! static TENANT: Variable<&str> = Variable::named("tenant");
//!
//! TENANT.run("blue", || {
//!     let body = Full::new(Bytes::from("order")).in_current_snapshot();
//! #   fn is_body(_: impl hyper::body::Body) {}
//! #   is_body(body);
//! });
//! ```
//!
//! # On a runtime where bare spawns inherit
//!
//! Each executor also *spawns* in the values that its future runs in, so what holds here holds on a
//! runtime that `asynccontext::tokio::runtime::Inherit` built. A client that can't be given an
//! executor, such as reqwest's, needs `Inherit::leave_out` there; on other runtimes its tasks are
//! bare and start empty anyway. The same goes for foreign context, such as a span.

#![forbid(unsafe_code)]

use asynccontext::{Propagate, Scoped, Snapshot};
use hyper::rt::Executor;

/// Runs everything in the empty snapshot: connections, and what else a client's pool has to do.
///
/// ```
/// use asynccontext_hyper_util::ClientExecutor;
/// # use http_body_util::Empty;
/// # use hyper::body::Bytes;
/// use hyper_util::client::legacy::Client;
/// use hyper_util::rt::TokioExecutor;
///
/// let executor = ClientExecutor::new(TokioExecutor::new());
/// let client: Client<_, Empty<Bytes>> = Client::builder(executor).build_http();
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct ClientExecutor<E>(E);

impl<E> ClientExecutor<E> {
    /// What it is given is handed on to `inner`.
    ///
    /// ```
    /// use asynccontext::Variable;
    /// use asynccontext_hyper_util::ClientExecutor;
    /// use hyper::rt::Executor;
    /// use hyper_util::rt::TokioExecutor;
    ///
    /// static TENANT: Variable<&str> = Variable::named("tenant");
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let (send, receive) = tokio::sync::oneshot::channel();
    /// let executor = ClientExecutor::new(TokioExecutor::new());
    /// TENANT.run("blue", || executor.execute(async { send.send(TENANT.get()) }));
    /// assert_eq!(receive.await, Ok(None));
    /// # }
    /// ```
    pub const fn new(inner: E) -> ClientExecutor<E> {
        ClientExecutor(inner)
    }
}

impl<E, F> Executor<F> for ClientExecutor<E>
where
    E: Executor<Scoped<F>>,
{
    fn execute(&self, future: F) {
        execute_in(Snapshot::empty(), &self.0, future);
    }
}

/// Runs everything in the values that are current where it is handed over, as
/// [`Snapshot::inherit`] has them: a server's requests in those of their connection.
///
/// ```
/// use asynccontext_hyper_util::ServerExecutor;
/// use hyper_util::rt::TokioExecutor;
/// use hyper_util::server::conn::auto;
///
/// let builder = auto::Builder::new(ServerExecutor::new(TokioExecutor::new()));
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct ServerExecutor<E>(E);

impl<E> ServerExecutor<E> {
    /// What it is given is handed on to `inner`.
    ///
    /// ```
    /// use asynccontext::Variable;
    /// use asynccontext_hyper_util::ServerExecutor;
    /// use hyper::rt::Executor;
    /// use hyper_util::rt::TokioExecutor;
    ///
    /// static PEER: Variable<&str> = Variable::named("peer");
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let (send, receive) = tokio::sync::oneshot::channel();
    /// let executor = ServerExecutor::new(TokioExecutor::new());
    /// PEER.run("10.0.0.7", || executor.execute(async { send.send(PEER.get()) }));
    /// assert_eq!(receive.await, Ok(Some("10.0.0.7")));
    /// # }
    /// ```
    pub const fn new(inner: E) -> ServerExecutor<E> {
        ServerExecutor(inner)
    }
}

impl<E, F> Executor<F> for ServerExecutor<E>
where
    E: Executor<Scoped<F>>,
{
    fn execute(&self, future: F) {
        execute_in(Snapshot::inherit(), &self.0, future);
    }
}

/// The inner executor is called in the snapshot too, for one that captures what is current.
fn execute_in<F>(snapshot: Snapshot, inner: &impl Executor<Scoped<F>>, future: F) {
    let future = future.with_snapshot(snapshot.clone());
    snapshot.run(|| inner.execute(future));
}

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}
