//! Jobs of apalis in Redis.

use apalis::prelude::*;
use apalis_redis::{Config, ConnectionManager, RedisStorage};
use asynccontext_apalis::{ContextLayer, TaskExt};

use super::Failure;
use crate::context::{FROM_JOBS, TO_JOBS};
use crate::invoices::{Invoice, Printer};

type Storage = RedisStorage<Invoice>;

#[derive(Clone)]
pub struct Queue(ConnectionManager);

impl std::fmt::Debug for Queue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Queue").finish_non_exhaustive()
    }
}

impl Queue {
    pub async fn connect(url: &str) -> Result<Queue, Failure> {
        Ok(Queue(apalis_redis::connect(url).await?))
    }

    fn storage(&self) -> Storage {
        RedisStorage::new(self.0.clone()).with_config(Config::default().queue("invoices"))
    }

    pub async fn send(&self, job: Invoice) -> Result<(), Failure> {
        let task = TaskBuilder::new(job).exporting(&TO_JOBS)?.build();
        self.storage().push_task(task).await?;
        Ok(())
    }

    pub async fn work(self, printer: Printer) -> Result<(), Failure> {
        let worker = WorkerBuilder::new("printer").backend(self.storage()).data(printer);
        worker.layer(ContextLayer::new(&FROM_JOBS)).build(print).run().await?;
        Ok(())
    }
}

async fn print(job: Invoice, printer: Data<Printer>) -> Result<(), BoxDynError> {
    Ok(printer.print(job).await?)
}
