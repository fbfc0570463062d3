//! Streams whose messages have the context of their senders.

use std::pin::Pin;
use std::task::{Context, Poll};

use asynccontext::Carried;
use asynccontext::carrier::Incoming;
use futures_core::Stream;
use pin_project_lite::pin_project;
use rdkafka::Message;

use crate::MessageExt;

/// Adds the context of the senders to a stream of messages, such as a consumer's `MessageStream`.
///
/// # Examples
///
/// ```
/// use asynccontext::Variable;
/// use asynccontext::carrier::{Exported, Imports};
/// use asynccontext_rdkafka::MessagesExt;
/// use futures::StreamExt;
/// use rdkafka::consumer::StreamConsumer;
/// use rdkafka::error::KafkaResult;
///
/// static TENANT: Exported<String> = Variable::named("tenant").exported("tenant");
/// static FROM_SHOP: Imports = Imports::new(&[TENANT.import()]);
///
/// async fn receive(consumer: &StreamConsumer) -> KafkaResult<()> {
///     let mut messages = consumer.stream().importing(&FROM_SHOP);
///     while let Some(message) = messages.next().await {
///         message?.handle_async(async |_message| println!("{:?}", TENANT.get())).await;
///     }
///     Ok(())
/// }
/// ```
pub trait MessagesExt<M, E>: Stream<Item = Result<M, E>> + Sized {
    /// Returns a stream of the messages with their senders' values, which `incoming` reads from the
    /// headers.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::carrier::Imports;
    /// # static FROM_SHOP: Imports = Imports::new(&[]);
    /// use asynccontext_rdkafka::MessagesExt;
    /// use rdkafka::consumer::StreamConsumer;
    ///
    /// fn receive(consumer: &StreamConsumer) {
    ///     let messages = consumer.stream().importing(&FROM_SHOP);
    /// }
    /// ```
    fn importing<I: Incoming>(self, incoming: I) -> Importing<Self, I> {
        Importing { messages: self, incoming }
    }
}

impl<S, M, E> MessagesExt<M, E> for S where S: Stream<Item = Result<M, E>> {}

pin_project! {
    /// A stream of messages with their senders' values, made by [`MessagesExt::importing`].
    ///
    /// # Examples
    ///
    /// ```
    /// use asynccontext::carrier::Imports;
    /// use asynccontext_rdkafka::Importing;
    /// use rdkafka::consumer::MessageStream;
    /// use rdkafka::consumer::DefaultConsumerContext;
    ///
    /// type Messages<'a> = Importing<MessageStream<'a, DefaultConsumerContext>, &'static Imports>;
    /// ```
    #[derive(Debug)]
    #[must_use = "streams do nothing unless polled"]
    pub struct Importing<S, I> {
        #[pin]
        messages: S,
        incoming: I,
    }
}

impl<S, I, M, E> Stream for Importing<S, I>
where
    S: Stream<Item = Result<M, E>>,
    I: Incoming,
    M: Message,
{
    type Item = Result<Carried<M>, E>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.project();
        let incoming = &*this.incoming;
        this.messages.poll_next(context).map(|item| item.map(|item| item.map(|message| message.carried(incoming))))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.messages.size_hint()
    }
}
