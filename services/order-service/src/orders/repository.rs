//! Orders in the database.

use asynccontext_tower::REQUEST_ID;
use futures::TryFutureExt;
use serde::Serialize;
use sqlx::FromRow;

use super::{Order, Problem, Wish};
use crate::context::TENANT;
use crate::database::{Database, on};

#[derive(Clone, Debug)]
pub struct Repository {
    pub database: Database,
}

/// An order as it is stored, with the request and the tenant that it was placed in.
#[derive(Debug, FromRow, Serialize)]
pub struct Stored {
    pub id: String,
    pub request_id: String,
    pub tenant: String,
    pub item: String,
}

impl Repository {
    pub async fn insert(&self, wish: Wish, total: i64) -> Result<Order, Problem> {
        let id = uuid::Uuid::now_v7().to_string();
        let insert =
            "INSERT INTO orders (id, request_id, tenant, item, quantity, total) VALUES ($1, $2, $3, $4, $5, $6)";
        let request_id = REQUEST_ID.get().map(|id| id.to_string()).unwrap_or_default();
        let tenant = TENANT.get().unwrap_or_default();
        on!(self.database, |db| {
            let insert = sqlx::query(insert).bind(&id).bind(request_id).bind(tenant).bind(&wish.item);
            insert.bind(i64::from(wish.quantity)).bind(total).execute(db).map_ok(drop)
        })?;
        tracing::info!(order = id, "stored");
        Ok(Order { id, item: wish.item, quantity: wish.quantity, total })
    }

    /// Returns orders of the tenant, at most a hundred, with ids after `last`.
    pub async fn of_tenant_after(&self, last: &str) -> Result<Vec<Stored>, sqlx::Error> {
        let select =
            "SELECT id, request_id, tenant, item FROM orders WHERE tenant = $1 AND id > $2 ORDER BY id LIMIT 100";
        let tenant = TENANT.get().unwrap_or_default();
        on!(self.database, |db| sqlx::query_as(select).bind(tenant).bind(last).fetch_all(db))
    }

    pub async fn all(&self) -> Result<Vec<Stored>, sqlx::Error> {
        let select = "SELECT id, request_id, tenant, item FROM orders ORDER BY id";
        on!(self.database, |db| sqlx::query_as(select).fetch_all(db))
    }
}
