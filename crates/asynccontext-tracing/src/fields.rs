//! Variables as fields of events and spans.

use std::cell::Cell;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use asynccontext::Variable;
use tracing::field::{self, FieldSet, Value, ValueSet, Visit};
use tracing::span::Attributes;
use tracing::{Event, Metadata};

use crate::copies::{Copies, MOST};
use crate::layer::WithFields;

/// A variable as a field, with the form that its values have in it, or what a function returns.
///
/// The name of the field is that of the variable, unless it is [`named`](Field::named) otherwise. Where the
/// variable is not bound and has no default, the field is left out.
///
/// # Examples
///
/// ```
/// use asynccontext::Variable;
/// use asynccontext_tracing::{Field, Fields};
///
/// static REQUEST_ID: Variable<u64> = Variable::named("request_id");
/// static TENANT: Variable<String> = Variable::named("tenant");
///
/// let fields = Fields::new([Field::value(&REQUEST_ID), Field::display(&TENANT)]);
/// ```
pub struct Field {
    name: &'static str,
    read: Box<Read>,
}

type Read = dyn Fn(&field::Field, &mut Copies) + Send + Sync;

impl Field {
    /// Returns a field with what `Display` writes, as a string.
    ///
    /// Formats for people print it in quotes, with control characters and quotes escaped, so a value can't end its
    /// field or its line. If `Display` fails, the field is left out.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::Variable;
    /// # use asynccontext_tracing::Field;
    /// static TENANT: Variable<String> = Variable::named("tenant");
    /// let field = Field::display(&TENANT); // prints: tenant="blue"
    /// ```
    pub fn display<T: fmt::Display + Send + Sync + 'static>(variable: &'static Variable<T>) -> Field {
        Field::new(variable, |value, field, copies| copies.display(field, value))
    }

    /// Returns a field with what `Debug` writes.
    ///
    /// Formats for people print it without quotes. Control characters are escaped, so a value can't end its line.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::Variable;
    /// # use asynccontext_tracing::Field;
    /// #[derive(Debug)]
    /// struct User { id: u64 }
    /// static USER: Variable<User> = Variable::named("user");
    /// let field = Field::debug(&USER); // prints: user=User { id: 7 }
    /// ```
    pub fn debug<T: fmt::Debug + Send + Sync + 'static>(variable: &'static Variable<T>) -> Field {
        Field::new(variable, |value, field, copies| copies.record_debug(field, value))
    }

    /// Returns a field with the value as tracing records it: a number as a number, in JSON too.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::Variable;
    /// # use asynccontext_tracing::Field;
    /// static REQUEST_ID: Variable<u64> = Variable::named("request_id");
    /// let field = Field::value(&REQUEST_ID); // prints: request_id=7
    /// ```
    pub fn value<T: Value + Send + Sync + 'static>(variable: &'static Variable<T>) -> Field {
        Field::new(variable, |value, field, copies| value.record(field, copies))
    }

    /// Returns a field with what `f` makes of the value. Where that is `None`, the field is left out.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::Variable;
    /// # use asynccontext_tracing::Field;
    /// struct User { id: u64, is_guest: bool }
    /// static USER: Variable<User> = Variable::named("user");
    /// let field = Field::map(&USER, |user| (!user.is_guest).then_some(user.id)); // prints: user=7
    /// ```
    pub fn map<T, V>(variable: &'static Variable<T>, f: impl Fn(&T) -> V + Send + Sync + 'static) -> Field
    where
        T: Send + Sync + 'static,
        V: Value,
    {
        Field::new(variable, move |value, field, copies| f(value).record(field, copies))
    }

    /// Returns a field with what `f` returns where an event or a span is recorded, such as the id of a trace that
    /// another library keeps. Where that is `None`, the field is left out.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext_tracing::Field;
    /// let field = Field::from_fn("worker", || std::thread::current().name().map(str::to_owned)); // prints: worker="io"
    /// ```
    pub fn from_fn<V: Value>(name: &'static str, f: impl Fn() -> V + Send + Sync + 'static) -> Field {
        Field { name, read: Box::new(move |field, copies| f().record(field, copies)) }
    }

    /// Returns the field with another name than that of its variable.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::Variable;
    /// # use asynccontext_tracing::Field;
    /// static REQUEST_ID: Variable<u64> = Variable::named("request-id");
    /// let field = Field::value(&REQUEST_ID).named("request_id");
    /// ```
    pub fn named(self, name: &'static str) -> Field {
        Field { name, ..self }
    }

    fn new<T: Send + Sync + 'static>(
        variable: &'static Variable<T>,
        read: impl Fn(&T, &field::Field, &mut Copies) + Send + Sync + 'static,
    ) -> Field {
        let read = move |field: &field::Field, copies: &mut Copies| {
            variable.with(|value| {
                if let Some(value) = value {
                    read(value, field, copies);
                }
            });
        };
        Field { name: variable.name(), read: Box::new(read) }
    }
}

