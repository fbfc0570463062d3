//! The client layer over real HTTP: which headers arrive at which server.

use std::convert::Infallible;
use std::future;
use std::net::SocketAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use asynccontext::Variable;
use asynccontext::carrier::{Exported, Exports, InjectError, Injector, Outgoing, Reason};
use asynccontext_tower::client::{Destinations, OutgoingLayer};
use asynccontext_tower::deadline::{DEADLINE, Deadline, grpc_timeout};
use http::{HeaderMap, Request, Response, StatusCode, Uri};
use http_body_util::{BodyExt, Empty};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tower::retry::Policy;
use tower::{Service, ServiceBuilder, ServiceExt};
use tower_http::follow_redirect::FollowRedirectLayer;

static TENANT: Exported<String> = Variable::named("tenant").exported("x-tenant");
static REQUEST_ID: Exported<u64> = Variable::named("request-id").exported("x-request-id");
static TO_OUR_SERVICES: Exports = Exports::new(&[TENANT.export(), REQUEST_ID.export()]);
static TO_PARTNERS: Exports = Exports::new(&[REQUEST_ID.export()]);

type Body = Empty<Bytes>;

/// A server, and the requests that it received.
struct Server {
    address: SocketAddr,
    received: mpsc::UnboundedReceiver<HeaderMap>,
}

impl Server {
    /// Starts a server whose answers are made by `answer` from the number of the request.
    async fn start(answer: impl Fn(u64) -> Response<Body> + Send + Sync + 'static) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (send, received) = mpsc::unbounded_channel();
        let answer = Arc::new((answer, AtomicU64::new(0)));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (send, answer) = (send.clone(), Arc::clone(&answer));
                let service = service_fn(move |request: Request<Incoming>| {
                    send.send(request.headers().clone()).unwrap();
                    future::ready(Ok::<_, Infallible>(answer.0(answer.1.fetch_add(1, Ordering::Relaxed))))
                });
                tokio::spawn(async move {
                    auto::Builder::new(TokioExecutor::new()).serve_connection(TokioIo::new(stream), service).await
                });
            }
        });
        Server { address, received }
    }

    async fn plain() -> Server {
        Server::start(|_| Response::new(Body::new())).await
    }

    fn uri(&self) -> String {
        format!("http://{}/", self.address)
    }

    fn authority(&self) -> String {
        self.address.to_string()
    }

    /// The next request's headers that variables are exported under.
    async fn next(&mut self) -> (Option<String>, Option<String>) {
        let headers = self.received.recv().await.unwrap();
        let text = |key| headers.get(key).map(|value: &http::HeaderValue| value.to_str().unwrap().to_owned());
        (text("x-tenant"), text("x-request-id"))
    }
}

fn client() -> Client<HttpConnector, Body> {
    Client::builder(TokioExecutor::new()).build_http()
}

fn get(uri: &str) -> Request<Body> {
    Request::get(uri).body(Body::new()).unwrap()
}

async fn as_blue<F: Future>(future: F) -> F::Output {
    TENANT.scope("blue".into(), REQUEST_ID.scope(7, future)).await
}

fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

#[tokio::test]
async fn each_server_receives_what_is_declared_for_it() {
    let (mut ours, mut partner, mut other) = (Server::plain().await, Server::plain().await, Server::plain().await);
    let partner_port = partner.address.port();
    let destinations = Destinations::new()
        .to(&ours.authority(), TO_OUR_SERVICES)
        .when(move |uri| uri.port_u16() == Some(partner_port), TO_PARTNERS);
    let client = ServiceBuilder::new().layer(OutgoingLayer::new(destinations)).service(client());
    as_blue(async {
        for server in [&ours, &partner, &other] {
            assert_eq!(client.clone().oneshot(get(&server.uri())).await.unwrap().status(), StatusCode::OK);
        }
    })
    .await;
    assert_eq!(ours.next().await, (some("blue"), some("7")));
    assert_eq!(partner.next().await, (None, some("7")));
    assert_eq!(other.next().await, (None, None));

    client.oneshot(get(&ours.uri())).await.unwrap();
    assert_eq!(ours.next().await, (None, None), "nothing is bound here");
}

