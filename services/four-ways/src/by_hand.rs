//! The service with the id passed through every function.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::HeaderMap; // plumbing
use axum::response::IntoResponse; // plumbing
use axum::{Router, response::Response, routing::get};
use futures::{StreamExt, stream};
use tokio::sync::oneshot;
use tokio::task::{spawn_blocking, yield_now};

use crate::log::{Log, Place};
use crate::timeout;

type Id = Arc<str>; // plumbing

#[derive(Clone)]
struct Shop {
    log: &'static Log,
    store: Arc<Mutex<HashMap<u64, u64>>>,
}

async fn handler(
    State(shop): State<Shop>,
    Path(order): Path<u64>,
    headers: HeaderMap, // plumbing
) -> Response {
    let id: Id = headers.get("x-request-id").and_then(|id| id.to_str().ok()).unwrap_or("").into(); // plumbing
    shop.log.line(Place::Handler, order, Some(&id));
    let price = service(
        &shop, order, &id, // plumbing
    )
    .await;
    let (ended, end) = oneshot::channel::<()>();
    let log = shop.log;
    let in_task = id.clone(); // plumbing
    tokio::spawn(async move {
        let _ = end.await;
        log.line(Place::After, order, Some(&in_task));
    });
    let in_body = id.clone(); // plumbing
    let chunks = stream::iter(0..3).then(move |n| {
        let _ = &ended; // dropped with the body
        let id = in_body.clone(); // plumbing
        async move {
            yield_now().await;
            log.line(Place::Body, order, Some(&id));
            Ok::<_, Infallible>(format!("{n} {price}\n"))
        }
    });
    ([("x-request-id", &*id)], Body::from_stream(chunks)).into_response() // plumbing
}

async fn service(
    shop: &Shop,
    order: u64,
    id: &Id, // plumbing
) -> u64 {
    let log = shop.log;
    log.line(Place::Service, order, Some(id));
    repository(
        shop, order, id, // plumbing
    )
    .await;
    let in_task = id.clone(); // plumbing
    let task = tokio::spawn(async move {
        yield_now().await;
        log.line(Place::Task, order, Some(&in_task));
    });
    let in_closure = id.clone(); // plumbing
    let price = spawn_blocking(move || {
        log.line(Place::Blocking, order, Some(&in_closure));
        order * 100
    });
    let _ = task.await;
    price.await.unwrap_or_default()
}

async fn repository(
    shop: &Shop,
    order: u64,
    id: &Id, // plumbing
) {
    shop.log.line(Place::Repository, order, Some(id));
    shop.store.lock().unwrap_or_else(PoisonError::into_inner).insert(order % 1024, order);
}

pub(crate) fn app(log: &'static Log) -> Router {
    let shop = Shop { log, store: Arc::default() };
    let app = Router::new().route("/orders/{order}", get(handler)).with_state(shop);
    app.layer(timeout())
}
