//! A matrix: each layer of tower and tower-http, inside and outside the context, with the variable
//! read in the call, its future, each frame of the body and the drops, in memory and over HTTP/1 and
//! HTTP/2.

use std::collections::HashMap;
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use futures::future::BoxFuture;
use http::{Request, Response};
use http_body::Frame;
use http_body_util::BodyExt;
use tower::hedge;
use tower::util::BoxCloneService;
use tower::{BoxError, Layer, Service, ServiceBuilder, ServiceExt};

use crate::server::{IMPORTS, TENANT, client, serve};
use asynccontext_tower::{CaptureLayer, RequestContextLayer, RestoreLayer};

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
enum Place {
    Call,
    Future,
    RequestBody,
    Frame,
    DropOfFuture,
    DropOfBody,
}

/// What one request has seen.
type Log = Arc<Mutex<Vec<(Place, Option<String>)>>>;

/// The logs, by the request's header `x-case`.
static LOGS: Mutex<Option<HashMap<String, Log>>> = Mutex::new(None);

fn log_of(case: &str) -> Log {
    LOGS.lock().unwrap().get_or_insert_default().entry(case.to_owned()).or_default().clone()
}

struct Sees(Log, Place);

impl Sees {
    fn note(&self, place: Place) {
        self.0.lock().unwrap().push((place, TENANT.get()));
    }
}

impl Drop for Sees {
    fn drop(&mut self) {
        self.note(self.1);
    }
}

/// The service at the bottom: it reads the variable wherever its code runs.
#[derive(Clone)]
struct Reads;

impl Service<Request<Body>> for Reads {
    type Response = Response<Body>;
    type Error = BoxError;
    type Future = BoxFuture<'static, Result<Response<Body>, BoxError>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let log = log_of(request.headers()["x-case"].to_str().unwrap());
        let sees = Sees(log.clone(), Place::DropOfFuture);
        sees.note(Place::Call);
        Box::pin(async move {
            tokio::task::yield_now().await;
            sees.note(Place::Future);
            request.into_body().collect().await?; // the body reads it too
            tokio::time::sleep(Duration::from_millis(1)).await;
            sees.note(Place::Future);
            if log.lock().unwrap().iter().filter(|(place, _)| *place == Place::Call).count() == 1 && is_retried(&log) {
                return Err("once more".into());
            }
            Ok(Response::new(Body::new(Frames { left: 3, is_ready: false, sees: Sees(log, Place::DropOfBody) })))
        })
    }
}

/// Requests of this row fail at first.
static RETRIED: Mutex<Vec<usize>> = Mutex::new(Vec::new());

fn is_retried(log: &Log) -> bool {
    RETRIED.lock().unwrap().contains(&(Arc::as_ptr(log) as usize))
}

struct Frames {
    left: u32,
    is_ready: bool,
    sees: Sees,
}

impl HttpBody for Frames {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.is_ready = !self.is_ready;
        if self.is_ready {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        self.sees.note(Place::Frame);
        self.left = self.left.saturating_sub(1); // compression polls once more after the end
        Poll::Ready((self.left > 0).then(|| Ok(Frame::data(Bytes::from_static(&[b'x'; 100])))))
    }
}

/// The body of a request, which notes the variable where it is polled.
struct Sent(Option<Sees>);

impl HttpBody for Sent {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.0.take(); // its drop notes
        Poll::Ready(None)
    }
}

type Boxed = BoxCloneService<Request<Body>, Response<Body>, BoxError>;

fn boxed<S, B>(service: S) -> Boxed
where
    S: Service<Request<Body>, Response = Response<B>, Error: Into<BoxError>> + Clone + Send + 'static,
    S::Future: Send + 'static,
    B: HttpBody<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
{
    service.map_response(|response: Response<B>| response.map(Body::new)).map_err(Into::into).boxed_clone()
}

fn context() -> RequestContextLayer {
    RequestContextLayer::new().incoming(&IMPORTS)
}

