//! Deadlines: the earliest of all limits counts, calls below inherit it, and what is late is
//! cancelled in its own context and answered.

use std::convert::Infallible;
use std::time::Duration;

use asynccontext::Variable;
use asynccontext::carrier::{Exports, Imports};
use asynccontext::tokio;
use asynccontext_tower::RequestContextLayer;
use asynccontext_tower::deadline::{self, DEADLINE, Deadline, DeadlineExceeded, DeadlineLayer, milliseconds};
use axum::body::{Body, Bytes};
use axum::routing::get;
use axum::{Router, response::Response};
use futures::StreamExt;
use http::{HeaderName, Request, StatusCode};
use http_body_util::BodyExt;
use tower::ServiceExt;

use crate::server::{IMPORTS, TENANT, Witness};

const SECOND: Duration = Duration::from_secs(1);

fn left() -> Option<Duration> {
    deadline::current().map(Deadline::left)
}

/// What a handler sees of a request with these headers.
async fn seen(layer: DeadlineLayer, headers: &[(&str, &str)]) -> Option<Duration> {
    let app: Router = Router::new().route("/", get(async || format!("{}", left().unwrap().as_nanos()))).layer(layer);
    let mut request = Request::get("/");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let response = app.oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    std::str::from_utf8(&body).ok()?.parse().ok().map(Duration::from_nanos)
}

#[tokio::test(start_paused = true)]
async fn the_earliest_limit_counts() {
    let layer = || DeadlineLayer::new(10 * SECOND);
    assert_eq!(seen(layer(), &[]).await, Some(10 * SECOND));
    assert_eq!(seen(layer(), &[("grpc-timeout", "250m")]).await, Some(SECOND / 4));
    assert_eq!(seen(layer(), &[("grpc-timeout", "99999999H")]).await, Some(10 * SECOND), "a client can't ask for more");
    for text in ["", "1", "-1S", "1 S", "nan", "1e9S", "123456789S", "\u{e9}"] {
        assert_eq!(seen(layer(), &[("grpc-timeout", text)]).await, Some(10 * SECOND), "{text:?} is ignored");
    }
    assert_eq!(seen(layer(), &[("grpc-timeout", "1S"), ("grpc-timeout", "2S")]).await, Some(10 * SECOND));

    let header = HeaderName::from_static("x-timeout-ms");
    let layer = || DeadlineLayer::new(10 * SECOND).header(header.clone(), milliseconds);
    assert_eq!(seen(layer(), &[("x-timeout-ms", "20"), ("grpc-timeout", "1m")]).await, Some(SECOND / 50));
    let outer = DEADLINE.scope(Deadline::after(SECOND), async { seen(layer(), &[]).await });
    assert_eq!(outer.await, Some(SECOND), "the caller's own");
}

#[tokio::test(start_paused = true)]
async fn calls_to_other_services_get_what_is_left() {
    static EXPORTS: Exports = Exports::new(&[DEADLINE.export()]);
    static FROM_OTHERS: Imports = Imports::new(&[DEADLINE.import().limit(9)]);
    let request = async {
        tokio::time::sleep(SECOND / 4).await; // is spent
        let mut headers = http::HeaderMap::new();
        EXPORTS.inject(&mut headers).unwrap();
        let there = FROM_OTHERS.extract(&headers).snapshot;
        assert_eq!(there.run(left), Some(SECOND * 3 / 4));
        let part = deadline::timeout(SECOND / 2, async {
            let task = tokio::spawn(async { left() });
            task.await.unwrap()
        });
        assert_eq!(part.await, Ok(Some(SECOND / 2)), "a part has less");
        assert_eq!(deadline::timeout(SECOND * 2, async { left() }).await, Ok(Some(SECOND * 3 / 4)));
        assert_eq!(deadline::respect(std::future::pending::<()>()).await, Err::<(), _>(exceeded().await));
        assert!(deadline::current().unwrap().is_over());
        EXPORTS.inject(&mut headers).unwrap();
        assert_eq!(headers["grpc-timeout"], "0n");
    };
    DEADLINE.scope(Deadline::after(SECOND), request).await;
    for text in ["1", "S", "-1S", "123456789S", "1%53"] {
        let carrier = vec![("grpc-timeout".to_owned(), text.to_owned())];
        assert_eq!(FROM_OTHERS.extract(&carrier).refused.len(), usize::from(text != "1%53"), "{text:?}");
    }
}

async fn exceeded() -> DeadlineExceeded {
    deadline::timeout(Duration::ZERO, std::future::pending::<()>()).await.unwrap_err()
}

