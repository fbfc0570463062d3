//! A runtime built by `Inherit` that leaves out pooled connections: no task of reqwest's or of
//! hyper-util's pool sees a request's variable, and no request's value is alive after its end,
//! while the connections are open. Without this, both fail.
//!
//! `RUSTFLAGS="--cfg tokio_unstable" cargo test -p asynccontext-hyper-util --target-dir target/unstable`

#![cfg(tokio_unstable)]

mod support;

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use asynccontext::tokio::runtime::{Inherit, Runtime};
use asynccontext::{Propagate, Variable};
use asynccontext_hyper_util::{ClientExecutor, ServerExecutor};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use support::{Noting, REQUEST, Seen, Server, current, is_released, scaled};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Builder;

/// Records of a runtime's hooks about tasks that are spawned outside this file.
#[derive(Default)]
struct Pool {
    /// How many were spawned, by file and line.
    spawned: Mutex<BTreeMap<String, usize>>,
    polls: AtomicUsize,
    /// The polls that saw a request's variable.
    seeing: AtomicUsize,
}

impl Pool {
    fn watch(inherit: Inherit) -> (Arc<Pool>, Runtime) {
        let pool = Arc::<Pool>::default();
        let [spawning, polling] = [(); 2].map(|()| Arc::clone(&pool));
        let inherit = inherit
            .on_task_spawn(move |task| {
                let place = task.spawned_at();
                if place.file() != file!() {
                    let place = format!("{}:{}", place.file(), place.line());
                    *spawning.spawned.lock().unwrap().entry(place).or_default() += 1;
                }
            })
            .on_before_task_poll(move |task| {
                if task.spawned_at().file() != file!() {
                    polling.polls.fetch_add(1, Ordering::Relaxed);
                    polling.seeing.fetch_add(usize::from(current().is_some()), Ordering::Relaxed);
                }
            });
        let runtime = inherit.build(Builder::new_multi_thread().worker_threads(2).enable_all());
        (pool, runtime.expect("a runtime"))
    }

    fn spawned(&self) -> usize {
        self.spawned.lock().unwrap().values().sum()
    }

    fn seeing(&self) -> usize {
        self.seeing.load(Ordering::Relaxed)
    }
}

/// One of each version of HTTP.
fn clients() -> [reqwest::Client; 2] {
    let builder = || reqwest::Client::builder().no_proxy();
    [builder().http1_only(), builder().http2_prior_knowledge()].map(|client| client.build().expect("a client"))
}

async fn ask(client: &reqwest::Client, server: &Server, body: reqwest::Body) -> String {
    client.post(server.uri()).body(body).send().await.expect("a response").text().await.expect("a body")
}

#[test]
fn reqwests_connections_see_no_request_and_keep_none_alive() {
    const AT_ONCE: usize = 32;
    let count = scaled(10_000);
    let (pool, runtime) = Pool::watch(Inherit::new().leave_out(Inherit::pooled_connections));
    let servers = Arc::new([Server::start(), Server::start()]);
    let clients = clients();
    let seen = Seen::default();
    let next = Arc::new(AtomicUsize::new(0));
    let tasks = Vec::from_iter((0..AT_ONCE).map(|_| {
        let (servers, clients, next, seen) = (servers.clone(), clients.clone(), next.clone(), seen.clone());
        runtime.spawn(async move {
            loop {
                let n = next.fetch_add(1, Ordering::Relaxed);
                if n >= count {
                    break;
                }
                let value = Arc::new(n);
                let body = reqwest::Body::wrap(Noting::new(n.to_string(), &seen));
                let request = async {
                    let answer = ask(&clients[n % 2], &servers[n / 2 % 2], body).await;
                    assert_eq!((answer, current()), (n.to_string(), Some(n)));
                };
                REQUEST.scope(Arc::clone(&value), request).await;
                assert_eq!(Arc::strong_count(&value), 1, "request {n} is over");
            }
        })
    }));
    runtime.block_on(async {
        for task in tasks {
            task.await.expect("all went well");
        }
    });
    let connections: usize = servers.iter().map(|server| server.accepted()).sum();
    let open: usize = servers.iter().map(Server::open).sum();
    println!("{count} requests over {connections} connections, {open} of them open in the end");
    println!("{} polls of tasks spawned at {:?}", pool.polls.load(Ordering::Relaxed), pool.spawned.lock().unwrap());
    assert!(open >= 1 && connections <= count.min(4 * AT_ONCE), "they are pooled");
    assert!(pool.spawned() >= connections, "their tasks were seen");
    assert_eq!(pool.seeing(), 0);
    let seen = seen.lock().unwrap();
    assert!(seen.len() >= count && seen.iter().all(Option::is_none), "a body is polled by a connection");
}

/// A tied body reads its own request, even if others use the connection.
#[test]
fn a_body_that_is_tied_sees_its_own_request() {
    let (_, runtime) = Pool::watch(Inherit::new().leave_out(Inherit::pooled_connections));
    let (server, clients) = (Arc::new(Server::start()), clients());
    let tasks = Vec::from_iter((0..scaled(200)).map(|n| {
        let (server, client) = (server.clone(), clients[n % 2].clone());
        runtime.spawn(async move {
            let (value, seen) = (Arc::new(n), Seen::default());
            let request = async {
                let body = Noting::new(n.to_string(), &seen).in_current_snapshot();
                ask(&client, &server, reqwest::Body::wrap(body)).await
            };
            assert_eq!(REQUEST.scope(Arc::clone(&value), request).await, n.to_string());
            assert!(seen.lock().unwrap().iter().all(|seen| *seen == Some(n)), "{seen:?}");
            assert!(is_released(&value).await, "it goes with the body");
        })
    }));
    runtime.block_on(async {
        for task in tasks {
            task.await.expect("all went well");
        }
    });
}

