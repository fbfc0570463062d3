//! The queue of jobs: in this process, or at a broker.

mod memory;
mod nats;
mod rabbitmq;
mod redis;

use std::error::Error;
use std::str::FromStr;
use std::time::Duration;

use asynccontext::Scoped;
use tokio::time::sleep;

use crate::invoices::{Invoice, Printer};
use crate::parts;

/// Where jobs are queued, as the command line says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum At {
    Memory,
    Nats(String),
    RabbitMq(String),
    Redis(String),
}

impl FromStr for At {
    type Err = String;

    fn from_str(text: &str) -> Result<At, String> {
        let url = || text.to_owned();
        match text.split_once(':').map_or(text, |(scheme, _)| scheme) {
            "memory" => Ok(At::Memory),
            "nats" => Ok(At::Nats(url())),
            "amqp" => Ok(At::RabbitMq(url())),
            "redis" => Ok(At::Redis(url())),
            _ => Err(format!("{text:?} is not `memory`, nats://…, amqp://… or redis://…")),
        }
    }
}

impl At {
    /// The broker's address.
    pub fn url(&self) -> Option<&str> {
        match self {
            At::Memory => None,
            At::Nats(url) | At::RabbitMq(url) | At::Redis(url) => Some(url),
        }
    }
}

/// A connection to the queue.
#[derive(Clone, Debug)]
pub struct Queue {
    at: At,
    name: String,
    connection: Connection,
}

#[derive(Clone, Debug)]
enum Connection {
    Memory(memory::Queue),
    Nats(Box<nats::Queue>),
    RabbitMq(rabbitmq::Queue),
    Redis(redis::Queue),
}

pub type Failure = Box<dyn Error + Send + Sync>;

impl Queue {
    pub async fn connect(at: &At, name: &str) -> Result<Queue, Failure> {
        let connection = match at {
            At::Memory => Connection::Memory(memory::Queue::default()),
            At::Nats(url) => Connection::Nats(Box::new(nats::Queue::connect(url, name).await?)),
            At::RabbitMq(url) => Connection::RabbitMq(rabbitmq::Queue::connect(url, name).await?),
            At::Redis(url) => Connection::Redis(redis::Queue::connect(url, name).await?),
        };
        Ok(Queue { at: at.clone(), name: name.to_owned(), connection })
    }

    /// Connects again, as often as it takes: the broker may be restarting.
    pub async fn connect_again(&mut self) {
        if self.at == At::Memory {
            return;
        }
        loop {
            match Queue::connect(&self.at, &self.name).await {
                Ok(queue) => return *self = queue,
                Err(error) => tracing::warn!(%error, "the broker does not answer"),
            }
            sleep(Duration::from_millis(200)).await;
        }
    }

    /// Sends a job with the current context. It is stored when this returns.
    pub async fn send(&self, job: Invoice) -> Result<(), Failure> {
        match &self.connection {
            Connection::Memory(queue) => queue.send(job).await,
            Connection::Nats(queue) => queue.send(&job).await,
            Connection::RabbitMq(queue) => queue.send(&job).await,
            Connection::Redis(queue) => queue.send(job).await,
        }
    }

    /// Handles jobs without end, each in the context that it was sent in.
    pub async fn work(mut self, printer: Printer) {
        loop {
            // A task of its own, which may panic.
            match tokio::spawn(self.clone().handle_jobs(printer.clone())).await {
                Ok(Ok(())) => tracing::warn!("the broker has ended the delivery of jobs"),
                Ok(Err(error)) => tracing::warn!(%error, "the broker delivers no jobs"),
                Err(error) => tracing::warn!(%error, "a job has ended its worker"),
            }
            self.connect_again().await;
        }
    }

    async fn handle_jobs(self, printer: Printer) -> Result<(), Failure> {
        match self.connection {
            Connection::Memory(queue) => queue.work(printer).await,
            Connection::Nats(queue) => queue.work(printer).await,
            Connection::RabbitMq(queue) => queue.work(printer).await,
            Connection::Redis(queue) => queue.work(printer).await,
        }
    }
}

/// Waits for a job, and logs its failure in its context.
async fn log_failure<E: Error + 'static>(handled: Scoped<impl Future<Output = Result<(), E>>>) {
    let snapshot = handled.snapshot();
    if let Err(error) = handled.await {
        snapshot.run(|| tracing::error!(error = parts::with_sources(&error), "no invoice"));
    }
}
