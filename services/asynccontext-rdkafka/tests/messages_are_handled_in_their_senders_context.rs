//! Producers and consumers on librdkafka's mock cluster.

use std::collections::HashSet;
use std::sync::mpsc;
use std::time::Duration;

use asynccontext::carrier::{Exported, Exports, Extractor, Imports, InjectError, Injector, Outgoing, Reason};
use asynccontext::{Snapshot, Variable};
use asynccontext_rdkafka::{HeaderExtractor, MessageExt, RecordExt};
use futures::{StreamExt, TryStreamExt};
use rdkafka::ClientConfig;
use rdkafka::client::ClientContext;
use rdkafka::consumer::{CommitMode, Consumer, StreamConsumer};
use rdkafka::message::{BorrowedMessage, Header, Headers, Message, OwnedHeaders};
use rdkafka::mocking::MockCluster;
use rdkafka::producer::{
    BaseRecord, DefaultProducerContext, DeliveryResult, FutureProducer, FutureRecord, Producer, ProducerContext,
    ThreadedProducer,
};
use rdkafka::util::Timeout;
use tokio::time::timeout;

static TENANT: Exported<String> = Variable::named("tenant").exported("tenant");
static ORDER: Exported<u64> = Variable::named("order").exported("order");
static TO_WORKERS: Exports = Exports::new(&[TENANT.export(), ORDER.export()]);

type Cluster = MockCluster<'static, DefaultProducerContext>;

const TOPIC: &str = "invoices";
const LIMIT: Duration = Duration::from_secs(60);

fn cluster(partitions: i32) -> (Cluster, ClientConfig) {
    let cluster = MockCluster::new(3).unwrap();
    cluster.create_topic(TOPIC, partitions, 1).unwrap();
    cluster.create_topic("dead", 1, 1).unwrap();
    let mut config = ClientConfig::new();
    config
        .set("bootstrap.servers", cluster.bootstrap_servers())
        .set("group.id", "workers")
        .set("auto.offset.reset", "earliest")
        .set("enable.auto.commit", "false")
        .set("session.timeout.ms", "6000");
    (cluster, config)
}

fn consumer(config: &ClientConfig, topic: &str) -> StreamConsumer {
    let consumer: StreamConsumer = config.create().unwrap();
    consumer.subscribe(&[topic]).unwrap();
    consumer
}

async fn receive(consumer: &StreamConsumer) -> BorrowedMessage<'_> {
    timeout(LIMIT, consumer.recv()).await.expect("a message in time").unwrap()
}

/// Sends an order of a tenant; the payload says which.
async fn send(producer: &FutureProducer, tenant: &str, order: u64) {
    let payload = format!("{tenant} {order}");
    let key = order.to_string();
    let record = || FutureRecord::to(TOPIC).key(&key).payload(&payload).exporting(TO_WORKERS).unwrap();
    let record = TENANT.run(tenant.into(), || ORDER.run(order, record));
    producer.send(record, Timeout::Never).await.unwrap();
}

