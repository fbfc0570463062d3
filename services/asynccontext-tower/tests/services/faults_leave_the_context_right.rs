//! Clients that leave, handlers that panic, bodies that are not read to their end: what is dropped
//! sees its own request, nothing is kept, and the next request is served.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use asynccontext::{Variable, tokio};
use asynccontext_tower::deadline::DeadlineLayer;
use asynccontext_tower::{Jobs, REQUEST_ID, RequestContextLayer, after, bind, current_request};
use axum::body::{Body, Bytes};
use axum::response::Response;
use axum::routing::get;
use axum::{Router, extract::State};
use futures::StreamExt;
use http::Request;
use http_body_util::BodyExt;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::server::{IMPORTS, TENANT, Witness, client, serve, until};

/// A value that counts how many of it are alive.
struct Counted(Arc<AtomicUsize>);

impl Counted {
    fn new(alive: &Arc<AtomicUsize>) -> Counted {
        alive.fetch_add(1, Ordering::SeqCst);
        Counted(alive.clone())
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

static COUNTED: Variable<Arc<Counted>> = Variable::named("counted");

#[derive(Clone, Default)]
struct Test {
    dropped: Arc<Mutex<Vec<Option<String>>>>,
    jobs_of: Arc<Mutex<Vec<Option<String>>>>,
    alive: Arc<AtomicUsize>,
}

impl Test {
    fn app(&self) -> (Router, Jobs) {
        let context = RequestContextLayer::new().incoming(&IMPORTS);
        let jobs = context.jobs();
        let alive = self.alive.clone();
        let app = Router::new()
            .route("/forever", get(forever))
            .route("/panic", get(panics))
            .route("/endless", get(endless))
            .route("/hello", get(async || TENANT.get().unwrap_or_default()))
            .with_state(self.clone())
            .layer(bind(&COUNTED, move |_| {
                let counted = Arc::new(Counted::new(&alive));
                async { Ok::<_, Response>(counted) }
            }))
            .layer(DeadlineLayer::new(Duration::from_secs(60)))
            .layer(context);
        (app, jobs)
    }

    fn begin(&self) -> Witness {
        let jobs_of = self.jobs_of.clone();
        after(async move { jobs_of.lock().unwrap().push(TENANT.get()) }).expect("in a request");
        Witness(self.dropped.clone())
    }

    /// Waits for the drop and the job of one request, which saw its tenant, and for its values.
    async fn ended(&self, tenant: &str) {
        let seen = [Some(tenant.to_owned())];
        until("the witness is dropped", || *self.dropped.lock().unwrap() == seen).await;
        until("the job is done", || *self.jobs_of.lock().unwrap() == seen).await;
        until("no value is kept", || self.alive.load(Ordering::SeqCst) == 0).await;
    }
}

async fn forever(State(test): State<Test>) {
    let _witness = test.begin();
    std::future::pending().await
}

async fn panics(State(test): State<Test>) {
    let _witness = test.begin();
    tokio::task::yield_now().await;
    panic!("a bug");
}

async fn endless(State(test): State<Test>) -> Body {
    let witness = test.begin();
    let frames = futures::stream::repeat_with(move || {
        let _ = &witness;
        Ok::<_, std::convert::Infallible>(Bytes::from(TENANT.get().expect("in the context")))
    });
    Body::from_stream(frames.then(async |frame| {
        tokio::time::sleep(Duration::from_millis(1)).await;
        frame
    }))
}

async fn says_hello(address: std::net::SocketAddr) {
    let request =
        Request::get(format!("http://{address}/hello")).header("x-tenant", "next").body(Body::empty()).unwrap();
    let response = client(false).request(request).await.expect("the server goes on");
    assert_eq!(response.into_body().collect().await.unwrap().to_bytes(), "next");
}

fn to(path: &str, address: std::net::SocketAddr) -> Request<Body> {
    Request::get(format!("http://{address}{path}")).header("x-tenant", "blue").body(Body::empty()).unwrap()
}

#[tokio::test]
async fn a_client_that_leaves_in_mid_request() {
    for http2 in [false, true] {
        let test = Test::default();
        let address = serve(test.app().0).await;
        let client = client(http2);
        let call = tokio::spawn(client.request(to("/forever", address)));
        until("the handler runs", || test.alive.load(Ordering::SeqCst) == 1).await;
        call.abort();
        drop(client);
        test.ended("blue").await;
        says_hello(address).await;
    }
}

#[tokio::test]
async fn a_handler_that_panics() {
    for http2 in [false, true] {
        let test = Test::default();
        let address = serve(test.app().0).await;
        client(http2).request(to("/panic", address)).await.expect_err("hyper has no answer");
        test.ended("blue").await;
        says_hello(address).await;
    }
}

#[tokio::test]
async fn a_panic_that_a_layer_catches() {
    let test = Test::default();
    let (app, _) = test.app();
    let app = app.layer(tower_http::catch_panic::CatchPanicLayer::new());
    let address = serve(app).await;
    let response = client(false).request(to("/panic", address)).await.unwrap();
    assert_eq!(response.status(), 500);
    test.ended("blue").await;
}

#[tokio::test]
async fn a_body_dropped_half_read() {
    for http2 in [false, true] {
        let test = Test::default();
        let address = serve(test.app().0).await;
        let client = client(http2);
        let mut response = client.request(to("/endless", address)).await.unwrap();
        for _ in 0..3 {
            let frame = response.body_mut().frame().await.unwrap().unwrap().into_data().unwrap();
            assert!(frame.chunks(4).all(|text| text == b"blue"));
        }
        assert!(test.dropped.lock().unwrap().is_empty() && test.jobs_of.lock().unwrap().is_empty());
        drop((response, client));
        test.ended("blue").await;
        says_hello(address).await;
    }
}

/// Bytes that are no request, and a request that ends within its headers.
#[tokio::test]
async fn broken_requests() {
    let test = Test::default();
    let address = serve(test.app().0).await;
    for bytes in [&b"\0\x01\x02\r\n\r\n"[..], b"GET /hello HTTP/1.1\r\nx-tenant: bl", b"GET /hello HTTP/9.9\r\n\r\n"] {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(bytes).await.unwrap();
        stream.shutdown().await.unwrap();
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await; // nothing, or an error of HTTP
        assert!(!answer.starts_with(b"HTTP/1.1 200"));
    }
    says_hello(address).await;
}

/// Headers that a stranger sends: dropped and counted, and the request goes on.
#[tokio::test]
async fn hostile_headers_are_dropped() {
    let test = Test::default();
    let address = serve(test.app().0).await;
    let before = IMPORTS.dropped().total();
    let mut count = 0;
    let long = "x".repeat(65);
    for value in ["%0D%0Ax-admin: 1", "a%00b", "%", "%FF", "a,b", "a b", "\u{e9}", long.as_str(), "%1b[31mred"] {
        let request = Request::get(format!("http://{address}/hello"));
        let request = request.header("x-tenant", http::HeaderValue::from_bytes(value.as_bytes()).unwrap());
        let response = client(false).request(request.body(Body::empty()).unwrap()).await.unwrap();
        assert_eq!(response.status(), 200, "{value:?}");
        let id = response.headers()["x-request-id"].to_str().unwrap().to_owned();
        assert_eq!(id.len(), 36);
        assert_eq!(response.into_body().collect().await.unwrap().to_bytes(), "", "{value:?}");
        count += 1;
    }
    let request = to("/hello", address);
    let twice = {
        let mut twice = request;
        twice.headers_mut().append("x-tenant", "red".parse().unwrap());
        twice
    };
    let response = client(true).request(twice).await.unwrap();
    assert_eq!(response.into_body().collect().await.unwrap().to_bytes(), "");
    assert!(IMPORTS.dropped().total() > before + count, "{:?}", IMPORTS.dropped());
}

/// 200 requests are in flight when the server's shutdown begins; each has work after its response.
#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn a_graceful_shutdown_under_load() {
    static LINES: Mutex<Vec<(String, String, String)>> = Mutex::new(Vec::new());
    fn log(what: &str) {
        let (tenant, id) = (TENANT.get().expect("attributed"), REQUEST_ID.get().expect("attributed"));
        assert_eq!(current_request().expect("attributed").id(), &id);
        LINES.lock().unwrap().push((tenant, id.to_string(), what.to_owned()));
    }
    let alive = Arc::new(AtomicUsize::new(0));
    let context = RequestContextLayer::new().incoming(&IMPORTS);
    let jobs = context.jobs();
    let counted = alive.clone();
    let app = Router::new()
        .route(
            "/",
            get(async || {
                log("begins");
                tokio::time::sleep(Duration::from_millis(50)).await;
                after(async {
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    log("after");
                })
                .unwrap();
                tokio::spawn(async { log("spawned") }).await.unwrap();
                tokio::task::spawn_blocking(|| log("blocking")).await.unwrap();
                "done"
            }),
        )
        .layer(bind(&COUNTED, move |_| {
            let counted = Arc::new(Counted::new(&counted));
            async { Ok::<_, Response>(counted) }
        }))
        .layer(context);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let server = axum::serve(listener, app).with_graceful_shutdown(async { stopped.await.unwrap_or(()) });
    let server = tokio::spawn(async move { server.await });
    let client = client(false);
    let calls: Vec<_> = (0..200)
        .map(|number| {
            let request = Request::get(format!("http://{address}/")).header("x-tenant", format!("tenant-{number}"));
            tokio::spawn(client.request(request.body(Body::empty()).unwrap()))
        })
        .collect();
    until("all requests are in flight", || {
        LINES.lock().unwrap().iter().filter(|line| line.2 == "begins").count() == 200
    })
    .await;
    stop.send(()).unwrap();
    for call in calls {
        assert_eq!(call.await.unwrap().unwrap().into_body().collect().await.unwrap().to_bytes(), "done");
    }
    drop(client);
    server.await.unwrap().unwrap();
    jobs.shutdown(Duration::from_secs(20)).await.unwrap();
    assert_eq!((jobs.len(), alive.load(Ordering::SeqCst)), (0, 0));
    let mut lines = std::mem::take(&mut *LINES.lock().unwrap());
    assert_eq!(lines.len(), 800);
    lines.sort();
    for lines in lines.chunks(4) {
        let [first, rest @ ..] = lines else { unreachable!() };
        assert!(rest.iter().all(|line| (&line.0, &line.1) == (&first.0, &first.1)), "{lines:?}");
        let what: Vec<&str> = lines.iter().map(|line| &*line.2).collect();
        assert_eq!(what, ["after", "begins", "blocking", "spawned"]);
    }
}
