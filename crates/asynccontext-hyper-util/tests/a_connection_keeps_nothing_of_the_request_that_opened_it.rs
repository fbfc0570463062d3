//! hyper-util's client with a `ClientExecutor`, over both versions of HTTP: no value of the first
//! request is alive after its end, while its connection is open, and the second request's body
//! doesn't read it. With an executor that inherits, both fail.

mod support;

use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use asynccontext::{Propagate, Scoped};
use asynccontext_hyper_util::ClientExecutor;
use http_body_util::BodyExt;
use hyper::body::Body;
use hyper::rt::Executor;
use hyper::{Request, Version};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use support::{Noting, REQUEST, Seen, Server, current, is_released};
use tokio::runtime::{Builder, Runtime};

type Task = Pin<Box<dyn Future<Output = ()> + Send>>;

/// An executor whose tasks have the spawner's values.
#[derive(Clone)]
struct Inherits;

impl<F: Future<Output = ()> + Send + 'static> Executor<F> for Inherits {
    fn execute(&self, future: F) {
        asynccontext::tokio::spawn(future);
    }
}

fn client<E, B>(executor: E, version: Version) -> Client<HttpConnector, B>
where
    E: Executor<Task> + Clone + Send + Sync + 'static,
    B: Body + Send,
    B::Data: Send,
{
    let mut builder = Client::builder(executor);
    builder.http2_only(version == Version::HTTP_2);
    // The pool has a task of its own then.
    builder.pool_timer(TokioTimer::new()).pool_idle_timeout(Duration::from_secs(60));
    builder.build_http()
}

fn runtimes() -> [Runtime; 2] {
    let workers = Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let one_thread = Builder::new_current_thread().enable_all().build();
    [workers, one_thread].map(|runtime| runtime.expect("a runtime"))
}

/// Makes two requests in a row over one connection, and returns whether a value of the first is
/// alive after its end, and what the second's body read.
async fn two_requests<E>(executor: E, version: Version) -> (bool, Vec<Option<usize>>)
where
    E: Executor<Task> + Clone + Send + Sync + 'static,
{
    let server = Server::start();
    let client = client(executor, version);
    let values = [1, 2].map(Arc::new);
    let mut kept = false;
    let seen = Seen::default();
    for value in &values {
        seen.lock().unwrap().clear();
        let body = Noting::new("order".into(), &seen);
        let request = Request::post(server.uri()).body(body).unwrap();
        let ask = async {
            let response = client.request(request).await.unwrap();
            assert_eq!(response.version(), version);
            assert_eq!(current(), Some(**value), "the caller's");
            response.into_body().collect().await.unwrap().to_bytes()
        };
        assert_eq!(REQUEST.scope(Arc::clone(value), ask).await, "order");
        tokio::time::sleep(Duration::from_millis(50)).await; // the connection goes back to the pool
        kept |= Arc::strong_count(&values[0]) > 1;
    }
    assert_eq!((server.accepted(), server.open()), (1, 1), "one connection, which is alive");
    drop(client);
    for value in &values {
        assert!(is_released(value).await, "it goes with the connection");
    }
    let seen = seen.lock().unwrap().clone();
    assert!(!seen.is_empty());
    (kept, seen)
}

#[test]
fn nothing_of_the_first_request_is_alive_or_seen() {
    for runtime in runtimes() {
        runtime.block_on(async {
            for version in [Version::HTTP_11, Version::HTTP_2] {
                let (kept, seen) = two_requests(ClientExecutor::new(TokioExecutor::new()), version).await;
                assert!(!kept && seen.iter().all(Option::is_none), "{version:?}, bare: {kept}, {seen:?}");
                let (kept, seen) = two_requests(ClientExecutor::new(Inherits), version).await;
                assert!(!kept && seen.iter().all(Option::is_none), "{version:?}, inheriting: {kept}, {seen:?}");
            }
        });
    }
}

#[test]
fn with_an_executor_that_inherits_it_is() {
    for runtime in runtimes() {
        runtime.block_on(async {
            for version in [Version::HTTP_11, Version::HTTP_2] {
                let (kept, seen) = two_requests(Inherits, version).await;
                assert!(kept && seen.contains(&Some(1)), "{version:?}: {kept}, {seen:?}");
            }
        });
    }
}

/// Concurrent requests each have a connection over HTTP/1, and share one over HTTP/2.
#[test]
fn a_body_that_is_tied_sees_its_own_request() {
    for runtime in runtimes() {
        runtime.block_on(async {
            for version in [Version::HTTP_11, Version::HTTP_2] {
                let server = Server::start();
                let client: Client<_, Scoped<Noting>> = client(ClientExecutor::new(Inherits), version);
                let requests = (0..20).map(|n| {
                    let (client, uri, value) = (client.clone(), server.uri(), Arc::new(n));
                    asynccontext::tokio::spawn(async move {
                        let seen = Arc::new(Mutex::new(Vec::new()));
                        let ask = async {
                            let body = Noting::new(n.to_string(), &seen).in_current_snapshot();
                            let response = client.request(Request::post(uri).body(body).unwrap()).await.unwrap();
                            response.into_body().collect().await.unwrap().to_bytes()
                        };
                        assert_eq!(REQUEST.scope(Arc::clone(&value), ask).await, n.to_string());
                        assert!(seen.lock().unwrap().iter().all(|seen| *seen == Some(n)), "{version:?}: {seen:?}");
                        assert!(!seen.lock().unwrap().is_empty());
                        assert!(is_released(&value).await, "{version:?}");
                    })
                });
                for request in Vec::from_iter(requests) {
                    request.await.unwrap();
                }
                assert!(server.open() > 0);
            }
        });
    }
}

/// The values of a thread that runs tasks are not visible in the tasks.
#[test]
fn a_connection_sees_nothing_of_the_thread_that_runs_it() {
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    for version in [Version::HTTP_11, Version::HTTP_2] {
        let bare = REQUEST.run(Arc::new(7), || runtime.block_on(two_requests(TokioExecutor::new(), version)));
        assert!(bare.1.contains(&Some(7)), "{version:?}: {:?}", bare.1);
        let wrapped = REQUEST
            .run(Arc::new(7), || runtime.block_on(two_requests(ClientExecutor::new(TokioExecutor::new()), version)));
        assert!(wrapped.1.iter().all(Option::is_none), "{version:?}: {:?}", wrapped.1);
    }
}
