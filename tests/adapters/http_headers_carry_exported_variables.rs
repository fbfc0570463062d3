//! Two services over HTTP: the front service binds the tenant and calls the back service, which
//! reads it from the headers. Many concurrent requests, with a second service call each, and
//! requests of a hostile client.

#![cfg(all(feature = "http", feature = "tokio"))]

use std::error::Error;
use std::net::SocketAddr;
use std::time::Duration;

use asynccontext::Variable;
use asynccontext::carrier::{Exported, Exports};
use asynccontext::tokio::task::{JoinSet, spawn};
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response, StatusCode};
use http_body_util::{BodyExt, Empty, Full};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{client, server};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};

static TENANT: Exported<String> = Variable::named("tenant").exported("x-tenant");
static HOPS: Exported<u8> = Variable::named("hops").exported("x-hops");
static BETWEEN_SERVICES: Exports = Exports::new(&[TENANT.export(), HOPS.export()]);

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

/// Serves on a port of its own. A failed handler answers with status 400 and its error.
async fn service<H, F>(handle: H) -> Result<SocketAddr>
where
    H: Fn(HeaderMap) -> F + Copy + Send + 'static,
    F: Future<Output = Result<String>> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let answer = move |request: Request<Incoming>| async move {
        let (status, body) = match handle(request.headers().clone()).await {
            Ok(body) => (StatusCode::OK, body),
            Err(error) => (StatusCode::BAD_REQUEST, error.to_string()),
        };
        Response::builder().status(status).body(Full::<Bytes>::from(body))
    };
    spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let connection = server::conn::http1::Builder::new();
            spawn(connection.serve_connection(TokioIo::new(stream), service_fn(answer)));
        }
    });
    Ok(address)
}

async fn call(address: SocketAddr, headers: HeaderMap) -> Result<(StatusCode, String)> {
    let stream = TokioIo::new(TcpStream::connect(address).await?);
    let (mut client, connection) = client::conn::http1::handshake(stream).await?;
    let _connection = spawn(connection);
    let mut request = Request::get("/").header("host", "test").body(Empty::<Bytes>::new())?;
    request.headers_mut().extend(headers);
    let response = client.send_request(request).await?;
    let status = response.status();
    let body = response.into_body().collect().await?.to_bytes();
    Ok((status, String::from_utf8(body.to_vec())?))
}

/// A call to the other service.
async fn call_ours(address: SocketAddr) -> Result<String> {
    let mut headers = HeaderMap::new();
    BETWEEN_SERVICES.inject(&mut headers)?;
    match call(address, headers).await? {
        (StatusCode::OK, body) => Ok(body),
        (status, body) => Err(format!("{status}: {body}").into()),
    }
}

fn seen() -> String {
    format!("{:?} {:?}", TENANT.get(), HOPS.get())
}

/// The back service, which trusts the headers.
async fn behind(headers: HeaderMap) -> Result<String> {
    let snapshot = BETWEEN_SERVICES.extract(&headers)?;
    let handled = snapshot.scope(async {
        tokio::time::sleep(Duration::from_millis(1)).await;
        seen()
    });
    Ok(handled.await)
}

fn header(name: &'static str, value: &str) -> (HeaderName, HeaderValue) {
    (HeaderName::from_static(name), value.parse().expect("a header's value"))
}

#[tokio::test]
async fn the_tenant_goes_from_service_to_service() -> Result<()> {
    let behind = service(behind).await?;
    // It ignores the client's tenant, and uses that of the login.
    let front = service(move |headers| async move {
        let login = headers.get("x-login").ok_or("who is it?")?.to_str()?.to_owned();
        let work = TENANT.scope(format!("{login}, Ünïon\r\nx-hops: 9"), async move {
            tokio::time::sleep(Duration::from_millis(1)).await;
            let first = call_ours(behind).await?;
            let second = HOPS.scope(2, call_ours(behind)).await?;
            Ok(format!("{first}, then {second}"))
        });
        work.await
    });
    let front = front.await?;
    let mut requests = JoinSet::new();
    for number in 0..50 {
        requests.spawn(async move {
            let headers = [header("x-login", &format!("user {number}")), header("x-tenant", "root")];
            (number, call(front, headers.into_iter().collect()).await)
        });
    }
    while let Some(done) = requests.join_next().await {
        let (number, answer) = done?;
        let tenant = format!("user {number}, Ünïon\r\nx-hops: 9");
        let expected = format!("Some({tenant:?}) None, then Some({tenant:?}) Some(2)");
        assert_eq!(answer?, (StatusCode::OK, expected));
    }
    Ok(())
}

#[tokio::test]
async fn what_can_t_be_read_is_a_bad_request_that_names_the_variable() -> Result<()> {
    let behind = service(behind).await?;
    let texts = ["blue, red", "%zz", "%ff", &"x".repeat(5000)];
    for text in texts {
        let (status, body) = call(behind, HeaderMap::from_iter([header("x-tenant", text)])).await?;
        assert_eq!(status, StatusCode::BAD_REQUEST);
        assert!(body.starts_with("not read: variable \"tenant\" under \"x-tenant\": "), "{body}");
    }
    let mut twice = HeaderMap::new();
    for text in ["blue", "red"] {
        let (name, value) = header("x-tenant", text);
        twice.append(name, value);
    }
    let (status, body) = call(behind, twice).await?;
    assert!(status == StatusCode::BAD_REQUEST && body.contains("several texts"), "{body}");
    Ok(())
}
