//! The queue of jobs: in this process, or at a broker.

mod memory;
mod nats;
mod rabbitmq;
mod redis;

use std::error::Error;
use std::str::FromStr;

use crate::invoices::{Invoice, Printer};

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
pub enum Queue {
    Memory(memory::Queue),
    Nats(Box<nats::Queue>),
    RabbitMq(rabbitmq::Queue),
    Redis(redis::Queue),
}

pub type Failure = Box<dyn Error + Send + Sync>;

impl Queue {
    pub async fn connect(at: &At) -> Result<Queue, Failure> {
        Ok(match at {
            At::Memory => Queue::Memory(memory::Queue::default()),
            At::Nats(url) => Queue::Nats(Box::new(nats::Queue::connect(url).await?)),
            At::RabbitMq(url) => Queue::RabbitMq(rabbitmq::Queue::connect(url).await?),
            At::Redis(url) => Queue::Redis(redis::Queue::connect(url).await?),
        })
    }

    /// Sends a job with the current context. It is stored when this returns.
    pub async fn send(&self, job: Invoice) -> Result<(), Failure> {
        match self {
            Queue::Memory(queue) => queue.send(job),
            Queue::Nats(queue) => queue.send(&job).await,
            Queue::RabbitMq(queue) => queue.send(&job).await,
            Queue::Redis(queue) => queue.send(job).await,
        }
    }

    /// Handles jobs without end, each in the context that it was sent in.
    pub async fn work(self, printer: Printer) -> Result<(), Failure> {
        match self {
            Queue::Memory(queue) => queue.work(printer).await,
            Queue::Nats(queue) => queue.work(printer).await,
            Queue::RabbitMq(queue) => queue.work(printer).await,
            Queue::Redis(queue) => queue.work(printer).await,
        }
    }
}
