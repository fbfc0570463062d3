//! `POST /orders`.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::{Order, Problem, Service, Wish};

pub async fn place(
    State(service): State<Service>,
    Json(wish): Json<Wish>,
) -> Result<(StatusCode, Json<Order>), Problem> {
    tracing::info!(item = wish.item, quantity = wish.quantity, "order received");
    let order = service.place(wish).await.inspect_err(|problem| tracing::warn!(%problem, "order refused"))?;
    tracing::info!(order = order.id, "order placed");
    Ok((StatusCode::CREATED, Json(order)))
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