#[tokio::test]
async fn requests_in_parallel_on_one_connection_carry_their_own_values() {
    let mut server = Server::plain().await;
    let client: Client<_, Body> = Client::builder(TokioExecutor::new()).http2_only(true).build_http();
    let destinations = Destinations::everywhere(TO_OUR_SERVICES);
    let client = ServiceBuilder::new().layer(OutgoingLayer::new(destinations)).service(client);
    let requests = (0..500).map(|id| {
        let request = client.clone().oneshot(get(&server.uri()));
        tokio::spawn(REQUEST_ID.scope(id, TENANT.scope(format!("tenant {id}"), request)))
    });
    for request in requests.collect::<Vec<_>>() {
        request.await.unwrap().unwrap();
    }
    let mut seen = Vec::new();
    for _ in 0..500 {
        let (tenant, id) = server.next().await;
        assert_eq!(tenant, Some(format!("tenant%20{}", id.clone().unwrap())));
        seen.push(id.unwrap().parse::<u64>().unwrap());
    }
    seen.sort();
    assert!(seen.into_iter().eq(0..500));
}

#[tokio::test]
async fn control_characters_reach_no_header() {
    let mut server = Server::plain().await;
    let destinations = Destinations::everywhere(TO_OUR_SERVICES);
    let client = ServiceBuilder::new().layer(OutgoingLayer::new(destinations)).service(client());
    let forged = "blue\r\nx-admin: 1\r\n\r\nGET / HTTP/1.1\0";
    TENANT.scope(forged.into(), client.oneshot(get(&server.uri()))).await.unwrap();
    let headers = server.received.recv().await.unwrap();
    assert!(!headers.contains_key("x-admin"), "{headers:?}");
    assert_eq!(headers["x-tenant"], "blue%0D%0Ax-admin:%201%0D%0A%0D%0AGET%20/%20HTTP/1.1%00");
    let back = TO_OUR_SERVICES.extract(&headers).unwrap();
    assert_eq!(back.get(&TENANT).map(String::as_str), Some(forged));
    tokio::time::timeout(Duration::from_millis(50), server.received.recv()).await.expect_err("one request only");
}

/// Writes texts that are no texts of a header.
struct Forging;

impl Outgoing for Forging {
    fn inject(&self, carrier: &mut dyn Injector) -> Result<(), InjectError> {
        for text in ["a\r\nx-admin: 1", "a\0", "a\n"] {
            assert!(matches!(carrier.set("x-forged", text.to_owned()), Err(Reason::Carrier(_))), "{text:?}");
        }
        for key in ["x-forged: 1\r\nx-admin", "", "x forged", "X-Forged"] {
            assert!(matches!(carrier.set(key, "a".to_owned()), Err(Reason::Carrier(_))), "{key:?}");
        }
        TO_OUR_SERVICES.inject(carrier)
    }

    // Not by `inject`, which expects the carrier of a request.
    fn keys(&self) -> Vec<String> {
        TO_OUR_SERVICES.keys()
    }
}

#[tokio::test]
async fn a_custom_list_cannot_forge_headers_either() {
    let mut server = Server::plain().await;
    let destinations = Destinations::everywhere(Forging);
    let client = ServiceBuilder::new().layer(OutgoingLayer::new(destinations)).service(client());
    as_blue(client.oneshot(get(&server.uri()))).await.unwrap();
    let headers = server.received.recv().await.unwrap();
    assert!(!headers.contains_key("x-admin") && !headers.contains_key("x-forged"), "{headers:?}");
}

#[tokio::test]
async fn a_value_that_is_too_long_is_left_out_and_counted() {
    let mut server = Server::plain().await;
    let errors = Arc::new(AtomicU64::new(0));
    let counted = Arc::clone(&errors);
    let destinations = Destinations::everywhere(TO_OUR_SERVICES).on_refused(move |error| {
        assert!(error.to_string().contains("tenant"), "{error}");
        counted.fetch_add(1, Ordering::Relaxed);
    });
    let destinations = Arc::new(destinations);
    let client = ServiceBuilder::new().layer(OutgoingLayer::new(Arc::clone(&destinations))).service(client());
    let request = client.oneshot(get(&server.uri()));
    TENANT.scope("x".repeat(100_000), REQUEST_ID.scope(7, request)).await.unwrap();
    assert_eq!(server.next().await, (None, some("7")));
    assert_eq!((destinations.refused(), errors.load(Ordering::Relaxed)), (1, 1));
}