/// Makes two requests in a row over one connection each. Returns whether a value of the first is
/// alive after its end, and what the second's body read.
async fn two_requests(client: reqwest::Client) -> (bool, Vec<Option<usize>>) {
    let server = Server::start();
    let values = [1, 2].map(Arc::new);
    let seen = Seen::default();
    for value in &values {
        seen.lock().unwrap().clear();
        let body = reqwest::Body::wrap(Noting::new("order".into(), &seen));
        assert_eq!(REQUEST.scope(Arc::clone(value), ask(&client, &server, body)).await, "order");
        tokio::time::sleep(Duration::from_millis(50)).await; // the connection goes back to the pool
    }
    let kept = Arc::strong_count(&values[0]) > 1;
    assert_eq!((server.accepted(), server.open()), (1, 1), "one connection, which is alive");
    drop(client); // a task of the pool, which removes idle connections, has as long
    for value in &values {
        assert!(is_released(value).await, "it goes with the client");
    }
    let seen = seen.lock().unwrap().clone();
    (kept, seen)
}

#[test]
fn those_that_are_not_left_out_are_the_first_requests() {
    for client in clients() {
        let (pool, runtime) = Pool::watch(Inherit::new());
        let (kept, seen) = runtime.block_on(two_requests(client));
        assert!(kept && seen.contains(&Some(1)), "{kept}, {seen:?}");
        assert!(pool.seeing() > 0);
    }
    for client in clients() {
        let (pool, runtime) = Pool::watch(Inherit::new().leave_out(Inherit::pooled_connections));
        let (kept, seen) = runtime.block_on(two_requests(client));
        assert!(!kept && !seen.is_empty() && seen.iter().all(Option::is_none), "{kept}, {seen:?}");
        assert_eq!(pool.seeing(), 0);
    }
}

/// hyper's own client, without hyper-util's pool: over HTTP/2 it spawns the connection's halves
/// with its executor, inside the handshake.
#[test]
fn hypers_own_connection_is_left_out_as_well() {
    for (left_out, inherit) in [(false, Inherit::new()), (true, Inherit::new().leave_out(Inherit::pooled_connections))]
    {
        let (pool, runtime) = Pool::watch(inherit);
        runtime.block_on(async {
            let (server, value) = (Server::start(), Arc::new(1));
            let handshake = async {
                let stream = TokioIo::new(TcpStream::connect(server.address).await.unwrap());
                hyper::client::conn::http2::handshake(TokioExecutor::new(), stream).await.unwrap()
            };
            let (mut sender, connection) = REQUEST.scope(Arc::clone(&value), handshake).await;
            tokio::spawn(connection);
            let request = Request::post(server.uri()).body(Noting::new("order".into(), &Seen::default()));
            let response = sender.send_request(request.unwrap()).await.unwrap();
            assert_eq!(response.into_body().collect().await.unwrap().to_bytes(), "order");
            assert_eq!(Arc::strong_count(&value) > 1, !left_out);
        });
        assert!(pool.spawned() > 0);
        assert_eq!(pool.seeing() > 0, !left_out);
    }
}

#[test]
fn a_client_executor_leaves_out_connections() {
    let (pool, runtime) = Pool::watch(Inherit::new());
    runtime.block_on(async {
        for http2 in [false, true] {
            let (server, value) = (Server::start(), Arc::new(1));
            let executor = ClientExecutor::new(TokioExecutor::new());
            let client = hyper_util::client::legacy::Client::builder(executor).http2_only(http2).build_http();
            let body = Noting::new("order".into(), &Seen::default());
            let request = client.request(Request::post(server.uri()).body(body).unwrap());
            let response = REQUEST.scope(Arc::clone(&value), request).await.unwrap();
            assert_eq!(response.into_body().collect().await.unwrap().to_bytes(), "order");
            assert_eq!(Arc::strong_count(&value), 1);
            assert_eq!(server.open(), 1);
        }
    });
    assert!(pool.spawned() > 0);
    assert_eq!(pool.seeing(), 0);
}

/// A server spawns its requests with the same executor as a client its connections.
#[test]
fn requests_over_http_2_are_left_out_unless_tied() {
    static PEER: Variable<&str> = Variable::named("peer");
    async fn peer(_: Request<Incoming>) -> Result<Response<String>, Infallible> {
        Ok(Response::new(PEER.get().unwrap_or("nobody").to_owned()))
    }
    async fn serve(stream: TcpStream, tied: bool) {
        let stream = TokioIo::new(stream);
        let (bare, executor) = (TokioExecutor::new(), ServerExecutor::new(TokioExecutor::new()));
        let _ = match tied {
            true => auto::Builder::new(executor).serve_connection(stream, service_fn(peer)).await,
            false => auto::Builder::new(bare).serve_connection(stream, service_fn(peer)).await,
        };
    }
    let (_, runtime) = Pool::watch(Inherit::new().leave_out(Inherit::pooled_connections));
    runtime.block_on(async {
        for (tied, answers) in [(false, ["somebody", "nobody"]), (true, ["somebody"; 2])] {
            for (client, expected) in clients().iter().zip(answers) {
                let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
                let uri = format!("http://{}/", listener.local_addr().unwrap());
                let accept = async {
                    let connection = PEER.scope("somebody", serve(listener.accept().await.unwrap().0, tied));
                    tokio::spawn(connection);
                };
                let (_, response) = tokio::join!(accept, client.get(uri).send());
                assert_eq!(response.unwrap().text().await.unwrap(), expected, "tied: {tied}");
            }
        }
    });
}