impl fmt::Debug for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Field").field("name", &self.name).finish_non_exhaustive()
    }
}

/// The variables that a layer adds to events and spans.
///
/// [`layer`](Fields::layer) wraps a layer that writes: that of `tracing_subscriber::fmt` in any format, or another
/// library's.
///
/// # Examples
///
/// ```
/// use asynccontext::Variable;
/// use asynccontext_tracing::{Field, Fields};
/// use tracing::info;
/// use tracing_subscriber::{fmt, prelude::*};
///
/// static REQUEST_ID: Variable<u64> = Variable::named("request_id");
///
/// let fields = Fields::new([Field::value(&REQUEST_ID)]);
/// tracing_subscriber::registry().with(fields.layer(fmt::layer().json())).init();
///
/// REQUEST_ID.run(7, || info!("paid"));
/// // prints: {"timestamp":"…","level":"INFO","fields":{"message":"paid","request_id":7},"target":"…"}
/// ```
#[derive(Clone)]
pub struct Fields {
    all: Arc<[Field]>,
    /// [`MOST`] empty names, then those of the fields.
    names: &'static [&'static str],
    on_events: bool,
    on_spans: bool,
}

impl Fields {
    /// Creates a list of fields. Create it once, at the start of the program: their names are never freed.
    ///
    /// # Panics
    ///
    /// Panics if two fields have the same name, if a name is empty, if there are more than 32, or if a format uses
    /// the name for something else: `message`, `name`, `timestamp`, `level`, `target`, `fields`, `filename`,
    /// `line_number`, `span`, `spans`, `threadName`, `threadId`, and whatever begins with `log.` or `r#`.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::Variable;
    /// # use asynccontext_tracing::{Field, Fields};
    /// static REQUEST_ID: Variable<u64> = Variable::named("request_id");
    /// static TENANT: Variable<String> = Variable::named("tenant");
    ///
    /// let fields = Fields::new([Field::value(&REQUEST_ID), Field::display(&TENANT)]);
    /// ```
    pub fn new(fields: impl IntoIterator<Item = Field>) -> Fields {
        let all: Arc<[Field]> = fields.into_iter().collect();
        assert!(all.len() <= 32, "more than 32 fields: choose those that a search needs");
        let mut names = vec![""; MOST];
        for Field { name, .. } in &*all {
            assert!(!is_taken(name), "{name:?} is used by formats: give the field another name, with `named`");
            assert!(!names.contains(name), "two fields are named {name:?}: rename one, with `named`");
            names.push(name);
        }
        Fields { all, names: names.leak(), on_events: true, on_spans: true }
    }

    /// Returns the fields for events alone.
    ///
    /// Formats that print an event's spans show each field once then.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::Variable;
    /// # use asynccontext_tracing::{Field, Fields};
    /// # use tracing_subscriber::{fmt, prelude::*};
    /// # static REQUEST_ID: Variable<u64> = Variable::named("request_id");
    /// let fields = Fields::new([Field::value(&REQUEST_ID)]).on_events();
    /// tracing_subscriber::registry().with(fields.layer(fmt::layer().compact())).init();
    /// ```
    pub fn on_events(self) -> Fields {
        Fields { on_events: true, on_spans: false, ..self }
    }

    /// Returns the fields for spans alone. A span has the values that are current where it is created.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::Variable;
    /// # use asynccontext_tracing::{Field, Fields};
    /// # use tracing_subscriber::{fmt, prelude::*};
    /// # static REQUEST_ID: Variable<u64> = Variable::named("request_id");
    /// let fields = Fields::new([Field::value(&REQUEST_ID)]).on_spans();
    /// tracing_subscriber::registry().with(fields.layer(fmt::layer().compact())).init();
    /// ```
    pub fn on_spans(self) -> Fields {
        Fields { on_events: false, on_spans: true, ..self }
    }

    /// Wraps `layer`, which then sees each event and span with the fields.
    ///
    /// To wrap several layers at once, join them with
    /// [`and_then`](tracing_subscriber::Layer::and_then). Filters belong outside: see
    /// [the limits](crate#limits-of-fields).
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::Variable;
    /// # use asynccontext_tracing::{Field, Fields};
    /// # static REQUEST_ID: Variable<u64> = Variable::named("request_id");
    /// use tracing_subscriber::{filter::LevelFilter, fmt, prelude::*};
    ///
    /// let fields = Fields::new([Field::value(&REQUEST_ID)]);
    /// let lines = fields.layer(fmt::layer().pretty()).with_filter(LevelFilter::INFO);
    /// let json = fields.layer(fmt::layer().json().with_writer(std::io::stderr));
    /// tracing_subscriber::registry().with(lines).with(json).init();
    /// ```
    pub fn layer<L>(&self, layer: L) -> WithFields<L> {
        WithFields::new(self.clone(), layer)
    }

