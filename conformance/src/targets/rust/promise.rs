//! A cell that is settled once, with the callbacks and the tasks that wait for it.

use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use super::lock::lock;
use crate::program::ast::Word;

/// What a generator's step, or anything else that is waited for, comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Progress {
    /// A generator yielded.
    More,
    /// It ended; every other promise that is fulfilled.
    Done,
}

/// How a promise is settled: fulfilled, or rejected with a value.
pub(super) type Settlement = Result<Progress, Word>;

/// What is called at settlement, by whoever settles.
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
    /// A promise that is pending.
    pub(super) fn pending() -> Arc<Promise> {
        Arc::default()
    }

    /// Settles it, calls its callbacks here, and wakes its waiters. Later settlements do nothing.
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

    /// Registers a callback, or calls it at once where the promise is settled.
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

    /// Waits for it.
    pub(super) fn wait(self: &Arc<Promise>) -> Wait {
        Wait(self.clone())
    }

    /// How it is settled, if it is.
    pub(super) fn settled(&self) -> Option<Settlement> {
        lock(&self.state).settlement.clone()
    }
}

/// The future on a promise.
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
