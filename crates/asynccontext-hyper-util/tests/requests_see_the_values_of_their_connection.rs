//! A server with a `ServerExecutor`: values bound around a connection are visible in each of its
//! requests, over both versions of HTTP. With a bare executor they are not over HTTP/2.

mod support;

use std::sync::Arc;

use asynccontext::Variable;
use asynccontext_hyper_util::ServerExecutor;
use http_body_util::{BodyExt, Empty};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http2;
use hyper::service::service_fn;
use hyper::{Request, Response, Version};
use hyper_util::client::legacy::Client;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use support::{Noting, REQUEST, Seen};
use tokio::net::{TcpListener, TcpStream};

static PEER: Variable<u16> = Variable::named("peer");

/// Answers with the port of the peer, or nothing. The response's body records it too.
async fn peer(bodies: Seen) -> Result<Response<Noting>, std::convert::Infallible> {
    let seen = PEER.get().map(|peer| peer.to_string()).unwrap_or_default();
    Ok(Response::new(Noting::new(seen, &bodies)))
}

/// Serves one connection at a time forever, each with its peer's port bound.
async fn serve(
    listener: TcpListener,
    bodies: Seen,
    connection: impl AsyncFn(TcpStream, Seen),
) -> std::convert::Infallible {
    loop {
        let (stream, peer) = listener.accept().await.unwrap();
        let port = Arc::new(usize::from(peer.port()));
        let connection = connection(stream, Arc::clone(&bodies));
        REQUEST.scope(port, PEER.scope(peer.port(), connection)).await;
    }
}

/// The ports that the handlers of three requests over one connection saw, and their bodies.
async fn three_requests(
    version: Version,
    connection: impl AsyncFn(TcpStream, Seen),
) -> (Vec<String>, Vec<Option<usize>>) {
    let bodies = Seen::default();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let uri: hyper::Uri = format!("http://{}/", listener.local_addr().unwrap()).parse().unwrap();
    let mut builder = Client::builder(TokioExecutor::new());
    let client: Client<_, Empty<Bytes>> = builder.http2_only(version == Version::HTTP_2).build_http();
    let ask = async {
        let mut answers = Vec::new();
        for _ in 0..3 {
            let response = client.get(uri.clone()).await.unwrap();
            let answer = response.into_body().collect().await.unwrap().to_bytes();
            answers.push(String::from_utf8(answer.into()).unwrap());
        }
        answers
    };
    let answers = tokio::select! {
        _ = serve(listener, Arc::clone(&bodies), connection) => unreachable!(),
        answers = ask => answers,
    };
    let bodies = bodies.lock().unwrap().clone();
    (answers, bodies)
}

fn is_one_port((answers, bodies): &(Vec<String>, Vec<Option<usize>>)) -> bool {
    let port = answers[0].parse().ok();
    port.is_some()
        && answers.iter().all(|answer| *answer == answers[0])
        && !bodies.is_empty()
        && bodies.iter().all(|body| *body == port)
}

#[tokio::test]
async fn the_handlers_and_the_bodies_of_responses_do() {
    for version in [Version::HTTP_11, Version::HTTP_2] {
        let seen = three_requests(version, async |stream, bodies| {
            let service = service_fn(|_: Request<Incoming>| peer(Arc::clone(&bodies)));
            let server = auto::Builder::new(ServerExecutor::new(TokioExecutor::new()));
            let _ = server.serve_connection(TokioIo::new(stream), service).await;
        });
        let seen = seen.await;
        assert!(is_one_port(&seen), "{version:?}: {seen:?}");
    }
    let seen = three_requests(Version::HTTP_2, async |stream, bodies| {
        let service = service_fn(|_: Request<Incoming>| peer(Arc::clone(&bodies)));
        let server = http2::Builder::new(ServerExecutor::new(TokioExecutor::new()));
        let _ = server.serve_connection(TokioIo::new(stream), service).await;
    });
    let seen = seen.await;
    assert!(is_one_port(&seen), "hyper's own: {seen:?}");
}

#[tokio::test]
async fn with_a_bare_executor_they_depend_on_the_version() {
    for version in [Version::HTTP_11, Version::HTTP_2] {
        let seen = three_requests(version, async |stream, bodies| {
            let service = service_fn(|_: Request<Incoming>| peer(Arc::clone(&bodies)));
            let server = auto::Builder::new(TokioExecutor::new());
            let _ = server.serve_connection(TokioIo::new(stream), service).await;
        });
        let seen = seen.await;
        assert_eq!(is_one_port(&seen), version == Version::HTTP_11, "{version:?}: {seen:?}");
    }
}
