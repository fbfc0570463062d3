//! The destination of a body's `yield`s.

use std::sync::Arc;

use super::async_generator::Requests;
use super::generator::{Channel, Command};

/// The destination of a body's `yield`s.
#[derive(Clone)]
pub(super) enum Port {
    Sync(Arc<Channel>),
    Async(Arc<Requests>),
}

impl Port {
    /// Yields, and waits for the next command.
    pub(super) async fn suspend(&self) -> Command {
        match self {
            Port::Sync(channel) => channel.suspend().await,
            Port::Async(requests) => requests.suspend().await,
        }
    }
}
