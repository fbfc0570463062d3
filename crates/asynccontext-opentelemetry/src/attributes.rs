//! Variables as attributes of spans and log records.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use asynccontext::Variable;
use opentelemetry::logs::{AnyValue, LogRecord};
use opentelemetry::trace::Span as _;
use opentelemetry::{Context, InstrumentationScope, KeyValue, Value};
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::logs::{LogProcessor, SdkLogRecord};
use opentelemetry_sdk::trace::{Span, SpanData, SpanProcessor};

/// A variable as an attribute, with the form that its values have in it.
///
/// The key is the variable's name, unless it is [`named`](Attribute::named) otherwise. Where the variable is not bound
/// and has no default, the attribute is left out.
///
/// # Examples
///
/// ```
/// use asynccontext::Variable;
/// use asynccontext_opentelemetry::Attribute;
///
/// static TENANT: Variable<String> = Variable::named("tenant");
/// let attribute = Attribute::display(&TENANT).named("app.tenant");
/// ```
pub struct Attribute {
    key: &'static str,
    read: Box<dyn Fn() -> Option<Value> + Send + Sync>,
}

impl Attribute {
    /// Returns an attribute with what `Display` writes, as a string. If `Display` fails, it is left out.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::Variable;
    /// # use asynccontext_opentelemetry::Attribute;
    /// static USER: Variable<u64> = Variable::named("enduser.id");
    /// let attribute = Attribute::display(&USER);
    /// ```
    pub fn display<T: fmt::Display + Send + Sync + 'static>(variable: &'static Variable<T>) -> Attribute {
        Attribute::map(variable, |value| {
            let mut text = String::new();
            fmt::write(&mut text, format_args!("{value}")).ok().map(|()| text)
        })
    }

    /// Returns an attribute with what `f` makes of the value: a string, an integer, a float or a Boolean. Where that is
    /// `None`, the attribute is left out.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::Variable;
    /// # use asynccontext_opentelemetry::Attribute;
    /// struct User { id: u32, is_guest: bool }
    /// static USER: Variable<User> = Variable::named("user");
    ///
    /// let id = Attribute::map(&USER, |user| (!user.is_guest).then_some(i64::from(user.id))).named("enduser.id");
    /// let is_guest = Attribute::map(&USER, |user| Some(user.is_guest)).named("app.guest");
    /// ```
    pub fn map<T: Send + Sync + 'static, V: Into<Value>>(
        variable: &'static Variable<T>,
        f: impl Fn(&T) -> Option<V> + Send + Sync + 'static,
    ) -> Attribute {
        let read = move || variable.with(|value| f(value?).map(Into::into));
        Attribute { key: variable.name(), read: Box::new(read) }
    }

    /// Returns the attribute with another key than the name of its variable.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::Variable;
    /// # use asynccontext_opentelemetry::Attribute;
    /// static TENANT: Variable<String> = Variable::named("tenant");
    /// let attribute = Attribute::display(&TENANT).named("app.tenant");
    /// ```
    pub fn named(self, key: &'static str) -> Attribute {
        Attribute { key, ..self }
    }
}

impl fmt::Debug for Attribute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Attribute").field("key", &self.key).finish_non_exhaustive()
    }
}

/// A processor that adds the current values of variables to each span at its start, and to each log record.
///
/// Add it before the processors that export. A span has the values that are current where it starts: with
/// tracing-opentelemetry, where it is first entered. The SDK itself gives log records the ids of the current span, so
/// records and spans of a request share both. An attribute that the span has from its start, or that the record has,
/// stays as it is.
///
/// # Examples
///
/// ```
/// use asynccontext::Variable;
/// use asynccontext_opentelemetry::{Attribute, Attributes};
/// use opentelemetry_sdk::logs::SdkLoggerProvider;
/// use opentelemetry_sdk::trace::SdkTracerProvider;
///
/// static TENANT: Variable<String> = Variable::named("tenant");
///
/// let attributes = Attributes::new([Attribute::display(&TENANT).named("app.tenant")]);
/// let traces = SdkTracerProvider::builder().with_span_processor(attributes.clone()); // .with_batch_exporter(…)
/// let logs = SdkLoggerProvider::builder().with_log_processor(attributes); // .with_batch_exporter(…)
/// ```
#[derive(Clone, Debug)]
pub struct Attributes(Arc<[Attribute]>);

impl Attributes {
    /// Creates a list of attributes.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::Variable;
    /// # use asynccontext_opentelemetry::{Attribute, Attributes};
    /// static TENANT: Variable<String> = Variable::named("tenant");
    /// let attributes = Attributes::new([Attribute::display(&TENANT)]);
    /// ```
    pub fn new(attributes: impl IntoIterator<Item = Attribute>) -> Attributes {
        Attributes(attributes.into_iter().collect())
    }

    fn current(&self) -> impl Iterator<Item = (&'static str, Value)> {
        self.0.iter().filter_map(|attribute| Some((attribute.key, (attribute.read)()?)))
    }
}

impl SpanProcessor for Attributes {
    fn on_start(&self, span: &mut Span, _: &Context) {
        if !span.is_recording() {
            return;
        }
        let mut current = self.current().peekable();
        if current.peek().is_none() {
            return;
        }
        // The SDK shows a span's attributes only in a copy of its data.
        let own = span.exported_data().map_or(Vec::new(), |data| data.attributes);
        for (key, value) in current {
            if own.iter().all(|other| other.key.as_str() != key) {
                span.set_attribute(KeyValue::new(key, value));
            }
        }
    }

    fn on_end(&self, _: SpanData) {}

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _: Duration) -> OTelSdkResult {
        Ok(())
    }
}

impl LogProcessor for Attributes {
    fn emit(&self, record: &mut SdkLogRecord, _: &InstrumentationScope) {
        for (key, value) in self.current() {
            if record.attributes_iter().all(|(other, _)| other.as_str() != key) {
                record.add_attribute(key, any(value));
            }
        }
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _: Duration) -> OTelSdkResult {
        Ok(())
    }
}

fn any(value: Value) -> AnyValue {
    match value {
        Value::Bool(value) => AnyValue::Boolean(value),
        Value::I64(value) => AnyValue::Int(value),
        Value::F64(value) => AnyValue::Double(value),
        Value::String(value) => AnyValue::String(value),
        other => AnyValue::String(other.to_string().into()),
    }
}