/// Sends again until the answer is a success.
#[derive(Clone)]
struct UntilSuccess;

impl<E> Policy<Request<Body>, Response<Incoming>, E> for UntilSuccess {
    type Future = future::Ready<()>;

    fn retry(
        &mut self,
        _: &mut Request<Body>,
        result: &mut Result<Response<Incoming>, E>,
    ) -> Option<future::Ready<()>> {
        let failed = result.as_ref().is_ok_and(|response| !response.status().is_success());
        failed.then(|| future::ready(()))
    }

    fn clone_request(&mut self, request: &Request<Body>) -> Option<Request<Body>> {
        Some(request.clone())
    }
}

#[tokio::test]
async fn each_attempt_of_a_retry_is_written_again() {
    static LEFT: AtomicU64 = AtomicU64::new(3);
    static BUDGET: Exported<()> = Variable::named("budget").exported_as(
        "x-request-id",
        |()| Ok(LEFT.fetch_sub(1, Ordering::Relaxed).to_string()),
        |_| Ok(()),
    );
    static EXPORTS: Exports = Exports::new(&[BUDGET.export()]);
    let mut server = Server::start(|request| {
        let status = if request < 2 { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::OK };
        Response::builder().status(status).body(Body::new()).unwrap()
    })
    .await;
    let client = ServiceBuilder::new()
        .retry(UntilSuccess)
        .layer(OutgoingLayer::new(Destinations::everywhere(EXPORTS)))
        .service(client());
    let response = BUDGET.scope((), client.oneshot(get(&server.uri()))).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    for left in ["3", "2", "1"] {
        assert_eq!(server.next().await.1, some(left));
    }
}

#[tokio::test]
async fn a_call_sends_what_is_left_of_the_deadline() {
    static WITH_DEADLINE: Exports = Exports::new(&[DEADLINE.export()]);
    let mut server = Server::plain().await;
    let client =
        ServiceBuilder::new().layer(OutgoingLayer::new(Destinations::everywhere(WITH_DEADLINE))).service(client());
    let calls = async {
        client.clone().oneshot(get(&server.uri())).await.unwrap();
        tokio::time::sleep(Duration::from_millis(100)).await;
        client.oneshot(get(&server.uri())).await.unwrap();
    };
    DEADLINE.scope(Deadline::after(Duration::from_secs(60)), calls).await;
    let mut left = async || grpc_timeout(server.received.recv().await.unwrap()["grpc-timeout"].to_str().unwrap());
    let (first, second) = (left().await.unwrap(), left().await.unwrap());
    assert!(first <= Duration::from_secs(60) && second + Duration::from_millis(100) <= first, "{first:?} {second:?}");
}

#[tokio::test]
async fn a_redirect_to_another_host_carries_nothing_that_is_not_for_it() {
    let mut elsewhere = Server::plain().await;
    let to = elsewhere.uri();
    let mut ours = Server::start(move |_| {
        Response::builder().status(StatusCode::FOUND).header("location", &to).body(Body::new()).unwrap()
    })
    .await;
    let destinations = Destinations::new().to(&ours.authority(), TO_OUR_SERVICES);
    let client = ServiceBuilder::new()
        .layer(FollowRedirectLayer::new())
        .layer(OutgoingLayer::new(destinations))
        .service(client());
    let response = as_blue(client.oneshot(get(&ours.uri()))).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(ours.next().await, (some("blue"), some("7")));
    assert_eq!(elsewhere.next().await, (None, None));
}

