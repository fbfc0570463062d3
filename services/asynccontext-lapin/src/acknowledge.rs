//! Handlers whose result acknowledges the message.

use std::error::Error;
use std::fmt;
use std::panic::{AssertUnwindSafe, resume_unwind};

use asynccontext::Scoped;
use asynccontext::carrier::Incoming;
use futures_util::FutureExt;
use lapin::message::Delivery;
use lapin::options::{BasicAckOptions, BasicNackOptions};

use crate::MessageExt;

/// Handles a delivery, and acknowledges it by the result.
///
/// Implemented for [`Delivery`].
pub trait AckExt: sealed::Sealed {
    /// Calls `handler` with the delivery in the snapshot of its sender. Acknowledges the message if
    /// the handler returns `Ok`, and answers `basic.nack` with the options `on_failure` if it
    /// returns an error or panics.
    ///
    /// With `requeue: true` the broker delivers the message again at once. With `requeue: false` it
    /// goes to the queue's dead-letter exchange, and is lost if there is none. A panic continues
    /// after the answer. A handler may answer by itself, for instance with `reject`: there is no
    /// second answer then.
    ///
    /// If the future is dropped before it is done, the broker gets no answer, and delivers the
    /// message again when the channel is closed.
    ///
    /// # Errors
    ///
    /// The future returns an error if the handler does, or if the acknowledgement can't be sent. If
    /// neither the handler succeeds nor the answer can be sent, it returns the handler's error.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use asynccontext::Variable;
    /// use asynccontext::carrier::{Exported, Imports};
    /// use asynccontext_lapin::{AckExt, HandleError};
    /// use lapin::message::Delivery;
    /// use lapin::options::BasicNackOptions;
    /// use std::str::{self, Utf8Error};
    ///
    /// static TENANT: Exported<String> = Variable::named("tenant").exported("x-tenant");
    /// static FROM_SERVICES: Imports = Imports::new(&[TENANT.import()]);
    ///
    /// # async fn example(delivery: Delivery) -> Result<(), HandleError<Utf8Error>> {
    /// let again = BasicNackOptions { requeue: true, multiple: false };
    /// delivery.handle_and_ack(&FROM_SERVICES, again, async |delivery| {
    ///     println!("{:?} orders {}", TENANT.get(), str::from_utf8(&delivery.data)?);
    ///     Ok(())
    /// }).await
    /// # }
    /// ```
    fn handle_and_ack<H, F, T, E>(
        self,
        incoming: impl Incoming,
        on_failure: BasicNackOptions,
        handler: H,
    ) -> Scoped<impl Future<Output = Result<T, HandleError<E>>> + Send>
    where
        H: FnOnce(Delivery) -> F + Send,
        F: Future<Output = Result<T, E>> + Send,
        T: Send,
        E: Send;
}

impl AckExt for Delivery {
    fn handle_and_ack<H, F, T, E>(
        self,
        incoming: impl Incoming,
        on_failure: BasicNackOptions,
        handler: H,
    ) -> Scoped<impl Future<Output = Result<T, HandleError<E>>> + Send>
    where
        H: FnOnce(Delivery) -> F + Send,
        F: Future<Output = Result<T, E>> + Send,
        T: Send,
        E: Send,
    {
        let acker = self.acker.clone();
        self.handle(incoming, move |message| async move {
            let outcome = AssertUnwindSafe(async move { handler(message).await }).catch_unwind().await;
            match outcome {
                Ok(Ok(done)) => match acker.ack(BasicAckOptions::default()).await {
                    Ok(true) => Ok(done),
                    // The handler has answered, or the channel is closed.
                    Ok(false) if !acker.poisoned() => Ok(done),
                    Ok(false) => Err(HandleError::Unacknowledged(None)),
                    Err(error) => Err(HandleError::Unacknowledged(Some(error))),
                },
                Ok(Err(error)) => {
                    let _ = acker.nack(on_failure).await;
                    Err(HandleError::Handler(error))
                }
                Err(panic) => {
                    let _ = acker.nack(on_failure).await;
                    resume_unwind(panic)
                }
            }
        })
    }
}

mod sealed {
    pub trait Sealed: Sized {}
    impl Sealed for lapin::message::Delivery {}
}

/// Why a message was not handled and acknowledged.
///
/// Returned by [`AckExt::handle_and_ack`].
///
/// # Examples
///
/// ```
/// use asynccontext_lapin::HandleError;
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
    /// The handler was successful, but the acknowledgement could not be sent: with the error, or with
    /// none if the channel was closed before. The broker will deliver the message again.
    Unacknowledged(Option<lapin::Error>),
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
            HandleError::Unacknowledged(error) => Some(error.as_ref()?),
        }
    }
}
