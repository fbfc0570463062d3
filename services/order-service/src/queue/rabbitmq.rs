//! Jobs in a queue of RabbitMQ.

use asynccontext_lapin::{AckExt, Exporting, PublishExt};
use futures::StreamExt;
use lapin::options::{BasicConsumeOptions, BasicNackOptions, BasicPublishOptions, QueueDeclareOptions};
use lapin::types::FieldTable;
use lapin::{BasicProperties, Connection, ConnectionProperties};

use super::Failure;
use crate::context::{FROM_JOBS, TO_JOBS};
use crate::invoices::{Invoice, Printer};

const QUEUE: &str = "invoices";

#[derive(Clone, Debug)]
pub struct Queue {
    channel: Exporting<&'static asynccontext_opentelemetry::Traced<asynccontext::carrier::Exports>>,
}

impl Queue {
    pub async fn connect(url: &str) -> Result<Queue, Failure> {
        let properties = ConnectionProperties::default().enable_auto_recover();
        let channel = Connection::connect(url, properties).await?.create_channel().await?.exporting(&TO_JOBS);
        channel.confirm_select(Default::default()).await?;
        channel.queue_declare(QUEUE.into(), QueueDeclareOptions::durable(), FieldTable::default()).await?;
        Ok(Queue { channel })
    }

    pub async fn send(&self, job: &Invoice) -> Result<(), Failure> {
        let (options, properties) = (BasicPublishOptions::default(), BasicProperties::default().with_delivery_mode(2));
        let body = serde_json::to_vec(job)?;
        let confirmed = self.channel.basic_publish("".into(), QUEUE.into(), options, &body, properties).await?.await?;
        if confirmed.is_ack() { Ok(()) } else { Err("the broker did not store the message".into()) }
    }

    pub async fn work(self, printer: Printer) -> Result<(), Failure> {
        let options = BasicConsumeOptions::default();
        let mut jobs =
            self.channel.basic_consume(QUEUE.into(), "printer".into(), options, FieldTable::default()).await?;
        let again = BasicNackOptions { requeue: true, multiple: false };
        while let Some(job) = jobs.next().await {
            let handled = job?
                .handle_and_ack(&FROM_JOBS, again, async |job| printer.print(serde_json::from_slice(&job.data)?).await);
            if let Err(error) = handled.await {
                tracing::error!(%error, "no invoice");
            }
        }
        Ok(())
    }
}
