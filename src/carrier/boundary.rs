//! The two directions of a boundary as traits, for adapters that do not know what crosses it.

use std::sync::Arc;

use super::error::{InjectError, Reason};
use super::imports::Imports;
use super::{Exports, Extractor, Injector};
use crate::mapping;
use crate::snapshot::Snapshot;

/// What leaves with a request or a message: an [`Exports`], or a type that adds to one.
///
/// Clients and producers take an `impl Outgoing`. An implementation wraps an [`Exports`] and writes
/// more, such as OpenTelemetry's trace context, or chooses the list by the current destination.
///
/// # Examples
///
/// ```
/// use asynccontext::Variable;
/// use asynccontext::carrier::{Exported, Exports, InjectError, Injector, Outgoing};
/// use std::collections::HashMap;
///
/// /// Adds the name of this service.
/// struct Signed(Exports);
///
/// impl Outgoing for Signed {
///     fn inject(&self, carrier: &mut dyn Injector) -> Result<(), InjectError> {
///         let signed = carrier.set("x-from", "shop".to_owned());
///         debug_assert!(signed.is_ok());
///         self.0.inject(carrier)
///     }
/// }
///
/// static TENANT: Exported<String> = Variable::named("tenant").exported("x-tenant");
/// static TO_OUR_SERVICES: &dyn Outgoing = &Signed(Exports::new(&[TENANT.export()]));
///
/// let mut headers = HashMap::<String, String>::new();
/// TENANT.run("blue".into(), || TO_OUR_SERVICES.inject(&mut headers))?;
/// assert_eq!((&*headers["x-from"], &*headers["x-tenant"]), ("shop", "blue"));
/// # Ok::<_, InjectError>(())
/// ```
pub trait Outgoing: Send + Sync {
    /// Writes what leaves in the current context to `carrier`, and removes stale texts.
    ///
    /// # Errors
    ///
    /// Returns [`InjectError`] if values could not be written; all others have been written.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::Variable;
    /// use asynccontext::carrier::{Exported, Exports, Outgoing};
    ///
    /// static USER: Exported<u64> = Variable::named("user").exported("x-user");
    /// static TO_OUR_SERVICES: &dyn Outgoing = &Exports::new(&[USER.export()]);
    ///
    /// let mut headers = vec![];
    /// USER.run(7, || TO_OUR_SERVICES.inject(&mut headers))?;
    /// assert_eq!(headers, [("x-user".to_owned(), "7".to_owned())]);
    /// # Ok::<_, asynccontext::carrier::InjectError>(())
    /// ```
    fn inject(&self, carrier: &mut dyn Injector) -> Result<(), InjectError>;

    /// Returns the keys under which something may be written, each once: for clients that remove what
    /// may not go on, and for libraries that ask which fields a propagator has.
    ///
    /// They are those that [`inject`](Self::inject) removes or writes where nothing is bound.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::Variable;
    /// use asynccontext::carrier::{Exported, Exports, Outgoing};
    ///
    /// static USER: Exported<u64> = Variable::named("user").exported("x-user");
    /// static TO_OUR_SERVICES: &dyn Outgoing = &Exports::new(&[USER.export()]);
    /// assert_eq!(TO_OUR_SERVICES.keys(), ["x-user"]);
    /// ```
    fn keys(&self) -> Vec<String> {
        let mut keys = Keys(Vec::new());
        let written = Snapshot::empty().run(|| self.inject(&mut keys));
        drop(written); // the keys of what could not be written are there too
        keys.0
    }
}

/// Collects the keys that are written and removed.
struct Keys(Vec<String>);

impl Injector for Keys {
    fn set(&mut self, key: &str, _: String) -> Result<(), Reason> {
        self.remove(key);
        Ok(())
    }

    fn remove(&mut self, key: &str) {
        if !self.0.iter().any(|other| other == key) {
            self.0.push(key.to_owned());
        }
    }
}

