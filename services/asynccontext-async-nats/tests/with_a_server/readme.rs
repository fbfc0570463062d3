use async_nats::jetstream::{self, AckKind, consumer::pull, stream};
use asynccontext::Variable;
use asynccontext::carrier::{Exported, Exports, Imports};
use asynccontext_async_nats::{ATTEMPT, AckExt, PublishExt};
use futures::{StreamExt, TryStreamExt};

// Shared by both services.
static TENANT: Exported<String> = Variable::named("tenant").exported("x-tenant");
static TO_WORKERS: Exports = Exports::new(&[TENANT.export()]);
static FROM_SERVICES: Imports = Imports::new(&[TENANT.import().limit(64)]);

async fn pack(order: &str) -> std::io::Result<()> {
    println!("{order} for {:?}, attempt {:?}", TENANT.get(), ATTEMPT.get());
    Ok(())
}

async fn orders(url: &str) -> Result<(), async_nats::Error> {
    // The service that sends: its calls of `publish` stay as they are.
    let client = async_nats::connect(url).await?;
    let jetstream = jetstream::new(client).exporting(&TO_WORKERS);
    let config = stream::Config { name: "orders".into(), ..Default::default() };
    let stream = jetstream.create_stream(config).await?;
    TENANT.scope("blue".into(), jetstream.publish("orders", "tea".into())).await?.await?;

    // The worker: it prints `tea for Some("blue"), attempt Some(1)`.
    let consumer = stream.create_consumer(pull::Config::default()).await?;
    let mut messages = consumer.messages().await?.take(1);
    while let Some(message) = messages.try_next().await? {
        let handled = message.handle_and_ack(&FROM_SERVICES, AckKind::Nak(None), async |message| {
            pack(&String::from_utf8_lossy(&message.payload)).await
        });
        handled.await?;
    }
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), async_nats::Error> {
    orders("localhost:4222").await
}
