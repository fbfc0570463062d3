//! # Context over queues
//!
//! A message is handled later, elsewhere, and perhaps more than once. Its handler should still know
//! for which request, tenant and trace it works, and its log lines should say so. None of that is
//! in the worker's own context: the worker was started long before, and handles messages of
//! everyone. So the context travels with the message, in its headers.
//!
//! | queue | crate |
//! |---|---|
//! | NATS and JetStream | `asynccontext-async-nats`, this one |
//! | RabbitMQ, AMQP 0-9-1 | `asynccontext-lapin` |
//! | Kafka | `asynccontext-rdkafka` |
//! | jobs in Redis or SQL, with retries and cron | `asynccontext-apalis` |
//! | a channel inside the process | [`Carried`](asynccontext::Carried), without headers or lists |
//!
//! The crates differ in the names of their libraries only. This page shows NATS and RabbitMQ. Its
//! two programs are whole, and run as tests with both servers.
//!
//! # Both sides declare what crosses
//!
//! Nothing leaves a process that was not listed for that destination, and nothing is read that was
//! not listed for that source. Put the variables in a library that both services share. Each
//! boundary has its own lists, since partners should not learn what workers may.
//!
//! ```
//! use asynccontext::Variable;
//! use asynccontext::carrier::{Exported, Exports, Imports};
//!
//! static TENANT: Exported<String> = Variable::named("tenant").exported("x-tenant");
//! static USER: Exported<u64> = Variable::named("user").exported("x-user");
//!
//! static TO_WORKERS: Exports = Exports::new(&[TENANT.export(), USER.export()]);
//! static TO_PARTNERS: Exports = Exports::new(&[TENANT.export()]);
//! static FROM_SERVICES: Imports = Imports::new(&[TENANT.import().limit(64), USER.import()]);
//! ```
//!
//! Trace context and baggage are added by a wrapper of these lists in `asynccontext-opentelemetry`.
//! A producer takes any [`Outgoing`](asynccontext::carrier::Outgoing), a consumer any
//! [`Incoming`](asynccontext::carrier::Incoming).
//!
//! # The producer
//!
//! Wrap the client, the JetStream context or the channel once, with `exporting`. Calls of `publish`,
//! `request` and `basic_publish` stay as they are, and write the context that is current when their
//! future is first polled. A value that can't be written is an error, and then nothing is sent: a
//! message without its tenant would be handled for none.
//!
//! # The consumer
//!
//! `message.handle(&FROM_SERVICES, async |message| …)` runs a handler in a snapshot with what the
//! message carried, and with nothing else. Spawn it, put it in a `FuturesUnordered` or await it in
//! the loop: its context stays with it, and ends with it. The consumer's loop has no message's
//! context, also after a handler has failed, panicked or been dropped.
//!
//! # Acknowledge in the handler, or by its result
//!
//! With `handle`, the handler acknowledges, by the library's own methods, or the code after it does.
//! `handle_and_ack` acknowledges if the handler returns `Ok`. If it returns an error or panics, the
//! answer is the one that its caller chose: for JetStream an `AckKind`, for RabbitMQ
//! `BasicNackOptions`. The panic then continues, so run handlers as tasks if one panic must not end
//! the loop.
//!
//! A handler whose future is dropped, by a timeout or at shutdown, does not answer. JetStream
//! delivers the message again after `ack_wait`, RabbitMQ when the channel is closed.
//!
//! # Redelivery
//!
//! The broker stores the headers with the message, so each attempt has the same context. `ATTEMPT`
//! is the number of the attempt: JetStream and RabbitMQ's quorum queues count, other queues of
//! RabbitMQ only tell a first delivery from later ones.
//!
//! Brokers deliver at least once. After a lost connection two handlers may work on one message at
//! the same time, each in a context of its own with equal values. A request id in the context is
//! therefore not a key against duplicates: use the message's id.
//!
//! # Dead letters
//!
//! RabbitMQ moves a message that is rejected, expired or delivered too often to the dead-letter
//! exchange, with all its headers, so a consumer there handles it in its first sender's context.
//! JetStream leaves it in the stream, and publishes an advisory with its number
//! (`$JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES.*.*`, and `MSG_TERMINATED` after `AckKind::Term`);
//! the stream returns the message with its headers. A worker that publishes a message again itself,
//! to a queue for later, publishes it inside the handler, so that the context leaves once more.
//!
//! # Batches
//!
//! A batch has no context: its messages belong to different requests. `carried` keeps each with its
//! own. Do the work of one message inside its `handle_async`, and the work of the whole batch outside,
//! with what it needs as data.
//!
//! # What strangers send
//!
//! A queue is an edge of the process too. Headers that are repeated, too long, not text, or refused
//! by the variable's policy are dropped and counted, and the message is handled without them. The
//! counters are in the list: `FROM_SERVICES.dropped()`.
//!
//! ```
//! # use asynccontext::Variable;
//! # use asynccontext::carrier::{Exported, Imports};
//! use asynccontext_async_nats::MessageExt;
//! # static TENANT: Exported<String> = Variable::named("tenant").exported("x-tenant");
//! # static USER: Exported<u64> = Variable::named("user").exported("x-user");
//! # static FROM_SERVICES: Imports = Imports::new(&[TENANT.import().limit(64), USER.import()]);
//!
//! let mut headers = async_nats::HeaderMap::new();
//! headers.append("x-tenant", "blue");
//! headers.append("x-tenant", "red");
//! headers.append("x-user", "7");
//! # let (subject, payload, headers) = ("orders".into(), "tea".into(), Some(headers));
//! # let message = async_nats::Message {
//! #     subject, payload, headers, reply: None, status: None, description: None, length: 0,
//! # };
//! // … of a message that arrives:
//! let seen = message.carried(&FROM_SERVICES).handle(|_message| (TENANT.get(), USER.get()));
//! assert_eq!(seen, (None, Some(7)));
//! assert_eq!(FROM_SERVICES.dropped().repeated, 1);
//! ```
//!
//! Whether AMQP's other types are text, and which headers the clients themselves can't read, is in
//! the documentation of each crate.
//!
//! # What not to send
//!
//! A transaction, a connection or a cancellation token has no meaning in another process, and an
//! access token does not belong in a message that is stored: send the user's id, and let the worker
//! act by its own rights. A deadline is sent as the time that is left when the message is published;
//! the time that it waits in the queue is not subtracted, so send one with a request that is
//! answered at once, and not with a job.
//!
//! # NATS
//!
//! ```no_run
#![doc = include_str!("nats.rs")]
//!
//! #[tokio::main]
//! async fn main() -> Result<()> {
//!     run("localhost:4222").await
//! }
//! ```
//!
//! # RabbitMQ
//!
//! ```no_run
#![doc = include_str!("rabbitmq.rs")]
//!
//! #[tokio::main]
//! async fn main() -> Result<()> {
//!     run("amqp://localhost:5672/%2f").await
//! }
//! ```
