//! Handlers whose result acknowledges the message.

use std::error::Error;
use std::fmt;
use std::panic::{AssertUnwindSafe, resume_unwind};

use async_nats::jetstream::AckKind;
use async_nats::jetstream::message::{Acker, Message};
use asynccontext::Scoped;
use asynccontext::carrier::Incoming;
use futures_util::FutureExt;

use crate::MessageExt;

/// Handles a message of JetStream, and acknowledges it by the result.
///
/// Implemented for [`Message`].
pub trait AckExt: sealed::Sealed {
    /// Calls `handler` with the message in the snapshot of its sender. Acknowledges the message if
    /// the handler returns `Ok`, and answers with `on_failure` if it returns an error or panics.
    ///
    /// `AckKind::Nak(None)` makes the server deliver the message again at once, `AckKind::Nak` with
    /// a delay later, and `AckKind::Term` never. A panic continues after the answer. A handler may
    /// answer by itself, for instance with `AckKind::Term`: the server ignores a second answer.
    ///
    /// If the future is dropped before it is done, the server gets no answer, and delivers the
    /// message again after the consumer's `ack_wait`.
    ///
    /// # Errors
    ///
    /// The future returns an error if the handler does, or if the acknowledgement can't be sent. If
    /// neither the handler succeeds nor the answer can be sent, it returns the handler's error.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use async_nats::jetstream::{self, AckKind};
    /// use asynccontext::Variable;
    /// use asynccontext::carrier::{Exported, Imports};
    /// use asynccontext_async_nats::{AckExt, HandleError};
    /// use std::str::{self, Utf8Error};
    /// use std::time::Duration;
    ///
    /// static TENANT: Exported<String> = Variable::named("tenant").exported("x-tenant");
    /// static FROM_SERVICES: Imports = Imports::new(&[TENANT.import()]);
    ///
    /// # async fn example(message: jetstream::Message) -> Result<(), HandleError<Utf8Error>> {
    /// let later = AckKind::Nak(Some(Duration::from_secs(10)));
    /// message.handle_and_ack(&FROM_SERVICES, later, async |message| {
    ///     println!("{:?} orders {}", TENANT.get(), str::from_utf8(&message.payload)?);
    ///     Ok(())
    /// }).await
    /// # }
    /// ```
    fn handle_and_ack<H, F, T, E>(
        self,
        incoming: impl Incoming,
        on_failure: AckKind,
        handler: H,
    ) -> Scoped<impl Future<Output = Result<T, HandleError<E>>> + Send>
    where
        H: FnOnce(Message) -> F + Send,
        F: Future<Output = Result<T, E>> + Send,
        T: Send,
        E: Send;
}

impl AckExt for Message {
    fn handle_and_ack<H, F, T, E>(
        self,
        incoming: impl Incoming,
        on_failure: AckKind,
        handler: H,
    ) -> Scoped<impl Future<Output = Result<T, HandleError<E>>> + Send>
    where
        H: FnOnce(Message) -> F + Send,
        F: Future<Output = Result<T, E>> + Send,
        T: Send,
        E: Send,
    {
        let acker = Acker::new(self.context.clone(), self.reply.clone());
        self.handle(incoming, move |message| async move {
            let outcome = AssertUnwindSafe(async move { handler(message).await }).catch_unwind().await;
            match outcome {
                Ok(Ok(done)) => acker.ack().await.map(|()| done).map_err(HandleError::Unacknowledged),
                Ok(Err(error)) => {
                    let _ = acker.ack_with(on_failure).await;
                    Err(HandleError::Handler(error))
                }
                Err(panic) => {
                    let _ = acker.ack_with(on_failure).await;
                    resume_unwind(panic)
                }
            }
        })
    }
}

mod sealed {
    pub trait Sealed: Sized {}
    impl Sealed for async_nats::jetstream::Message {}
}

/// Why a message was not handled and acknowledged.
///
/// Returned by [`AckExt::handle_and_ack`].
///
/// # Examples
///
/// ```
/// use asynccontext_async_nats::HandleError;
/// use std::error::Error;
///
/// let error = HandleError::Handler("x".parse::<u8>().unwrap_err());
/// assert_eq!(error.to_string(), "the handler failed");
/// assert_eq!(error.source().unwrap().to_string(), "invalid digit found in string");
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum HandleError<E> {
    /// The handler returned an error.
    Handler(E),
    /// The handler was successful, but the acknowledgement could not be sent. The server will
    /// deliver the message again.
    Unacknowledged(async_nats::Error),
}

impl<E> fmt::Display for HandleError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            HandleError::Handler(_) => "the handler failed",
            HandleError::Unacknowledged(_) => "the message was handled, but could not be acknowledged",
        })
    }
}

impl<E: Error + 'static> Error for HandleError<E> {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            HandleError::Handler(error) => Some(error),
            HandleError::Unacknowledged(error) => Some(&**error),
        }
    }
}