/// What the handler of a message reads, beside what its payload says.
async fn seen(message: impl Message) -> (String, String) {
    tokio::task::yield_now().await;
    let payload = String::from_utf8(message.payload().unwrap_or_default().to_vec()).unwrap();
    (payload, format!("{} {}", TENANT.get().unwrap_or_default(), ORDER.get().unwrap_or_default()))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_message_of_a_batch_has_its_own_context() {
    static FROM_SHOP: Imports = Imports::new(&[TENANT.import(), ORDER.import()]);
    let (_cluster, config) = cluster(3);
    let producer: FutureProducer = config.clone().set("linger.ms", "50").create().unwrap();
    let sent = (0..300).map(|order| {
        let producer = producer.clone();
        tokio::spawn(async move { send(&producer, ["blue", "red", "Köln & Co"][order as usize % 3], order).await })
    });
    for sent in sent.collect::<Vec<_>>() {
        sent.await.unwrap();
    }

    let consumer = consumer(&config, TOPIC);
    let handled = TENANT.scope("the consumer's own".into(), async {
        let mut messages = consumer.stream().map_ok(|message| message.carried(&FROM_SHOP));
        let mut handled = HashSet::new();
        while handled.len() < 300 {
            let message = timeout(LIMIT, messages.next()).await.unwrap().unwrap().unwrap();
            let (payload, context) = message.handle_async(seen).await;
            assert_eq!(payload, context);
            assert_eq!(TENANT.get().as_deref(), Some("the consumer's own"));
            handled.insert(payload);
        }
        handled
    });
    assert!(handled.await.contains("Köln & Co 299"));
    assert_eq!(FROM_SHOP.dropped().total(), 0);
}

#[tokio::test]
async fn a_tombstone_carries_a_context_too() {
    static FROM_SHOP: Imports = Imports::new(&[TENANT.import(), ORDER.import()]);
    let (_cluster, config) = cluster(1);
    let producer: FutureProducer = config.create().unwrap();
    let tombstone = || FutureRecord::<str, str>::to(TOPIC).key("7").exporting(TO_WORKERS).unwrap();
    producer.send(TENANT.run("blue".into(), tombstone), Timeout::Never).await.unwrap();
    let consumer = consumer(&config, TOPIC);
    let message = receive(&consumer).await;
    assert!(message.payload().is_none());
    message
        .handle(&FROM_SHOP, async |_| assert_eq!((TENANT.get().as_deref(), ORDER.get()), (Some("blue"), None)))
        .await;
}

#[tokio::test]
async fn a_message_without_headers_is_handled_without_values() {
    static FROM_SHOP: Imports = Imports::new(&[TENANT.import()]);
    let (_cluster, config) = cluster(1);
    let producer: FutureProducer = config.create().unwrap();
    producer.send(FutureRecord::<str, _>::to(TOPIC).payload("x"), Timeout::Never).await.unwrap();
    let consumer = consumer(&config, TOPIC);
    let message = receive(&consumer).await.detach(); // an `OwnedMessage`
    let handled = TENANT.scope("mine".into(), message.handle(&FROM_SHOP, async |_| assert_eq!(TENANT.get(), None)));
    handled.await;
    assert_eq!(FROM_SHOP.dropped().total(), 0);
}

#[tokio::test]
async fn bad_headers_are_dropped_and_counted_and_the_message_is_handled() {
    static NOTE: Exported<String> = Variable::named("note").exported("note");
    static FROM_ANYONE: Imports = Imports::new(&[TENANT.import(), ORDER.import(), NOTE.import().limit(10)]);
    let (_cluster, config) = cluster(1);
    let producer: FutureProducer = config.create().unwrap();
    let header = |headers: OwnedHeaders, key, value: &'static [u8]| headers.insert(Header { key, value: Some(value) });
    let bad: [&[(&str, &[u8])]; 6] = [
        &[("tenant", b"blue"), ("order", b"7"), ("tenant", b"red")],
        &[("tenant", b"\xff\xfe"), ("order", b"7")],
        &[("tenant", b"a\nb"), ("order", b"7")],
        &[("tenant", b"%0a"), ("order", b"7")],
        &[("note", b"far too long for it"), ("order", b"7")],
        &[("order", b"seven"), ("Order", b"8")],
    ];
    for headers in bad {
        let headers = headers.iter().fold(OwnedHeaders::new(), |all, (key, value)| header(all, key, value));
        let record = FutureRecord::<str, str>::to(TOPIC).payload("x").headers(headers);
        producer.send(record, Timeout::Never).await.unwrap();
    }
    let null = OwnedHeaders::new().insert(Header::<&str> { key: "tenant", value: None });
    let record = FutureRecord::<str, str>::to(TOPIC).payload("x").headers(header(null, "order", b"7"));
    producer.send(record, Timeout::Never).await.unwrap();

    let consumer = consumer(&config, TOPIC);
    for at in 0..7 {
        let message = receive(&consumer).await;
        let read = message.handle(&FROM_ANYONE, async |_| (TENANT.get(), ORDER.get(), NOTE.get())).await;
        assert_eq!(read, (None, (at != 5).then_some(7), None), "message {at}");
    }
    let dropped = FROM_ANYONE.dropped();
    assert_eq!((dropped.repeated, dropped.malformed, dropped.too_long, dropped.unreadable), (1, 3, 1, 1));
    assert_eq!((dropped.control_character, dropped.total()), (1, 7));
}

/// Like rdkafka's headers, with a key that is not UTF-8 in the middle.
struct WithBadKey;

impl Headers for WithBadKey {
    fn count(&self) -> usize {
        3
    }

    fn try_get(&self, at: usize) -> Option<Header<'_, &[u8]>> {
        match at {
            0 => Some(Header { key: "order", value: Some(b"7") }),
            1 => panic!("called `Result::unwrap()` on an `Err` value: Utf8Error"),
            2 => Some(Header { key: "tenant", value: Some(b"blue") }),
            _ => None,
        }
    }
}

