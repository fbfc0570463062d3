use async_nats::jetstream::{self, AckKind, consumer::pull, stream};
use asynccontext::Variable;
use asynccontext::carrier::{Exported, Exports, Imports};
use asynccontext_async_nats::{ATTEMPT, AckExt, MessageExt, PublishExt};
use futures::{StreamExt, TryStreamExt};

static TENANT: Exported<String> = Variable::named("tenant").exported("x-tenant");
static TO_WORKERS: Exports = Exports::new(&[TENANT.export()]);
static FROM_SERVICES: Imports = Imports::new(&[TENANT.import().limit(64)]);

type Result<T> = std::result::Result<T, async_nats::Error>;

async fn produce(jetstream: &jetstream::Context) -> Result<()> {
    let jetstream = jetstream.clone().exporting(&TO_WORKERS);
    for (tenant, order) in [("blue", "tea"), ("red", "nothing"), ("green", "milk")] {
        let stored = TENANT.scope(tenant.into(), jetstream.publish("shop.orders", order.into())).await?;
        stored.await?;
    }
    Ok(())
}

async fn pack(order: &str) -> std::result::Result<String, String> {
    match (order, ATTEMPT.get()) {
        ("nothing", _) => Err("there is nothing to pack".into()),
        ("milk", Some(1)) => panic!("the first milk is spilled"),
        _ => Ok(format!("{order} for {}", TENANT.get().unwrap_or_default())),
    }
}

/// Handles each message as a task, at most three times.
async fn work(stream: &stream::Stream) -> Result<Vec<String>> {
    let config = pull::Config { durable_name: Some("packers".into()), max_deliver: 3, ..Default::default() };
    let mut messages = stream.create_consumer(config).await?.messages().await?.take(6);
    let mut packed = Vec::new();
    while let Some(message) = messages.try_next().await? {
        let handled = message.handle_and_ack(&FROM_SERVICES, AckKind::Nak(None), async |message| {
            pack(&String::from_utf8_lossy(&message.payload)).await
        });
        match tokio::spawn(handled).await {
            Ok(Ok(parcel)) => packed.push(parcel),
            Ok(Err(error)) => eprintln!("{error:?}"),
            Err(panic) => eprintln!("{panic}"),
        }
    }
    Ok(packed)
}

/// Reads a message that was delivered too often, from the stream.
async fn bury(stream: &stream::Stream, sequence: u64) -> Result<String> {
    let dead = stream.get_raw_message(sequence).await?.carried(&FROM_SERVICES);
    Ok(dead.handle(|dead| format!("{:?} of {}", dead.payload, TENANT.get().unwrap_or_default())))
}

/// Handles a batch with one query, and each message in its own context.
async fn archive(stream: &stream::Stream) -> Result<Vec<Option<String>>> {
    let consumer = stream.create_consumer(pull::Config::default()).await?;
    let batch = consumer.fetch().max_messages(3).messages().await?;
    let batch: Vec<_> = batch.map_ok(|message| message.carried(&FROM_SERVICES)).try_collect().await?;
    // Here no tenant is bound: the query for the whole batch belongs to none of them.
    let mut tenants = Vec::new();
    for message in batch {
        tenants.push(message.handle_async(async |message| message.ack().await.map(|()| TENANT.get())).await?);
    }
    Ok(tenants)
}

async fn run(url: &str) -> Result<()> {
    let jetstream = jetstream::new(async_nats::connect(url).await?);
    let config = stream::Config { name: "shop".into(), subjects: vec!["shop.>".into()], ..Default::default() };
    let stream = jetstream.create_stream(config).await?;
    produce(&jetstream).await?;
    assert_eq!(work(&stream).await?, ["tea for blue", "milk for green"]);
    assert_eq!(bury(&stream, 2).await?, "b\"nothing\" of red");
    assert_eq!(archive(&stream).await?, ["blue", "red", "green"].map(|tenant| Some(tenant.to_owned())));
    Ok(())
}
