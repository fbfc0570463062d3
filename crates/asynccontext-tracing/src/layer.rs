//! A layer whose events and spans have the fields.

use tracing::level_filters::LevelFilter;
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::Interest;
use tracing::{Dispatch, Event, Metadata, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;

use crate::fields::Fields;

/// A layer that passes each event and span on to another with the values of variables.
///
/// Returned by [`Fields::layer`].
///
/// # Examples
///
/// ```
/// use asynccontext::Variable;
/// use asynccontext_tracing::{Field, Fields, WithFields};
/// use tracing_subscriber::{fmt, prelude::*};
///
/// static REQUEST_ID: Variable<u64> = Variable::named("request_id");
///
/// let lines: WithFields<fmt::Layer<_>> = Fields::new([Field::value(&REQUEST_ID)]).layer(fmt::layer());
/// tracing_subscriber::registry().with(lines).init();
/// ```
#[derive(Clone, Debug)]
pub struct WithFields<L> {
    fields: Fields,
    layer: L,
}

impl<L> WithFields<L> {
    pub(crate) fn new(fields: Fields, layer: L) -> WithFields<L> {
        WithFields { fields, layer }
    }
}

impl<S: Subscriber, L: Layer<S>> Layer<S> for WithFields<L> {
    fn on_register_dispatch(&self, subscriber: &Dispatch) {
        self.layer.on_register_dispatch(subscriber);
    }

    fn on_layer(&mut self, subscriber: &mut S) {
        self.layer.on_layer(subscriber);
    }

    fn register_callsite(&self, metadata: &'static Metadata<'static>) -> Interest {
        self.layer.register_callsite(metadata)
    }

    fn enabled(&self, metadata: &Metadata<'_>, context: Context<'_, S>) -> bool {
        self.layer.enabled(metadata, context)
    }

    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        self.fields.with_attributes(attributes, |attributes| self.layer.on_new_span(attributes, id, context));
    }

    /// An absent layer (`None`) says that it wants nothing, and is recognized by its type, which is not visible
    /// through this one. So this says nothing, or all other layers would get nothing either.
    fn max_level_hint(&self) -> Option<LevelFilter> {
        self.layer.max_level_hint().filter(|hint| *hint != LevelFilter::OFF)
    }

    fn on_record(&self, span: &Id, values: &Record<'_>, context: Context<'_, S>) {
        self.layer.on_record(span, values, context);
    }

    fn on_follows_from(&self, span: &Id, follows: &Id, context: Context<'_, S>) {
        self.layer.on_follows_from(span, follows, context);
    }

    fn event_enabled(&self, event: &Event<'_>, context: Context<'_, S>) -> bool {
        self.layer.event_enabled(event, context)
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        self.fields.with_event(event, |event| self.layer.on_event(event, context));
    }

    fn on_enter(&self, id: &Id, context: Context<'_, S>) {
        self.layer.on_enter(id, context);
    }

    fn on_exit(&self, id: &Id, context: Context<'_, S>) {
        self.layer.on_exit(id, context);
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        self.layer.on_close(id, context);
    }

    fn on_id_change(&self, old: &Id, new: &Id, context: Context<'_, S>) {
        self.layer.on_id_change(old, new, context);
    }
}
