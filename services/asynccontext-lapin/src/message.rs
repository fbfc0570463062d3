//! Messages that are handled in the context of their sender.

use asynccontext::carrier::Incoming;
use asynccontext::{Carried, Scoped, Snapshot, Variable};
use lapin::message::Delivery;
use lapin::types::{AMQPValue, FieldTable};

use crate::HeaderExtractor;

/// Reads the context of a message from its headers.
///
/// Implemented for [`Delivery`], for `BasicGetMessage`, and for `BasicReturnMessage`, which returns
/// to its sender.
///
/// The snapshot of a message holds what `incoming` reads and the number of the [`ATTEMPT`]. It holds
/// nothing else, neither the consumer's own values nor its span. A message without headers is
/// handled too. What can't be read is dropped and counted, as
/// [`Imports`](asynccontext::carrier::Imports) describes.
pub trait MessageExt: sealed::Message {
    /// Returns the message with the snapshot of its sender.
    ///
    /// # Examples
    ///
    /// ```
    /// use asynccontext::Variable;
    /// use asynccontext::carrier::{Exported, Imports};
    /// use asynccontext_lapin::MessageExt;
    ///
    /// static TENANT: Exported<String> = Variable::named("tenant").exported("x-tenant");
    /// static FROM_SERVICES: Imports = Imports::new(&[TENANT.import()]);
    ///
    /// # let delivery = delivery();
    /// let delivery = delivery.carried(&FROM_SERVICES);
    /// assert_eq!(delivery.inner().routing_key.as_str(), "orders");
    /// assert_eq!(delivery.handle(|_| TENANT.get()).as_deref(), Some("blue"));
    /// # fn delivery() -> lapin::message::Delivery {
    /// #     use lapin::{BasicProperties, message::Delivery, types::{AMQPValue, FieldTable}};
    /// #     let mut headers = FieldTable::default();
    /// #     headers.insert("x-tenant".into(), AMQPValue::LongString("blue".into()));
    /// #     let mut delivery = Delivery::mock(1, "".into(), "orders".into(), false, b"one".to_vec());
    /// #     delivery.properties = BasicProperties::default().with_headers(headers);
    /// #     delivery
    /// # }
    /// ```
    fn carried(self, incoming: impl Incoming) -> Carried<Self> {
        Carried::from_parts(snapshot(self.delivery(), &incoming), self)
    }

    /// Calls `handler` with the message in the snapshot of its sender, and returns the handler's
    /// future, tied to that snapshot.
    ///
    /// The message is acknowledged by the handler, or not at all. See
    /// [`handle_and_ack`](crate::AckExt::handle_and_ack) for a handler that only returns its result.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use asynccontext::Variable;
    /// use asynccontext::carrier::{Exported, Imports};
    /// use asynccontext_lapin::MessageExt;
    /// use futures::TryStreamExt;
    /// use lapin::options::BasicAckOptions;
    ///
    /// static TENANT: Exported<String> = Variable::named("tenant").exported("x-tenant");
    /// static FROM_SERVICES: Imports = Imports::new(&[TENANT.import()]);
    ///
    /// # async fn example(mut orders: lapin::Consumer) -> lapin::Result<()> {
    /// while let Some(delivery) = orders.try_next().await? {
    ///     let handled = delivery.handle(&FROM_SERVICES, async |delivery| {
    ///         println!("{:?} orders {:?}", TENANT.get(), delivery.data);
    ///         delivery.ack(BasicAckOptions::default()).await
    ///     });
    ///     tokio::spawn(handled);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    fn handle<F: Future>(self, incoming: impl Incoming, handler: impl FnOnce(Self) -> F) -> Scoped<F> {
        self.carried(incoming).handle_async(handler)
    }
}

impl<M: sealed::Message> MessageExt for M {}

pub(crate) mod sealed {
    use lapin::message::{BasicGetMessage, BasicReturnMessage, Delivery};

    pub trait Message: Sized {
        fn delivery(&self) -> &Delivery;
    }

    impl Message for Delivery {
        fn delivery(&self) -> &Delivery {
            self
        }
    }

    impl Message for BasicGetMessage {
        fn delivery(&self) -> &Delivery {
            self
        }
    }

    impl Message for BasicReturnMessage {
        fn delivery(&self) -> &Delivery {
            self
        }
    }
}

fn snapshot(delivery: &Delivery, incoming: &impl Incoming) -> Snapshot {
    let headers = delivery.properties.headers().as_ref();
    let onto = Snapshot::empty().with(&ATTEMPT, attempt(delivery.redelivered, headers));
    match headers {
        Some(headers) => incoming.extract_onto(&HeaderExtractor(headers), onto),
        None => incoming.extract_onto(&HeaderExtractor(&FieldTable::default()), onto),
    }
}

/// The number of the current attempt to deliver the message, 1 for the first.
///
/// Quorum queues count the attempts (in the header `x-delivery-count`). Other queues only know
/// whether a message was delivered before: the number is then 2, however many attempts there were.
/// A dead letter starts at 1 in its new queue; its history is in the header `x-death`.
///
/// # Examples
///
/// ```no_run
/// use asynccontext::carrier::Imports;
/// use asynccontext_lapin::{ATTEMPT, MessageExt};
/// use lapin::message::Delivery;
/// use lapin::options::{BasicAckOptions, BasicRejectOptions};
///
/// # static FROM_SERVICES: Imports = Imports::new(&[]);
/// # async fn example(delivery: Delivery) -> lapin::Result<bool> {
/// delivery.handle(&FROM_SERVICES, async |delivery| {
///     if ATTEMPT.get() > Some(3) {
///         delivery.reject(BasicRejectOptions { requeue: false }).await // to the dead letters
///     } else {
///         delivery.ack(BasicAckOptions::default()).await
///     }
/// }).await
/// # }
/// ```
pub static ATTEMPT: Variable<u64> = Variable::named("delivery-attempt");

fn attempt(redelivered: bool, headers: Option<&FieldTable>) -> u64 {
    if !redelivered {
        // Of a first delivery, a header with a count is its sender's.
        return 1;
    }
    let count = match headers.and_then(|headers| headers.inner().get("x-delivery-count")) {
        Some(AMQPValue::LongLongInt(count)) => u64::try_from(*count).unwrap_or(0),
        Some(AMQPValue::LongInt(count)) => u64::try_from(*count).unwrap_or(0),
        _ => 0,
    };
    count.max(1).saturating_add(1)
}
