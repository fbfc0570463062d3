//! Code that several tests share: sizes that an environment variable scales down, a future made
//! from a closure, threads with a given stack, and the model.

#![allow(dead_code, unreachable_pub, unused_imports, missing_docs)]

pub mod hooks;
pub mod model;
pub mod rng;
mod scale;

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

pub use scale::scaled;

/// Polls once with a waker that does nothing.
pub fn poll<F: Future + ?Sized>(future: Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

/// Polls a future that must be ready at once.
pub fn ready<F: Future>(future: F) -> F::Output {
    match poll(std::pin::pin!(future)) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("the future is pending"),
    }
}

/// A future that calls its closure at every poll, until that returns a value.
pub struct EachPoll<F>(pub F);

impl<R, F: FnMut() -> Option<R> + Unpin> Future for EachPoll<F> {
    type Output = R;

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<R> {
        (self.0)().map_or(Poll::Pending, Poll::Ready)
    }
}

/// Pending once, then ready: one suspension.
pub async fn suspend() {
    let mut polled = false;
    EachPoll(move || std::mem::replace(&mut polled, true).then_some(())).await;
}

/// Pending once, after waking its task: for executors that wait for that.
pub async fn yield_now() {
    let mut polled = false;
    let turn = move |cx: &mut Context<'_>| {
        if std::mem::replace(&mut polled, true) {
            return Poll::Ready(());
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    };
    std::future::poll_fn(turn).await;
}

/// Runs `f` on a new thread with a stack of the given number of bytes.
pub fn on_stack_of<R: Send + 'static>(bytes: usize, f: impl FnOnce() -> R + Send + 'static) -> R {
    let thread = std::thread::Builder::new().stack_size(bytes).spawn(f);
    match thread.expect("a thread").join() {
        Ok(result) => result,
        Err(panic) => std::panic::resume_unwind(panic),
    }
}
