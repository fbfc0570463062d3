use asynccontext::Variable;
use asynccontext::carrier::{Exported, Exports, Imports};
use asynccontext_lapin::{ATTEMPT, AckExt, MessageExt, PublishExt};
use futures::{StreamExt, TryStreamExt};
use lapin::options::{
    BasicConsumeOptions, BasicGetOptions, BasicNackOptions, BasicPublishOptions, QueueDeclareOptions,
};
use lapin::types::{AMQPValue, FieldTable};
use lapin::{BasicProperties, Channel, Connection, ConnectionProperties};

static TENANT: Exported<String> = Variable::named("tenant").exported("x-tenant");
static TO_WORKERS: Exports = Exports::new(&[TENANT.export()]);
static FROM_SERVICES: Imports = Imports::new(&[TENANT.import().limit(64)]);

type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// Declares a queue whose rejected messages go to another one.
async fn declare(channel: &Channel) -> Result<()> {
    let mut arguments = FieldTable::default();
    arguments.insert("x-queue-type".into(), AMQPValue::LongString("quorum".into()));
    arguments.insert("x-delivery-limit".into(), AMQPValue::LongInt(2));
    arguments.insert("x-dead-letter-exchange".into(), AMQPValue::LongString("".into()));
    arguments.insert("x-dead-letter-routing-key".into(), AMQPValue::LongString("shop.dead".into()));
    channel.queue_declare("shop.dead".into(), QueueDeclareOptions::durable(), FieldTable::default()).await?;
    channel.queue_declare("shop.orders".into(), QueueDeclareOptions::durable(), arguments).await?;
    Ok(())
}

async fn produce(channel: &Channel) -> Result<()> {
    let channel = channel.clone().exporting(&TO_WORKERS);
    for (tenant, order) in [("blue", "tea"), ("red", "nothing"), ("green", "milk")] {
        let (options, properties) = (BasicPublishOptions::default(), BasicProperties::default());
        let sent = channel.basic_publish("".into(), "shop.orders".into(), options, order.as_bytes(), properties);
        TENANT.scope(tenant.into(), sent).await?.await?;
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
async fn work(channel: &Channel) -> Result<Vec<String>> {
    let (options, again) = (BasicConsumeOptions::default(), BasicNackOptions { requeue: true, multiple: false });
    let consumer = channel.basic_consume("shop.orders".into(), "packer".into(), options, FieldTable::default());
    let mut deliveries = consumer.await?.take(6);
    let mut packed = Vec::new();
    while let Some(delivery) = deliveries.try_next().await? {
        let handled = delivery.handle_and_ack(&FROM_SERVICES, again, async |delivery| {
            pack(&String::from_utf8_lossy(&delivery.data)).await
        });
        match tokio::spawn(handled).await {
            Ok(Ok(parcel)) => packed.push(parcel),
            Ok(Err(error)) => eprintln!("{error:?}"),
            Err(panic) => eprintln!("{panic}"),
        }
    }
    Ok(packed)
}

/// Reads a message that was delivered too often, from the queue for dead letters.
async fn bury(channel: &Channel) -> Result<String> {
    loop {
        if let Some(dead) = channel.basic_get("shop.dead".into(), BasicGetOptions::default()).await? {
            let dead = dead.carried(&FROM_SERVICES);
            return Ok(dead.handle(|dead| format!("{:?} of {}", dead.routing_key, TENANT.get().unwrap_or_default())));
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}

async fn run(url: &str) -> Result<()> {
    let connection = Connection::connect(url, ConnectionProperties::default()).await?;
    let channel = connection.create_channel().await?;
    declare(&channel).await?;
    produce(&channel).await?;
    let mut packed = work(&channel).await?;
    packed.sort();
    assert_eq!(packed, ["milk for green", "tea for blue"]);
    assert_eq!(bury(&channel).await?, "ShortString(\"shop.dead\") of red");
    Ok(())
}
