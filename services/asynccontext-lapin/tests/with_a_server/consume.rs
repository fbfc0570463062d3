use std::sync::Mutex;

use asynccontext::Variable;
use asynccontext_lapin::{ATTEMPT, AckExt, HandleError, MessageExt};
use futures::StreamExt;
use lapin::message::DeliveryResult;
use lapin::options::{BasicAckOptions, BasicGetOptions, BasicNackOptions, BasicRejectOptions};
use servers::Server;
use tokio::sync::mpsc;

use crate::{IMPORTS, ORDER, consume, next, number, producer, publish, queue};

static CONSUMER: Variable<&str> = Variable::named("consumer");
const AGAIN: BasicNackOptions = BasicNackOptions { requeue: true, multiple: false };

pub(crate) async fn a_redelivery_has_the_same_context(server: &Server) {
    let (_connection, channel) = producer(server).await;
    queue(&channel, "again", &[]).await;
    publish(&channel, "again", 0..3).await;
    let mut consumer = consume(&channel, "again", 1).await;
    let seen = Mutex::new(Vec::new());
    CONSUMER
        .scope("the consumer", async {
            for _ in 0..6 {
                let handled = next(&mut consumer).await.handle(&IMPORTS, async |delivery| {
                    assert_eq!((ORDER.get(), CONSUMER.get()), (Some(number(&delivery.data)), None));
                    seen.lock().unwrap().push((ORDER.get().unwrap(), ATTEMPT.get().unwrap()));
                    match ATTEMPT.get() {
                        Some(1) => delivery.nack(AGAIN).await.unwrap(),
                        _ => delivery.ack(BasicAckOptions::default()).await.unwrap(),
                    };
                });
                handled.await;
                assert_eq!((ORDER.get(), ATTEMPT.get(), CONSUMER.get()), (None, None, Some("the consumer")));
            }
        })
        .await;
    let mut seen = seen.into_inner().unwrap();
    seen.sort_unstable();
    assert_eq!(seen, [(0, 1), (0, 2), (1, 1), (1, 2), (2, 1), (2, 2)]);
}

pub(crate) async fn quorum_queues_count_the_attempts(server: &Server) {
    let (_connection, channel) = producer(server).await;
    queue(&channel, "quorum", &[("x-queue-type", "quorum")]).await;
    publish(&channel, "quorum", 7..8).await;
    let mut consumer = consume(&channel, "quorum", 1).await;
    for attempt in 1..=5 {
        let handled = next(&mut consumer).await.handle(&IMPORTS, async |delivery| {
            assert_eq!((ORDER.get(), ATTEMPT.get()), (Some(7), Some(attempt)));
            delivery.nack(AGAIN).await.unwrap();
        });
        handled.await;
    }
}

pub(crate) async fn errors_and_panics_are_answered_with_nack(server: &Server) {
    let (_connection, channel) = producer(server).await;
    queue(&channel, "failing", &[]).await;
    publish(&channel, "failing", 0..30).await;
    let mut consumer = consume(&channel, "failing", 5).await;
    let (mut ok, mut failed, mut panicked) = (0, 0, 0);
    while ok < 30 {
        let handled = next(&mut consumer).await.handle_and_ack(&IMPORTS, AGAIN, async |delivery| {
            let order = number(&delivery.data);
            assert_eq!(ORDER.get(), Some(order));
            tokio::task::yield_now().await;
            match (order % 3, ATTEMPT.get().unwrap()) {
                (1, 1) => Err("on the first attempt"),
                (2, 1) => panic!("on purpose"),
                (_, attempt) => Ok((order, attempt)),
            }
        });
        // As a task, so that a panic ends only it.
        match tokio::spawn(handled).await {
            Ok(Ok((order, attempt))) => {
                ok += 1;
                assert_eq!(attempt, if order % 3 == 0 { 1 } else { 2 });
            }
            Ok(Err(HandleError::Handler(error))) => {
                failed += 1;
                assert_eq!(error, "on the first attempt");
            }
            Ok(Err(error)) => panic!("{error:?}"),
            Err(error) => {
                panicked += 1;
                assert_eq!(*error.into_panic().downcast::<&str>().unwrap(), "on purpose");
            }
        }
        assert_eq!((ORDER.get(), ATTEMPT.get()), (None, None));
    }
    assert_eq!((failed, panicked), (10, 10));
    assert!(channel.basic_get("failing".into(), BasicGetOptions::default()).await.unwrap().is_none());
}

