//! Producers whose messages carry the current context.

use std::ops::Deref;

use async_nats::client::{self, PublishError, PublishErrorKind, Request, RequestError, RequestErrorKind, traits};
use async_nats::subject::ToSubject;
use async_nats::{Client, HeaderMap, Message, SubscribeError, Subscriber};
use asynccontext::carrier::{InjectError, Outgoing};
use bytes::Bytes;

use crate::HeaderInjector;

/// Turns a producer into one whose messages carry the current context.
///
/// Implemented for [`Client`], and with the feature `jetstream` for `jetstream::Context`.
pub trait PublishExt: Sized + sealed::Producer {
    /// Returns a producer with the same methods, which write `outgoing` to the headers of each
    /// message.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use asynccontext::Variable;
    /// use asynccontext::carrier::{Exported, Exports};
    /// use asynccontext_async_nats::PublishExt;
    ///
    /// static TENANT: Exported<String> = Variable::named("tenant").exported("x-tenant");
    /// static TO_WORKERS: Exports = Exports::new(&[TENANT.export()]);
    ///
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), async_nats::Error> {
    /// let client = async_nats::connect("localhost").await?.exporting(&TO_WORKERS);
    /// TENANT.scope("blue".into(), client.publish("orders", "one".into())).await?;
    /// # Ok(())
    /// # }
    /// ```
    fn exporting<O: Outgoing>(self, outgoing: O) -> Exporting<Self, O> {
        Exporting { inner: self, outgoing }
    }
}

impl PublishExt for Client {}
#[cfg(feature = "jetstream")]
impl PublishExt for async_nats::jetstream::Context {}

mod sealed {
    pub trait Producer {}
    impl Producer for async_nats::Client {}
    #[cfg(feature = "jetstream")]
    impl Producer for async_nats::jetstream::Context {}
}

/// A producer whose messages carry the context that is current where they are published.
///
/// Returned by [`PublishExt::exporting`]. It has the publishing methods of the producer it wraps, by
/// the same names and signatures, and dereferences to it for all others. The methods read the
/// context when their future is first polled, as every `async fn` does. A header of the message
/// under the key of an exported variable is replaced, or removed if the variable is not bound.
///
/// If a value can't be written to the headers, nothing is published, and the error's source is the
/// [`InjectError`].
///
/// # Examples
///
/// Two producers with different lists, on one connection:
///
/// ```no_run
/// use asynccontext::Variable;
/// use asynccontext::carrier::{Exported, Exports};
/// use asynccontext_async_nats::{Exporting, PublishExt};
/// use async_nats::Client;
///
/// static TENANT: Exported<String> = Variable::named("tenant").exported("x-tenant");
/// static USER: Exported<u64> = Variable::named("user").exported("x-user");
/// static TO_WORKERS: Exports = Exports::new(&[TENANT.export(), USER.export()]);
/// static TO_PARTNERS: Exports = Exports::new(&[TENANT.export()]);
///
/// # #[tokio::main]
/// # async fn main() -> Result<(), async_nats::Error> {
/// let client = async_nats::connect("localhost").await?;
/// let partners: Exporting<Client, _> = client.clone().exporting(&TO_PARTNERS);
/// let workers: Exporting<Client, _> = client.exporting(&TO_WORKERS);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Exporting<P, O> {
    inner: P,
    outgoing: O,
}

impl<P, O> Exporting<P, O> {
    /// Returns the producer without the exports.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # use asynccontext::carrier::Exports;
    /// # use asynccontext_async_nats::PublishExt;
    /// # static TO_WORKERS: Exports = Exports::new(&[]);
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), async_nats::Error> {
    /// let client = async_nats::connect("localhost").await?.exporting(&TO_WORKERS);
    /// client.into_inner().publish("status", "without context".into()).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn into_inner(self) -> P {
        self.inner
    }
}

impl<P, O> Deref for Exporting<P, O> {
    type Target = P;

    fn deref(&self) -> &P {
        &self.inner
    }
}

impl<P, O: Outgoing> Exporting<P, O> {
    /// Returns `headers` with the current context.
    fn with_context(&self, headers: Option<HeaderMap>) -> Result<HeaderMap, InjectError> {
        let mut headers = headers.unwrap_or_default();
        self.outgoing.inject(&mut HeaderInjector(&mut headers))?;
        Ok(headers)
    }
}

fn unpublished(error: InjectError) -> PublishError {
    PublishError::with_source(PublishErrorKind::Send, error)
}

