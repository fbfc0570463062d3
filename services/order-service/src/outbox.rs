//! Messages that are written in the transaction of an order and sent after it: none is lost when
//! the broker is down, and none is sent of an order that was rolled back.
//!
//! A row holds the headers of its message. It is sent in the context of its request.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use asynccontext::Propagate;
use asynccontext::carrier::{Incoming, Outgoing};
use futures::TryFutureExt;
use futures::future::join_all;
use tokio::sync::Notify;
use tokio::time::{sleep, timeout};

use crate::context;
use crate::database::{Database, on};
use crate::invoices::Invoice;
use crate::orders::Problem;
use crate::parts;
use crate::queue::{Failure, Queue};

#[derive(Clone, Debug)]
pub struct Outbox {
    database: Database,
    added: Arc<Notify>,
}

type Row = (String, String, String);

impl Outbox {
    pub fn new(database: Database) -> Outbox {
        Outbox { database, added: Arc::default() }
    }

    /// Adds a job, in the transaction that is open.
    pub async fn add(&self, job: &Invoice) -> Result<(), Problem> {
        let mut headers = HashMap::<String, String>::new();
        if let Err(error) = context::TO_JOBS.inject(&mut headers) {
            tracing::warn!(%error, "a variable is left out");
        }
        let insert = "INSERT INTO outbox (id, headers, body) VALUES ($1, $2, $3)";
        let id = uuid::Uuid::now_v7().to_string();
        let (headers, body) = (serde_json::to_string(&headers)?, serde_json::to_string(job)?);
        on!(self.database, |db| sqlx::query(insert).bind(id).bind(headers).bind(body).execute(db).map_ok(drop))?;
        Ok(())
    }

    /// Says that there is something to send.
    pub fn wake(&self) {
        self.added.notify_one();
    }

    /// Sends what is added, without end. What can't be sent now is sent later.
    pub async fn send_all(self, mut queue: Queue) {
        loop {
            match self.send_some(&queue).await {
                Ok(true) => {}
                Ok(false) => _ = timeout(Duration::from_secs(1), self.added.notified()).await,
                Err(error) => {
                    tracing::warn!(error = parts::with_sources(&error), "messages wait");
                    sleep(Duration::from_millis(200)).await;
                    queue.connect_again().await;
                }
            }
        }
    }

    /// Waits until everything is sent.
    pub async fn is_empty(&self) {
        let count = "SELECT count(*) FROM outbox";
        while !matches!(on!(self.database, |db| sqlx::query_scalar::<_, i64>(count).fetch_one(db)), Ok(0)) {
            self.wake();
            sleep(Duration::from_millis(20)).await;
        }
    }

    /// Sends up to a hundred messages, and returns whether there were any.
    async fn send_some(&self, queue: &Queue) -> Result<bool, Unsent> {
        let select = "SELECT id, headers, body FROM outbox ORDER BY id LIMIT 100";
        let rows: Vec<Row> = on!(self.database, |db| sqlx::query_as(select).fetch_all(db))?;
        let sent = join_all(rows.iter().map(|(_, headers, body)| {
            let headers: HashMap<String, String> = serde_json::from_str(headers).unwrap_or_default();
            let snapshot = context::FROM_JOBS.extract(&headers);
            send(queue, body).with_snapshot(snapshot)
        }));
        let sent = sent.await;
        for ((id, _, _), _) in rows.iter().zip(&sent).filter(|(_, sent)| sent.is_ok()) {
            let delete = "DELETE FROM outbox WHERE id = $1";
            on!(self.database, |db| sqlx::query(delete).bind(id).execute(db).map_ok(drop))?;
        }
        sent.into_iter().collect::<Result<(), Failure>>().map_err(Unsent::Queue)?;
        Ok(!rows.is_empty())
    }
}

#[derive(Debug, thiserror::Error)]
enum Unsent {
    #[error("the database failed")]
    Database(#[from] sqlx::Error),
    #[error("the queue failed")]
    Queue(#[source] Failure),
}

async fn send(queue: &Queue, body: &str) -> Result<(), Failure> {
    match serde_json::from_str::<Invoice>(body) {
        Ok(job) => queue.send(job).await.inspect_err(|error| tracing::warn!(%error, "not sent yet")),
        Err(error) => {
            tracing::error!(%error, "a job that nobody can read is dropped");
            Ok(())
        }
    }
}