pub(crate) async fn a_handler_may_answer_by_itself(server: &Server) {
    let (_connection, channel) = producer(server).await;
    queue(&channel, "answering", &[]).await;
    publish(&channel, "answering", 0..2).await;
    let mut consumer = consume(&channel, "answering", 1).await;
    let handled = next(&mut consumer).await.handle_and_ack(&IMPORTS, AGAIN, async |delivery| {
        delivery.reject(BasicRejectOptions { requeue: false }).await.unwrap();
        Err::<(), _>("never again")
    });
    assert!(matches!(handled.await, Err(HandleError::Handler("never again"))));
    let handled = next(&mut consumer).await.handle_and_ack(&IMPORTS, AGAIN, async |delivery| {
        assert_eq!((number(&delivery.data), ATTEMPT.get()), (1, Some(1)), "the first was not delivered again");
        delivery.ack(BasicAckOptions::default()).await
    });
    assert!(handled.await.unwrap());
    // The channel is still open: no message was answered twice.
    assert!(channel.basic_get("answering".into(), BasicGetOptions::default()).await.unwrap().is_none());
}

pub(crate) async fn a_failed_acknowledgement_is_an_error(server: &Server) {
    let (_connection, channel) = producer(server).await;
    queue(&channel, "unacknowledged", &[]).await;
    publish(&channel, "unacknowledged", 0..1).await;
    let mut consumer = consume(&channel, "unacknowledged", 1).await;
    let handled = next(&mut consumer).await.handle_and_ack(&IMPORTS, AGAIN, async |_| {
        channel.close(200, "on purpose".into()).await.unwrap();
        Ok::<_, std::io::Error>(())
    });
    assert!(matches!(handled.await, Err(HandleError::Unacknowledged(_))));
    // The message is delivered again, with its context.
    let (_connection, channel) = producer(server).await;
    let mut consumer = consume(&channel, "unacknowledged", 1).await;
    let again = next(&mut consumer).await.carried(&IMPORTS);
    assert_eq!(again.handle(|_| (ORDER.get(), ATTEMPT.get())), (Some(0), Some(2)));
}

pub(crate) async fn delegates_run_in_the_context_of_their_message(server: &Server) {
    let (_connection, channel) = producer(server).await;
    queue(&channel, "delegated", &[]).await;
    publish(&channel, "delegated", 0..100).await;
    let consumer = consume(&channel, "delegated", 20).await;
    let (done, mut all) = mpsc::unbounded_channel();
    consumer.set_delegate(move |delivery: DeliveryResult| {
        let done = done.clone();
        async move {
            let Ok(Some(delivery)) = delivery else { return };
            let handled = delivery.handle_and_ack(&IMPORTS, AGAIN, async |delivery| {
                tokio::task::yield_now().await;
                Ok::<_, std::io::Error>((number(&delivery.data), ORDER.get()))
            });
            let _ = done.send(handled.await.unwrap());
        }
    });
    for _ in 0..100 {
        let (order, seen) = all.recv().await.unwrap();
        assert_eq!(seen, Some(order));
    }
}

pub(crate) async fn messages_that_are_fetched_have_their_own_context(server: &Server) {
    let (_connection, channel) = producer(server).await;
    queue(&channel, "fetched", &[]).await;
    publish(&channel, "fetched", 0..10).await;
    let mut batch = Vec::new();
    while let Some(message) = channel.basic_get("fetched".into(), BasicGetOptions::default()).await.unwrap() {
        batch.push(message.carried(&IMPORTS));
    }
    let handled = batch.into_iter().map(|message| {
        message.handle_async(async |message| {
            for _ in 0..10 {
                tokio::task::yield_now().await;
                assert_eq!(ORDER.get(), Some(number(&message.data)));
            }
            ORDER.get().unwrap()
        })
    });
    let orders: Vec<_> = futures::stream::iter(handled).buffer_unordered(10).collect().await;
    assert_eq!(orders.len(), 10);
    // One acknowledgement for the whole batch, after the handlers.
    channel.basic_ack(10, BasicAckOptions { multiple: true }).await.unwrap();
}
