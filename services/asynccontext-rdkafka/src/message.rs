//! Messages that are handled in the context of their sender.

use asynccontext::carrier::Incoming;
use asynccontext::{Carried, Scoped, Snapshot};
use rdkafka::Message;

use crate::HeaderExtractor;

/// Handles messages in the context of their sender: `BorrowedMessage` and `OwnedMessage`.
///
/// # Examples
///
/// ```
/// use asynccontext::Variable;
/// use asynccontext::carrier::{Exported, Imports};
/// use asynccontext_rdkafka::MessageExt;
/// use rdkafka::Message;
/// use rdkafka::message::BorrowedMessage;
///
/// static TENANT: Exported<String> = Variable::named("tenant").exported("tenant");
/// static FROM_SHOP: Imports = Imports::new(&[TENANT.import()]);
///
/// async fn receive(message: BorrowedMessage<'_>) {
///     message.handle(&FROM_SHOP, async |message| {
///         println!("offset {} for {:?}", message.offset(), TENANT.get());
///     }).await
/// }
/// ```
pub trait MessageExt: Message + Sized {
    /// Returns the message with its sender's values, which `incoming` reads from the headers.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::Variable;
    /// # use asynccontext::carrier::{Exported, Imports};
    /// # static TENANT: Exported<String> = Variable::named("tenant").exported("tenant");
    /// # static FROM_SHOP: Imports = Imports::new(&[TENANT.import()]);
    /// use asynccontext_rdkafka::MessageExt;
    /// use rdkafka::message::{Header, OwnedHeaders, OwnedMessage};
    /// # use rdkafka::Timestamp;
    ///
    /// let headers = OwnedHeaders::new().insert(Header { key: "tenant", value: Some("blue") });
    /// let message = OwnedMessage::new(None, None, "invoices".into(), Timestamp::now(), 0, 1, Some(headers));
    /// let tenant = message.carried(&FROM_SHOP).handle(|_message| TENANT.get());
    /// assert_eq!(tenant.as_deref(), Some("blue"));
    /// ```
    fn carried(self, incoming: impl Incoming) -> Carried<Self> {
        let snapshot = incoming.extract_onto(&HeaderExtractor::new(self.headers()), Snapshot::empty());
        Carried::from_parts(snapshot, self)
    }

    /// Calls `handler` with the message, and runs its future, with its sender's values.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::Variable;
    /// # use asynccontext::carrier::{Exported, Imports};
    /// # static TENANT: Exported<String> = Variable::named("tenant").exported("tenant");
    /// # static FROM_SHOP: Imports = Imports::new(&[TENANT.import()]);
    /// use asynccontext_rdkafka::MessageExt;
    /// use rdkafka::consumer::StreamConsumer;
    /// use rdkafka::error::KafkaResult;
    ///
    /// async fn receive(consumer: &StreamConsumer) -> KafkaResult<()> {
    ///     consumer.recv().await?.handle(&FROM_SHOP, async |_message| println!("{:?}", TENANT.get())).await;
    ///     Ok(())
    /// }
    /// ```
    fn handle<F: Future>(self, incoming: impl Incoming, handler: impl FnOnce(Self) -> F) -> Scoped<F> {
        self.carried(incoming).handle_async(handler)
    }
}

impl<M: Message> MessageExt for M {}
