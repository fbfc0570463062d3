//! Consumers whose messages have the context of their senders.

use std::pin::Pin;
use std::task::{Context, Poll};

use asynccontext::Carried;
use asynccontext::carrier::Incoming;
use futures_util::Stream;
use pin_project_lite::pin_project;

use crate::MessageExt;

/// Turns a stream of messages into one of [`Carried`] messages.
///
/// Implemented for every stream of deliveries and of results with them, such as a
/// [`Consumer`](lapin::Consumer).
pub trait MessagesExt: Stream + Sized
where
    Self::Item: sealed::Item,
{
    /// Returns the stream of the messages with the snapshots of their senders.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use asynccontext::Variable;
    /// use asynccontext::carrier::{Exported, Imports};
    /// use asynccontext_lapin::MessagesExt;
    /// use futures::TryStreamExt;
    /// use lapin::options::BasicAckOptions;
    ///
    /// static TENANT: Exported<String> = Variable::named("tenant").exported("x-tenant");
    /// static FROM_SERVICES: Imports = Imports::new(&[TENANT.import()]);
    ///
    /// # async fn example(orders: lapin::Consumer) -> lapin::Result<()> {
    /// let mut orders = orders.importing(&FROM_SERVICES);
    /// while let Some(delivery) = orders.try_next().await? {
    ///     delivery.handle_async(async |delivery| {
    ///         println!("{:?} orders {:?}", TENANT.get(), delivery.data);
    ///         delivery.ack(BasicAckOptions::default()).await
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
    /// use asynccontext::carrier::Imports;
    /// use asynccontext_lapin::{Importing, MessagesExt};
    /// use lapin::Consumer;
    ///
    /// static FROM_SERVICES: Imports = Imports::new(&[]);
    ///
    /// # fn example(orders: Consumer) {
    /// let orders: Importing<Consumer, _> = orders.importing(&FROM_SERVICES);
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
    /// Returns the stream of messages.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # use asynccontext::carrier::Imports;
    /// # use asynccontext_lapin::MessagesExt;
    /// # static FROM_SERVICES: Imports = Imports::new(&[]);
    /// # fn example(orders: lapin::Consumer) {
    /// let orders = orders.importing(&FROM_SERVICES);
    /// let plain: lapin::Consumer = orders.into_inner();
    /// # }
    /// ```
    pub fn into_inner(self) -> S {
        self.messages
    }

    /// Returns a reference to the stream of messages, for instance to read a consumer's tag.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # use asynccontext::carrier::Imports;
    /// # use asynccontext_lapin::MessagesExt;
    /// # static FROM_SERVICES: Imports = Imports::new(&[]);
    /// # async fn example(channel: lapin::Channel, orders: lapin::Consumer) -> lapin::Result<()> {
    /// let orders = orders.importing(&FROM_SERVICES);
    /// channel.basic_cancel(orders.get_ref().tag(), Default::default()).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn get_ref(&self) -> &S {
        &self.messages
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

    impl Item for lapin::message::Delivery {
        type Carried = Carried<Self>;

        fn carried(self, incoming: &impl Incoming) -> Carried<Self> {
            MessageExt::carried(self, incoming)
        }
    }

    impl<M: Item, E> Item for Result<M, E> {
        type Carried = Result<M::Carried, E>;

        fn carried(self, incoming: &impl Incoming) -> Self::Carried {
            self.map(|message| message.carried(incoming))
        }
    }
}
