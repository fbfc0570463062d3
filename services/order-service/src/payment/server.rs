//! The service that makes payments. It refuses those of more than 1000.00.

use axum::http::StatusCode;
use axum::routing::post;
use axum::{Json, Router};

use super::Charge;
use crate::faults;

const MOST: i64 = 100_000;

pub fn routes() -> Router {
    Router::new().route("/charges", post(charge))
}

async fn charge(Json(charge): Json<Charge>) -> (StatusCode, &'static str) {
    faults::at("charge").await;
    if charge.amount > MOST {
        tracing::warn!(order = charge.order, amount = charge.amount, "charge refused");
        return (StatusCode::PAYMENT_REQUIRED, "more than the card allows");
    }
    tracing::info!(order = charge.order, amount = charge.amount, "charged");
    (StatusCode::OK, "charged")
}
