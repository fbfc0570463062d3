//! A task on tokio, for every way to spawn.

#![allow(dead_code, unreachable_pub)]

use std::future::pending;
use std::pin::Pin;

use tokio::sync::oneshot;
use tokio::task::{AbortHandle, JoinError, JoinHandle};

use super::witness::{NAME, witness};

pub type Task = Pin<Box<dyn Future<Output = ()> + Send>>;

/// A task, and a value that it owns.
pub struct Spawned {
    pub abort: AbortHandle,
    pub done: Pin<Box<dyn Future<Output = Result<(), JoinError>>>>,
}

pub fn of_handle(handle: JoinHandle<()>) -> Spawned {
    Spawned { abort: handle.abort_handle(), done: Box::pin(handle) }
}

/// Checks that a task of this way to spawn is dropped inside when it is aborted.
pub async fn an_aborted_task_is_dropped_inside(name: &str, spawn: &dyn Fn(Task) -> Spawned) {
    for polled in [true, false] {
        let (seen, witness) = witness();
        let (started, start) = oneshot::channel();
        let task = NAME.run(1, || {
            spawn(Box::pin(async move {
                let _witness = witness;
                let _ = started.send(());
                pending().await
            }))
        });
        if polled {
            start.await.unwrap();
        }
        NAME.run(2, || task.abort.abort());
        assert!(task.done.await.unwrap_err().is_cancelled(), "{name}");
        assert_eq!(*seen.lock().unwrap(), [Some(1)], "{name}, polled: {polled}");
    }
}
