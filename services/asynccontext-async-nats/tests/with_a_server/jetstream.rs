use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_nats::jetstream::consumer::{AckPolicy, PullConsumer, pull, push};
use async_nats::jetstream::context::traits;
use async_nats::jetstream::message::{OutboundMessage, PublishMessage};
use async_nats::jetstream::stream::{Config, Stream};
use async_nats::jetstream::{self, AckKind, Context};
use async_nats::{HeaderMap, header};
use asynccontext::Variable;
use asynccontext::carrier::Exports;
use asynccontext_async_nats::{ATTEMPT, AckExt, Exporting, HandleError, MessageExt, PublishExt};
use futures::{FutureExt, StreamExt, TryStreamExt};
use servers::Server;

use crate::{EXPORTS, IMPORTS, ORDER, TENANT, number};

static CONSUMER: Variable<&str> = Variable::named("consumer");

/// Creates a stream of one subject and returns it with a producer.
pub(crate) async fn stream(server: &Server, name: &str) -> (Exporting<Context, &'static Exports>, Stream) {
    let context = jetstream::new(async_nats::connect(server.url()).await.unwrap()).exporting(&EXPORTS);
    let config = Config { name: name.into(), subjects: vec![name.into()], ..Config::default() };
    let stream = context.create_stream(config).await.unwrap();
    (context, stream)
}

pub(crate) async fn consumer(stream: &Stream, config: pull::Config) -> PullConsumer {
    let durable_name = Some("workers".to_owned());
    stream.create_consumer(pull::Config { durable_name, ack_policy: AckPolicy::Explicit, ..config }).await.unwrap()
}

async fn publish(context: &Exporting<Context, &'static Exports>, subject: &'static str, orders: std::ops::Range<u64>) {
    for order in orders {
        let publish = context.publish(subject, order.to_string().into());
        ORDER.scope(order, publish).await.unwrap().await.unwrap();
    }
}

