//! Executors for hyper and hyper-util. With them, a client's connections hold no values of the
//! request that opened them, and a server's requests have the values of their connection.
//!
//! hyper and hyper-util spawn tasks with an executor that the program provides. With one that
//! captures the caller's [`asynccontext`], a pooled connection would see the values of the request
//! that opened it, and keep them alive while it serves other requests. With one that spawns bare, a
//! server's requests would see the values of their connection over HTTP/1, but not over HTTP/2.
//! Wrap the executor
//!
//! * in a [`ClientExecutor`] for a client,
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
//! # Why there are two executors
//!
//! An executor receives futures and can't see their purpose: hyper-util boxes its futures, and the
//! types of hyper's are private. But a client and a server spawn different futures:
//!
//! | | spawned future | where |
//! |---|---|---|
//! | hyper-util's client | a connection | inside the request that opens it |
//! | | the rest of a connect, if another connection became free meanwhile | inside the request that began it |
//! | | a connection's return to the pool, when a request or its response has an unfinished body | inside that request |
//! | | the removal of idle connections, if the client has a timer | where the first connection becomes idle, so inside a request |
//! | hyper's client, HTTP/2 | the same connection's reads and writes | inside the handshake |
//! | | the rest of a request: its body, and the delivery of its response | inside the connection's task |
//! | hyper's server, HTTP/2 | a request: the service's future, and the response's body | inside the connection's task |
//! | both, HTTP/2 | the writing end of an upgraded stream | inside one of those |
//!
//! The futures that a client spawns inside a request belong to the pool, and those of a request are
//! spawned in a connection's task, where the request's values are not current: the spawner's values
//! are wrong for both. The request itself is polled by the caller and sees the caller's values. Its
//! body is polled and dropped by the connection, over HTTP/1 too: tie it if it needs the request's
//! values, with the feature `http-body` of [`asynccontext`].
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
//! Each executor also calls the *spawn* with the values with which its future runs, so all of this
//! also applies on a runtime built by `asynccontext::tokio::runtime::Inherit`. A client whose
//! executor can't be set, such as reqwest's, needs `Inherit::leave_out` there; on other runtimes
//! its tasks are bare and start empty. The same applies to foreign context, such as a span.

#![forbid(unsafe_code)]

use asynccontext::{Propagate, Scoped, Snapshot};
use hyper::rt::Executor;

/// An executor for a client, which runs all futures in the empty snapshot: connections and other
/// work of the client's pool.
///
/// # Examples
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
    /// Creates an executor that passes its futures to `inner`.
    ///
    /// # Examples
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

/// An executor for a server, which runs each future with the values that are current at the spawn,
/// as captured by [`Snapshot::inherit`]: a server's requests run with the values of their
/// connection.
///
/// # Examples
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
    /// Creates an executor that passes its futures to `inner`.
    ///
    /// # Examples
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

/// Passes `future` to `inner`. The call is made in the snapshot too, for an inner executor that
/// captures the current values.
fn execute_in<F>(snapshot: Snapshot, inner: &impl Executor<Scoped<F>>, future: F) {
    let future = future.with_snapshot(snapshot.clone());
    snapshot.run(|| inner.execute(future));
}

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}
