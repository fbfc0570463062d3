use asynccontext_lapin::{ATTEMPT, AckExt};
use lapin::message::Delivery;
use lapin::options::{BasicNackOptions, ExchangeDeclareOptions, QueueBindOptions};
use lapin::types::{AMQPValue, FieldTable};
use lapin::{Channel, ExchangeKind};
use servers::Server;

use crate::{IMPORTS, ORDER, TENANT, consume, next, number, producer, publish, queue};

const NEVER_AGAIN: BasicNackOptions = BasicNackOptions { requeue: false, multiple: false };

async fn exchange(channel: &Channel, name: &str) {
    let options = ExchangeDeclareOptions::default();
    channel.exchange_declare(name.into(), ExchangeKind::Fanout, options, FieldTable::default()).await.unwrap();
}

async fn bind(channel: &Channel, queue: &str, exchange: &str) {
    let options = QueueBindOptions::default();
    channel.queue_bind(queue.into(), exchange.into(), "".into(), options, FieldTable::default()).await.unwrap();
}

/// Returns how often the message was dead, as the broker says.
fn deaths(delivery: &Delivery) -> i64 {
    let headers = delivery.properties.headers().as_ref().unwrap();
    let Some(AMQPValue::FieldArray(deaths)) = headers.inner().get("x-death") else { return 0 };
    let Some(AMQPValue::FieldTable(last)) = deaths.as_slice().first() else { return 0 };
    match last.inner()["count"] {
        AMQPValue::LongLongInt(count) => count,
        ref other => panic!("{other:?}"),
    }
}

pub(crate) async fn dead_letters_keep_their_context(server: &Server) {
    let (_connection, channel) = producer(server).await;
    exchange(&channel, "dead").await;
    queue(&channel, "dead-orders", &[]).await;
    bind(&channel, "dead-orders", "dead").await;
    queue(&channel, "doomed", &[("x-dead-letter-exchange", "dead")]).await;
    publish(&channel, "doomed", 0..3).await;
    let mut consumer = consume(&channel, "doomed", 1).await;
    for _ in 0..3 {
        let handled = next(&mut consumer).await.handle_and_ack(&IMPORTS, NEVER_AGAIN, async |_| Err::<(), _>("no"));
        handled.await.unwrap_err();
    }
    let mut dead = consume(&channel, "dead-orders", 1).await;
    for order in 0..3 {
        let handled = next(&mut dead).await.handle_and_ack(&IMPORTS, NEVER_AGAIN, async |delivery| {
            assert_eq!((number(&delivery.data), deaths(&delivery)), (order, 1));
            assert_eq!((ORDER.get(), TENANT.get(), ATTEMPT.get()), (Some(order), None, Some(1)));
            Ok::<_, std::io::Error>(())
        });
        handled.await.unwrap();
    }
}

pub(crate) async fn retries_through_a_queue_keep_their_context(server: &Server) {
    let (_connection, channel) = producer(server).await;
    // A rejected message waits in a second queue until its time is up, and comes back.
    exchange(&channel, "to-wait").await;
    exchange(&channel, "to-work").await;
    let mut waiting = FieldTable::default();
    waiting.insert("x-dead-letter-exchange".into(), AMQPValue::LongString("to-work".into()));
    waiting.insert("x-message-ttl".into(), AMQPValue::LongInt(50));
    channel.queue_declare("waiting".into(), Default::default(), waiting).await.unwrap();
    queue(&channel, "working", &[("x-dead-letter-exchange", "to-wait")]).await;
    bind(&channel, "waiting", "to-wait").await;
    bind(&channel, "working", "to-work").await;
    publish(&channel, "working", 7..8).await;
    let mut consumer = consume(&channel, "working", 1).await;
    for round in 0..4 {
        let handled = next(&mut consumer).await.handle_and_ack(&IMPORTS, NEVER_AGAIN, async |delivery| {
            assert_eq!((ORDER.get(), deaths(&delivery)), (Some(7), round));
            if round < 3 { Err("later") } else { Ok(()) }
        });
        assert_eq!(handled.await.is_ok(), round == 3);
    }
}