impl<O: Outgoing> Exporting<Client, O> {
    /// Publishes a message, as [`Client::publish`] does.
    ///
    /// # Errors
    ///
    /// Returns an error as [`Client::publish`] does, or if the context can't be written.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # use asynccontext::Variable;
    /// # use asynccontext::carrier::{Exported, Exports};
    /// # use asynccontext_async_nats::PublishExt;
    /// # static TENANT: Exported<String> = Variable::named("tenant").exported("x-tenant");
    /// # static TO_WORKERS: Exports = Exports::new(&[TENANT.export()]);
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), async_nats::Error> {
    /// let client = async_nats::connect("localhost").await?.exporting(&TO_WORKERS);
    /// TENANT.scope("blue".into(), client.publish("orders", "one".into())).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn publish<S: ToSubject>(&self, subject: S, payload: Bytes) -> Result<(), PublishError> {
        let headers = self.with_context(None).map_err(unpublished)?;
        self.inner.publish_with_headers(subject, headers, payload).await
    }

    /// Publishes a message with headers, as [`Client::publish_with_headers`] does.
    ///
    /// # Errors
    ///
    /// Returns an error as [`publish`](Self::publish) does.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # use asynccontext::carrier::Exports;
    /// # use asynccontext_async_nats::PublishExt;
    /// # static TO_WORKERS: Exports = Exports::new(&[]);
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), async_nats::Error> {
    /// # let client = async_nats::connect("localhost").await?.exporting(&TO_WORKERS);
    /// let mut headers = async_nats::HeaderMap::new();
    /// headers.insert("content-type", "text/plain");
    /// client.publish_with_headers("orders", headers, "one".into()).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn publish_with_headers<S: ToSubject>(
        &self,
        subject: S,
        headers: HeaderMap,
        payload: Bytes,
    ) -> Result<(), PublishError> {
        let headers = self.with_context(Some(headers)).map_err(unpublished)?;
        self.inner.publish_with_headers(subject, headers, payload).await
    }

    /// Publishes a message with a subject for replies, as [`Client::publish_with_reply`] does.
    ///
    /// # Errors
    ///
    /// Returns an error as [`publish`](Self::publish) does.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # use asynccontext::carrier::Exports;
    /// # use asynccontext_async_nats::PublishExt;
    /// # static TO_WORKERS: Exports = Exports::new(&[]);
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), async_nats::Error> {
    /// # let client = async_nats::connect("localhost").await?.exporting(&TO_WORKERS);
    /// client.publish_with_reply("orders", "answers", "one".into()).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn publish_with_reply<S: ToSubject, R: ToSubject>(
        &self,
        subject: S,
        reply: R,
        payload: Bytes,
    ) -> Result<(), PublishError> {
        self.publish_with_reply_and_headers(subject, reply, HeaderMap::new(), payload).await
    }

    /// Publishes a message with headers and a subject for replies, as
    /// [`Client::publish_with_reply_and_headers`] does.
    ///
    /// # Errors
    ///
    /// Returns an error as [`publish`](Self::publish) does.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # use asynccontext::carrier::Exports;
    /// # use asynccontext_async_nats::PublishExt;
    /// # static TO_WORKERS: Exports = Exports::new(&[]);
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), async_nats::Error> {
    /// # let client = async_nats::connect("localhost").await?.exporting(&TO_WORKERS);
    /// # let headers = async_nats::HeaderMap::new();
    /// client.publish_with_reply_and_headers("orders", "answers", headers, "one".into()).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn publish_with_reply_and_headers<S: ToSubject, R: ToSubject>(
        &self,
        subject: S,
        reply: R,
        headers: HeaderMap,
        payload: Bytes,
    ) -> Result<(), PublishError> {
        let headers = self.with_context(Some(headers)).map_err(unpublished)?;
        self.inner.publish_with_reply_and_headers(subject, reply, headers, payload).await
    }

    /// Sends a request and returns the reply, as [`Client::request`] does.
    ///
    /// The caller continues in its own context. To read the reply's, use
    /// [`MessageExt`](crate::MessageExt).
    ///
    /// # Errors
    ///
    /// Returns an error as [`Client::request`] does, or if the context can't be written.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # use asynccontext::Variable;
    /// # use asynccontext::carrier::{Exported, Exports};
    /// # use asynccontext_async_nats::PublishExt;
    /// # static TENANT: Exported<String> = Variable::named("tenant").exported("x-tenant");
    /// # static TO_WORKERS: Exports = Exports::new(&[TENANT.export()]);
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), async_nats::Error> {
    /// let client = async_nats::connect("localhost").await?.exporting(&TO_WORKERS);
    /// let price = TENANT.scope("blue".into(), client.request("prices", "tea".into())).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn request<S: ToSubject>(&self, subject: S, payload: Bytes) -> Result<Message, RequestError> {
        self.send_request(subject, Request::new().payload(payload)).await
    }

    /// Sends a request with headers and returns the reply, as [`Client::request_with_headers`] does.
    ///
    /// # Errors
    ///
    /// Returns an error as [`request`](Self::request) does.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # use asynccontext::carrier::Exports;
    /// # use asynccontext_async_nats::PublishExt;
    /// # static TO_WORKERS: Exports = Exports::new(&[]);
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), async_nats::Error> {
    /// # let client = async_nats::connect("localhost").await?.exporting(&TO_WORKERS);
    /// # let headers = async_nats::HeaderMap::new();
    /// let price = client.request_with_headers("prices", headers, "tea".into()).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn request_with_headers<S: ToSubject>(
        &self,
        subject: S,
        headers: HeaderMap,
        payload: Bytes,
    ) -> Result<Message, RequestError> {
        self.send_request(subject, Request::new().headers(headers).payload(payload)).await
    }

    /// Sends a request that was built in parts, as [`Client::send_request`] does.
    ///
    /// # Errors
    ///
    /// Returns an error as [`request`](Self::request) does.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # use asynccontext::carrier::Exports;
    /// # use asynccontext_async_nats::PublishExt;
    /// # static TO_WORKERS: Exports = Exports::new(&[]);
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), async_nats::Error> {
    /// # let client = async_nats::connect("localhost").await?.exporting(&TO_WORKERS);
    /// let request = async_nats::Request::new().payload("tea".into()).timeout(None);
    /// let price = client.send_request("prices", request).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn send_request<S: ToSubject>(&self, subject: S, mut request: Request) -> Result<Message, RequestError> {
        let headers = self.with_context(request.headers.take());
        let headers = headers.map_err(|error| RequestError::with_source(RequestErrorKind::Other, error))?;
        self.inner.send_request(subject, request.headers(headers)).await
    }
}