/// The service with the layer below the context, and with the layer above it.
fn both<L, B>(layer: L) -> [Boxed; 2]
where
    L: Layer<Boxed>,
    L::Service: Service<Request<Body>, Response = Response<B>, Error: Into<BoxError>> + Clone + Send + 'static,
    <L::Service as Service<Request<Body>>>::Future: Send + 'static,
    B: HttpBody<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
{
    let below = context().layer(boxed(layer.layer(boxed(Reads))));
    let above = layer.layer(boxed(context().layer(Reads)));
    [boxed(below), boxed(above)]
}

#[derive(Clone)]
struct Again;

fn copy(request: &Request<Body>) -> Option<Request<Body>> {
    let mut copy = Request::new(Body::new(Sent(None)));
    *copy.headers_mut() = request.headers().clone();
    Some(copy)
}

impl<R> tower::retry::Policy<Request<Body>, R, BoxError> for Again {
    type Future = std::future::Ready<()>;

    fn retry(&mut self, _: &mut Request<Body>, result: &mut Result<R, BoxError>) -> Option<Self::Future> {
        result.is_err().then(|| std::future::ready(()))
    }

    fn clone_request(&mut self, request: &Request<Body>) -> Option<Request<Body>> {
        copy(request)
    }
}

impl hedge::Policy<Request<Body>> for Again {
    fn clone_request(&self, request: &Request<Body>) -> Option<Request<Body>> {
        copy(request)
    }

    fn can_retry(&self, _: &Request<Body>) -> bool {
        true
    }
}

/// Hedge is no layer, and not `Clone`: one is made for each request.
#[derive(Clone)]
struct HedgeLayer;

impl Layer<Boxed> for HedgeLayer {
    type Service = Boxed;

    fn layer(&self, inner: Boxed) -> Boxed {
        let make = move || hedge::Hedge::new(inner.clone(), Again, 1, 0.0, Duration::from_secs(1));
        let service = tower::service_fn(move |request: Request<Body>| make().oneshot(request));
        boxed(service)
    }
}

/// The stack of `layers` below a buffer, which carries the context.
macro_rules! behind_a_buffer {
    ($($more:tt)*) => {
        both(
            ServiceBuilder::new()
                .layer(CaptureLayer::new())
                .buffer(64)
                .layer(RestoreLayer::new())
                $($more)*
                .into_inner(),
        )
    };
}

fn rows() -> Vec<(&'static str, [Boxed; 2])> {
    use tower_http::{catch_panic, compression, request_id, timeout, trace};
    let long = Duration::from_secs(30);
    vec![
        ("nothing", both(tower::layer::util::Identity::new())),
        ("buffer", behind_a_buffer!()),
        ("timeout", both(tower::timeout::TimeoutLayer::new(long))),
        ("retry", both(tower::retry::RetryLayer::new(Again))),
        ("hedge", both(HedgeLayer)),
        ("load shed", both(tower::load_shed::LoadShedLayer::new())),
        ("concurrency limit", both(tower::limit::ConcurrencyLimitLayer::new(3))),
        ("rate limit", behind_a_buffer!(.rate_limit(1000, long))),
        ("spawn ready", behind_a_buffer!(.layer(tower::spawn_ready::SpawnReadyLayer::new()))),
        ("http timeout", both(timeout::TimeoutLayer::with_status_code(http::StatusCode::REQUEST_TIMEOUT, long))),
        ("compression", both(compression::CompressionLayer::new())),
        ("trace", both(trace::TraceLayer::new_for_http())),
        ("catch panic", both(catch_panic::CatchPanicLayer::new())),
        ("set request id", both(request_id::SetRequestIdLayer::x_request_id(request_id::MakeRequestUuid))),
        ("deadline", both(asynccontext_tower::deadline::DeadlineLayer::new(long))),
    ]
}

