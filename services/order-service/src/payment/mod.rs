//! Payments, which another process makes.

mod client;
mod server;

pub use client::{Error, Payments};
pub use server::routes;

use serde::{Deserialize, Serialize};

/// The body of `POST /charges`.
#[derive(Debug, Deserialize, Serialize)]
struct Charge {
    order: String,
    /// In cents.
    amount: i64,
}
