//! A cell that is settled once, and the callbacks and tasks that wait for it.

use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use super::lock::lock;
use crate::program::ast::Word;

/// The result of a step of a generator, or of anything else that is awaited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Progress {
    /// A generator yielded.
    More,
    /// A generator ended, or another promise was fulfilled.
    Done,
}

/// The settlement of a promise: fulfilled, or rejected with a value.
pub(super) type Settlement = Result<Progress, Word>;

/// A callback, which runs on the thread that settles the promise.
pub(super) type Callback = Box<dyn FnOnce(Settlement) + Send>;

/// A promise: settled once, by any thread.
#[derive(Default)]
pub(super) struct Promise {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    settlement: Option<Settlement>,
    callbacks: Vec<Callback>,
    wakers: Vec<Waker>,
}

impl Promise {
    /// Returns a promise that is pending.
    pub(super) fn pending() -> Arc<Promise> {
        Arc::default()
    }

    /// Settles the promise, calls its callbacks on this thread, and wakes its waiters. Later settlements have no effect.
    pub(super) fn settle(&self, settlement: Settlement) {
        let (callbacks, wakers) = {
            let mut state = lock(&self.state);
            if state.settlement.is_some() {
                return;
            }
            state.settlement = Some(settlement.clone());
            (std::mem::take(&mut state.callbacks), std::mem::take(&mut state.wakers))
        };
        for callback in callbacks {
            callback(settlement.clone());
        }
        wakers.into_iter().for_each(Waker::wake);
    }

    /// Registers a callback, or calls it at once if the promise is settled.
    pub(super) fn subscribe(&self, callback: Callback) {
        let mut state = lock(&self.state);
        match state.settlement.clone() {
            None => state.callbacks.push(callback),
            Some(settlement) => {
                drop(state);
                callback(settlement);
            }
        }
    }

    /// Returns a future that waits for the settlement.
    pub(super) fn wait(self: &Arc<Promise>) -> Wait {
        Wait(self.clone())
    }

    /// Returns the settlement, if the promise is settled.
    pub(super) fn settled(&self) -> Option<Settlement> {
        lock(&self.state).settlement.clone()
    }
}

/// A future that waits for the settlement of a promise.
pub(super) struct Wait(Arc<Promise>);

impl Future for Wait {
    type Output = Settlement;

    fn poll(self: Pin<&mut Wait>, cx: &mut Context<'_>) -> Poll<Settlement> {
        let mut state = lock(&self.0.state);
        if let Some(settlement) = &state.settlement {
            return Poll::Ready(settlement.clone());
        }
        if !state.wakers.iter().any(|waker| waker.will_wake(cx.waker())) {
            state.wakers.push(cx.waker().clone());
        }
        Poll::Pending
    }
}
