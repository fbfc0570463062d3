//! The inventory: what is in stock, at which price.

use super::{Problem, Wish};
use crate::database::{Database, on};

#[derive(Clone, Debug)]
pub struct Inventory {
    database: Database,
}

impl Inventory {
    pub fn new(database: Database) -> Inventory {
        Inventory { database }
    }

    /// Takes what is wished from the stock and returns the price of all.
    pub async fn reserve(&self, wish: &Wish) -> Result<i64, Problem> {
        let take = "UPDATE inventory SET stock = stock - $1 WHERE item = $2 AND stock >= $1 RETURNING price";
        let (quantity, item) = (i64::from(wish.quantity), &wish.item);
        let price: Option<i64> =
            on!(self.database, |db| sqlx::query_scalar(take).bind(quantity).bind(item).fetch_optional(db))?;
        if let Some(price) = price {
            tracing::info!("reserved");
            return Ok(price * quantity);
        }
        let select = "SELECT stock FROM inventory WHERE item = $1";
        match on!(self.database, |db| sqlx::query_scalar(select).bind(item).fetch_optional(db))? {
            Some(left) => Err(Problem::SoldOut { item: wish.item.clone(), left }),
            None => Err(Problem::NoSuchItem(wish.item.clone())),
        }
    }
}
