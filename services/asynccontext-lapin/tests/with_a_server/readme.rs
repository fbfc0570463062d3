use asynccontext::Variable;
use asynccontext::carrier::{Exported, Exports, Imports};
use asynccontext_lapin::{ATTEMPT, AckExt, PublishExt};
use futures::{StreamExt, TryStreamExt};
use lapin::options::{BasicConsumeOptions, BasicNackOptions, BasicPublishOptions, QueueDeclareOptions};
use lapin::types::FieldTable;
use lapin::{BasicProperties, Connection, ConnectionProperties};

// Shared by both services.
static TENANT: Exported<String> = Variable::named("tenant").exported("x-tenant");
static TO_WORKERS: Exports = Exports::new(&[TENANT.export()]);
static FROM_SERVICES: Imports = Imports::new(&[TENANT.import().limit(64)]);

async fn pack(order: &str) -> std::io::Result<()> {
    println!("{order} for {:?}, attempt {:?}", TENANT.get(), ATTEMPT.get());
    Ok(())
}

async fn orders(url: &str) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    // The service that sends: its calls of `basic_publish` stay as they are.
    let connection = Connection::connect(url, ConnectionProperties::default()).await?;
    let channel = connection.create_channel().await?.exporting(&TO_WORKERS);
    channel.queue_declare("orders".into(), QueueDeclareOptions::durable(), FieldTable::default()).await?;
    let (options, properties) = (BasicPublishOptions::default(), BasicProperties::default());
    let published = channel.basic_publish("".into(), "orders".into(), options, b"tea", properties);
    TENANT.scope("blue".into(), published).await?.await?;

    // The worker: it prints `tea for Some("blue"), attempt Some(1)`.
    let (options, again) = (BasicConsumeOptions::default(), BasicNackOptions { requeue: true, multiple: false });
    let consumer = channel.basic_consume("orders".into(), "worker".into(), options, FieldTable::default()).await?;
    let mut deliveries = consumer.take(1);
    while let Some(delivery) = deliveries.try_next().await? {
        let handled = delivery.handle_and_ack(&FROM_SERVICES, again, async |delivery| {
            pack(&String::from_utf8_lossy(&delivery.data)).await
        });
        handled.await?;
    }
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    orders("amqp://localhost:5672/%2f").await
}
