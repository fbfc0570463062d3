//! The layer that records events and spans.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use tracing::span::{Attributes, Id};
use tracing::{Event, Metadata, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::registry::LookupSpan;

use crate::log::{self, Log};
use crate::seen::{Fields, Kind, Seen};

/// Returns the layer that records for [`Test`](crate::Test), for a program that sets a global
/// subscriber of its own.
///
/// A filter of that subscriber hides events from the tests too. Only one such layer may be active.
///
/// # Examples
///
/// ```
/// use asynccontext_testing::Test;
/// use tracing_subscriber::prelude::*;
///
/// let registry = tracing_subscriber::registry().with(asynccontext_testing::layer());
/// tracing::subscriber::set_global_default(registry)?; // with a layer that prints, for example
///
/// let test = Test::new().recording([]);
/// test.run(|| tracing::info!("hello"));
/// test.event("hello");
/// # Ok::<_, tracing::subscriber::SetGlobalDefaultError>(())
/// ```
pub fn layer() -> Recorder {
    Recorder { _private: () }
}

/// The layer that records events and spans for [`Test`](crate::Test), made by [`layer`].
///
/// # Examples
///
/// ```
/// let recorder: asynccontext_testing::Recorder = asynccontext_testing::layer();
/// ```
#[derive(Debug)]
pub struct Recorder {
    _private: (),
}

/// Whether a recorder is part of a subscriber.
static PRESENT: AtomicBool = AtomicBool::new(false);

/// Makes sure that a recorder is active.
pub(crate) fn ensure() {
    static INSTALLED: OnceLock<bool> = OnceLock::new();
    let installed = *INSTALLED.get_or_init(|| {
        if PRESENT.load(Ordering::Relaxed) {
            return true;
        }
        let registry = tracing_subscriber::registry().with(layer());
        tracing::subscriber::set_global_default(registry).is_ok()
    });
    assert!(
        installed,
        "the program has set a global subscriber that does not record: add `asynccontext_testing::layer()` to it"
    );
}

/// The test to which a span belongs, in the span's extensions.
struct Owner(Arc<Log>);

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Recorder {
    fn on_layer(&mut self, _: &mut S) {
        PRESENT.store(true, Ordering::Relaxed);
    }

    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        let of_parent = || span.parent()?.extensions().get().map(|Owner(log)| Arc::clone(log));
        let Some(log) = Log::of_scope().or_else(of_parent).or_else(Log::of_thread) else { return };
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        record(&log, Kind::Span, attributes.metadata(), attributes.metadata().name().to_owned(), fields);
        span.extensions_mut().replace(Owner(log));
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let of_span = || context.event_span(event)?.extensions().get().map(|Owner(log)| Arc::clone(log));
        let log = Log::of_scope().or_else(of_span).or_else(Log::of_thread);
        let mut fields = Fields::default();
        event.record(&mut fields);
        let text = std::mem::take(&mut fields.message);
        match log {
            Some(log) => record(&log, Kind::Event, event.metadata(), text, fields),
            None => {
                let seen = Seen::new(Kind::Event, text, asynccontext::Snapshot::empty(), None);
                log::push_stray(seen.with_metadata(event.metadata(), fields));
            }
        }
    }
}

fn record(log: &Log, kind: Kind, metadata: &'static Metadata<'static>, text: String, fields: Fields) {
    let Some(recorded) = log.recorded() else { return };
    let values = log::values(&recorded);
    log.push(Seen::new(kind, text, values, Some(recorded)).with_metadata(metadata, fields));
}
