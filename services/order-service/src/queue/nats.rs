//! Jobs in a stream of NATS.

use async_nats::jetstream::consumer::pull::{self, Config};
use async_nats::jetstream::stream::{self, Stream};
use async_nats::jetstream::{self, AckKind, Context};
use asynccontext_async_nats::{AckExt, Exporting, PublishExt};
use futures::StreamExt;

use super::Failure;
use crate::context::{FROM_JOBS, TO_JOBS};
use crate::invoices::{Invoice, Printer};

#[derive(Clone, Debug)]
pub struct Queue {
    jetstream: Exporting<Context, &'static asynccontext_opentelemetry::Traced<asynccontext::carrier::Exports>>,
    stream: Stream,
    name: String,
}

impl Queue {
    pub async fn connect(url: &str, name: &str) -> Result<Queue, Failure> {
        let jetstream = jetstream::new(async_nats::connect(url).await?).exporting(&TO_JOBS);
        let config = stream::Config { name: name.into(), ..stream::Config::default() };
        let stream = jetstream.get_or_create_stream(config).await?;
        Ok(Queue { jetstream, stream, name: name.to_owned() })
    }

    pub async fn send(&self, job: &Invoice) -> Result<(), Failure> {
        self.jetstream.publish(self.name.clone(), serde_json::to_vec(job)?.into()).await?.await?;
        Ok(())
    }

    pub async fn work(self, printer: Printer) -> Result<(), Failure> {
        let config = Config { durable_name: Some("printer".into()), ..Config::default() };
        let consumer: jetstream::consumer::Consumer<pull::Config> =
            self.stream.get_or_create_consumer("printer", config).await?;
        let mut messages = consumer.messages().await?;
        while let Some(message) = messages.next().await {
            let handle = async |message: jetstream::Message| printer.handle(&message.payload).await;
            super::log_failure(message?.handle_and_ack(&FROM_JOBS, AckKind::Nak(None), handle)).await;
        }
        Ok(())
    }
}
