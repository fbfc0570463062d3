//! Work that runs after the commit.

use std::future::Future;
use std::panic::{AssertUnwindSafe, resume_unwind};
use std::pin::Pin;

use futures_util::FutureExt;

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
        if let Err(panic) = AssertUnwindSafe(async { hook().await }).catch_unwind().await {
            panicked.get_or_insert(panic);
        }
    }
    if let Some(panic) = panicked {
        resume_unwind(panic);
    }
}
