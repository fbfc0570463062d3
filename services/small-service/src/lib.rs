//! A small service with everything that services have: axum, tasks of tokio, `JoinSet`,
//! `spawn_blocking`, SSE, JSON logs, a call to another service, SQLite and a queue.
//!
//! Each line that is there for the context ends with `// glue`, imports included; a test counts
//! them. Everything else is what the service would be without any context. No function has a
//! parameter for the request's id or its user, and each line of the log has both.

use std::convert::Infallible;
use std::error::Error;
use std::net::SocketAddr;
use std::time::Duration;

use asynccontext::{Carried, Variable, carrier::Exported, carrier::Exports, carrier::Imports, tokio}; // glue
use asynccontext_reqwest::{Destinations, client}; // glue
use asynccontext_sqlx::{Ambient, transaction}; // glue
use asynccontext_tower::{REQUEST_ID, RequestContextLayer, bind}; // glue
use asynccontext_tracing::{Field, Fields}; // glue
use axum::extract::{Path, State};
use axum::http::{StatusCode, request::Parts};
use axum::response::sse::{Event, Sse};
use axum::response::{IntoResponse, Response};
use axum::{Router, routing::get, routing::post};
use futures::{Stream, StreamExt, stream};
use sqlx::SqlitePool;
use tokio::net::TcpListener;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::task::{JoinSet, spawn_blocking};
use tracing::level_filters::LevelFilter;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::prelude::*;

type BoxError = Box<dyn Error + Send + Sync>;

static USER: Exported<String> = Variable::named("user").exported("x-user"); // glue
static BETWEEN_SERVICES: Exports = Exports::new(&[REQUEST_ID.export(), USER.export()]); // glue
static FROM_SERVICES: Imports = Imports::new(&[REQUEST_ID.import(), USER.import().limit(64)]); // glue

/// Writes the log as JSON.
pub fn log_to<W: for<'a> MakeWriter<'a> + Send + Sync + 'static>(writer: W) {
    let lines = tracing_subscriber::fmt::layer().json().with_writer(writer);
    let fields = Fields::new([Field::display(&REQUEST_ID).named("request_id"), Field::display(&USER)]); // glue
    let log = tracing_subscriber::registry().with(LevelFilter::INFO);
    log.with(fields.layer(lines)).init(); // glue
}

struct Invoice {
    order: i64,
}

type Message = Carried<Invoice>; // glue

#[derive(Clone)]
struct Shop {
    pool: SqlitePool,
    http: reqwest_middleware::ClientWithMiddleware, // glue
    inventory: SocketAddr,
    invoices: Sender<Message>,
}

impl Shop {
    async fn order(&self, item: &str) -> Result<i64, BoxError> {
        let insert_and_reserve = async || {
            let order = self.insert(item).await?;
            self.reserve(item).await?; // an error rolls the order back
            Ok::<_, BoxError>(order)
        };
        let order = transaction(&self.pool, insert_and_reserve).await?; // glue
        let mut checks = JoinSet::new();
        for check in ["fraud", "address"] {
            checks.spawn(async move { tracing::info!(check, "checked") });
        }
        checks.join_all().await;
        let price = spawn_blocking(move || {
            tracing::info!("priced");
            order * 100
        });
        let price = price.await?;
        tracing::info!(price, "ordered");
        self.invoices.send(Carried::new(Invoice { order })).await?; // glue
        Ok(order)
    }

    async fn insert(&self, item: &str) -> sqlx::Result<i64> {
        let query = sqlx::query("INSERT INTO orders (item) VALUES (?)").bind(item);
        let order = query.execute(&Ambient::new(&self.pool)).await?; // glue
        tracing::info!(item, "inserted");
        Ok(order.last_insert_rowid())
    }

    async fn reserve(&self, item: &str) -> Result<(), BoxError> {
        let response = self.http.post(format!("http://{}/reserve/{item}", self.inventory)).send().await?;
        Ok(response.error_for_status().map(drop)?)
    }
}

async fn place(State(shop): State<Shop>, Path(item): Path<String>) -> Result<String, StatusCode> {
    let order = shop.order(&item).await.map_err(|error| {
        tracing::warn!(error, "refused");
        StatusCode::CONFLICT
    })?;
    Ok(order.to_string())
}

/// The state of an order, as it changes.
async fn follow(Path(order): Path<i64>) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let states = stream::iter(["paid", "packed", "sent"]).then(move |state| async move {
        tokio::time::sleep(Duration::from_millis(1)).await;
        tracing::info!(order, state, "told");
        Ok(Event::default().data(state))
    });
    Sse::new(states)
}

/// The user by the token of the request.
fn authenticate(parts: &Parts) -> impl Future<Output = Result<String, Response>> + use<> {
    let token = parts.headers.get("authorization").and_then(|value| value.to_str().ok()).map(str::to_owned);
    let user = token.and_then(|token| token.strip_prefix("Bearer ").map(str::to_owned));
    async { user.ok_or_else(|| StatusCode::UNAUTHORIZED.into_response()) }
}

/// Writes the invoices, in a task of its own.
async fn write_invoices(mut invoices: Receiver<Message>, db: SqlitePool) {
    while let Some(message) = invoices.recv().await {
        let write = async |invoice: Invoice| {
            let query = sqlx::query("INSERT INTO invoices VALUES (?)").bind(invoice.order);
            let result = query.execute(&db).await;
            tracing::info!(order = invoice.order, written = result.is_ok(), "invoice");
        };
        message.handle_async(write).await; // glue
    }
}

/// The other service.
fn inventory() -> Router {
    let reserve = async |Path(item): Path<String>| {
        tracing::info!(item, "reserved");
        if item == "nothing" { StatusCode::NOT_FOUND } else { StatusCode::OK }
    };
    let app = Router::new().route("/reserve/{item}", post(reserve));
    app.layer(RequestContextLayer::new().incoming(&FROM_SERVICES)) // glue
}

/// Starts both services and the writer of invoices. Returns the address of the shop.
pub async fn start(pool: SqlitePool) -> Result<SocketAddr, BoxError> {
    let tables = "CREATE TABLE orders (id INTEGER PRIMARY KEY, item TEXT); CREATE TABLE invoices (id INTEGER)";
    sqlx::raw_sql(tables).execute(&pool).await?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tokio::spawn(async { axum::serve(listener, inventory()).await });

    let http = client(reqwest::Client::builder(), Destinations::new().to(&address.to_string(), BETWEEN_SERVICES))?; // glue
    let (invoices, queue) = channel(100);
    tokio::spawn(write_invoices(queue, pool.clone()));
    let shop = Shop { pool, http, inventory: address, invoices };
    let app = Router::new()
        .route("/orders/{item}", post(place))
        .route("/states/{order}", get(follow))
        .with_state(shop)
        .layer(bind(&USER, authenticate)) // glue
        .layer(RequestContextLayer::new()); // glue
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tokio::spawn(async { axum::serve(listener, app).await });
    Ok(address)
}
