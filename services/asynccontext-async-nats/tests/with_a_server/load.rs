use std::collections::HashSet;
use std::time::Instant;

use async_nats::jetstream::consumer::pull;
use asynccontext_async_nats::{MessageExt, PublishExt};
use futures::{StreamExt, TryStreamExt};
use servers::Server;

use crate::jetstream::{consumer, stream};
use crate::{EXPORTS, IMPORTS, ORDER, TENANT, number};

const MESSAGES: u64 = 10_000;

/// Checks the context of one message several times, with other tasks in between.
async fn check(payload: &[u8]) -> u64 {
    let order = number(payload);
    for _ in 0..3 {
        assert_eq!((ORDER.get(), TENANT.get()), (Some(order), Some(format!("tenant {}", order % 7))));
        tokio::task::yield_now().await;
    }
    order
}

pub(crate) async fn ten_thousand_messages_do_not_cross(server: &Server) {
    let client = async_nats::connect(server.url()).await.unwrap();
    let start = Instant::now();
    // Core NATS: eight members of a queue group, and a task for each message.
    let (done, mut all) = tokio::sync::mpsc::unbounded_channel();
    for _ in 0..8 {
        let mut messages = client.queue_subscribe("load", "workers".into()).await.unwrap();
        let done = done.clone();
        tokio::spawn(async move {
            while let Some(message) = messages.next().await {
                let done = done.clone();
                tokio::spawn(message.handle(&IMPORTS, async move |message| {
                    done.send(check(&message.payload).await).unwrap();
                }));
            }
        });
    }
    let producer = client.clone().exporting(&EXPORTS);
    for order in 0..MESSAGES {
        let publish = producer.publish("load", order.to_string().into());
        ORDER.scope(order, TENANT.scope(format!("tenant {}", order % 7), publish)).await.unwrap();
    }
    let mut seen = HashSet::new();
    while seen.len() < MESSAGES as usize {
        seen.insert(all.recv().await.unwrap());
    }
    println!("core: {MESSAGES} messages in {:?}", start.elapsed());

    // JetStream: eight pull subscriptions of one consumer.
    let start = Instant::now();
    let (context, stream) = stream(server, "loaded").await;
    let consumer = consumer(&stream, pull::Config { max_ack_pending: 2000, ..pull::Config::default() }).await;
    let (done, mut all) = tokio::sync::mpsc::unbounded_channel();
    for _ in 0..8 {
        let messages = consumer.stream().max_messages_per_batch(100).messages().await.unwrap();
        let done = done.clone();
        let messages = messages.map_err(|error| panic!("{error}"));
        tokio::spawn(messages.try_for_each_concurrent(16, move |message| {
            let done = done.clone();
            message.handle(&IMPORTS, async move |message| {
                message.ack().await.unwrap();
                done.send(check(&message.payload).await).unwrap();
                Ok::<_, std::convert::Infallible>(())
            })
        }));
    }
    for order in 0..MESSAGES {
        let publish = context.publish("loaded", order.to_string().into());
        ORDER.scope(order, TENANT.scope(format!("tenant {}", order % 7), publish)).await.unwrap();
    }
    let mut seen = HashSet::new();
    while seen.len() < MESSAGES as usize {
        seen.insert(all.recv().await.unwrap());
    }
    println!("JetStream: {MESSAGES} messages in {:?}", start.elapsed());
}