#[test]
fn a_header_whose_key_is_not_utf_8_does_not_hide_the_others() {
    let carrier = HeaderExtractor::new(Some(&WithBadKey));
    assert!(matches!(carrier.get("order"), Ok(Some("7"))));
    assert!(matches!(carrier.get("tenant"), Ok(Some("blue"))));
}

/// Writes under a key that librdkafka would cut off.
struct BadKeys;

impl Outgoing for BadKeys {
    fn inject(&self, carrier: &mut dyn Injector) -> Result<(), InjectError> {
        for key in ["tenant\0x", "\0", ""] {
            let error = carrier.set(key, "red".into()).unwrap_err();
            assert!(matches!(error, Reason::Carrier(_)) && std::error::Error::source(&error).is_some());
        }
        TO_WORKERS.inject(carrier)
    }
}

#[test]
fn a_record_keeps_its_other_headers_and_no_stale_ones() {
    let old = [("before", "1"), ("tenant", "stale"), ("order", "stale"), ("tenant", "twice"), ("after", "2")];
    let insert = |all: OwnedHeaders, (key, value)| all.insert(Header { key, value: Some(value) });
    let record = FutureRecord::<str, str>::to(TOPIC).headers(old.into_iter().fold(OwnedHeaders::new(), insert));
    let record = TENANT.run("blue".into(), || record.exporting(BadKeys)).unwrap();
    let headers = record.headers.unwrap();
    let headers: Vec<_> = headers.iter().map(|header| (header.key, header.value.unwrap())).collect();
    assert_eq!(headers, [("before", &b"1"[..]), ("after", b"2"), ("tenant", b"blue")]);
}

#[test]
fn a_value_that_is_too_long_is_an_error_of_the_record() {
    let record = BaseRecord::<str, str>::to(TOPIC).payload("x");
    let error = TENANT.run("x".repeat(100_000), || record.exporting(TO_WORKERS)).unwrap_err();
    assert!(error.to_string().contains("tenant"), "{error}");
}