impl<O: Outgoing> traits::Publisher for Exporting<Client, O> {
    fn publish_with_reply<S: ToSubject, R: ToSubject>(
        &self,
        subject: S,
        reply: R,
        payload: Bytes,
    ) -> impl Future<Output = Result<(), PublishError>> {
        self.publish_with_reply(subject, reply, payload)
    }

    async fn publish_message(&self, mut message: async_nats::message::OutboundMessage) -> Result<(), PublishError> {
        message.headers = Some(self.with_context(message.headers).map_err(unpublished)?);
        traits::Publisher::publish_message(&self.inner, message).await
    }
}

impl<O: Outgoing> traits::Requester for Exporting<Client, O> {
    fn send_request<S: ToSubject>(
        &self,
        subject: S,
        request: Request,
    ) -> impl Future<Output = Result<Message, RequestError>> {
        self.send_request(subject, request)
    }
}

impl<O> traits::Subscriber for Exporting<Client, O> {
    fn subscribe<S: ToSubject>(&self, subject: S) -> impl Future<Output = Result<Subscriber, SubscribeError>> {
        client::traits::Subscriber::subscribe(&self.inner, subject)
    }
}

impl<O> traits::TimeoutProvider for Exporting<Client, O> {
    fn timeout(&self) -> Option<std::time::Duration> {
        self.inner.timeout()
    }
}

#[cfg(feature = "jetstream")]
mod jetstream {
    use async_nats::jetstream::context::{PublishAckFuture, PublishError, PublishErrorKind, traits};
    use async_nats::jetstream::message::{OutboundMessage, PublishMessage};
    use async_nats::jetstream::{self, Context};

    use super::{Bytes, Exporting, HeaderMap, InjectError, Outgoing, ToSubject};

    fn unpublished(error: InjectError) -> PublishError {
        PublishError::with_source(PublishErrorKind::Other, error)
    }

