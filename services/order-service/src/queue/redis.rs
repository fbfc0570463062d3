//! Jobs of apalis in Redis.

use std::time::Duration;

use apalis::prelude::*;
use apalis_redis::{Config, ConnectionManager, RedisStorage};
use asynccontext_apalis::{ContextLayer, TaskExt};

use super::Failure;
use crate::context::{FROM_JOBS, TO_JOBS};
use crate::invoices::{Invoice, Printer};

type Storage = RedisStorage<Invoice>;

#[derive(Clone)]
pub struct Queue {
    connection: ConnectionManager,
    name: String,
}

impl std::fmt::Debug for Queue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Queue").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Queue {
    pub async fn connect(url: &str, name: &str) -> Result<Queue, Failure> {
        Ok(Queue { connection: apalis_redis::connect(url).await?, name: name.to_owned() })
    }

    fn storage(&self) -> Storage {
        // The jobs of a worker that is gone are given to another one after five seconds.
        let config =
            Config::default().queue(&self.name).heartbeat_interval(Duration::from_secs(1)).missed_heartbeats(5);
        RedisStorage::new(self.connection.clone()).with_config(config)
    }

    pub async fn send(&self, job: Invoice) -> Result<(), Failure> {
        let task = TaskBuilder::new(job).exporting(&TO_JOBS)?.build();
        self.storage().push_task(task).await?;
        Ok(())
    }

    pub async fn work(self, printer: Printer) -> Result<(), Failure> {
        // For as long, no other one may have its name.
        let name = format!("printer-{}", uuid::Uuid::now_v7());
        let worker = WorkerBuilder::new(name).backend(self.storage()).data(printer);
        worker.layer(ContextLayer::new(&FROM_JOBS)).build(print).run().await?;
        Ok(())
    }
}

async fn print(job: Invoice, printer: Data<Printer>) -> Result<(), BoxDynError> {
    Ok(printer.print(job).await?)
}