/// Sends forty requests of different tenants at once.
async fn send<F, E>(row: &str, way: &str, call: impl Fn(Request<Body>) -> F) -> Vec<String>
where
    F: Future<Output = Result<Response<Body>, E>>,
    E: Into<BoxError>,
{
    let cases: Vec<String> = (0..40).map(|number| format!("{row}, {way}, {number}")).collect();
    let calls = cases.iter().map(|case| {
        let log = log_of(case);
        if row == "retry" {
            RETRIED.lock().unwrap().push(Arc::as_ptr(&log) as usize);
        }
        let body = if way.starts_with("in memory") {
            Body::new(Sent(Some(Sees(log, Place::RequestBody))))
        } else {
            Body::empty()
        };
        let request = Request::get("http://localhost/").header("x-case", case).header("accept-encoding", "gzip");
        call(request.header("x-tenant", case.replace([',', ' '], "-")).body(body).unwrap())
    });
    for response in futures::future::join_all(calls).await {
        let response = response.map_err(Into::into).unwrap_or_else(|error| panic!("{row}, {way}: {error}"));
        assert_eq!(response.status(), 200, "{row}, {way}");
        assert_eq!(response.headers().contains_key("content-encoding"), row == "compression", "{row}");
        let body = response.into_body().collect().await.expect("the whole body").to_bytes();
        assert!(body.len() == 200 || row == "compression", "{row}, {way}: {}", body.len());
    }
    cases
}

/// Every place was reached, and saw the request's own tenant.
fn check(row: &str, case: &str, places: &[Place]) {
    let log = log_of(case);
    let log = log.lock().unwrap();
    let tenant = case.replace([',', ' '], "-");
    for (place, seen) in &*log {
        assert_eq!(seen.as_ref(), Some(&tenant), "{case}: {place:?} in {log:?}");
    }
    for place in places {
        let count = log.iter().filter(|(other, _)| other == place).count();
        let wanted = match place {
            Place::Call if row == "retry" => 2..=2,
            Place::Frame => 3..=6,
            _ => 1..=4,
        };
        assert!(wanted.contains(&count), "{case}: {place:?} {count} times");
    }
}

const PLACES: [Place; 5] = [Place::Call, Place::Future, Place::Frame, Place::DropOfFuture, Place::DropOfBody];

#[tokio::test]
async fn in_memory() {
    for (row, services) in rows() {
        for (service, way) in services.into_iter().zip(["in memory below", "in memory above"]) {
            // A limited service is ready one request at a time, as in a server.
            let cases = send(row, way, |request| service.clone().oneshot(request)).await;
            for case in cases {
                check(row, &case, &PLACES);
                if row != "retry" && row != "hedge" {
                    check(row, &case, &[Place::RequestBody]);
                }
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn over_http() {
    for (row, services) in rows() {
        for (service, side) in services.into_iter().zip(["below", "above"]) {
            let address = serve(service).await;
            for (http2, version) in [(false, "HTTP/1"), (true, "HTTP/2")] {
                let client = client(http2);
                let way = format!("{version} {side}");
                let cases = send(row, &way, |mut request| {
                    *request.uri_mut() = format!("http://{address}/").parse().unwrap();
                    let client = client.clone();
                    async move { client.request(request).await.map(|response| response.map(Body::new)) }
                });
                for case in cases.await {
                    let log = log_of(&case);
                    crate::server::until("the body is dropped", || {
                        log.lock().unwrap().iter().any(|(place, _)| *place == Place::DropOfBody)
                    })
                    .await;
                    check(row, &case, &PLACES);
                }
            }
        }
    }
}

/// The known limit: without the two layers, the call itself runs in the buffer's task.
#[tokio::test]
async fn a_bare_buffer_loses_the_context_of_the_call_only() {
    let service = boxed(context().layer(boxed(ServiceBuilder::new().buffer(4).service(Reads))));
    let cases = send("bare buffer", "alone", |request| service.clone().oneshot(request)).await;
    for case in cases {
        let log = log_of(&case);
        for (place, seen) in &*log.lock().unwrap() {
            assert_eq!(seen.is_none(), *place == Place::Call, "{place:?}");
        }
    }
}
