//! Work that runs after the commit.

use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::Pin;
use std::task::Poll;
use std::thread;

type Running = Pin<Box<dyn Future<Output = ()> + Send>>;

/// A hook, which has not started.
pub(crate) type Hook = Box<dyn FnOnce() -> Running + Send>;

pub(crate) fn boxed<F>(hook: impl FnOnce() -> F + Send + 'static) -> Hook
where
    F: Future<Output = ()> + Send + 'static,
{
    Box::new(move || Box::pin(hook()))
}

/// Runs the hooks one after the other. If one panics, the others run before the panic continues.
pub(crate) async fn run(hooks: Vec<Hook>) {
    let mut panicked = None;
    for hook in hooks {
        if let Err(panic) = caught(hook).await {
            panicked.get_or_insert(panic);
        }
    }
    if let Some(panic) = panicked {
        resume_unwind(panic);
    }
}

async fn caught(hook: Hook) -> thread::Result<()> {
    let mut running = catch_unwind(AssertUnwindSafe(hook))?;
    poll_fn(move |context| match catch_unwind(AssertUnwindSafe(|| running.as_mut().poll(context))) {
        Ok(Poll::Pending) => Poll::Pending,
        Ok(Poll::Ready(())) => Poll::Ready(Ok(())),
        Err(panic) => Poll::Ready(Err(panic)),
    })
    .await
}
