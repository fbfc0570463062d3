//! The id as a field of spans: kept when a span is opened, found from the current one.

use std::fmt::Debug;

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id};
use tracing::{Dispatch, Span, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::registry::{LookupSpan, Registry};

struct Kept(String);

struct Keep;

struct Find(Option<String>);

impl Visit for Find {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "id" {
            self.0 = Some(value.to_owned());
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn Debug) {}
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Keep {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut find = Find(None);
        attributes.record(&mut find);
        if let (Some(id), Some(span)) = (find.0, context.span(id)) {
            span.extensions_mut().insert(Kept(id));
        }
    }
}

/// Makes the subscriber that keeps the ids the global one, unless there is one already.
pub(crate) fn install() {
    let _ = tracing::subscriber::set_global_default(Registry::default().with(Keep));
}

/// Calls a closure with the id of the current span, or of the nearest around it that has one.
pub(crate) fn id_of_span(f: impl FnOnce(Option<&str>)) {
    let id = Span::current().with_subscriber(|(id, dispatch): (&Id, &Dispatch)| {
        let registry = dispatch.downcast_ref::<Registry>()?;
        let mut scope = registry.span(id)?.scope();
        scope.find_map(|span| span.extensions().get::<Kept>().map(|kept| kept.0.clone()))
    });
    f(id.flatten().as_deref());
}