/// Waits until no message is left and none is without an answer: the server counts an answer some time
/// after it has received it.
async fn all_are_answered(consumer: &mut PullConsumer) {
    loop {
        let info = consumer.info().await.unwrap();
        if (info.num_ack_pending, info.num_pending) == (0, 0) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

pub(crate) async fn streams_take_messages_with_the_context(server: &Server) {
    let (context, stream) = stream(server, "each").await;
    let mut headers = HeaderMap::new();
    headers.insert(header::NATS_MESSAGE_ID, "2");
    TENANT
        .scope("blue".into(), async {
            context.publish("each", "1".into()).await.unwrap().await.unwrap();
            context.publish_with_headers("each", headers.clone(), "2".into()).await.unwrap().await.unwrap();
            let message = PublishMessage::build().payload("3".into()).message_id("3");
            context.send_publish("each", message).await.unwrap().await.unwrap();
            let message = OutboundMessage::new("each".into(), "4".into(), None);
            traits::Publisher::publish_message(&context, message).await.unwrap().await.unwrap();
            let again = context.publish_with_headers("each", headers, "2".into()).await.unwrap().await.unwrap();
            assert!(again.duplicate, "the message's own headers are kept");
        })
        .await;
    // A push consumer, and the stream itself.
    let inbox = context.client().new_inbox();
    let push = stream.create_consumer(push::Config { deliver_subject: inbox, ..Default::default() }).await.unwrap();
    let mut messages = push.messages().await.unwrap().map_ok(|message| message.carried(&IMPORTS));
    for expected in 1..=4 {
        let message = messages.try_next().await.unwrap().unwrap();
        let seen = message.handle(|message| (number(&message.payload), TENANT.get(), ATTEMPT.get()));
        assert_eq!(seen, (expected, Some("blue".into()), Some(1)));
        let stored = stream.get_raw_message(expected).await.unwrap();
        assert_eq!(stored.carried(&IMPORTS).handle(|_| (TENANT.get(), ATTEMPT.get())), (Some("blue".into()), None));
    }
}

pub(crate) async fn a_redelivery_has_the_same_context(server: &Server) {
    let (context, stream) = stream(server, "again").await;
    let consumer = consumer(&stream, pull::Config::default()).await;
    publish(&context, "again", 0..3).await;
    let mut messages = consumer.messages().await.unwrap();
    let seen = Mutex::new(Vec::new());
    CONSUMER
        .scope("the consumer", async {
            while seen.lock().unwrap().len() < 9 {
                let message = messages.try_next().await.unwrap().unwrap();
                let handled = message.handle(&IMPORTS, async |message| {
                    assert_eq!((ORDER.get(), CONSUMER.get()), (Some(number(&message.payload)), None));
                    let attempt = ATTEMPT.get().unwrap();
                    seen.lock().unwrap().push((ORDER.get().unwrap(), attempt));
                    let answer = if attempt < 3 { AckKind::Nak(None) } else { AckKind::Ack };
                    message.ack_with(answer).await.unwrap();
                });
                handled.await;
                assert_eq!((ORDER.get(), ATTEMPT.get(), CONSUMER.get()), (None, None, Some("the consumer")));
            }
        })
        .await;
    let mut seen = seen.into_inner().unwrap();
    seen.sort_unstable();
    assert_eq!(seen, [(0, 1), (0, 2), (0, 3), (1, 1), (1, 2), (1, 3), (2, 1), (2, 2), (2, 3)]);
}

pub(crate) async fn errors_and_panics_are_answered_with_nak(server: &Server) {
    let (context, stream) = stream(server, "failing").await;
    let mut consumer = consumer(&stream, pull::Config::default()).await;
    publish(&context, "failing", 0..30).await;
    let mut messages = consumer.messages().await.unwrap();
    let (mut ok, mut failed, mut panicked) = (0, 0, 0);
    while ok < 30 {
        let message = messages.try_next().await.unwrap().unwrap();
        let handled = message.handle_and_ack(&IMPORTS, AckKind::Nak(None), async |message| {
            let order = number(&message.payload);
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
    all_are_answered(&mut consumer).await;
}

pub(crate) async fn a_handler_may_answer_by_itself(server: &Server) {
    let (context, stream) = stream(server, "answering").await;
    let mut consumer = consumer(&stream, pull::Config::default()).await;
    publish(&context, "answering", 0..1).await;
    let message = consumer.messages().await.unwrap().try_next().await.unwrap().unwrap();
    let handled = message.handle_and_ack(&IMPORTS, AckKind::Nak(None), async |message| {
        message.ack_with(AckKind::Term).await.unwrap();
        Err::<(), _>("never again")
    });
    assert!(matches!(handled.await, Err(HandleError::Handler("never again"))));
    context.client().flush().await.unwrap();
    let mut batch = consumer.fetch().expires(Duration::from_millis(500)).messages().await.unwrap();
    assert!(batch.next().await.is_none(), "the nak after the term has no effect");
    all_are_answered(&mut consumer).await;
}

pub(crate) async fn a_failed_acknowledgement_is_an_error(server: &Server) {
    let (context, stream) = stream(server, "unacknowledged").await;
    let consumer = consumer(&stream, pull::Config::default()).await;
    publish(&context, "unacknowledged", 0..1).await;
    let mut message = consumer.messages().await.unwrap().try_next().await.unwrap().unwrap();
    message.message.reply = None; // where the acknowledgement goes
    let handled = message.handle_and_ack(&IMPORTS, AckKind::Nak(None), async |_| Ok::<_, std::io::Error>(ORDER.get()));
    let error = handled.await.unwrap_err();
    assert!(matches!(error, HandleError::Unacknowledged(_)));
    assert!(std::error::Error::source(&error).is_some());
}

pub(crate) async fn a_dropped_handler_is_delivered_again(server: &Server) {
    let (context, stream) = stream(server, "dropped").await;
    let ack_wait = Duration::from_millis(500);
    let consumer = consumer(&stream, pull::Config { ack_wait, ..pull::Config::default() }).await;
    publish(&context, "dropped", 0..1).await;
    let mut messages = consumer.messages().await.unwrap();
    for attempt in 1..=2 {
        let message = messages.try_next().await.unwrap().unwrap();
        let handled = message.handle_and_ack(&IMPORTS, AckKind::Nak(None), async |_| {
            assert_eq!((ORDER.get(), ATTEMPT.get()), (Some(0), Some(attempt)));
            if attempt == 1 {
                std::future::pending::<()>().await;
            }
            Ok::<_, std::io::Error>(())
        });
        if attempt == 1 {
            assert!(handled.boxed().now_or_never().is_none(), "it is pending, and dropped here");
        } else {
            handled.await.unwrap();
        }
        assert_eq!(ORDER.get(), None);
    }
}

pub(crate) async fn dead_letters_keep_their_context(server: &Server) {
    let (context, stream) = stream(server, "dead").await;
    let config = pull::Config { max_deliver: 2, ack_wait: Duration::from_millis(300), ..pull::Config::default() };
    let consumer = consumer(&stream, config).await;
    let client = context.client();
    let mut exhausted = client.subscribe("$JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES.dead.workers").await.unwrap();
    let mut terminated = client.subscribe("$JS.EVENT.ADVISORY.CONSUMER.MSG_TERMINATED.dead.workers").await.unwrap();
    publish(&context, "dead", 7..9).await;
    let worker = tokio::spawn(async move {
        let mut messages = consumer.messages().await.unwrap();
        while let Some(message) = messages.try_next().await.unwrap() {
            let answer = if number(&message.payload) == 7 { AckKind::Nak(None) } else { AckKind::Term };
            let handled = message.handle_and_ack(&IMPORTS, answer, async |_| Err::<(), _>("no"));
            handled.await.unwrap_err();
        }
    });
    // The server tells which message is dead, and the stream still has it.
    for (advisories, order) in [(&mut exhausted, 7), (&mut terminated, 8)] {
        let advisory = advisories.next().await.unwrap();
        let text = std::str::from_utf8(&advisory.payload).unwrap();
        let after = text.split("\"stream_seq\":").nth(1).unwrap();
        let sequence = after.split(|c: char| !c.is_ascii_digit()).next().unwrap().parse().unwrap();
        let dead = stream.get_raw_message(sequence).await.unwrap();
        let seen = dead.carried(&IMPORTS).handle(|dead| (number(&dead.payload), ORDER.get()));
        assert_eq!(seen, (order, Some(order)));
    }
    worker.abort();
}

pub(crate) async fn each_message_of_a_batch_has_its_own_context(server: &Server) {
    let (context, stream) = stream(server, "batches").await;
    let consumer = consumer(&stream, pull::Config::default()).await;
    publish(&context, "batches", 0..20).await;
    let fetched = consumer.fetch().max_messages(10).messages().await.unwrap();
    let fetched: Vec<_> = fetched.map_ok(|message| message.carried(&IMPORTS)).try_collect().await.unwrap();
    let batch = consumer.batch().max_messages(10).expires(Duration::from_secs(5)).messages().await.unwrap();
    let batch: Vec<_> = batch.map_ok(|message| message.carried(&IMPORTS)).try_collect().await.unwrap();
    assert_eq!((fetched.len(), batch.len()), (10, 10));
    // All handlers run at once and are polled in turn.
    let handled = fetched.into_iter().chain(batch).map(|message| {
        message.handle_async(async |message| {
            for _ in 0..10 {
                tokio::task::yield_now().await;
                assert_eq!(ORDER.get(), Some(number(&message.payload)));
            }
            message.ack().await.unwrap();
            ORDER.get().unwrap()
        })
    });
    let orders = futures::future::join_all(handled).await;
    assert_eq!(orders, (0..20).collect::<Vec<_>>());
}

pub(crate) async fn duplicates_have_the_context_of_their_message(server: &Server) {
    let (context, stream) = stream(server, "twice").await;
    let ack_wait = Duration::from_millis(200);
    let consumer = consumer(&stream, pull::Config { ack_wait, ..pull::Config::default() }).await;
    publish(&context, "twice", 0..50).await;
    // Every other handler takes longer than the server waits: its message is delivered again
    // meanwhile, out of order.
    let done = AtomicU64::new(0);
    let handled =
        consumer.messages().await.unwrap().map(Result::unwrap).take(75).for_each_concurrent(None, |message| {
            message.handle(&IMPORTS, async |message| {
                let (order, attempt) = (number(&message.payload), ATTEMPT.get().unwrap());
                if order % 2 == 1 && attempt == 1 {
                    tokio::time::sleep(Duration::from_millis(500)).await;
                }
                assert_eq!((ORDER.get(), ATTEMPT.get()), (Some(order), Some(attempt)));
                message.ack().await.unwrap();
                done.fetch_add(1, Ordering::Relaxed);
            })
        });
    handled.boxed().await;
    assert_eq!(done.into_inner(), 75);
}
