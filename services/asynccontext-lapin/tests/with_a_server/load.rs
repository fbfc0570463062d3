use std::collections::HashSet;
use std::time::Instant;

use asynccontext_lapin::MessageExt;
use futures::TryStreamExt;
use lapin::BasicProperties;
use lapin::options::{BasicAckOptions, BasicPublishOptions};
use servers::Server;

use crate::{IMPORTS, ORDER, TENANT, connect, consume, number, producer, queue};

const MESSAGES: u64 = 10_000;

pub(crate) async fn ten_thousand_messages_do_not_cross(server: &Server) {
    let (_connection, producer) = producer(server).await;
    queue(&producer, "load", &[]).await;
    let (done, mut all) = tokio::sync::mpsc::unbounded_channel();
    let mut connections = Vec::new();
    for _ in 0..8 {
        let (connection, channel) = connect(server).await;
        connections.push(connection);
        let messages = consume(&channel, "load", 100).await;
        let done = done.clone();
        tokio::spawn(messages.try_for_each_concurrent(16, move |message| {
            let done = done.clone();
            message.handle(&IMPORTS, async move |delivery| {
                let order = number(&delivery.data);
                for _ in 0..3 {
                    assert_eq!((ORDER.get(), TENANT.get()), (Some(order), Some(format!("tenant {}", order % 7))));
                    tokio::task::yield_now().await;
                }
                delivery.ack(BasicAckOptions::default()).await?;
                done.send(order).unwrap();
                Ok(())
            })
        }));
    }
    let start = Instant::now();
    for order in 0..MESSAGES {
        let (text, options) = (order.to_string(), BasicPublishOptions::default());
        let publish =
            producer.basic_publish("".into(), "load".into(), options, text.as_bytes(), BasicProperties::default());
        ORDER.scope(order, TENANT.scope(format!("tenant {}", order % 7), publish)).await.unwrap();
    }
    let mut seen = HashSet::new();
    while seen.len() < MESSAGES as usize {
        seen.insert(all.recv().await.unwrap());
    }
    println!("{MESSAGES} messages in {:?}", start.elapsed());
}