#[tokio::test]
async fn copied_headers_do_not_pass_to_a_destination_that_may_not_see_them() {
    let (ours, mut other) = (Server::plain().await, Server::plain().await);
    let destinations = Destinations::new().to(&ours.authority(), TO_OUR_SERVICES);
    let client = ServiceBuilder::new().layer(OutgoingLayer::new(destinations)).service(client());
    let mut request = get(&other.uri());
    request.headers_mut().insert("x-tenant", "of the incoming request".parse().unwrap());
    request.headers_mut().append("x-tenant", "twice".parse().unwrap());
    request.headers_mut().insert("x-unrelated", "kept".parse().unwrap());
    as_blue(client.oneshot(request)).await.unwrap();
    let headers = other.received.recv().await.unwrap();
    assert!(!headers.contains_key("x-tenant") && headers["x-unrelated"] == "kept", "{headers:?}");
}

#[tokio::test]
async fn a_buffer_inside_keeps_the_callers_values() {
    let mut server = Server::plain().await;
    let mut client = ServiceBuilder::new()
        .layer(OutgoingLayer::new(Destinations::everywhere(TO_OUR_SERVICES)))
        .buffer(8)
        .service(client());
    as_blue(async { client.ready().await.unwrap().call(get(&server.uri())).await }).await.unwrap();
    assert_eq!(server.next().await, (some("blue"), some("7")));
}

#[tokio::test]
async fn a_channel_of_tonic_sends_them_as_metadata() {
    let mut server = Server::plain().await;
    let channel = tonic::transport::Endpoint::from_shared(server.uri()).unwrap().connect().await.unwrap();
    let destinations = Destinations::everywhere(TO_OUR_SERVICES);
    let client = ServiceBuilder::new().layer(OutgoingLayer::new(destinations)).service(channel);
    let request = Request::post("/shop.Inventory/Reserve").body(tonic::body::Body::empty()).unwrap();
    let response = as_blue(client.oneshot(request)).await.unwrap();
    response.into_body().collect().await.unwrap();
    assert_eq!(server.next().await, (some("blue"), some("7")));
}

#[test]
fn a_destination_is_recognized_by_its_host_alone() {
    let destinations =
        Destinations::new().to("inventory.internal", TO_OUR_SERVICES).to("10.0.0.1:8080", TO_OUR_SERVICES);
    let leaves = |uri: &str| {
        let mut headers = HeaderMap::new();
        REQUEST_ID.run(7, || destinations.write(&uri.parse::<Uri>().unwrap(), &mut headers));
        headers.contains_key("x-request-id")
    };
    for ours in [
        "http://inventory.internal/",
        "https://INVENTORY.internal:8443/x?y",
        "http://user:name@inventory.internal/",
        "http://10.0.0.1:8080/",
    ] {
        assert!(leaves(ours), "{ours}");
    }
    for other in [
        "http://inventory.internal.evil.example/",
        "http://inventory.internal@evil.example/",
        "http://inventory.internal:80@evil.example/",
        "http://www.inventory.internal/",
        "http://inventory.internal./",
        "http://10.0.0.1/",
        "http://10.0.0.1:80/",
        "http://10.0.0.1:18080/",
        "/inventory.internal",
    ] {
        assert!(!leaves(other), "{other}");
    }
    let at_port_80 = Destinations::new().to("inventory.internal:80", TO_OUR_SERVICES);
    let is_same = |one: &str, other: &str| at_port_80.is_same(&one.parse().unwrap(), &other.parse().unwrap());
    assert!(is_same("http://inventory.internal/", "http://inventory.internal:80/"));
    assert!(!is_same("http://inventory.internal/", "https://inventory.internal/"));
}

#[test]
fn a_rule_for_something_else_than_a_host_is_refused() {
    for wrong in ["", "http://inventory.internal/", "user@host", ":80", "host:99999", "host:x", "host/path", "a b"] {
        let payload = catch_unwind(AssertUnwindSafe(|| Destinations::new().to(wrong, TO_OUR_SERVICES)));
        let payload = payload.expect_err(wrong);
        let text = payload.downcast_ref::<String>().unwrap();
        assert_eq!(*text, format!("{wrong:?} is not a host or a host and a port"));
    }
}
