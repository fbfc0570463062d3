//! One event, span or message, with the values that it carried.

use std::fmt::{self, Debug};
use std::sync::Arc;

use asynccontext::{Snapshot, Variable};
use tracing::field::{Field, Visit};
use tracing::{Level, Metadata};

use crate::recorded::Recorded;

/// What a [`Seen`] is.
///
/// # Examples
///
/// ```
/// use asynccontext_testing::{Kind, Test};
///
/// let test = Test::new().recording([]);
/// test.run(|| tracing::info!("hello"));
/// assert_eq!(test.event("hello").kind(), Kind::Event);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// An event of tracing, which becomes a line of a log.
    Event,
    /// A span of tracing, where it began.
    Span,
    /// A message or a request, by its headers.
    Message,
}

/// One event, span or message, with the values that the recorded variables had.
///
/// # Examples
///
/// ```
/// use asynccontext::Variable;
/// use asynccontext_testing::Test;
/// use tracing::Level;
///
/// static TENANT: Variable<&str> = Variable::named("tenant");
///
/// let test = Test::new().recording([&TENANT]);
/// test.run(|| TENANT.run("blue", || tracing::warn!(rows = 3, "slow query")));
///
/// let event = test.event("slow query");
/// event.assert_value(&TENANT, "blue");
/// assert_eq!((event.field("rows"), event.level()), (Some("3"), Some(Level::WARN)));
/// ```
#[derive(Clone)]
pub struct Seen {
    kind: Kind,
    text: String,
    values: Snapshot,
    /// The variables that were recorded; `None` if the values are all that there are.
    recorded: Option<Arc<[&'static dyn Recorded]>>,
    metadata: Option<&'static Metadata<'static>>,
    fields: Vec<(&'static str, String)>,
    thread: Option<String>,
}

impl Seen {
    pub(crate) fn new(
        kind: Kind,
        text: String,
        values: Snapshot,
        recorded: Option<Arc<[&'static dyn Recorded]>>,
    ) -> Seen {
        let thread = std::thread::current().name().map(str::to_owned);
        Seen { kind, text, values, recorded, metadata: None, fields: Vec::new(), thread }
    }

    pub(crate) fn with_metadata(mut self, metadata: &'static Metadata<'static>, fields: Fields) -> Seen {
        self.metadata = Some(metadata);
        self.fields = fields.others;
        self
    }

    /// Returns whether this is an event, a span or a message.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext_testing::{Kind, Test};
    /// let test = Test::new().recording([]);
    /// test.run(|| _ = tracing::info_span!("query"));
    /// assert_eq!(test.span("query").kind(), Kind::Span);
    /// ```
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Returns the text of an event, or the name of a span or a message.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext_testing::Test;
    /// let test = Test::new().recording([]);
    /// test.run(|| tracing::info!("charged {}", 12));
    /// assert_eq!(test.event("charged").text(), "charged 12");
    /// ```
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns the value of an event's or a span's field, formatted.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext_testing::Test;
    /// let test = Test::new().recording([]);
    /// test.run(|| tracing::info!(amount = 12, "charged"));
    /// assert_eq!(test.event("charged").field("amount"), Some("12"));
    /// assert_eq!(test.event("charged").field("currency"), None);
    /// ```
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|field| field.0 == name).map(|field| &*field.1)
    }

    /// Returns the level of an event or a span.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext_testing::Test;
    /// let test = Test::new().recording([]);
    /// test.run(|| tracing::info!("charged"));
    /// assert_eq!(test.event("charged").level(), Some(tracing::Level::INFO));
    /// ```
    pub fn level(&self) -> Option<Level> {
        self.metadata.map(|metadata| *metadata.level())
    }

    /// Returns the target of an event or a span: by default the path of its module.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext_testing::Test;
    /// let test = Test::new().recording([]);
    /// test.run(|| tracing::info!(target: "payments", "charged"));
    /// assert_eq!(test.event("charged").target(), Some("payments"));
    /// ```
    pub fn target(&self) -> Option<&str> {
        self.metadata.map(Metadata::target)
    }

    /// Returns the value that `variable` had, or its default.
    ///
    /// # Panics
    ///
    /// Panics if the variable is not among those that the test records.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::Variable;
    /// # use asynccontext_testing::Test;
    /// static TENANT: Variable<&str> = Variable::named("tenant");
    ///
    /// let test = Test::new().recording([&TENANT]);
    /// test.run(|| tracing::info!("outside"));
    /// assert_eq!(test.event("outside").value(&TENANT), None);
    /// ```
    #[track_caller]
    pub fn value<'a, T: Send + Sync + 'static>(&'a self, variable: &'a Variable<T>) -> Option<&'a T> {
        if let Some(recorded) = &self.recorded {
            let address = std::ptr::from_ref(variable).addr();
            let known = recorded.iter().any(|recorded| recorded.address() == address);
            assert!(known, "variable {:?} is not recorded: name it in `Test::recording`", variable.name());
        }
        self.values.get(variable)
    }

