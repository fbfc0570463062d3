//! Jobs in a queue of RabbitMQ.

use asynccontext_lapin::{AckExt, Exporting, PublishExt};
use futures::StreamExt;
use lapin::message::Delivery;
use lapin::options::{BasicConsumeOptions, BasicNackOptions, BasicPublishOptions, QueueDeclareOptions};
use lapin::types::FieldTable;
use lapin::{BasicProperties, Connection, ConnectionProperties};

use super::Failure;
use crate::context::{FROM_JOBS, TO_JOBS};
use crate::invoices::{Invoice, Printer};

#[derive(Clone, Debug)]
pub struct Queue {
    channel: Exporting<&'static asynccontext_opentelemetry::Traced<asynccontext::carrier::Exports>>,
    name: String,
}

impl Queue {
    pub async fn connect(url: &str, name: &str) -> Result<Queue, Failure> {
        let channel = Connection::connect(url, ConnectionProperties::default())
            .await?
            .create_channel()
            .await?
            .exporting(&TO_JOBS);
        channel.confirm_select(Default::default()).await?;
        channel.queue_declare(name.into(), QueueDeclareOptions::durable(), FieldTable::default()).await?;
        Ok(Queue { channel, name: name.to_owned() })
    }

    pub async fn send(&self, job: &Invoice) -> Result<(), Failure> {
        let (options, properties) = (BasicPublishOptions::default(), BasicProperties::default().with_delivery_mode(2));
        let body = serde_json::to_vec(job)?;
        let confirmed =
            self.channel.basic_publish("".into(), self.name.as_str().into(), options, &body, properties).await?.await?;
        if confirmed.is_ack() { Ok(()) } else { Err("the broker did not store the message".into()) }
    }

    pub async fn work(self, printer: Printer) -> Result<(), Failure> {
        let options = BasicConsumeOptions::default();
        let mut jobs = self
            .channel
            .basic_consume(self.name.as_str().into(), "printer".into(), options, FieldTable::default())
            .await?;
        let again = BasicNackOptions { requeue: true, multiple: false };
        while let Some(job) = jobs.next().await {
            let handle = async |job: Delivery| printer.handle(&job.data).await;
            super::log_failure(job?.handle_and_ack(&FROM_JOBS, again, handle)).await;
        }
        Ok(())
    }
}
