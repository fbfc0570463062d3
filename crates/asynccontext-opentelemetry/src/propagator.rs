//! Variables as a propagator of OpenTelemetry.

use std::fmt;

use asynccontext::Snapshot;
use asynccontext::carrier::{Extractor, Incoming, Injector, Outgoing, Reason};
use opentelemetry::Context;
use opentelemetry::propagation::{self, TextMapPropagator, text_map_propagator::FieldIter};

use crate::traced::with_context;

/// A propagator that writes and reads exported variables, for programs that use OpenTelemetry's own instrumentation.
///
/// Compose it with others by `TextMapCompositePropagator`. It writes the values that are current where the
/// instrumentation injects. What it reads is in the extracted [`Context`], where [`extracted`] finds it.
///
/// OpenTelemetry's carriers can't remove a text. A client that forwards headers must remove those of unbound variables
/// itself; [`Traced`](crate::Traced) does so.
///
/// # Examples
///
/// ```
/// use asynccontext::Variable;
/// use asynccontext::carrier::{Exported, Exports, Imports};
/// use asynccontext_opentelemetry::VariablesPropagator;
/// use opentelemetry::global;
/// use opentelemetry::propagation::TextMapCompositePropagator;
/// use opentelemetry_sdk::propagation::TraceContextPropagator;
/// use std::collections::HashMap;
///
/// static TENANT: Exported<String> = Variable::named("tenant").exported("x-tenant");
/// static EXPORTS: Exports = Exports::new(&[TENANT.export()]);
/// static IMPORTS: Imports = Imports::new(&[TENANT.import()]);
///
/// asynccontext_opentelemetry::register();
/// let variables = VariablesPropagator::new(&EXPORTS, &IMPORTS);
/// let all = TextMapCompositePropagator::new(vec![Box::new(TraceContextPropagator::new()), Box::new(variables)]);
/// global::set_text_map_propagator(all);
///
/// // What an instrumented client does, and an instrumented server.
/// let mut headers = HashMap::new();
/// TENANT.run("blue".into(), || global::get_text_map_propagator(|all| all.inject(&mut headers)));
/// let context = global::get_text_map_propagator(|all| all.extract(&headers));
///
/// // In the handler.
/// let request = asynccontext_opentelemetry::extracted(&context);
/// assert_eq!(request.run(|| TENANT.get()).as_deref(), Some("blue"));
/// ```
pub struct VariablesPropagator {
    outgoing: Box<dyn Outgoing>,
    incoming: Box<dyn Incoming>,
    keys: Vec<String>,
}

impl VariablesPropagator {
    /// Creates a propagator for the variables that leave, and those that arrive.
    ///
    /// # Examples
    ///
    /// ```
    /// use asynccontext::carrier::{Exports, Imports};
    /// use asynccontext_opentelemetry::VariablesPropagator;
    ///
    /// static EXPORTS: Exports = Exports::new(&[]);
    /// static IMPORTS: Imports = Imports::new(&[]);
    /// let propagator = VariablesPropagator::new(&EXPORTS, &IMPORTS);
    /// ```
    pub fn new(outgoing: impl Outgoing + 'static, incoming: impl Incoming + 'static) -> VariablesPropagator {
        let keys = outgoing.keys();
        VariablesPropagator { outgoing: Box::new(outgoing), incoming: Box::new(incoming), keys }
    }
}

impl fmt::Debug for VariablesPropagator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VariablesPropagator").field("keys", &self.keys).finish_non_exhaustive()
    }
}

impl TextMapPropagator for VariablesPropagator {
    /// A value that can't be written is left out.
    fn inject_context(&self, _: &Context, injector: &mut dyn propagation::Injector) {
        let _ = self.outgoing.inject(&mut ToTheirs(injector));
    }

    fn extract_with_context(&self, context: &Context, extractor: &dyn propagation::Extractor) -> Context {
        context.with_value(Extracted(self.incoming.extract(&FromTheirs(extractor))))
    }

    fn fields(&self) -> FieldIter<'_> {
        FieldIter::new(&self.keys)
    }
}

struct Extracted(Snapshot);

/// Returns a snapshot with the variables that a [`VariablesPropagator`] read into `context`, and with `context` itself.
///
/// Code that runs in it has the context, with its remote span, as its current one. This needs
/// [`register`](crate::register).
///
/// # Examples
///
/// ```
/// use asynccontext_opentelemetry::extracted;
/// use opentelemetry::Context;
///
/// # asynccontext_opentelemetry::register();
/// struct Shard(u8);
/// let context = Context::new().with_value(Shard(7));
/// let shard = || Context::map_current(|context| context.get::<Shard>().map(|shard| shard.0));
/// assert_eq!(extracted(&context).run(shard), Some(7));
/// ```
pub fn extracted(context: &Context) -> Snapshot {
    let snapshot = context.get::<Extracted>().map_or(Snapshot::empty(), |extracted| extracted.0.clone());
    with_context(snapshot, context.clone())
}

struct ToTheirs<'a>(&'a mut dyn propagation::Injector);

impl Injector for ToTheirs<'_> {
    fn set(&mut self, key: &str, text: String) -> Result<(), Reason> {
        self.0.set(key, text);
        Ok(())
    }

    fn remove(&mut self, _: &str) {}
}

struct FromTheirs<'a>(&'a dyn propagation::Extractor);

impl Extractor for FromTheirs<'_> {
    fn get(&self, key: &str) -> Result<Option<&str>, Reason> {
        match self.0.get_all(key).unwrap_or_default()[..] {
            [] => Ok(None),
            [text] => Ok(Some(text)),
            _ => Err(Reason::Repeated),
        }
    }

    fn get_all(&self, key: &str) -> Result<Vec<&str>, Reason> {
        Ok(self.0.get_all(key).unwrap_or_default())
    }
}
