//! A tonic server with the layers, called over HTTP/2 by a tonic client: the codec is written by
//! hand, for numbers of eight bytes.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use asynccontext::tokio;
use asynccontext_tower::deadline::{self, DeadlineLayer};
use asynccontext_tower::{REQUEST_ID, RequestContextLayer, current_request};
use bytes::{Buf, BufMut};
use futures::future::BoxFuture;
use futures::{Stream, StreamExt};
use http::uri::PathAndQuery;
use tokio::net::TcpListener;
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::transport::{Channel, Server};
use tonic::{Code, Request, Response, Status};

use crate::server::{IMPORTS, TENANT};

#[derive(Clone, Copy, Default)]
struct Numbers;

impl Codec for Numbers {
    type Encode = u64;
    type Decode = u64;
    type Encoder = Numbers;
    type Decoder = Numbers;

    fn encoder(&mut self) -> Numbers {
        Numbers
    }

    fn decoder(&mut self) -> Numbers {
        Numbers
    }
}

impl Encoder for Numbers {
    type Item = u64;
    type Error = Status;

    fn encode(&mut self, number: u64, to: &mut EncodeBuf<'_>) -> Result<(), Status> {
        to.put_u64(number);
        Ok(())
    }
}

impl Decoder for Numbers {
    type Item = u64;
    type Error = Status;

    fn decode(&mut self, from: &mut DecodeBuf<'_>) -> Result<Option<u64>, Status> {
        if from.remaining() < 8 { Err(Status::invalid_argument("eight bytes")) } else { Ok(Some(from.get_u64())) }
    }
}

/// Adds the number in the tenant's name, wherever it runs.
fn tenant() -> u64 {
    TENANT.with(|tenant| tenant.and_then(|tenant| tenant.rsplit('-').next()?.parse().ok())).unwrap_or(0)
}

#[derive(Clone)]
struct Adder;

impl tonic::server::UnaryService<u64> for Adder {
    type Response = u64;
    type Future = BoxFuture<'static, Result<Response<u64>, Status>>;

    fn call(&mut self, request: Request<u64>) -> Self::Future {
        let in_call = tenant();
        Box::pin(async move {
            let request_of = current_request().map_err(|error| Status::internal(error.to_string()))?;
            if request_of.route() != Some("/test.Adder/Add") || REQUEST_ID.get().is_none() {
                return Err(Status::internal("no parts"));
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
            let spawned =
                tokio::spawn(async { tenant() }).await.map_err(|error| Status::internal(error.to_string()))?;
            if request.get_ref() == &u64::MAX {
                std::future::pending::<()>().await;
            }
            Ok(Response::new(request.into_inner() + in_call + tenant() + spawned))
        })
    }
}

impl tonic::server::ServerStreamingService<u64> for Adder {
    type Response = u64;
    type ResponseStream = Pin<Box<dyn Stream<Item = Result<u64, Status>> + Send>>;
    type Future = std::future::Ready<Result<Response<Self::ResponseStream>, Status>>;

    fn call(&mut self, request: Request<u64>) -> Self::Future {
        let count = request.into_inner() as usize;
        let stream = futures::stream::repeat(()).take(count).then(async |()| {
            tokio::time::sleep(Duration::from_millis(2)).await;
            Ok(tenant() + u64::from(deadline::current().is_some()) * 1000)
        });
        std::future::ready(Ok(Response::new(Box::pin(stream))))
    }
}

#[derive(Clone)]
struct AdderServer;

impl tonic::server::NamedService for AdderServer {
    const NAME: &'static str = "test.Adder";
}

impl tower::Service<http::Request<tonic::body::Body>> for AdderServer {
    type Response = http::Response<tonic::body::Body>;
    type Error = std::convert::Infallible;
    type Future = BoxFuture<'static, Result<Self::Response, Self::Error>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<tonic::body::Body>) -> Self::Future {
        let mut grpc = tonic::server::Grpc::new(Numbers);
        Box::pin(async move {
            Ok(match request.uri().path() {
                "/test.Adder/Add" => grpc.unary(Adder, request).await,
                _ => grpc.server_streaming(Adder, request).await,
            })
        })
    }
}

async fn connect(limit: Duration) -> Channel {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = Server::builder()
        .layer(RequestContextLayer::new().incoming(&IMPORTS))
        .layer(DeadlineLayer::new(limit))
        .add_service(AdderServer);
    let incoming = futures::stream::unfold(listener, async |listener| {
        let stream = listener.accept().await.map(|(stream, _)| stream);
        Some((stream, listener))
    });
    tokio::spawn(server.serve_with_incoming(incoming));
    Channel::from_shared(format!("http://{address}")).unwrap().connect().await.unwrap()
}

fn request(tenant: u64, number: u64) -> Request<u64> {
    let mut request = Request::new(number);
    request.metadata_mut().insert("x-tenant", format!("tenant-{tenant}").parse().unwrap());
    request
}

async fn add(channel: &Channel, request: Request<u64>) -> Result<Response<u64>, Status> {
    let mut client = tonic::client::Grpc::new(channel.clone());
    client.ready().await.map_err(|error| Status::internal(error.to_string()))?;
    client.unary(request, PathAndQuery::from_static("/test.Adder/Add"), Numbers).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn calls_and_streams_of_many_tenants() {
    let channel = connect(Duration::from_secs(60)).await;
    let calls = (1..100).map(|number| {
        let channel = channel.clone();
        async move {
            let response = add(&channel, request(number, 1)).await.unwrap();
            assert!(response.metadata().contains_key("x-request-id"));
            assert_eq!(response.into_inner(), 1 + 3 * number);
            let mut client = tonic::client::Grpc::new(channel);
            client.ready().await.unwrap();
            let path = PathAndQuery::from_static("/test.Adder/Stream");
            let stream = client.server_streaming(request(number, 5), path, Numbers).await.unwrap().into_inner();
            let seen: Vec<u64> = stream.map(Result::unwrap).collect().await;
            assert_eq!(seen, [1000 + number; 5]);
        }
    });
    futures::future::join_all(calls).await;
}

#[tokio::test]
async fn a_deadline_ends_calls_and_streams_with_its_status() {
    let channel = connect(Duration::from_millis(100)).await;
    let error = add(&channel, request(1, u64::MAX)).await.unwrap_err();
    assert_eq!((error.code(), error.message()), (Code::DeadlineExceeded, "the deadline has passed"));
    // On a busy machine a stream does not get far in a short time.
    let mut sent = 0;
    for seconds in [0.1, 1.0, 10.0, 60.0] {
        let channel = connect(Duration::from_secs_f64(seconds)).await;
        let mut client = tonic::client::Grpc::new(channel);
        client.ready().await.unwrap();
        let path = PathAndQuery::from_static("/test.Adder/Stream");
        let Ok(stream) = client.server_streaming(request(1, 1_000_000), path, Numbers).await else { continue };
        let all: Vec<_> = stream.into_inner().collect().await;
        let (last, some) = all.split_last().unwrap();
        assert!(some.iter().all(Result::is_ok));
        assert_eq!(last.as_ref().unwrap_err().code(), Code::DeadlineExceeded);
        sent = some.len();
        if sent > 3 {
            break;
        }
    }
    assert!(sent > 3, "{sent} numbers within a minute");

    // The client's own time, which it sends as `grpc-timeout`.
    let channel = connect(Duration::from_secs(60)).await;
    let mut late = request(1, u64::MAX);
    late.set_timeout(Duration::from_millis(50));
    let error = add(&channel, late).await.unwrap_err();
    assert!(matches!(error.code(), Code::DeadlineExceeded | Code::Cancelled), "{error}");
}
