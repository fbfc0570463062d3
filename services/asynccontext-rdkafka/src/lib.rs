//! Carries the exported variables of [`asynccontext`] in the headers of Kafka messages, with
//! [`rdkafka`].
//!
//! A producer adds the current values to a record with [`RecordExt::exporting`]. A consumer handles
//! each message in the context of its sender with [`MessageExt::handle`], or keeps it with that context
//! as a [`Carried`](asynccontext::Carried) message with [`MessageExt::carried`].
//!
//! ```no_run
//! use asynccontext::Variable;
//! use asynccontext::carrier::{Exported, Exports, Imports};
//! use asynccontext_rdkafka::{MessageExt, RecordExt};
//! use rdkafka::ClientConfig;
//! use rdkafka::consumer::{Consumer, StreamConsumer};
//! use rdkafka::message::BorrowedMessage;
//! use rdkafka::producer::{FutureProducer, FutureRecord};
//! use rdkafka::util::Timeout;
//!
//! static TENANT: Exported<String> = Variable::named("tenant").exported("tenant");
//! static TO_WORKERS: Exports = Exports::new(&[TENANT.export()]);
//! static FROM_SHOP: Imports = Imports::new(&[TENANT.import()]);
//!
//! async fn invoice(message: BorrowedMessage<'_>) {
//!     println!("for {:?}", TENANT.get());
//! }
//!
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! # let config = ClientConfig::new();
//! // The shop, in a request.
//! let producer: FutureProducer = config.create()?;
//! let record = FutureRecord::to("invoices").key("order 7").payload("…").exporting(TO_WORKERS)?;
//! producer.send(record, Timeout::Never).await.map_err(|(error, _)| error)?;
//!
//! // The worker.
//! let consumer: StreamConsumer = config.create()?;
//! consumer.subscribe(&["invoices"])?;
//! loop {
//!     consumer.recv().await?.handle(&FROM_SHOP, invoice).await;
//! }
//! # }
//! ```
//!
//! # One context for each message
//!
//! librdkafka sends and fetches messages in batches. Each message has its own headers, so each is
//! handled in its own context, which contains nothing of the consumer's or of another message's. A
//! tombstone, which is a message without a payload, has headers too.
//!
//! The headers are stored with the message. A message that is delivered again, after a restart of the
//! consumer or after its partition moved to another one, therefore has the same context. Kafka does
//! not count deliveries, so there is no number of the attempt.
//!
//! To move a message to a topic of dead letters with the context in which it was first sent, produce
//! it inside its handler: [`RecordExt::exporting`] replaces the headers that were copied from it.
//!
//! # Bad input
//!
//! What the headers hold is judged by the consumer's
//! [`Imports`](asynccontext::carrier::Imports): repeated, oversized, malformed and refused texts are
//! dropped and counted, and the message is handled without them. A header without a value counts as
//! malformed. rdkafka panics on a header whose key is not UTF-8; that panic is caught, and the header
//! is skipped. In a program with `panic = "abort"` it can't be caught.
//!
//! # Delivery reports
//!
//! `FutureProducer` resolves in the task that awaits it. The `delivery` function of a
//! `ProducerContext` runs on the thread that polls the producer, without any values. Pass a
//! [`Snapshot`](asynccontext::Snapshot) as the `DeliveryOpaque` and run the function in it.
//!
//! # Cost
//!
//! A record's headers are allocated by librdkafka, one allocation for each. If headers under the same
//! keys exist, the list is copied. Reading goes once over all headers of a message, and allocates a
//! list of references to them.

mod headers;
mod message;
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}
mod record;

pub use headers::{HeaderExtractor, HeaderInjector};
pub use message::MessageExt;
pub use record::RecordExt;
