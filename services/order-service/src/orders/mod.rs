//! Orders: from HTTP by the controller, through the service, to the database by the repository.

pub mod controller;
mod inventory;
mod repository;
mod service;

pub use repository::Repository;
pub use service::{Problem, Service};

use serde::{Deserialize, Serialize};

/// What a customer asks for.
#[derive(Clone, Debug, Deserialize)]
pub struct Wish {
    pub item: String,
    pub quantity: u32,
}

/// An order that was placed.
#[derive(Clone, Debug, Serialize)]
pub struct Order {
    pub id: String,
    pub item: String,
    pub quantity: u32,
    /// In cents.
    pub total: i64,
}
