//! The service with the layer of `asynccontext-tower` and the spawns of `asynccontext::tokio`.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};

use asynccontext::{carrier::Imports, tokio}; // plumbing
use asynccontext_tower::{REQUEST_ID, RequestContextLayer}; // plumbing
use axum::body::Body;
use axum::extract::{Path, State};
use axum::{Router, response::Response, routing::get};
use futures::{StreamExt, stream};
use tokio::sync::oneshot;
use tokio::task::{spawn_blocking, yield_now};

use crate::log::{Log, Place};
use crate::timeout;

static IMPORTS: Imports = Imports::new(&[REQUEST_ID.import()]); // plumbing

fn line(log: &Log, place: Place, order: u64) {
    REQUEST_ID.with(|id| log.line(place, order, id.map(|id| id.as_str()))); // plumbing
}

#[derive(Clone)]
struct Shop {
    log: &'static Log,
    store: Arc<Mutex<HashMap<u64, u64>>>,
}

async fn handler(State(shop): State<Shop>, Path(order): Path<u64>) -> Response {
    line(shop.log, Place::Handler, order);
    let price = service(&shop, order).await;
    let (ended, end) = oneshot::channel::<()>();
    let log = shop.log;
    tokio::spawn(async move {
        let _ = end.await;
        line(log, Place::After, order);
    });
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

async fn service(shop: &Shop, order: u64) -> u64 {
    let log = shop.log;
    line(log, Place::Service, order);
    repository(shop, order).await;
    let task = tokio::spawn(async move {
        yield_now().await;
        line(log, Place::Task, order);
    });
    let price = spawn_blocking(move || {
        line(log, Place::Blocking, order);
        order * 100
    });
    let _ = task.await;
    price.await.unwrap_or_default()
}

async fn repository(shop: &Shop, order: u64) {
    line(shop.log, Place::Repository, order);
    shop.store.lock().unwrap_or_else(PoisonError::into_inner).insert(order % 1024, order);
}

pub(crate) fn app(log: &'static Log) -> Router {
    let shop = Shop { log, store: Arc::default() };
    let app = Router::new().route("/orders/{order}", get(handler)).with_state(shop);
    app.layer((
        RequestContextLayer::new().incoming(&IMPORTS), // plumbing
        timeout(),
    ))
}
