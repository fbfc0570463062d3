//! The ambient transaction for sqlx.

mod bound;
mod connection;
mod database;
mod error;
mod executor;
mod hooks;
pub mod transaction;

pub use database::AmbientDatabase;
pub use error::{Error, Refused};
pub use executor::{Ambient, AmbientConnection};
pub use transaction::transaction;
