//! Channels whose messages carry the current context.

use std::io;
use std::ops::Deref;

use asynccontext::carrier::{InjectError, Outgoing};
use lapin::options::BasicPublishOptions;
use lapin::types::ShortString;
use lapin::{BasicProperties, Channel, PublisherConfirm};

use crate::HeaderInjector;

/// Turns a [`Channel`] into one whose messages carry the current context.
pub trait PublishExt: sealed::Sealed {
    /// Returns a channel with the same methods, of which `basic_publish` writes `outgoing` to the
    /// headers of each message.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use asynccontext::Variable;
    /// use asynccontext::carrier::{Exported, Exports};
    /// use asynccontext_lapin::PublishExt;
    /// use lapin::{Connection, ConnectionProperties};
    ///
    /// static TENANT: Exported<String> = Variable::named("tenant").exported("x-tenant");
    /// static TO_WORKERS: Exports = Exports::new(&[TENANT.export()]);
    ///
    /// # #[tokio::main]
    /// # async fn main() -> lapin::Result<()> {
    /// let connection = Connection::connect("amqp://localhost/%2f", ConnectionProperties::default()).await?;
    /// let channel = connection.create_channel().await?.exporting(&TO_WORKERS);
    /// # Ok(())
    /// # }
    /// ```
    fn exporting<O: Outgoing>(self, outgoing: O) -> Exporting<O>;
}

impl PublishExt for Channel {
    fn exporting<O: Outgoing>(self, outgoing: O) -> Exporting<O> {
        Exporting { channel: self, outgoing }
    }
}

mod sealed {
    pub trait Sealed: Sized {}
    impl Sealed for lapin::Channel {}
}

/// A [`Channel`] whose messages carry the context that is current where they are published.
///
/// Returned by [`PublishExt::exporting`]. It dereferences to the channel for all methods but
/// `basic_publish`.
///
/// # Examples
///
/// Two channels with different lists, on one connection:
///
/// ```no_run
/// use asynccontext::Variable;
/// use asynccontext::carrier::{Exported, Exports};
/// use asynccontext_lapin::{Exporting, PublishExt};
/// # use lapin::{Connection, ConnectionProperties};
///
/// static TENANT: Exported<String> = Variable::named("tenant").exported("x-tenant");
/// static USER: Exported<u64> = Variable::named("user").exported("x-user");
/// static TO_WORKERS: Exports = Exports::new(&[TENANT.export(), USER.export()]);
/// static TO_PARTNERS: Exports = Exports::new(&[TENANT.export()]);
///
/// # #[tokio::main]
/// # async fn main() -> lapin::Result<()> {
/// # let connection = Connection::connect("amqp://localhost/%2f", ConnectionProperties::default()).await?;
/// let partners: Exporting<_> = connection.create_channel().await?.exporting(&TO_PARTNERS);
/// let workers: Exporting<_> = connection.create_channel().await?.exporting(&TO_WORKERS);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Exporting<O> {
    channel: Channel,
    outgoing: O,
}

impl<O> Exporting<O> {
    /// Returns the channel without the exports.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # use asynccontext::carrier::Exports;
    /// # use asynccontext_lapin::PublishExt;
    /// # static TO_WORKERS: Exports = Exports::new(&[]);
    /// # fn example(channel: lapin::Channel) {
    /// let channel = channel.exporting(&TO_WORKERS);
    /// let plain: lapin::Channel = channel.into_inner();
    /// # }
    /// ```
    pub fn into_inner(self) -> Channel {
        self.channel
    }
}

impl<O> Deref for Exporting<O> {
    type Target = Channel;

    fn deref(&self) -> &Channel {
        &self.channel
    }
}

impl<O: Outgoing> Exporting<O> {
    /// Publishes a message, as [`Channel::basic_publish`] does.
    ///
    /// The context is read when the future is first polled, as by every `async fn`. A header under
    /// the key of an exported variable is replaced, or removed if the variable is not bound.
    ///
    /// # Errors
    ///
    /// Returns an error as [`Channel::basic_publish`] does. If a value can't be written to the
    /// headers, nothing is published, and the error is an `ErrorKind::IOError` with the
    /// [`InjectError`] inside.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # use asynccontext::Variable;
    /// # use asynccontext::carrier::{Exported, Exports};
    /// # use asynccontext_lapin::PublishExt;
    /// # static TENANT: Exported<String> = Variable::named("tenant").exported("x-tenant");
    /// # static TO_WORKERS: Exports = Exports::new(&[TENANT.export()]);
    /// use lapin::BasicProperties;
    /// use lapin::options::BasicPublishOptions;
    ///
    /// # async fn example(channel: lapin::Channel) -> lapin::Result<()> {
    /// let channel = channel.exporting(&TO_WORKERS);
    /// let options = BasicPublishOptions::default();
    /// let properties = BasicProperties::default().with_content_type("text/plain".into());
    /// let published = channel.basic_publish("".into(), "orders".into(), options, b"one", properties);
    /// TENANT.scope("blue".into(), published).await?.await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn basic_publish(
        &self,
        exchange: ShortString,
        routing_key: ShortString,
        options: BasicPublishOptions,
        payload: &[u8],
        properties: BasicProperties,
    ) -> lapin::Result<PublisherConfirm> {
        let properties = self.with_context(properties).map_err(io::Error::other)?;
        self.channel.basic_publish(exchange, routing_key, options, payload, properties).await
    }

    /// Returns `properties` with the current context in the headers.
    fn with_context(&self, properties: BasicProperties) -> Result<BasicProperties, InjectError> {
        let mut headers = properties.headers().clone().unwrap_or_default();
        self.outgoing.inject(&mut HeaderInjector(&mut headers))?;
        Ok(properties.with_headers(headers))
    }
}