    /// Checks that `variable` had the value `expected`.
    ///
    /// # Panics
    ///
    /// Panics if it had another value or none, or if the variable is not among those that the test
    /// records.
    ///
    /// # Examples
    ///
    /// ```should_panic
    /// # use asynccontext::Variable;
    /// # use asynccontext_testing::Test;
    /// static REQUEST_ID: Variable<u64> = Variable::named("request-id");
    ///
    /// let test = Test::new().recording([&REQUEST_ID]);
    /// test.run(|| REQUEST_ID.run(7, || tracing::info!("charged")));
    /// test.event("charged").assert_value(&REQUEST_ID, 8);
    /// // event "charged" (src/main.rs:5, thread "main") had request-id 7, expected 8
    /// ```
    #[track_caller]
    pub fn assert_value<T: Debug + PartialEq + Send + Sync + 'static>(&self, variable: &Variable<T>, expected: T) {
        if let Some(difference) = self.difference(variable, Some(&expected)) {
            panic!("{difference}");
        }
    }

    /// Checks that `variable` had neither a value nor a default.
    ///
    /// # Panics
    ///
    /// Panics if it had one, or if the variable is not among those that the test records.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::Variable;
    /// # use asynccontext_testing::Test;
    /// static REQUEST_ID: Variable<u64> = Variable::named("request-id");
    ///
    /// let test = Test::new().recording([&REQUEST_ID]);
    /// test.run(|| tracing::info!("started"));
    /// test.event("started").assert_no_value(&REQUEST_ID);
    /// ```
    #[track_caller]
    pub fn assert_no_value<T: Debug + PartialEq + Send + Sync + 'static>(&self, variable: &Variable<T>) {
        if let Some(difference) = self.difference(variable, None) {
            panic!("{difference}");
        }
    }

    /// Returns a sentence that says what is wrong, if something is.
    #[track_caller]
    pub(crate) fn difference<T: Debug + PartialEq + Send + Sync + 'static>(
        &self,
        variable: &Variable<T>,
        expected: Option<&T>,
    ) -> Option<String> {
        let found = self.value(variable);
        if found == expected {
            return None;
        }
        let name = if variable.name().is_empty() { "the variable" } else { variable.name() };
        let found = found.map_or_else(|| format!("no {name}"), |found| format!("{name} {found:?}"));
        let expected = expected.map_or_else(|| "none".to_owned(), |expected| format!("{expected:?}"));
        Some(format!("{self} had {found}, expected {expected}"))
    }
}

/// The kind, the text and the location.
impl fmt::Display for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.kind {
            Kind::Event => "event",
            Kind::Span => "span",
            Kind::Message => "message",
        };
        write!(f, "{kind} {:?}", self.text)?;
        let Some(metadata) = self.metadata else { return Ok(()) };
        match (metadata.file(), metadata.line()) {
            (Some(file), Some(line)) => write!(f, " ({file}:{line}")?,
            _ => write!(f, " ({}", metadata.target())?,
        }
        match &self.thread {
            Some(name) => write!(f, ", thread {name:?})"),
            None => f.write_str(")"),
        }
    }
}

impl fmt::Debug for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Seen").field("what", &self.to_string()).field("values", &self.values).finish_non_exhaustive()
    }
}

/// The fields of an event or a span, formatted.
#[derive(Default)]
pub(crate) struct Fields {
    pub(crate) message: String,
    others: Vec<(&'static str, String)>,
}

impl Fields {
    fn push(&mut self, field: &Field, text: String) {
        match field.name() {
            "message" => self.message = text,
            name => self.others.push((name, text)),
        }
    }
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.push(field, format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.push(field, value.to_owned());
    }
}