    /// Calls `f` with the event and the fields.
    pub(crate) fn with_event(&self, event: &Event<'_>, f: impl FnOnce(&Event<'_>)) {
        if !self.on_events {
            return f(event);
        }
        let metadata = event.metadata();
        let emit = |values: Option<&ValueSet<'_>>| match values {
            None => f(event),
            Some(values) if event.is_contextual() => f(&Event::new(metadata, values)),
            Some(values) => f(&Event::new_child_of(event.parent().cloned(), metadata, values)),
        };
        self.with_values(metadata, |visit| event.record(visit), emit);
    }

    /// Calls `f` with the attributes of a new span and the fields.
    pub(crate) fn with_attributes(&self, attributes: &Attributes<'_>, f: impl FnOnce(&Attributes<'_>)) {
        if !self.on_spans {
            return f(attributes);
        }
        let metadata = attributes.metadata();
        let emit = |values: Option<&ValueSet<'_>>| {
            let Some(values) = values else { return f(attributes) };
            f(&match attributes.parent() {
                Some(parent) => Attributes::child_of(parent.clone(), metadata, values),
                None if attributes.is_root() => Attributes::new_root(metadata, values),
                None => Attributes::new(metadata, values),
            });
        };
        self.with_values(metadata, |visit| attributes.record(visit), emit);
    }

    /// Calls `f` with the values that `record` visits and those of the fields, or with `None` if no field has any.
    fn with_values(
        &self,
        metadata: &'static Metadata<'static>,
        record: impl FnOnce(&mut dyn Visit),
        f: impl FnOnce(Option<&ValueSet<'_>>),
    ) {
        let theirs = metadata.fields();
        let count = theirs.len();
        if count + self.all.len() > MOST {
            return f(None);
        }
        let Some(reading) = Reading::begin() else { return f(None) };
        let mut copies = KEPT.try_with(Cell::take).unwrap_or_default();
        // A visitor compares fields by their call site and their number. Numbers of the call site's fields are skipped.
        let ours = FieldSet::new(&self.names[MOST - count..], metadata.callsite());
        copies.escapes = true;
        for (key, field) in ours.iter().skip(count).zip(&*self.all) {
            let before = copies.len();
            (field.read)(&key, &mut copies);
            if copies.len() > before && declares(theirs, field.name) {
                copies.pop();
            }
        }
        copies.escapes = false;
        drop(reading);
        let first = copies.len();
        if first == 0 {
            f(None);
        } else {
            record(&mut copies);
            // Its names are seen by `Event::fields`, and its length by serializers: it must not be empty.
            let names = if count == 0 { &ours } else { theirs };
            copies.with_values(first, names, |values| f(Some(values)));
        }
        copies.clear();
        let _ = KEPT.try_with(|kept| kept.set(copies));
    }
}

/// Whether formats use this name for something else, so that JSON would have a key twice or readers would mistake
/// it.
fn is_taken(name: &str) -> bool {
    #[rustfmt::skip]
    let taken = [
        "", "message", "name", "timestamp", "level", "target", "fields", "filename", "line_number", "span", "spans",
        "threadName", "threadId",
    ];
    taken.contains(&name) || name.starts_with("log.") || name.starts_with("r#")
}

/// Whether the call site has a field of this name, with or without a value.
fn declares(fields: &FieldSet, name: &str) -> bool {
    fields.iter().any(|field| field.name().strip_prefix("r#").unwrap_or(field.name()) == name)
}

thread_local! {
    /// The memory for the copies of the next event.
    static KEPT: Cell<Copies> = Cell::new(Copies::default());
    /// Set while variables are read on this thread.
    static READING: Cell<bool> = const { Cell::new(false) };
}

/// Variables are being read. If a value's `Display` emits an event meanwhile, that one has no fields: it would
/// never end.
struct Reading(PhantomData<*const ()>);

impl Reading {
    fn begin() -> Option<Reading> {
        (!READING.replace(true)).then_some(Reading(PhantomData))
    }
}

impl Drop for Reading {
    fn drop(&mut self) {
        READING.set(false);
    }
}

impl fmt::Debug for Fields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut fields = f.debug_struct("Fields");
        fields.field("names", &&self.names[MOST..]);
        fields.field("on_events", &self.on_events).field("on_spans", &self.on_spans).finish()
    }
}
