//! fastrace's local parent: the span that new spans of the thread become children of.
//!
//! With a reporter that throws everything away, as spans do nothing without one. What is
//! measured lies inside a root span, as a request would. Spans hold no value to be read.

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