/// What arrives with a request or a message: an [`Imports`], or a type that adds to one.
///
/// Servers and consumers take an `impl Incoming`, usually a reference to a `static`. An
/// implementation wraps an [`Imports`] and reads more, such as OpenTelemetry's trace context.
/// Reading does not fail: what can't be read is dropped, and the request is handled without it.
///
/// # Examples
///
/// ```
/// use asynccontext::{Snapshot, Variable};
/// use asynccontext::carrier::{Exported, Extractor, Imports, Incoming};
///
/// static FROM: Variable<String> = Variable::named("from");
///
/// /// Reads the name of the sending service too.
/// struct Signed(Imports);
///
/// impl Incoming for Signed {
///     fn extract_onto(&self, carrier: &dyn Extractor, onto: Snapshot) -> Snapshot {
///         let snapshot = self.0.extract_onto(carrier, onto).snapshot;
///         match carrier.get("x-from") {
///             Ok(Some(from)) => snapshot.with(&FROM, from.to_owned()),
///             _ => snapshot.without(&FROM),
///         }
///     }
/// }
///
/// static USER: Exported<u64> = Variable::named("user").exported("x-user");
/// static FROM_OUR_SERVICES: Signed = Signed(Imports::new(&[USER.import()]));
///
/// let headers = vec![("x-from".to_owned(), "shop".to_owned()), ("x-user".to_owned(), "7".to_owned())];
/// let snapshot = FROM_OUR_SERVICES.extract(&headers);
/// assert_eq!(snapshot.run(|| (FROM.get(), USER.get())), (Some("shop".into()), Some(7)));
/// ```
pub trait Incoming: Send + Sync {
    /// Reads what arrived with `carrier` into `onto`, which keeps its other values.
    ///
    /// Servers pass the values of the connection, and queues those of the consumer or none.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::{Snapshot, Variable};
    /// use asynccontext::carrier::{Exported, Imports, Incoming};
    ///
    /// static LISTENER: Variable<&str> = Variable::named("listener");
    /// static USER: Exported<u64> = Variable::named("user").exported("x-user");
    /// static IMPORTS: Imports = Imports::new(&[USER.import()]);
    /// static FROM_OUR_SERVICES: &dyn Incoming = &IMPORTS;
    ///
    /// let headers = vec![("x-user".to_owned(), "7".to_owned())];
    /// let connection = Snapshot::empty().with(&LISTENER, "internal");
    /// let snapshot = FROM_OUR_SERVICES.extract_onto(&headers, connection);
    /// assert_eq!(snapshot.run(|| (LISTENER.get(), USER.get())), (Some("internal"), Some(7)));
    /// ```
    fn extract_onto(&self, carrier: &dyn Extractor, onto: Snapshot) -> Snapshot;

    /// Reads what arrived with `carrier` into a snapshot without other values.
    ///
    /// Entering that snapshot leaves foreign context unchanged, unless the implementation reads
    /// some.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::Variable;
    /// use asynccontext::carrier::{Exported, Imports, Incoming};
    ///
    /// static USER: Exported<u64> = Variable::named("user").exported("x-user");
    /// static IMPORTS: Imports = Imports::new(&[USER.import()]);
    /// static FROM_OUR_SERVICES: &dyn Incoming = &IMPORTS;
    ///
    /// let snapshot = FROM_OUR_SERVICES.extract(&vec![("x-user".to_owned(), "7".to_owned())]);
    /// assert_eq!(snapshot.run(|| USER.get()), Some(7));
    /// ```
    fn extract(&self, carrier: &dyn Extractor) -> Snapshot {
        self.extract_onto(carrier, Snapshot(mapping::nothing_of_ours()))
    }
}

impl Outgoing for Exports {
    fn inject(&self, carrier: &mut dyn Injector) -> Result<(), InjectError> {
        Exports::inject(self, carrier)
    }
}

impl Incoming for Imports {
    fn extract_onto(&self, carrier: &dyn Extractor, onto: Snapshot) -> Snapshot {
        Imports::extract_onto(self, carrier, onto).snapshot
    }
}

impl<O: Outgoing + ?Sized> Outgoing for &O {
    fn inject(&self, carrier: &mut dyn Injector) -> Result<(), InjectError> {
        (**self).inject(carrier)
    }

    fn keys(&self) -> Vec<String> {
        (**self).keys()
    }
}

impl<O: Outgoing + ?Sized> Outgoing for Arc<O> {
    fn inject(&self, carrier: &mut dyn Injector) -> Result<(), InjectError> {
        (**self).inject(carrier)
    }

    fn keys(&self) -> Vec<String> {
        (**self).keys()
    }
}

impl<I: Incoming + ?Sized> Incoming for &I {
    fn extract_onto(&self, carrier: &dyn Extractor, onto: Snapshot) -> Snapshot {
        (**self).extract_onto(carrier, onto)
    }
}

impl<I: Incoming + ?Sized> Incoming for Arc<I> {
    fn extract_onto(&self, carrier: &dyn Extractor, onto: Snapshot) -> Snapshot {
        (**self).extract_onto(carrier, onto)
    }
}
