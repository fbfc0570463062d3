//! Subscriptions whose messages have the context of their senders.

use std::pin::Pin;
use std::task::{Context, Poll};

use asynccontext::Carried;
use asynccontext::carrier::Incoming;
use futures_util::Stream;
use pin_project_lite::pin_project;

use crate::MessageExt;

/// Turns a stream of messages into one of [`Carried`] messages.
///
/// Implemented for every stream of messages and of results with messages: a `Subscriber`, the
/// `messages()` of a consumer, and the batches of `fetch()` and `batch()`.
pub trait MessagesExt: Stream + Sized
where
    Self::Item: sealed::Item,
{
    /// Returns the stream of the messages with the snapshots of their senders.
    ///
    /// # Examples
    ///
    /// A batch of messages, each with a context of its own:
    ///
    /// ```no_run
    /// use async_nats::jetstream::consumer::PullConsumer;
    /// use asynccontext::Variable;
    /// use asynccontext::carrier::{Exported, Imports};
    /// use asynccontext_async_nats::MessagesExt;
    /// use futures::TryStreamExt;
    ///
    /// static TENANT: Exported<String> = Variable::named("tenant").exported("x-tenant");
    /// static FROM_SERVICES: Imports = Imports::new(&[TENANT.import()]);
    ///
    /// # async fn example(consumer: PullConsumer) -> Result<(), async_nats::Error> {
    /// let mut batch = consumer.fetch().max_messages(100).messages().await?.importing(&FROM_SERVICES);
    /// while let Some(message) = batch.try_next().await? {
    ///     message.handle_async(async |message| {
    ///         println!("{:?} orders {:?}", TENANT.get(), message.payload);
    ///         message.ack().await
    ///     }).await?;
    /// }
    /// # Ok(())
    /// # }
    /// ```
    fn importing<I: Incoming>(self, incoming: I) -> Importing<Self, I> {
        Importing { messages: self, incoming }
    }
}

impl<S: Stream> MessagesExt for S where S::Item: sealed::Item {}

pin_project! {
    /// A stream of messages with the snapshots of their senders.
    ///
    /// Returned by [`MessagesExt::importing`]. Its items are [`Carried`] messages, or results with
    /// them. Code of the stream itself runs in the snapshot of the code that polls it.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use async_nats::Subscriber;
    /// use asynccontext::carrier::Imports;
    /// use asynccontext_async_nats::{Importing, MessagesExt};
    ///
    /// static FROM_SERVICES: Imports = Imports::new(&[]);
    ///
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), async_nats::Error> {
    /// # let client = async_nats::connect("localhost").await?;
    /// let orders: Importing<Subscriber, _> = client.subscribe("orders").await?.importing(&FROM_SERVICES);
    /// # Ok(())
    /// # }
    /// ```
    #[derive(Debug)]
    #[must_use = "streams do nothing unless polled"]
    pub struct Importing<S, I> {
        #[pin]
        messages: S,
        incoming: I,
    }
}

impl<S, I> Importing<S, I> {
    /// Returns the stream of messages, for instance to unsubscribe.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # use asynccontext::carrier::Imports;
    /// # use asynccontext_async_nats::MessagesExt;
    /// # static FROM_SERVICES: Imports = Imports::new(&[]);
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), async_nats::Error> {
    /// # let client = async_nats::connect("localhost").await?;
    /// let orders = client.subscribe("orders").await?.importing(&FROM_SERVICES);
    /// orders.into_inner().unsubscribe().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn into_inner(self) -> S {
        self.messages
    }

    /// Returns a reference to the stream of messages, for instance to drain a subscription.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # use asynccontext::carrier::Imports;
    /// # use asynccontext_async_nats::MessagesExt;
    /// # static FROM_SERVICES: Imports = Imports::new(&[]);
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), async_nats::Error> {
    /// # let client = async_nats::connect("localhost").await?;
    /// let mut orders = client.subscribe("orders").await?.importing(&FROM_SERVICES);
    /// orders.get_mut().drain().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn get_mut(&mut self) -> &mut S {
        &mut self.messages
    }
}

impl<S, I> Stream for Importing<S, I>
where
    S: Stream<Item: sealed::Item>,
    I: Incoming,
{
    type Item = <S::Item as sealed::Item>::Carried;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.project();
        let incoming = &*this.incoming;
        this.messages.poll_next(context).map(|item| item.map(|item| sealed::Item::carried(item, incoming)))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.messages.size_hint()
    }
}

mod sealed {
    use super::{Carried, Incoming, MessageExt};

    /// A message, or a result with one.
    pub trait Item {
        type Carried;

        fn carried(self, incoming: &impl Incoming) -> Self::Carried;
    }

    /// The types that are messages, listed so that results are none.
    macro_rules! messages {
        ($($(#[$feature:meta])* $message:ty,)+) => {$(
            $(#[$feature])*
            impl Item for $message {
                type Carried = Carried<Self>;

                fn carried(self, incoming: &impl Incoming) -> Carried<Self> {
                    MessageExt::carried(self, incoming)
                }
            }
        )+};
    }

    messages! {
        async_nats::Message,
        #[cfg(feature = "jetstream")]
        async_nats::jetstream::Message,
        #[cfg(feature = "jetstream")]
        async_nats::jetstream::message::StreamMessage,
    }

    impl<M: Item, E> Item for Result<M, E> {
        type Carried = Result<M::Carried, E>;

        fn carried(self, incoming: &impl Incoming) -> Self::Carried {
            self.map(|message| message.carried(incoming))
        }
    }
}
