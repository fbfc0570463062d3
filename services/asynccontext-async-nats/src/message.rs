//! Messages that are handled in the context of their sender.

use async_nats::{HeaderMap, Message};
use asynccontext::carrier::Incoming;
use asynccontext::{Carried, Scoped, Snapshot};

use crate::HeaderExtractor;

/// Reads the context of a message from its headers.
///
/// Implemented for [`Message`], and with the feature `jetstream` for `jetstream::Message` and
/// `StreamMessage`.
///
/// The snapshot of a message holds what `incoming` reads and, for a `jetstream::Message`, its
/// [`ATTEMPT`](crate::ATTEMPT). It holds nothing else, neither the consumer's own values nor its
/// span. A message without headers is handled too. What can't be read is dropped and counted, as
/// [`Imports`](asynccontext::carrier::Imports) describes.
pub trait MessageExt: sealed::Message {
    /// Returns the message with the snapshot of its sender.
    ///
    /// # Examples
    ///
    /// ```
    /// use asynccontext::Variable;
    /// use asynccontext::carrier::{Exported, Imports};
    /// use asynccontext_async_nats::MessageExt;
    ///
    /// static TENANT: Exported<String> = Variable::named("tenant").exported("x-tenant");
    /// static FROM_SERVICES: Imports = Imports::new(&[TENANT.import()]);
    ///
    /// # let message = message();
    /// let message = message.carried(&FROM_SERVICES);
    /// assert_eq!(message.inner().subject.as_str(), "orders");
    /// assert_eq!(message.handle(|_| TENANT.get()).as_deref(), Some("blue"));
    /// # fn message() -> async_nats::Message {
    /// #     let mut headers = async_nats::HeaderMap::new();
    /// #     headers.insert("x-tenant", "blue");
    /// #     async_nats::Message {
    /// #         subject: "orders".into(), reply: None, payload: "one".into(), headers: Some(headers),
    /// #         status: None, description: None, length: 0,
    /// #     }
    /// # }
    /// ```
    fn carried(self, incoming: impl Incoming) -> Carried<Self> {
        Carried::from_parts(self.snapshot(&incoming), self)
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
    /// use asynccontext_async_nats::MessageExt;
    /// use futures::StreamExt;
    ///
    /// static TENANT: Exported<String> = Variable::named("tenant").exported("x-tenant");
    /// static FROM_SERVICES: Imports = Imports::new(&[TENANT.import()]);
    ///
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), async_nats::Error> {
    /// # let client = async_nats::connect("localhost").await?;
    /// let mut orders = client.subscribe("orders").await?;
    /// while let Some(message) = orders.next().await {
    ///     let handled = message.handle(&FROM_SERVICES, async |message| {
    ///         println!("{:?} orders {:?}", TENANT.get(), message.payload);
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
    use super::{HeaderExtractor, HeaderMap, Incoming, Snapshot};

    pub trait Message: Sized {
        fn snapshot(&self, incoming: &impl Incoming) -> Snapshot;
    }

    impl Message for super::Message {
        fn snapshot(&self, incoming: &impl Incoming) -> Snapshot {
            read(incoming, self.headers.as_ref(), Snapshot::empty())
        }
    }

    #[cfg(feature = "jetstream")]
    impl Message for async_nats::jetstream::Message {
        fn snapshot(&self, incoming: &impl Incoming) -> Snapshot {
            let attempt = self.info().ok().and_then(|info| u64::try_from(info.delivered).ok());
            let base = match attempt {
                Some(attempt) => Snapshot::empty().with(&super::ATTEMPT, attempt),
                None => Snapshot::empty(),
            };
            read(incoming, self.headers.as_ref(), base)
        }
    }

    #[cfg(feature = "jetstream")]
    impl Message for async_nats::jetstream::message::StreamMessage {
        fn snapshot(&self, incoming: &impl Incoming) -> Snapshot {
            read(incoming, Some(&self.headers), Snapshot::empty())
        }
    }

    fn read(incoming: &impl Incoming, headers: Option<&HeaderMap>, onto: Snapshot) -> Snapshot {
        match headers {
            Some(headers) => incoming.extract_onto(&HeaderExtractor(headers), onto),
            None => incoming.extract_onto(&HeaderExtractor(&HeaderMap::new()), onto),
        }
    }
}

/// The number of the current attempt to deliver the message, 1 for the first. It is bound where a
/// `jetstream::Message` is handled.
///
/// The server counts the attempts, so a sender can't set the number.
///
/// # Examples
///
/// ```no_run
/// use async_nats::jetstream::{self, AckKind};
/// use asynccontext::carrier::Imports;
/// use asynccontext_async_nats::{ATTEMPT, MessageExt};
///
/// # static FROM_SERVICES: Imports = Imports::new(&[]);
/// # async fn example(message: jetstream::Message) -> Result<(), async_nats::Error> {
/// message.handle(&FROM_SERVICES, async |message| {
///     if ATTEMPT.get() > Some(3) { message.ack_with(AckKind::Term).await } else { message.ack().await }
/// }).await
/// # }
/// ```
#[cfg(feature = "jetstream")]
pub static ATTEMPT: asynccontext::Variable<u64> = asynccontext::Variable::named("delivery-attempt");
