//! The service with spans of `tracing` alone, as people commonly write it: a middleware opens the span,
//! functions are instrumented, and each spawned task is in the current span. Closures on blocking
//! threads and the stream of the body are not. A layer reads the id from the spans of each event.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::Body;
use axum::extract::Request; // plumbing
use axum::extract::{Path, State};
use axum::http::HeaderName; // plumbing
use axum::middleware::{Next, from_fn}; // plumbing
use axum::{Router, response::Response, routing::get};
use futures::{StreamExt, stream};
use tokio::sync::oneshot;
use tokio::task::{spawn_blocking, yield_now};

use tracing::{Instrument, info_span, instrument}; // plumbing

use crate::log::{Log, Place};
use crate::spans::id_of_span;
use crate::timeout; // plumbing

fn line(log: &Log, place: Place, order: u64) {
    id_of_span(|id| log.line(place, order, id)); // plumbing
}

async fn middleware(request: Request, next: Next) -> Response {
    // plumbing
    let id = request.headers().get("x-request-id").cloned(); // plumbing
    let text = id.as_ref().and_then(|id| id.to_str().ok()).unwrap_or(""); // plumbing
    let span = info_span!("request", id = text); // plumbing
    let mut response = next.run(request).instrument(span).await; // plumbing
    response.headers_mut().extend(id.map(|id| (HeaderName::from_static("x-request-id"), id))); // plumbing
    response // plumbing
} // plumbing

#[derive(Clone)]
struct Shop {
    log: &'static Log,
    store: Arc<Mutex<HashMap<u64, u64>>>,
}

#[instrument(skip_all)] // plumbing
async fn handler(State(shop): State<Shop>, Path(order): Path<u64>) -> Response {
    line(shop.log, Place::Handler, order);
    let price = service(&shop, order).await;
    let (ended, end) = oneshot::channel::<()>();
    let log = shop.log;
    let after = async move {
        let _ = end.await;
        line(log, Place::After, order);
    };
    let after = after.in_current_span(); // plumbing
    tokio::spawn(after);
    let chunks = stream::iter(0..3).then(move |n| {
        let _ = &ended; // dropped with the body
        async move {
            yield_now().await;
            line(log, Place::Body, order);
            Ok::<_, Infallible>(format!("{n} {price}\n"))
        }
    });
    Response::new(Body::from_stream(chunks))
}

#[instrument(skip_all)] // plumbing
async fn service(shop: &Shop, order: u64) -> u64 {
    let log = shop.log;
    line(log, Place::Service, order);
    repository(shop, order).await;
    let task = async move {
        yield_now().await;
        line(log, Place::Task, order);
    };
    let task = task.in_current_span(); // plumbing
    let task = tokio::spawn(task);
    let price = spawn_blocking(move || {
        line(log, Place::Blocking, order);
        order * 100
    });
    let _ = task.await;
    price.await.unwrap_or_default()
}

#[instrument(skip_all)] // plumbing
async fn repository(shop: &Shop, order: u64) {
    line(shop.log, Place::Repository, order);
    shop.store.lock().unwrap_or_else(PoisonError::into_inner).insert(order % 1024, order);
}

pub(crate) fn app(log: &'static Log) -> Router {
    crate::spans::install(); // plumbing
    let shop = Shop { log, store: Arc::default() };
    let app = Router::new().route("/orders/{order}", get(handler)).with_state(shop);
    app.layer((
        from_fn(middleware), // plumbing
        timeout(),
    ))
}