    impl<O: Outgoing> Exporting<Context, O> {
        /// Publishes a message to a stream, as [`Context::publish`](jetstream::Context::publish)
        /// does.
        ///
        /// # Errors
        ///
        /// Returns an error as `Context::publish` does, or if the context can't be written.
        ///
        /// # Examples
        ///
        /// ```no_run
        /// # use asynccontext::Variable;
        /// # use asynccontext::carrier::{Exported, Exports};
        /// # use asynccontext_async_nats::PublishExt;
        /// # static TENANT: Exported<String> = Variable::named("tenant").exported("x-tenant");
        /// # static TO_WORKERS: Exports = Exports::new(&[TENANT.export()]);
        /// # #[tokio::main]
        /// # async fn main() -> Result<(), async_nats::Error> {
        /// let client = async_nats::connect("localhost").await?;
        /// let jetstream = async_nats::jetstream::new(client).exporting(&TO_WORKERS);
        /// let stored = TENANT.scope("blue".into(), jetstream.publish("orders", "one".into())).await?;
        /// stored.await?;
        /// # Ok(())
        /// # }
        /// ```
        pub async fn publish<S: ToSubject>(
            &self,
            subject: S,
            payload: Bytes,
        ) -> Result<PublishAckFuture, PublishError> {
            self.publish_with_headers(subject, HeaderMap::new(), payload).await
        }

        /// Publishes a message with headers to a stream, as
        /// [`Context::publish_with_headers`](jetstream::Context::publish_with_headers) does.
        ///
        /// # Errors
        ///
        /// Returns an error as `Context::publish_with_headers` does, or if the context can't be
        /// written.
        ///
        /// # Examples
        ///
        /// ```no_run
        /// # use asynccontext::carrier::Exports;
        /// # use asynccontext_async_nats::PublishExt;
        /// # static TO_WORKERS: Exports = Exports::new(&[]);
        /// # #[tokio::main]
        /// # async fn main() -> Result<(), async_nats::Error> {
        /// # let client = async_nats::connect("localhost").await?;
        /// # let jetstream = async_nats::jetstream::new(client).exporting(&TO_WORKERS);
        /// let mut headers = async_nats::HeaderMap::new();
        /// headers.insert(async_nats::header::NATS_MESSAGE_ID, "order-1");
        /// jetstream.publish_with_headers("orders", headers, "one".into()).await?.await?;
        /// # Ok(())
        /// # }
        /// ```
        pub async fn publish_with_headers<S: ToSubject>(
            &self,
            subject: S,
            headers: HeaderMap,
            payload: Bytes,
        ) -> Result<PublishAckFuture, PublishError> {
            let headers = self.with_context(Some(headers)).map_err(unpublished)?;
            self.inner.publish_with_headers(subject, headers, payload).await
        }

        /// Publishes a message that was built in parts to a stream, as
        /// [`Context::send_publish`](jetstream::Context::send_publish) does.
        ///
        /// # Errors
        ///
        /// Returns an error as `Context::send_publish` does, or if the context can't be written.
        ///
        /// # Examples
        ///
        /// ```no_run
        /// # use asynccontext::carrier::Exports;
        /// # use asynccontext_async_nats::PublishExt;
        /// # static TO_WORKERS: Exports = Exports::new(&[]);
        /// # #[tokio::main]
        /// # async fn main() -> Result<(), async_nats::Error> {
        /// # let client = async_nats::connect("localhost").await?;
        /// # let jetstream = async_nats::jetstream::new(client).exporting(&TO_WORKERS);
        /// use async_nats::jetstream::message::PublishMessage;
        ///
        /// let message = PublishMessage::build().payload("one".into()).message_id("order-1");
        /// jetstream.send_publish("orders", message).await?.await?;
        /// # Ok(())
        /// # }
        /// ```
        pub async fn send_publish<S: ToSubject>(
            &self,
            subject: S,
            publish: PublishMessage,
        ) -> Result<PublishAckFuture, PublishError> {
            traits::Publisher::publish_message(self, publish.outbound_message(subject)).await
        }
    }

    impl<O: Outgoing> traits::Publisher for Exporting<Context, O> {
        fn publish<S: ToSubject>(
            &self,
            subject: S,
            payload: Bytes,
        ) -> impl Future<Output = Result<PublishAckFuture, PublishError>> {
            self.publish(subject, payload)
        }

        async fn publish_message(&self, mut message: OutboundMessage) -> Result<PublishAckFuture, PublishError> {
            message.headers = Some(self.with_context(message.headers).map_err(unpublished)?);
            jetstream::context::traits::Publisher::publish_message(&self.inner, message).await
        }
    }
}
