//! fastrace's local parent: the parent of new spans on the thread.
//!
//! The reporter discards everything, since spans have no effect without a reporter. The measured code runs inside a
//! root span, like a request. Spans have no value that can be read.

use std::future::Future;

use fastrace::collector::{Config, Reporter};
use fastrace::future::FutureExt;
use fastrace::prelude::{Span, SpanContext, SpanRecord};

use super::{Bind, Capture, Carry};

struct Nowhere;

impl Reporter for Nowhere {
    fn report(&mut self, _: Vec<SpanRecord>) {}
}

/// Sets the reporter of the process.
pub(crate) fn prepare() {
    fastrace::set_reporter(Nowhere, Config::default());
}

pub(crate) struct Fastrace;

impl Fastrace {
    /// Runs `f` in a root span.
    pub(crate) fn in_root(f: impl FnOnce()) {
        let root = Span::root("bench", SpanContext::random());
        let _parent = root.set_local_parent();
        f();
    }
}

impl Bind for Fastrace {
    const NAME: &str = "fastrace";

    #[inline(always)]
    fn bind<const K: usize, R>(_: u64, f: impl FnOnce() -> R) -> R {
        let span = Span::enter_with_local_parent("request");
        let _parent = span.set_local_parent();
        f()
    }
}

impl Capture for Fastrace {
    type Captured = Span;

    #[inline(always)]
    fn capture() -> Span {
        Span::enter_with_local_parent("work")
    }

    #[inline(always)]
    fn enter<R>(captured: &Span, f: impl FnOnce() -> R) -> R {
        let _parent = captured.set_local_parent();
        f()
    }
}

impl Carry for Fastrace {
    #[inline(always)]
    fn carry<F: Future + Send + 'static>(future: F) -> impl Future<Output = F::Output> + Send + 'static {
        future.in_span(Span::enter_with_local_parent("work"))
    }
}