fn app(witness: Witness) -> Router {
    let witness = std::sync::Mutex::new(Some(witness));
    let witness = std::sync::Arc::new(witness);
    let slow = {
        let witness = witness.clone();
        async move || {
            let _witness = witness.lock().unwrap().take();
            tokio::time::sleep(10 * SECOND).await;
        }
    };
    let stream = async move |ready: bool| {
        let witness = witness.lock().unwrap().take();
        let frames = futures::stream::repeat_with(move || {
            let _ = &witness;
            Bytes::from_static(b"tick")
        });
        Body::from_stream(frames.then(move |frame| async move {
            if ready {
                tokio::time::advance(SECOND / 10).await;
            } else {
                tokio::time::sleep(SECOND / 10).await;
            }
            Ok::<_, Infallible>(frame)
        }))
    };
    let pending = stream.clone();
    Router::new()
        .route("/slow", get(slow))
        .route("/stream", get(async move || pending(false).await))
        .route("/ready", get(async move || stream(true).await))
        .layer(DeadlineLayer::new(SECOND))
        .layer(RequestContextLayer::new().incoming(&IMPORTS))
}

async fn call(app: Router, path: &str, content_type: &str) -> Response {
    let request = Request::post(path).method("GET").header("x-tenant", "blue").header("content-type", content_type);
    app.oneshot(request.body(Body::empty()).unwrap()).await.unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_late_call_is_cancelled_and_answered() {
    let (witness, dropped) = Witness::new();
    let response = call(app(witness), "/slow", "text/plain").await;
    assert_eq!(response.status(), StatusCode::GATEWAY_TIMEOUT);
    assert!(response.headers().contains_key("x-request-id"));
    assert_eq!(*dropped.lock().unwrap(), [Some("blue".to_owned())], "dropped before the answer, in its context");
    assert!(response.into_body().collect().await.unwrap().to_bytes().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_late_grpc_call_has_a_status() {
    for content_type in ["application/grpc", "application/grpc+proto", "application/grpc-web+proto"] {
        let (witness, dropped) = Witness::new();
        let response = call(app(witness), "/slow", content_type).await;
        let header = |name| response.headers()[name].to_str().unwrap();
        assert_eq!((response.status(), header("grpc-status")), (StatusCode::OK, "4"));
        assert_eq!(header("content-type"), content_type);
        assert_eq!(dropped.lock().unwrap().len(), 1);
    }
}

/// A stream whose frames come in time, but which goes on; also one that is always ready.
#[tokio::test(start_paused = true)]
async fn a_body_that_outlives_the_deadline() {
    for path in ["/stream", "/ready"] {
        let (witness, dropped) = Witness::new();
        let mut body = call(app(witness), path, "text/plain").await.into_body();
        let mut frames = 0;
        let error = loop {
            match body.frame().await.expect("it does not end well") {
                Ok(_) => frames += 1,
                Err(error) => break error,
            }
        };
        assert!((8..=10).contains(&frames), "{path}: {frames}");
        let mut cause: &dyn std::error::Error = &error;
        while let Some(source) = cause.source() {
            cause = source;
        }
        assert!(cause.is::<DeadlineExceeded>(), "{cause:?}");
        assert_eq!(*dropped.lock().unwrap(), [Some("blue".to_owned())], "{path}");
        assert!(body.frame().await.is_none());

        let (witness, _dropped) = Witness::new();
        let body = call(app(witness), path, "application/grpc").await.into_body();
        let trailers = body.collect().await.expect("gRPC has trailers").trailers().cloned().unwrap();
        assert_eq!(trailers["grpc-status"], "4");
    }
}

/// Work that outlives the request has no deadline; a task of the request does.
#[tokio::test(start_paused = true)]
async fn jobs_after_the_response_have_no_deadline() {
    static SEEN: Variable<tokio::sync::mpsc::UnboundedSender<Option<Duration>>> = Variable::named("seen");
    let (seen, mut all) = tokio::sync::mpsc::unbounded_channel();
    let context = RequestContextLayer::new();
    let handler = async || {
        asynccontext_tower::after(async { SEEN.get().unwrap().send(left()).unwrap() }).unwrap();
        tokio::spawn(async { SEEN.get().unwrap().send(left()).unwrap() }).await.unwrap();
    };
    let app: Router = Router::new().route("/", get(handler)).layer(DeadlineLayer::new(SECOND)).layer(context);
    let request = Request::get("/").body(Body::empty()).unwrap();
    drop(SEEN.scope(seen, app.oneshot(request)).await.unwrap());
    assert_eq!((all.recv().await.unwrap(), all.recv().await.unwrap()), (Some(SECOND), None));
    let _ = TENANT.get();
}

#[test]
#[should_panic(expected = "timers are disabled")]
fn a_runtime_without_timers_is_named() {
    let app: Router = Router::new().route("/", get(async || ())).layer(DeadlineLayer::new(SECOND));
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(app.oneshot(Request::get("/").body(Body::empty()).unwrap())).unwrap();
}