/// Handles the next message and returns its payload, which is what the handler reads too.
async fn read<'a>(consumer: &'a StreamConsumer, incoming: &Imports) -> (String, BorrowedMessage<'a>) {
    let message = receive(consumer).await;
    let (payload, context) = message.detach().handle(incoming, seen).await;
    assert_eq!(payload, context);
    (payload, message)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_that_is_delivered_again_has_the_same_context() {
    static FROM_SHOP: Imports = Imports::new(&[TENANT.import(), ORDER.import()]);
    let (_cluster, config) = cluster(1);
    let producer: FutureProducer = config.create().unwrap();
    for order in 0..3 {
        send(&producer, "blue", order).await;
    }
    // The first consumer commits one message, reads another, and ends.
    let first = consumer(&config, TOPIC);
    let (payload, message) = read(&first, &FROM_SHOP).await;
    assert_eq!(payload, "blue 0");
    first.commit_message(&message, CommitMode::Sync).unwrap();
    drop(message);
    assert_eq!(read(&first, &FROM_SHOP).await.0, "blue 1");
    drop(first);

    let second = consumer(&config, TOPIC);
    assert_eq!(read(&second, &FROM_SHOP).await.0, "blue 1");
    assert_eq!(read(&second, &FROM_SHOP).await.0, "blue 2");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_partition_that_moves_to_another_consumer_keeps_the_contexts() {
    static FROM_SHOP: Imports = Imports::new(&[TENANT.import(), ORDER.import()]);
    let (_cluster, config) = cluster(2);
    let producer: FutureProducer = config.create().unwrap();
    for order in 0..20 {
        send(&producer, "blue", order).await;
    }
    // It has both partitions, reads from them, and commits nothing.
    let first = consumer(&config, TOPIC);
    for _ in 0..20 {
        let (payload, context) = receive(&first).await.handle(&FROM_SHOP, seen).await;
        assert_eq!(payload, context);
    }
    // The second one joins; the first one leaves and both partitions move.
    let second = consumer(&config, TOPIC);
    let moved = tokio::spawn(async move {
        let mut orders = HashSet::new();
        while orders.len() < 20 {
            let (payload, context) = receive(&second).await.handle(&FROM_SHOP, seen).await;
            assert_eq!(payload, context);
            orders.insert(payload);
        }
    });
    tokio::time::sleep(Duration::from_millis(500)).await;
    drop(first);
    timeout(LIMIT, moved).await.unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn messages_sent_while_brokers_are_down_keep_their_contexts() {
    static FROM_SHOP: Imports = Imports::new(&[TENANT.import(), ORDER.import()]);
    let (cluster, config) = cluster(1);
    let producer: FutureProducer = config.create().unwrap();
    send(&producer, "blue", 0).await;
    for broker in 1..=3 {
        cluster.broker_down(broker).unwrap();
    }
    let sent: Vec<_> = (1..20)
        .map(|order| {
            let producer = producer.clone();
            tokio::spawn(async move { send(&producer, "red", order).await })
        })
        .collect();
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert!(sent.iter().all(|sent| !sent.is_finished()));
    for broker in 1..=3 {
        cluster.broker_up(broker).unwrap();
    }
    for sent in sent {
        timeout(LIMIT, sent).await.unwrap().unwrap();
    }
    let consumer = consumer(&config, TOPIC);
    for _ in 0..20 {
        let (payload, context) = receive(&consumer).await.handle(&FROM_SHOP, seen).await;
        assert_eq!(payload, context);
    }
}

#[tokio::test]
async fn a_dead_letter_keeps_the_context_of_the_first_sending() {
    static FROM_SHOP: Imports = Imports::new(&[TENANT.import(), ORDER.import()]);
    let (_cluster, config) = cluster(1);
    let producer: FutureProducer = config.create().unwrap();
    send(&producer, "blue", 7).await;
    let worker = consumer(&config, TOPIC);
    let fails = receive(&worker).await.handle(&FROM_SHOP, async |message| {
        let headers = message.headers().unwrap().detach();
        let headers = headers.insert(Header { key: "reason", value: Some("no such order") });
        let dead = FutureRecord::<[u8], [u8]>::to("dead").payload(message.payload().unwrap()).headers(headers);
        producer.send(dead.exporting(TO_WORKERS).unwrap(), Timeout::Never).await.unwrap();
    });
    fails.await;

    let dead = consumer(&config, "dead");
    let message = receive(&dead).await;
    assert_eq!(message.headers().unwrap().count(), 3, "each key once");
    let (payload, context) = message.handle(&FROM_SHOP, seen).await;
    assert_eq!((&*payload, &*context), ("blue 7", "blue 7"));
}

/// Runs the report of each delivery with the values of the sender.
struct Reports(mpsc::Sender<(String, Option<String>)>);

impl ClientContext for Reports {}

impl ProducerContext for Reports {
    type DeliveryOpaque = Box<Snapshot>;

    fn delivery(&self, result: &DeliveryResult<'_>, sender: Box<Snapshot>) {
        let message = result.as_ref().unwrap_or_else(|(error, _)| panic!("{error}"));
        let payload = String::from_utf8(message.payload().unwrap().to_vec()).unwrap();
        assert_eq!(TENANT.get(), None);
        self.0.send((payload, sender.run(|| TENANT.get()))).unwrap();
    }
}

#[test]
fn a_delivery_report_runs_in_the_snapshot_that_is_passed_to_it() {
    let (_cluster, config) = cluster(1);
    let (send, reports) = mpsc::channel();
    let producer: ThreadedProducer<Reports> = config.create_with_context(Reports(send)).unwrap();
    for tenant in ["blue", "red"] {
        TENANT.run(tenant.into(), || {
            let record = BaseRecord::<str, str, _>::with_opaque_to(TOPIC, Box::new(Snapshot::capture()));
            producer.send(record.payload(tenant).exporting(TO_WORKERS).unwrap()).unwrap_or_else(|(e, _)| panic!("{e}"));
        });
    }
    producer.flush(LIMIT).unwrap();
    for _ in 0..2 {
        let (payload, tenant) = reports.recv_timeout(LIMIT).unwrap();
        assert_eq!(Some(payload), tenant);
    }
}
