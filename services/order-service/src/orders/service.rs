//! What placing an order consists of.

use super::{Order, Repository, Wish, inventory::Inventory};
use crate::faults;
use crate::invoices::Invoice;
use crate::outbox::Outbox;
use crate::payment::{self, Payments};

#[derive(Clone, Debug)]
pub struct Service {
    pub orders: Repository,
    inventory: Inventory,
    payments: Payments,
    outbox: Outbox,
}

/// Why an order was not placed.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    #[error("an order needs a quantity of 1 to 1000")]
    NoQuantity,
    #[error("there is no item {0:?}")]
    NoSuchItem(String),
    #[error("{left} of {item:?} are left")]
    SoldOut { item: String, left: i64 },
    #[error("the payment was refused: {0}")]
    Refused(String),
    #[error("the payment service failed")]
    Payment(#[source] reqwest_middleware::Error),
    #[error("the transaction failed")]
    Transaction(#[from] asynccontext_sqlx::Error),
    #[error("the database failed")]
    Database(#[from] sqlx::Error),
    #[error("the message could not be written")]
    Message(#[from] serde_json::Error),
}

impl Service {
    pub fn new(orders: Repository, payments: Payments, outbox: Outbox) -> Service {
        let inventory = Inventory::new(orders.database.clone());
        Service { orders, inventory, payments, outbox }
    }

    /// Reserves, charges, and stores the order and the job of its invoice: all or nothing.
    pub async fn place(&self, wish: Wish) -> Result<Order, Problem> {
        if !(1..=1000).contains(&wish.quantity) {
            return Err(Problem::NoQuantity);
        }
        let order = self.orders.database.transaction(async || {
            let total = self.inventory.reserve(&wish).await?;
            let order = self.orders.insert(wish, total).await?;
            faults::at("stored").await;
            self.payments.charge(&order).await.map_err(|error| match error {
                payment::Error::Refused(why) => Problem::Refused(why),
                payment::Error::Failed(error) => Problem::Payment(error),
            })?;
            self.outbox.add(&Invoice { order: order.id.clone(), total }).await?;
            Ok::<_, Problem>(order)
        });
        let order = order.await?;
        self.outbox.wake();
        Ok(order)
    }
}
