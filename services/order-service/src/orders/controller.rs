//! `POST /orders` and `GET /orders`.

use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use futures::stream::try_unfold;
use serde_json::json;

use super::{Order, Problem, Repository, Service, Wish};

pub async fn place(
    State(service): State<Service>,
    Json(wish): Json<Wish>,
) -> Result<(StatusCode, Json<Order>), Problem> {
    tracing::info!(item = wish.item, quantity = wish.quantity, "order received");
    let order = service.place(wish).await.inspect_err(|problem| tracing::warn!(%problem, "order refused"))?;
    tracing::info!(order = order.id, "order placed");
    Ok((StatusCode::CREATED, Json(order)))
}

/// Streams the orders of the tenant, one a line. They are read while the client reads, in the context of
/// its request.
pub async fn list(State(service): State<Service>) -> Response {
    let lines = try_unfold(Listing::of(service.orders), Listing::next);
    ([(CONTENT_TYPE, "application/x-ndjson")], Body::from_stream(lines)).into_response()
}

/// A list that is being sent.
struct Listing {
    orders: Repository,
    /// The id of the last order that was sent.
    last: String,
    number: usize,
    is_done: bool,
}

impl Listing {
    fn of(orders: Repository) -> Listing {
        Listing { orders, last: String::new(), number: 0, is_done: false }
    }

    /// Returns the next lines, if there are any.
    async fn next(mut self) -> Result<Option<(Bytes, Listing)>, Problem> {
        let page = self.orders.of_tenant_after(&self.last).await?;
        let Some(last) = page.last() else {
            self.is_done = true;
            return Ok(None);
        };
        self.last.clone_from(&last.id);
        self.number += page.len();
        let mut lines = Vec::new();
        for order in &page {
            serde_json::to_writer(&mut lines, order)?;
            lines.push(b'\n');
        }
        tracing::info!(number = page.len(), "orders listed");
        Ok(Some((Bytes::from(lines), self)))
    }
}

impl Drop for Listing {
    fn drop(&mut self) {
        if self.is_done {
            tracing::info!(number = self.number, "list sent");
        } else {
            tracing::warn!(number = self.number, "list not read to its end");
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = match self {
            Problem::NoSuchItem(_) => StatusCode::NOT_FOUND,
            Problem::SoldOut { .. } => StatusCode::CONFLICT,
            Problem::Refused(_) => StatusCode::PAYMENT_REQUIRED,
            Problem::NoQuantity => StatusCode::UNPROCESSABLE_ENTITY,
            Problem::Payment(_) => StatusCode::BAD_GATEWAY,
            Problem::Transaction(_) | Problem::Database(_) | Problem::Message(_) => StatusCode::INTERNAL_SERVER_ERROR,
        };
        (status, Json(json!({ "error": self.to_string() }))).into_response()
    }
}
